"""Signing off: whole, by a role, and out of reach of any build."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from lscb import outputs
from lscb import sign as signing
from lscb.errors import UserError
from lscb.publishing.history import sha256_of
from lscb.publishing.publish import publication_of
from lscb.sign import ALTERED, sign
from publishing.small_world import (
    digests,
    known_of,
    place_of,
    publish_into,
    usual_counts,
    write_warehouse,
)

MANAGER, CHAIR = "LSCB business manager", "Chair of the board"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication; what is drawn of one is a file that says its state."""
    folder = tmp_path / "published"
    publish_into(write_warehouse(tmp_path / "warehouse.duckdb", usual_counts()), folder)
    monkeypatch.setenv("LSCB_PUBLISHED", str(folder))
    monkeypatch.setenv("LSCB_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))

    def draw(file: Path, into: Path) -> None:
        into.mkdir()
        (into / "state.txt").write_text(about(file)["state"])

    monkeypatch.setattr(signing, "write_exports", draw)
    monkeypatch.setattr(signing, "draw_site", draw)
    return folder


def about(file: Path) -> dict[str, str]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return dict(connection.sql("from mart.about_publication").fetchall())


def revised(folder: Path) -> None:
    """Another publication into the same folder, of other figures."""
    counts = usual_counts()
    key = next(key for key, (number, _) in counts.items() if number > 30)
    counts[key] = counts[key][0] + 7, counts[key][1]
    other = folder.with_name("other.duckdb")
    publish_into(write_warehouse(other, counts), folder)


def test_it_is_a_draft_until_a_role_signs_it(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = about(published / "lscb.duckdb")
    assert draft["state"] == "draft"
    assert sign() == 0
    assert "Nothing is signed: what is published is a draft" in capsys.readouterr().out
    before = digests(published)
    assert sign(MANAGER.lower()) == 0
    assert f"signed off by the {MANAGER}" in capsys.readouterr().out
    after = digests(published)
    assert {name: after[name] for name in before} == before
    signed = published / "signed"
    told = about(signed / "lscb.duckdb")
    assert told == draft | {
        "state": "signed",
        "signed_by": MANAGER,
        "signed_on": date.today().isoformat(),
        "signed_sha256": sha256_of(published / "lscb.duckdb"),
    }
    for drawn in ("site", "exports"):
        assert (signed / drawn / "state.txt").read_text() == "signed"


def test_where_nothing_is_published_nothing_is_a_draft(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LSCB_PUBLISHED", str(tmp_path / "published"))
    assert sign() == 0
    assert capsys.readouterr().out == "Nothing is signed: nothing is published.\n"


def test_signing_changes_the_state_and_no_figure(published: Path) -> None:
    """By the rows themselves, table by table, and by the manifest."""
    sign(MANAGER)
    draft, signed = published / "lscb.duckdb", published / "signed" / "lscb.duckdb"
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{draft}' as draft (read_only)")
        connection.execute(f"attach '{signed}' as signed (read_only)")
        tables = [
            name
            for (name,) in connection.sql(
                "select table_name from duckdb_tables() where database_name = 'draft'"
            ).fetchall()
            if name != "about_publication"
        ]
        assert "fct_indicator_values" in tables
        for name in tables:
            for one, other in (("draft", "signed"), ("signed", "draft")):
                assert (
                    connection.sql(
                        f"from {one}.mart.{name} except all from {other}.mart.{name}"
                    ).fetchall()
                    == []
                )
    manifests = [
        json.loads((folder / "manifest.json").read_text())
        for folder in (published, published / "signed")
    ]
    then, now = (each["tables"] for each in manifests)
    assert {name for name in then if then[name] != now[name]} == {"about_publication"}
    assert manifests[1]["sha256"] == sha256_of(signed)


def test_no_build_touches_what_was_signed(published: Path) -> None:
    sign(MANAGER)
    signed = digests(published / "signed")
    was = about(published / "lscb.duckdb")["publication_id"]
    revised(published)
    now = about(published / "lscb.duckdb")
    assert now["publication_id"] != was
    assert now["state"] == "draft"
    assert digests(published / "signed") == signed
    assert sign(CHAIR) == 0
    told = about(published / "signed" / "lscb.duckdb")
    assert (told["publication_id"], told["signed_by"]) == (now["publication_id"], CHAIR)


@pytest.mark.parametrize("role", ["Jane Smith", "J. Smith, business manager", ""])
def test_nobody_signs_by_name(published: Path, role: str) -> None:
    with pytest.raises(UserError, match=r"nobody signs by name.*Chair of the board"):
        sign(role)
    assert not (published / "signed").exists()


def alter(file: Path) -> None:
    with duckdb.connect(str(file)) as connection:
        connection.execute("update mart.fct_indicator_values set numerator = 1")


def test_what_was_altered_is_not_signed(published: Path) -> None:
    sign(MANAGER)
    signed = digests(published / "signed")
    alter(published / "lscb.duckdb")
    with pytest.raises(UserError, match="was altered since it was published"):
        sign(CHAIR)
    assert digests(published / "signed") == signed


@pytest.mark.parametrize("how", [alter, Path.unlink])
def test_what_was_altered_after_it_was_signed_is_said(
    published: Path, how, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(MANAGER)
    assert sign() == 0
    how(published / "signed" / "lscb.duckdb")
    assert sign() == ALTERED == 1
    assert "is not what was signed" in capsys.readouterr().out


@pytest.mark.parametrize("step", ["mark", "write_exports", "draw_site", "as_text"])
def test_a_signature_that_is_broken_off_leaves_the_last_one(
    step: str, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(MANAGER)
    signed = digests(published / "signed")
    revised(published)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(signing, step, cut)
        with pytest.raises(KeyboardInterrupt):
            sign(CHAIR)
    assert digests(published / "signed") == signed
    assert sign() == 0


def test_what_a_run_moved_away_and_left_is_put_back(published: Path) -> None:
    """A run that is ended between the two renames of a swap."""
    sign(MANAGER)
    signed = digests(published / "signed")
    (published / "signed").rename(published / ".signed.old")
    assert sign() == 0
    assert digests(published / "signed") == signed


def test_a_draft_for_the_board_is_not_told(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither readers nor the history have it, and it lies for the owner alone."""
    before, known = digests(published), len(known_of(published))
    history = digests(tmp_path / "history")
    counts = usual_counts()
    key = next(key for key, (number, _) in counts.items() if number > 30)
    counts[key] = counts[key][0] + 7, counts[key][1]
    (tmp_path / "warehouse.duckdb").unlink()
    write_warehouse(tmp_path / "warehouse.duckdb", counts)
    monkeypatch.setattr("lscb.build.present", lambda publication: publication.file)
    assert outputs.make_draft() == 0
    draft = tmp_path / "returns" / "draft" / "lscb.duckdb"
    assert about(draft)["state"] == "draft"
    assert about(draft)["sequence"] == "2"
    assert digests(published) == before
    assert len(known_of(published)) == known == 1
    assert digests(tmp_path / "history") == history
    assert (tmp_path / "returns").stat().st_mode & 0o077 == 0
    assert not (tmp_path / "lake" / "draft").exists()


def test_what_was_made_of_a_warehouse_is_known_by_its_tables(published: Path) -> None:
    """Draft, then signed; none of a warehouse that differs, or where another stands."""
    warehouse, place = published.with_name("warehouse.duckdb"), place_of(published)
    standing = json.loads((published / "manifest.json").read_text())
    before = digests(published.parent)
    assert publication_of(warehouse, place) == standing
    assert digests(published.parent) == before
    sign(MANAGER)
    of_it = publication_of(warehouse, place)
    assert of_it["publication_id"] == standing["publication_id"]
    assert (of_it["state"], of_it["signed_by"]) == ("signed", MANAGER)
    revised(published)
    assert publication_of(warehouse, place) is None
    of_other = publication_of(published.with_name("other.duckdb"), place)
    assert of_other["state"] == "draft"
    assert of_other["publication_id"] != standing["publication_id"]
    (published / "manifest.json").unlink()
    assert publication_of(published.with_name("other.duckdb"), place) is None


def test_sheets_are_told_which_publication_is_theirs(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `lscb sheets` writes them."""
    told = []
    monkeypatch.setattr(
        "lscb.sheets.returns.write_return_sheets",
        lambda *given: told.append(given[2]) or [],
    )
    assert outputs.make_sheets() == 0
    sign(CHAIR)
    assert outputs.make_sheets() == 0
    revised(published)
    assert outputs.make_sheets() == 0
    assert [each and each["state"] for each in told] == ["draft", "signed", None]
