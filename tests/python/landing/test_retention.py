"""Records that are removed are gone, stay gone, and leave their counts behind."""

from datetime import date
from pathlib import Path

import pytest
from landing_help import LADO, LADO_HEADER, Lander, lado_row, lado_text

from lscb.forget import forget_records
from lscb.landing import LandingError
from lscb.landing.retention import remains_of, remove_records

LATER = LADO.replace("2008-09Q1", "2008-09Q2")
NAMELESS = "lado_referrals__Nowhere__2008-09Q1__v1.csv"
TODAY = date(2012, 1, 31)
AUGUST = date(2008, 8, 1)


def send_three(lander: Lander) -> None:
    """Two quarters of one borough, and a file that nobody can place."""
    paths = [
        lander.send(LADO, lado_text(lado_row("1"), lado_row("x", "1/1/1901"))),
        lander.send(LATER, lado_text(lado_row("2", "2008-08-01"))),
        lander.send(NAMELESS, lado_text(lado_row("3"))),
    ]
    lander.land()
    for path in paths:
        path.unlink()
    lander.land()


def whole_lake(lander: Lander) -> bytes:
    return b"".join(
        path.read_bytes()
        for path in sorted(lander.settings.lake.rglob("*"))
        if path.is_file()
    )


def test_removed_records_leave_their_counts(lander: Lander) -> None:
    send_three(lander)
    before = {row["file_name"]: row for row in lander.entries()}
    removal = remove_records(lander.settings, AUGUST, TODAY, extract="lado_referrals")
    assert {entry.file_name for entry in removal.entries} == {LADO}
    assert removal.record_files == 1
    after = {row["file_name"]: row for row in lander.entries()}
    assert after[LADO]["records_removed_on"] == TODAY
    assert after[LADO] | {"records_removed_on": None} == before[LADO]
    assert after[LATER] == before[LATER]
    assert {row["referral_id"] for row in lander.records("lado_referrals")} == {"2"}
    archived = lander.settings.lake / "archive"
    assert not (archived / before[LADO]["sha256"]).exists()
    assert (archived / before[LATER]["sha256"]).exists()
    assert remains_of(lander.settings, removal.entries) == []
    assert len(lander.set_aside()) == 1


def test_the_next_runs_do_not_bring_them_back(lander: Lander) -> None:
    send_three(lander)
    remove_records(lander.settings, AUGUST, TODAY, submitter="E09000002")
    lake = whole_lake(lander)
    assert lander.land().read == []
    assert whole_lake(lander) == lake
    # A change of the contract reads every other file again.
    for path in (lander.settings.lake / "ledger" / "files").glob("*.json"):
        path.write_text(path.read_text().replace('"contract": "', '"contract": "0'))
    assert {entry.file_name for entry in lander.land().read} == {LATER, NAMELESS}
    assert {row["referral_id"] for row in lander.records("lado_referrals")} == {"2"}


def test_a_file_that_nobody_could_place_goes_by_the_day_it_came(
    lander: Lander,
) -> None:
    send_three(lander)
    removal = remove_records(
        lander.settings, date(2100, 1, 1), TODAY, extract="lado_referrals"
    )
    assert {entry.file_name for entry in removal.entries} == {LADO, LATER, NAMELESS}
    assert list((lander.settings.lake / "archive").iterdir()) == []
    assert lander.records("lado_referrals") == []


def test_what_is_sent_again_is_landed_again(lander: Lander) -> None:
    send_three(lander)
    remove_records(lander.settings, AUGUST, TODAY, extract="lado_referrals")
    lander.send(LADO, lado_text(lado_row("1"), lado_row("x", "1/1/1901")))
    assert {entry.file_name for entry in lander.land().read} == {LADO}
    (row,) = [row for row in lander.entries() if row["file_name"] == LADO]
    assert row["records_removed_on"] is None
    assert {row["referral_id"] for row in lander.accepted("lado_referrals")} == {
        "1",
        "2",
    }


def test_the_same_bytes_of_another_file_stay(lander: Lander) -> None:
    content = LADO_HEADER + "\n"
    for name in (LADO, LATER):
        lander.send(name, content)
    lander.land()
    for name in (LADO, LATER):
        (lander.settings.landing / "lado_referrals" / name).unlink()
    removal = remove_records(lander.settings, AUGUST, TODAY, extract="lado_referrals")
    (entry,) = removal.entries
    assert (lander.settings.lake / "archive" / str(entry.sha256)).exists()
    assert remains_of(lander.settings, removal.entries) == []


def test_files_in_landing_are_refused_and_nothing_goes(lander: Lander) -> None:
    lander.lado(lado_row("1"))
    lake = whole_lake(lander)
    with pytest.raises(LandingError, match=r"are still in .*__LBBD__.*Take them out"):
        remove_records(lander.settings, AUGUST, TODAY, extract="lado_referrals")
    with pytest.raises(LandingError, match="Name an extract"):
        remove_records(lander.settings, AUGUST, TODAY)
    with pytest.raises(LandingError, match="No extract is called lado;"):
        remove_records(lander.settings, AUGUST, TODAY, extract="lado")
    assert whole_lake(lander) == lake


def test_a_run_that_was_killed_is_completed(lander: Lander) -> None:
    """The ledger knows already; the files are still there."""
    send_three(lander)
    before = {path: path.read_bytes() for path in lander.settings.lake.glob("*/*/*")}
    archived = {
        path: path.read_bytes() for path in lander.settings.lake.glob("archive/*")
    }
    remove_records(lander.settings, AUGUST, TODAY, extract="lado_referrals")
    for path, content in (before | archived).items():
        if path.suffix != ".json" and not path.exists():
            path.write_bytes(content)
    removal = remove_records(
        lander.settings, AUGUST, date(2013, 1, 1), extract="lado_referrals"
    )
    assert remains_of(lander.settings, removal.entries) == []
    assert removal.record_files == 1
    (row,) = [row for row in lander.entries() if row["file_name"] == LADO]
    assert row["records_removed_on"] == TODAY


def test_the_command_removes_the_warehouse_too_and_says_what_is_left(
    lander: Lander,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    send_three(lander)
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.write_bytes(b"records")
    monkeypatch.setenv("LSCB_LANDING", str(lander.settings.landing))
    monkeypatch.setenv("LSCB_LAKE", str(lander.settings.lake))
    monkeypatch.setenv("LSCB_WAREHOUSE", str(warehouse))
    with pytest.raises(LandingError, match="Name an extract"):
        forget_records(date(2008, 8, 1))
    assert warehouse.exists()
    assert forget_records(date(2008, 8, 1), submitter="E09000002") == 0
    assert "nothing is left of them" in capsys.readouterr().out
    assert not warehouse.exists()
