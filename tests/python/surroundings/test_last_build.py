"""A build with nothing new does nothing, and takes nothing new for old."""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lscb import last_build
from lscb.build import present
from lscb.last_build import NOTE_NAME, is_unchanged, remember, sources_of
from lscb.publishing.history import FILE_NAME, MANIFEST_NAME, sha256_of
from lscb.publishing.publish import Publication
from lscb.settings import Settings

LATER = 10_000_000_000
"""Nanoseconds by which a build looks after its files were written: none is in doubt."""

SENT = "lado_referrals/lado_referrals__Barnet__2008-09Q1__v1.csv"
FILES = (
    f"landing/{SENT}",
    "landing/lado_referrals/lado_referrals__Barnet__2008-09Q2__v1.csv",
    "lake/archive/0f",
    "lake/ledger/files/0f.json",
    "lake/extracts/lado_referrals/0f.parquet",
    "lake/.link_key",
    "warehouse.duckdb",
    f"published/{FILE_NAME}",
    "published/site/index.html",
    "published/exports/csv/values.csv",
    "history/1/manifest.json",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Folders as a build leaves them, with bytes of no meaning."""
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"this is {name}", encoding="utf-8")
    digest = sha256_of(tmp_path / "published" / FILE_NAME)
    (tmp_path / "published" / MANIFEST_NAME).write_text(json.dumps({"sha256": digest}))
    return Settings(
        **{
            name: tmp_path / name
            for name in ("landing", "lake", "published", "history", "returns")
        },
        warehouse=tmp_path / "warehouse.duckdb",
        as_of=date(2009, 6, 1),
    )


def build(settings: Settings, late: int = 0) -> None:
    """What the main job notes of a build that went well."""
    remember(settings, sources_of(settings, time.time_ns() + late))


def overwrite(path: Path) -> None:
    """Another content of the same size, with the time of the last change put back."""
    before = path.stat()
    path.write_bytes(bytes(reversed(path.read_bytes())))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("late", [0, LATER])
def test_what_is_as_it_was_is_unchanged(settings: Settings, late: int) -> None:
    assert not is_unchanged(settings)
    build(settings, late)
    assert is_unchanged(settings)
    assert is_unchanged(settings)


@pytest.mark.parametrize("name", [*FILES, f"published/{MANIFEST_NAME}"])
@pytest.mark.parametrize("change", [overwrite, Path.unlink])
@pytest.mark.parametrize("late", [0, LATER])
def test_each_file_that_changes_is_seen(
    settings: Settings, name: str, change: Callable[[Path], None], late: int
) -> None:
    build(settings, late)
    change(settings.landing.parent / name)
    assert not is_unchanged(settings)


@pytest.mark.parametrize(
    "folder", ["landing/lado_referrals", "lake/ledger", "published/site", "history"]
)
def test_each_file_that_is_added_is_seen(settings: Settings, folder: str) -> None:
    build(settings)
    (settings.landing.parent / folder / "another.csv").write_text("1")
    assert not is_unchanged(settings)


def test_a_file_under_another_name_is_another(settings: Settings) -> None:
    build(settings)
    path = settings.landing / SENT
    path.rename(path.with_name(path.name.replace("v1", "v2")))
    assert not is_unchanged(settings)


def test_what_a_link_leads_to_is_looked_at(settings: Settings) -> None:
    behind = settings.landing.parent / "elsewhere.csv"
    behind.write_text("1")
    (settings.landing / "linked.csv").symlink_to(behind)
    (settings.landing / "broken.csv").symlink_to(behind.with_name("gone.csv"))
    build(settings)
    assert is_unchanged(settings)
    overwrite(behind)
    assert not is_unchanged(settings)


@pytest.mark.parametrize(
    "changed",
    [
        {"as_of": date(2009, 6, 2)},
        {"as_of": None},
        {"disclosure": "dfe"},
        {"keep_publications": 6},
        {"is_lake_only": True},
    ],
)
def test_each_setting_that_changes_is_seen(settings: Settings, changed: dict) -> None:
    build(settings)
    assert not is_unchanged(replace(settings, **changed))


def test_without_a_date_of_its_own_a_build_is_of_its_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:
            return date.fromordinal(date.toordinal(date.today()) + 1)

    undated = replace(settings, as_of=None)
    build(undated)
    assert is_unchanged(undated)
    monkeypatch.setattr(last_build, "date", Tomorrow)
    assert not is_unchanged(undated)


@pytest.mark.parametrize(
    "name", ["models/a.sql", "seeds/reference/areas.csv", "tests/data/a.sql"]
)
def test_code_that_changes_is_seen(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project = settings.landing.parent / "project"
    path = project / name
    path.parent.mkdir(parents=True)
    path.write_text("one")
    monkeypatch.setattr("lscb.publishing.code.PROJECT", project)
    build(settings)
    assert is_unchanged(settings)
    path.write_text("two")
    assert not is_unchanged(settings)


def test_what_changes_while_a_build_runs_is_new_to_the_next(settings: Settings) -> None:
    sources = sources_of(settings)
    overwrite(settings.landing / SENT)
    remember(settings, sources)
    assert not is_unchanged(settings)


def test_what_changes_within_a_tick_of_the_clock_is_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two contents of one size, and times that tell nothing: only reading helps."""
    path = settings.landing / SENT
    seen = path.lstat()
    look = Path.lstat
    monkeypatch.setattr(
        Path, "lstat", lambda self: seen if self == path else look(self)
    )
    build(settings)
    path.write_bytes(bytes(reversed(path.read_bytes())))
    assert not is_unchanged(settings)


def test_a_file_still_being_written_leaves_no_note(settings: Settings) -> None:
    build(settings)
    (settings.lake / "ledger" / "left_for_later.json").write_text('["a.csv"]')
    build(settings)
    assert not (settings.lake / NOTE_NAME).exists()
    assert not is_unchanged(settings)


def test_what_cannot_be_looked_at_leaves_no_note(settings: Settings) -> None:
    build(settings)
    remember(settings, None)
    assert not is_unchanged(settings)


def test_a_sample_that_was_broken_off_is_not_old(settings: Settings) -> None:
    build(settings)
    (settings.landing / ".unfinished").touch()
    assert not is_unchanged(settings)


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"sources": {}, "results": {}}'])
def test_a_note_of_another_make_counts_for_nothing(
    settings: Settings, note: str
) -> None:
    build(settings)
    (settings.lake / NOTE_NAME).write_text(note)
    assert not is_unchanged(settings)


