"""An earlier publication is built again from the lake, to the same digests."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from unittest import mock

import duckdb
import pytest

from build_help import ONLY_MODELS, run_dbt
from lscb.errors import UserError
from lscb.forget import forget_records
from lscb.publishing.history import Place, earlier_publications
from lscb.publishing.publish import publish
from lscb.replay import replay_publication
from lscb.settings import Settings

pytestmark = pytest.mark.long

EXTRACTS = ("lado_referrals", "population")
PARTS = ("published", "history", "lake/archive", "lake/ledger", "lake/extracts")


@pytest.fixture(scope="module")
def home(
    sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[str]]]:
    """Two publications of a part of the sample; since then, one more change landed.

    Between the two a file was sent again with fewer lines and one was withdrawn, and a
    month passed.
    """
    home = tmp_path_factory.mktemp("replay")
    for extract in EXTRACTS:
        shutil.copytree(sample / extract, home / "landing" / extract)
    files = (home / "landing" / "lado_referrals").glob("*__2008-09Q2__v1.csv")
    withdrawn, changed = sorted(files, key=lambda path: path.stat().st_size)[-2:]
    lines = changed.read_bytes().splitlines(keepends=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("landing", "lake", "published", "history"):
            patch.setenv(f"LSCB_{name.upper()}", str(home / name))
        patch.setenv("LSCB_WAREHOUSE", str(home / "warehouse.duckdb"))
        patch.chdir(home)
        published = []
        for as_of in ("2011-03-31", "2011-04-30"):
            patch.setenv("LSCB_AS_OF", as_of)
            run_dbt(*ONLY_MODELS)
            done = publish(
                home / "warehouse.duckdb", Place.of(Settings.from_environment())
            )
            published.append(done.manifest["publication_id"])
            again = changed.name.replace("__v1", f"__v{len(published) + 1}")
            changed.with_name(again).write_bytes(b"".join(lines[: -9 * len(published)]))
            withdrawn.unlink(missing_ok=True)
        run_dbt("run", "--select", "stg_lado__referrals")
        patch.setenv("LSCB_AS_OF", "2012-01-01")
        yield home, published


def looked_at(folder: Path) -> list[tuple[Path, int]]:
    """Every file of lake and publications, and when it was written."""
    return sorted(
        (path, path.stat().st_mtime_ns)
        for part in (
            "published",
            "history",
            "lake/archive",
            "lake/ledger",
            "lake/extracts",
        )
        for path in (folder / part).rglob("*")
    )


def test_what_lies_between_the_two_is_no_little_thing(
    home: tuple[Path, list[str]],
) -> None:
    folder, _ = home
    with duckdb.connect(str(folder / "published/lscb.duckdb"), read_only=True) as file:
        causes = file.execute("select distinct cause from mart.fct_revisions")
        assert ("resubmission",) in causes.fetchall()
        states = file.execute("select distinct state from mart.fct_quality_flags")
        assert {state for (state,) in states.fetchall()} > {"persisting"}


@pytest.mark.parametrize("number", [0, 1])
def test_each_is_built_again_to_the_same_digests(
    number: int, home: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, published = home
    before = looked_at(folder)
    with mock.patch.dict(os.environ):
        code = replay_publication(published[number], folder / "again.duckdb")
    said = capsys.readouterr().out
    assert code == 0, said
    past = earlier_publications(Place.of(Settings.from_environment()))[number]
    tables = len(past.manifest["tables"])
    assert tables > 20
    assert f"{tables} of {tables} tables have the same digest as then" in said
    assert looked_at(folder) == before
    assert not (folder / "lake" / "replay").exists()
    with duckdb.connect(str(folder / "again.duckdb"), read_only=True) as again:
        again.execute(f"attach '{past.file}' as past (read_only)")
        assert again.execute(
            "select count(*) from (from mart.fct_indicator_values"
            " except from past.mart.fct_indicator_values)"
        ).fetchone() == (0,)


def test_a_publication_that_nobody_made_is_none(
    home: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    _, published = home
    with pytest.raises(UserError) as stopped:
        replay_publication("0000000000000000")
    said = str(stopped.value)
    assert "no publication is called 0000000000000000" in said
    assert published[0] in said


def test_what_rested_on_removed_records_cannot_be_replayed(
    home: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The last test here: it takes records away."""
    folder, published = home
    replay_publication()
    assert capsys.readouterr().out.count("can be replayed") == 2
    shutil.rmtree(folder / "landing" / "lado_referrals")
    run_dbt("run", "--select", "stg_lado__referrals")
    left = folder / "lake" / "replay" / "lake"
    left.mkdir(parents=True)
    assert forget_records(date(2008, 10, 1), "lado_referrals") == 0
    assert "2 publications made from them" in capsys.readouterr().out
    assert not left.exists()
    with pytest.raises(UserError, match="records behind it were removed"):
        replay_publication(published[0])
