"""A run may be ended at any step, find no room, or find its history gone."""

import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from small_world import (
    digests,
    known_of,
    place_of,
    publish_into,
    usual_counts,
    write_warehouse,
)

from lscb import build as main_job
from lscb.build import COULD_NOT_RUN, publish_and_present
from lscb.disclosure.presets import preset
from lscb.obstacles import in_plain_words
from lscb.publishing.history import FILE_NAME, sha256_of
from lscb.publishing.publish import RefusedError, read_manifest
from lscb.settings import Settings
from lscb.swapping import put_back, replaced_folder

RULE = preset("hes_2008")
STEPS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.copyfile")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One publication, and a warehouse that has something new to publish."""
    home = tmp_path_factory.mktemp("resilience")
    warehouse = write_warehouse(home / "warehouse.duckdb", usual_counts())
    publish_into(warehouse, home / "published", RULE)
    counts = usual_counts()
    counts["SG12", "E09000004", "2008-09Q4"] = (41, None)
    write_warehouse(home / "warehouse.duckdb", counts)
    return home


@pytest.fixture
def folder(home: Path, tmp_path: Path) -> Path:
    """A folder of its own with that one publication, and its history beside it.

    Its path is longer than a line of a terminal, which may not break it.
    """
    place = tmp_path / "long_name".ljust(100, "_")
    for name in ("published", "history"):
        shutil.copytree(home / name, place / name)
    return place / "published"


def states_on_the_way(warehouse: Path, folder: Path, kept: Path) -> list[Path]:
    """Publish; copies of both folders as a kill before each step would leave them."""
    states: dict[str, Path] = {}
    is_on = True
    both = folder, folder.with_name("history")

    def keep_state(event: str, arguments: tuple) -> None:
        nonlocal is_on
        said = str(arguments)
        if is_on and event in STEPS and any(str(each) in said for each in both):
            is_on = False
            state = str([digests(each) for each in both])
            if state not in states:
                states[state] = kept / str(len(states)) / folder.name
                for each in both:
                    shutil.copytree(each, states[state].with_name(each.name))
            is_on = True

    sys.addaudithook(keep_state)
    publish_into(warehouse, folder, RULE)
    is_on = False
    return list(states.values())