def test_a_published_file_that_is_not_as_its_manifest_says_is_seen(
    settings: Settings,
) -> None:
    """Also where it was so already when the build ended."""
    manifest = settings.published / MANIFEST_NAME
    manifest.write_text(json.dumps({"sha256": "0" * 64}))
    build(settings)
    assert not is_unchanged(settings)


def test_sheets_and_documentation_are_no_part_of_it(settings: Settings) -> None:
    build(settings)
    settings.returns.mkdir()
    (settings.returns / "sheet.html").write_text("1")
    (settings.published / "dbt_docs.html").write_text("1")
    assert is_unchanged(settings)


def test_without_its_lake_nothing_is_known(settings: Settings) -> None:
    build(settings)
    shutil.rmtree(settings.lake)
    assert not is_unchanged(settings)


def test_pages_and_exports_are_made_again_where_they_do_not_stand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not while they do, though a build was done in full."""
    site, exports = (settings.published / name for name in ("site", "exports"))
    publication = Publication(settings.published / FILE_NAME, False, {"sha256": "0"})
    drawn: list[str] = []

    def draw(_: Path, folder: Path) -> None:
        drawn.append(folder.name)
        folder.mkdir(exist_ok=True)
        (folder / "one").write_text("1")
        (folder / "other").write_text("2")

    monkeypatch.setattr("lscb.pages.site.draw_site", draw)
    monkeypatch.setattr("lscb.exporting.exports.write_exports", draw)

    def is_drawn() -> bool:
        drawn.clear()
        present(publication)
        return drawn == ["exports", "site"]

    assert is_drawn()
    assert not is_drawn()
    for change in (
        lambda: (site / "one").unlink(),
        lambda: overwrite(exports / "other"),
        lambda: (exports / "more").write_text("3"),
        lambda: shutil.rmtree(exports),
        lambda: shutil.rmtree(site),
    ):
        change()
        assert is_drawn()
        assert not is_drawn()
