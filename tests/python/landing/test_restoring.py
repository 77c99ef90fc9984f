"""A lake is made again as it stood, whatever became of the present one since."""

import os
from pathlib import Path

import duckdb
import pytest
from landing_help import LADO, Lander, lado_row, lado_text
from test_retention import AUGUST, LATER, TODAY

from lscb.landing import LandingError
from lscb.landing.ledger import Ledger
from lscb.landing.restoring import Standing, restore
from lscb.landing.retention import remove_records

TWICE = LADO.replace("LBBD", "00AB")


def tables_of(lake: Path) -> dict[str, list[tuple]]:
    """All that models read of a lake."""
    found = {}
    with duckdb.connect(":memory:") as connection:
        for path in sorted(lake.glob("ledger/*.parquet")) + sorted(
            lake.glob("extracts/*/*.parquet")
        ):
            found[path.relative_to(lake).as_posix()] = connection.execute(
                "select * from read_parquet(?) order by all", [str(path)]
            ).fetchall()
    return found


def standing(lake: Path) -> list[Standing]:
    return [
        Standing(
            entry.file_id,
            entry.received_at,
            entry.duplicate_of,
            entry.is_in_landing,
            entry.is_synthetic,
            entry.records_removed_on,
        )
        for entry in Ledger(lake).entries.values()
    ]


@pytest.fixture
def old(lander: Lander) -> Lander:
    """A lake with a duplicate that looks older, a refused file and one that is gone."""
    text = lado_text(lado_row("1"), lado_row("x", "1/1/1901"))
    os.utime(lander.send(LADO, text), ns=(10**18, 2 * 10**18))
    lander.send("nonsense.csv", "x", folder="lado_referrals")
    later = lander.send(LATER, lado_text(lado_row("2", "2008-08-01")))
    lander.land()
    later.unlink()
    os.utime(lander.send(TWICE, text), ns=(10**18, 10**18))
    lander.land()
    return lander


def test_the_lake_of_then_is_made_again(old: Lander, tmp_path: Path) -> None:
    then, files = tables_of(old.settings.lake), standing(old.settings.lake)
    # The first was read first; the other has the earlier time, and stays a duplicate.
    assert old.entry(TWICE).duplicate_of == old.entry(LADO).file_id
    old.send(LADO, lado_text(lado_row("9")))
    old.send(LADO.replace("v1", "v2"), lado_text(lado_row("3")))
    (old.settings.landing / "lado_referrals" / TWICE).unlink()
    old.land()
    assert tables_of(old.settings.lake) != then
    archive = {path.name for path in (old.settings.lake / "archive").iterdir()}
    restore(old.settings, files, tmp_path / "then")
    assert tables_of(tmp_path / "then") == then
    assert {p.name for p in (old.settings.lake / "archive").iterdir()} == archive


def test_what_had_been_removed_then_stays_removed(old: Lander, tmp_path: Path) -> None:
    for path in (old.settings.landing / "lado_referrals").iterdir():
        path.unlink()
    old.land()
    remove_records(old.settings, AUGUST, TODAY, extract="lado_referrals")
    then, files = tables_of(old.settings.lake), standing(old.settings.lake)
    old.send("population__ONS__2008__v1.csv", "gss_code,age_band,persons\n")
    old.land()
    restore(old.settings, files, tmp_path / "then")
    assert tables_of(tmp_path / "then") == then


def test_what_was_removed_since_cannot_be_restored(old: Lander, tmp_path: Path) -> None:
    files = standing(old.settings.lake)
    for path in (old.settings.landing / "lado_referrals").iterdir():
        path.unlink()
    old.land()
    remove_records(old.settings, AUGUST, TODAY, extract="lado_referrals")
    with pytest.raises(LandingError, match=r"bytes of 2 of 4 files are gone.*LBBD"):
        restore(old.settings, files, tmp_path / "then")
    assert not (tmp_path / "then").exists()


def test_another_lake_is_refused(
    old: Lander, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Lander(tmp_path_factory.mktemp("other"))
    other.lado(lado_row("1"))
    with pytest.raises(LandingError, match="does not know 4 of 4 files"):
        restore(other.settings, standing(old.settings.lake), tmp_path / "then")
