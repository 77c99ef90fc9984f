"""What links the records of a child is keyed with a secret of the lake alone."""

import hashlib
import stat

import duckdb
import pytest
from landing_help import Lander

from lscb.landing.checking import Engine

NAME = "missing_children__MPS__2008-09Q1__v1.csv"
HEADER = "episode_ref,child_ref,reported_date,found_date,age,bocu,missing_from\n"
ROWS = "e1,K-17,2008-04-02,,12,KG,home\ne2,K-17,2008-05-02,,12,KG,care\n"
OTHER = "e3,K-18,2008-05-03,,9,KG,home\n"


def references(lander: Lander) -> list[str]:
    return [record["child_ref"] for record in lander.records("missing_children")]


def test_one_child_stays_one_and_nobody_sees_who(lander: Lander) -> None:
    lander.one(NAME, HEADER + ROWS + OTHER)
    first, again, other = references(lander)
    assert first == again != other
    assert "K-17" not in (first, other)
    assert first != hashlib.sha256(b"K-17").hexdigest()
    key = lander.settings.lake / ".link_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    keyed = hashlib.sha256(key.read_bytes() + b"K-17").hexdigest()
    assert first == keyed


def test_the_key_is_the_lakes_own_and_stays(lander: Lander) -> None:
    lander.one(NAME, HEADER + ROWS)
    before = references(lander)
    assert lander.land().read == []
    assert references(lander) == before
    elsewhere = Lander(lander.root / "elsewhere")
    elsewhere.one(NAME, HEADER + ROWS)
    assert set(references(elsewhere)).isdisjoint(before)


def test_with_another_key_the_files_are_read_again(lander: Lander) -> None:
    lander.one(NAME, HEADER + ROWS)
    lander.send(NAME.replace("Q1", "Q2"), HEADER + "e9,K-17,2008-07-02,,12,KG,home\n")
    lander.land()
    before = references(lander)
    (lander.settings.lake / ".link_key").unlink()
    assert len(lander.land().read) == 2
    after = references(lander)
    assert len(set(after)) == 1
    assert set(after).isdisjoint(before)


def test_without_a_key_nothing_is_keyed(lander: Lander) -> None:
    engine = Engine(lander.root)
    with pytest.raises(duckdb.Error, match="link key is not set"):
        engine.one("select keyed('K-17')")
    engine.close()
