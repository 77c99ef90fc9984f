"""`make clean` removes what can be made again; what cannot goes only after a word."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_world import digests, known_of, publish_into, usual_counts, write_warehouse

from lscb.disclosure.presets import preset
from lscb.errors import UserError
from lscb.remove import remove_made

RULE = preset("hes_2008")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication and its history."""
    home = tmp_path_factory.mktemp("removing")
    warehouse = write_warehouse(home / "warehouse.duckdb", usual_counts())
    publish_into(warehouse, home / "published", RULE)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A publication, its history, a lake, return sheets, and a file of somebody's."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    warehouse = tmp_path / "warehouse.duckdb"
    for path in (
        "published/site/index.html",
        "published/exports/lscb.xlsx",
        "published/not_ours.txt",
        "lake/archive/0123",
        "lake/ledger/files.parquet",
        "lake/.link_key",
        "returns/E09000002.xlsx",
        "returns/data_docs/index.html",
        "landing/lado_referrals/sent.csv",
        "target/manifest.json",
        "logs/dbt.log",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("here")
    for name in ("landing", "lake", "published", "history", "returns"):
        monkeypatch.setenv(f"LSCB_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(warehouse))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    monkeypatch.delenv("CONFIRM", raising=False)
    yield tmp_path


KEPT = ("history", "lake", "returns", "landing")


def kept(home: Path) -> dict[str, dict[str, str]]:
    held = {name: digests(home / name) for name in KEPT}
    held["lake"].pop(".build.lock", None)
    return held


def test_clean_keeps_what_was_sent_and_what_was_told(home: Path) -> None:
    before = kept(home)
    assert remove_made(is_all=False) == 0
    assert kept(home) == before
    left = {path.name for path in home.iterdir()}
    assert left == {*KEPT, "published"}
    assert digests(home / "published").keys() == {"not_ours.txt"}


def test_a_publication_after_clean_takes_into_account_those_before_it(
    home: Path,
) -> None:
    assert remove_made(is_all=False) == 0
    counts = usual_counts() | {("SG12", "E09000004", "2008-09Q4"): (41, None)}
    warehouse = write_warehouse(home / "warehouse.duckdb", counts)
    publish_into(warehouse, home / "published", RULE)
    known = known_of(home / "published")
    assert [past.manifest["sequence"] for past in known] == [1, 2]


def test_clean_takes_a_history_out_of_what_is_published_first(home: Path) -> None:
    before = digests(home / "history")
    (home / "history").replace(home / "published" / "history")
    assert remove_made(is_all=False) == 0
    assert digests(home / "history") == before


@pytest.mark.parametrize("word", [None, "", "yes", "PURGE"])
def test_purge_without_its_word_removes_nothing(
    word: str | None,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if word is not None:
        monkeypatch.setenv("CONFIRM", word)
    before = digests(home)
    with pytest.raises(UserError, match=r"Nothing was removed: .*CONFIRM"):
        remove_made(is_all=True)
    assert digests(home) == before
    assert "Lost for good" in capsys.readouterr().out


def test_purge_says_what_is_lost_and_removes_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONFIRM", "purge")
    before = digests(home / "landing")
    assert remove_made(is_all=True) == 0
    said = capsys.readouterr().out
    assert "1 files as sent" in said and "what 1 publications disclosed" in said
    assert {path.name for path in home.iterdir()} == {"landing", "published"}
    assert digests(home / "landing") == before
    assert digests(home / "published").keys() == {"not_ours.txt"}


def test_a_typed_word_is_as_good(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda text: asked.append(text) or "no")
    with pytest.raises(UserError, match="Nothing was removed"):
        remove_made(is_all=True)
    assert (home / "history").exists() and len(asked) == 1
    monkeypatch.setattr("builtins.input", lambda _: " purge ")
    assert remove_made(is_all=True) == 0
    assert not (home / "history").exists()


def test_what_a_link_leads_to_stays(home: Path) -> None:
    elsewhere = home.with_name(f"{home.name}-elsewhere")
    shutil.copytree(home / "published" / "site", elsewhere)
    shutil.rmtree(home / "published" / "site")
    (home / "published" / "site").symlink_to(elsewhere)
    assert remove_made(is_all=False) == 0
    assert (elsewhere / "index.html").exists()
    assert not (home / "published" / "site").exists()