def test_a_run_killed_before_any_step_on_the_disk_is_made_good(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    warehouse = home / "warehouse.duckdb"
    old = sha256_of(folder / FILE_NAME)
    met = set()
    for left in states_on_the_way(warehouse, folder, tmp_path / "states"):
        stands = sha256_of(left / FILE_NAME)
        met.add(stands)
        assert {path.name for path in left.glob("[!.]*")} == {
            FILE_NAME,
            "manifest.json",
        }
        publication = publish_into(warehouse, left, RULE)
        assert publication.is_new == (stands == old)
        assert list(left.parent.rglob(".*")) == []
        assert sha256_of(left / FILE_NAME) == publication.manifest["sha256"]
        assert read_manifest(left) == publication.manifest
        numbers = [past.manifest["sequence"] for past in known_of(left)]
        assert numbers == [1, 2]
    assert met == {old, sha256_of(folder / FILE_NAME)}


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """As a quota would: no file may grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 4096, 100_000, 1_000_000])
def test_without_room_the_last_publication_stands(
    size: int, home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(folder.parent)
    with no_file_beyond(size):
        code = publish_and_present(home / "warehouse.duckdb", place_of(folder))
    said = " ".join(capsys.readouterr().out.split())
    assert code == COULD_NOT_RUN
    assert "no room" in said and "run `make build` again" in said
    assert f"{folder}: " in said and "MB free" in said
    assert digests(folder.parent) == before
    assert publish_into(home / "warehouse.duckdb", folder, RULE).is_new


def test_another_program_that_writes_is_named(tmp_path: Path) -> None:
    said = f'IO Error: Could not set lock on file "{tmp_path}/w.duckdb": Conflicting'
    assert f"{tmp_path}/w.duckdb open to write" in in_plain_words(said, [tmp_path])
    said = "A process in the process pool was terminated abruptly"
    assert "helper process" in in_plain_words(said, [tmp_path])
    assert in_plain_words("Binder Error: no such column", [tmp_path]) is None


@pytest.mark.parametrize("gone", ["counts.parquet", "apart.parquet", "facts.json", ""])
def test_lost_history_refuses_and_says_what_is_lost(
    gone: str, home: Path, folder: Path
) -> None:
    publish_into(home / "warehouse.duckdb", folder, RULE)
    first = known_of(folder)[0].folder
    lost = first / gone
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    before = digests(folder.parent)
    with pytest.raises(RefusedError, match="missing") as refused:
        publish_into(home / "warehouse.duckdb", folder, RULE)
    assert str(lost) in str(refused.value)
    assert "backup" in str(refused.value) and "empty folder" in str(refused.value)
    assert digests(folder.parent) == before


def test_a_publication_without_any_history_refuses(home: Path, folder: Path) -> None:
    shutil.rmtree(folder.with_name("history"))
    with pytest.raises(RefusedError, match="missing"):
        publish_into(home / "warehouse.duckdb", folder, RULE)


def test_the_last_file_is_put_back_into_the_history(home: Path, folder: Path) -> None:
    kept = known_of(folder)[0].folder / FILE_NAME
    content = kept.read_bytes()
    kept.unlink()
    publish_into(home / "warehouse.duckdb", folder, RULE)
    assert kept.read_bytes() == content


def test_the_last_file_that_stands_nowhere_refuses(home: Path, folder: Path) -> None:
    (known_of(folder)[0].folder / FILE_NAME).unlink()
    (folder / FILE_NAME).unlink()
    with pytest.raises(RefusedError, match=r"lscb\.duckdb is missing"):
        publish_into(home / "warehouse.duckdb", folder, RULE)


def test_an_older_file_put_back_by_hand_forgets_no_publication(
    home: Path, folder: Path, tmp_path: Path
) -> None:
    publish_into(home / "warehouse.duckdb", folder, RULE)
    older = known_of(folder)[0].folder / FILE_NAME
    shutil.copyfile(older, folder / FILE_NAME)
    counts = usual_counts()
    counts["SG12", "E09000004", "2008-09Q4"] = (43, None)
    publish_into(write_warehouse(tmp_path / "w.duckdb", counts), folder, RULE)
    assert [past.manifest["sequence"] for past in known_of(folder)] == [
        1,
        2,
        3,
    ]


def test_a_folder_moved_away_and_not_replaced_is_put_back(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for text in ("old", "new"):
        with replaced_folder(site) as fresh:
            (fresh / "index.html").write_text(text)
    assert (site / "index.html").read_text() == "new"
    site.replace(tmp_path / ".site.old")
    (tmp_path / ".site.new").mkdir()
    put_back(site)
    assert (site / "index.html").read_text() == "new"
    with pytest.raises(OSError, match="full"), replaced_folder(site) as fresh:
        (fresh / "index.html").write_text("half")
        raise OSError("full")
    assert (site / "index.html").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_readers_go_on_reading_the_old_file(home: Path, folder: Path) -> None:
    ask = "select content from mart.about_publication where item = 'sequence'"
    with duckdb.connect(str(folder / FILE_NAME), read_only=True) as reader:
        assert reader.execute(ask).fetchone() == ("1",)
        publish_into(home / "warehouse.duckdb", folder, RULE)
        assert reader.execute(ask).fetchone() == ("1",)
        assert reader.execute("select count(*) from mart.fct_lineage").fetchone()


def test_a_sample_that_was_broken_off_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    monkeypatch.setattr(main_job, "make_sample", written.append)
    monkeypatch.setenv("LSCB_LANDING", str(tmp_path / "landing"))
    monkeypatch.setenv("LSCB_LAKE", str(tmp_path / "lake"))
    settings = Settings.from_environment()
    (settings.landing / "lado_referrals").mkdir(parents=True)
    (settings.landing / "lado_referrals" / "sent.csv").touch()
    main_job.provide_landing(settings)
    assert written == []
    (settings.landing / ".unfinished").touch()
    main_job.provide_landing(settings)
    assert written == [settings.landing]


def test_a_first_publication_that_readers_may_have_had_is_not_forgotten(
    home: Path, tmp_path: Path
) -> None:
    """Killed between the swap and the naming of its folder, then removed by hand."""
    folder = tmp_path / "published"
    manifest = publish_into(home / "warehouse.duckdb", folder, RULE).manifest
    history = folder.with_name("history")
    name = manifest["publication_id"]
    (history / name).replace(history / f".{name}.new")
    shutil.rmtree(folder)
    half = history / ".0000000000000000.new"
    half.mkdir()
    (half / "manifest.json").write_text('{"sha256": ')
    again = publish_into(home / "warehouse.duckdb", folder, RULE)
    assert not again.is_new
    assert [path.name for path in history.iterdir()] == [name]
    assert sha256_of(folder / FILE_NAME) == manifest["sha256"]
