"""Once, in whole, in order: what the ledger keeps through reruns, kills and changes."""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path

import pytest
from landing_help import LADO, Lander, lado_row, lado_text

from lscb.landing import LandingError, Settings, engine, land, nothing_to_land
from lscb.landing.checking import FileCheck

OTHER = "lado_referrals__LBWF__2008-09Q1__v1.csv"
PROJECT = Path(__file__).resolve().parents[3]


def contents(lake: Path) -> dict[str, bytes]:
    """Every file of a lake, by path, but for its locks and the key it draws itself."""
    return {
        path.relative_to(lake).as_posix(): path.read_bytes()
        for path in sorted(lake.rglob("*"))
        if path.is_file() and not path.name.startswith((".lock", ".link_key"))
    }


def test_a_file_is_known_by_path_and_receipt(lander: Lander) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    os.utime(path, ns=(10**18, 1_209_600_000_123_456_000))
    lander.land()
    (row,) = lander.entries()
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    text = f"lado_referrals/{LADO}\n2008-05-01T00:00:00.123456".encode()
    assert row["file_id"] == hashlib.sha256(text).hexdigest()[:16]
    assert row["sha256"] == sha256
    assert (lander.settings.lake / "archive" / sha256).read_bytes() == path.read_bytes()
    assert str(row["received_at"]) == "2008-05-01 00:00:00.123456"
    assert (row["submitter_as_sent"], row["submitter_code"]) == ("LBBD", "E09000002")
    assert (row["area_code"], row["period_id"]) == ("E09000002", "2008-09Q1")
    assert (row["version"], row["file_format"]) == (1, "csv")


def test_other_bytes_with_the_same_time_are_another_file(lander: Lander) -> None:
    """And the first bytes, sent once more, are the first file again."""
    files = []
    for key in ("1", "2", "3", "1"):
        path = lander.send(LADO, lado_text(lado_row(key)))
        os.utime(path, ns=(10**18, 10**18))
        lander.land()
        files.append(lander.entry(LADO).file_id)
    assert len(set(files)) == 3
    assert files[3] == files[0]
    assert len(lander.entries()) == 3


def test_a_second_run_reads_nothing_and_changes_nothing(lander: Lander) -> None:
    lander.send(LADO, lado_text(lado_row("1"), lado_row("1", "2008-05-02")))
    lander.send(OTHER, lado_text(lado_row("1")))
    lander.send("notes.txt", "x", folder=".")
    assert len(lander.land().read) == 3
    before = contents(lander.settings.lake)
    result = lander.land()
    assert (result.read, result.unchanged) == ([], 3)
    assert contents(lander.settings.lake) == before


def test_two_lakes_of_the_same_files_are_the_same(lander: Lander) -> None:
    lander.send(LADO, lado_text(lado_row("1"), lado_row("x", "1/1/1901")))
    lander.send(OTHER, lado_text(lado_row("1")))
    lander.land()
    other = Settings(lander.settings.landing, lander.root / "other")
    land(["lado_referrals"], other, lander.messages.append)
    assert contents(other.lake) == contents(lander.settings.lake)


def test_a_touched_file_keeps_the_day_on_which_it_was_first_seen(
    lander: Lander,
) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    os.utime(path, ns=(10**18, 10**18))
    lander.land()
    (before,) = lander.entries()
    path.touch()
    assert lander.land().read == []
    (after,) = lander.entries()
    assert after["received_at"] == before["received_at"]


def test_new_bytes_under_an_old_name_are_another_file(lander: Lander) -> None:
    lander.one(LADO, lado_text(lado_row("1")))
    lander.one(LADO, lado_text(lado_row("2")))
    rows = lander.entries()
    assert sorted(row["is_in_landing"] for row in rows) == [False, True]
    keys = {record["referral_id"] for record in lander.records("lado_referrals")}
    assert keys == {"1", "2"}


def test_a_vanished_file_is_remembered(lander: Lander) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    lander.send(OTHER, lado_text(lado_row("1")))
    lander.land()
    content = path.read_bytes()
    path.unlink()
    assert lander.land().vanished == 1
    states = {row["file_name"]: row["is_in_landing"] for row in lander.entries()}
    assert states == {LADO: False, OTHER: True}
    path.write_bytes(content)
    assert lander.land().read == []
    assert all(row["is_in_landing"] for row in lander.entries())


@pytest.mark.parametrize("extracts", [None, ["lado_referrals"]])
def test_the_last_file_of_an_extract_is_withdrawn_while_others_are_there(
    lander: Lander, extracts: list[str] | None
) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    other = "lscb_return__LBBD__2008-09Q1__v1.csv"
    lander.send(other, "pi_code,numerator\nSG01,7\n")
    lander.land()
    path.unlink()
    assert lander.land(extracts).vanished == 1
    states = {row["file_name"]: row["is_in_landing"] for row in lander.entries()}
    assert states == {LADO: False, other: True}


STRAYS = [
    ("Thumbs.db", "lado_referrals"),
    ("desktop.ini", "."),
    (".DS_Store", "lado_referrals"),
    ("foo.csv", "lado_referrals"),
    ("notes.txt", "minutes"),
    (LADO.replace("LBBD", "Atlantis"), "lado_referrals"),
    (LADO, "police_offences"),
]


@pytest.mark.parametrize(("name", "folder"), STRAYS)
def test_a_landing_without_a_named_submission_withdraws_nothing(
    lander: Lander, name: str, folder: str
) -> None:
    sent = [
        lander.send(LADO, lado_text(lado_row("1"))),
        lander.send(OTHER, lado_text(lado_row("1"))),
    ]
    lander.land()
    for path in sent:
        path.unlink()
    stray = lander.send(name, "x", folder)
    assert lander.land().vanished == 0
    stray.write_text("longer")
    assert lander.land().vanished == (not name.startswith("."))
    states = {
        (row["relative_path"], row["is_in_landing"], row["refusal_code"] is None)
        for row in lander.entries()
        if row["rows_accepted"] or row["is_in_landing"]
    }
    shown = stray.relative_to(lander.settings.landing).as_posix()
    strays = set() if name.startswith(".") else {(shown, True, False)}
    assert states == strays | {
        (f"lado_referrals/{each}", True, True) for each in (LADO, OTHER)
    }
    # One file that is named as a submission speaks for the whole landing again.
    lander.send(OTHER, lado_text(lado_row("1")))
    assert lander.land().vanished == 1
    assert {r["file_name"]: r["is_in_landing"] for r in lander.entries()}[OTHER]


def test_the_same_bytes_for_one_block_and_version_count_once(lander: Lander) -> None:
    content = lado_text(lado_row("1"))
    first = lander.send(LADO, content)
    os.utime(first, ns=(10**18, 10**18))
    alias = LADO.replace("LBBD", "00AB")
    lander.send(alias, content)
    lander.send(LADO.replace("v1", "v2"), content)
    lander.send(OTHER, content)
    lander.land()
    rows = {row["file_name"]: row for row in lander.entries()}
    assert rows[alias]["duplicate_of"] == rows[LADO]["file_id"]
    assert rows[alias]["lines_read"] is None
    assert rows[alias]["is_readable"]
    assert [row["duplicate_of"] for row in rows.values()].count(None) == 3
    assert len(lander.records("lado_referrals")) == 3


@pytest.mark.parametrize(
    ("row", "code"),
    [(lado_row("1", "no day"), "half_set_aside"), (lado_row("1"), None)],
)
def test_the_twin_of_a_refused_file_is_refused_like_it(
    lander: Lander, row: str, code: str | None
) -> None:
    """And is still when both are known and more come, among other files."""
    lander.send(LADO, lado_text(row))
    lander.send(OTHER, lado_text(lado_row("2")))
    lander.send(LADO, lado_text(row), "lado_referrals/again")
    lander.send(LADO, lado_text(row), "lado_referrals/and again")
    lander.land()
    lander.send(LADO, lado_text(row), "lado_referrals/once more")
    lander.land()
    found = [each for each in lander.entries() if each["file_name"] == LADO]
    assert [each["refusal_code"] for each in found] == [code] * 4
    assert [each["duplicate_of"] for each in found].count(None) == (4 if code else 1)


def test_a_file_that_cannot_be_read_makes_no_duplicate(lander: Lander) -> None:
    lander.send(LADO, "nonsense")
    lander.send(LADO.replace("LBBD", "00AB"), "nonsense")
    lander.land()
    codes = {(r["refusal_code"], r["duplicate_of"]) for r in lander.entries()}
    assert codes == {("header_missing", None)}


def test_only_the_extracts_named_are_landed(lander: Lander) -> None:
    lander.send(LADO, lado_text(lado_row("1")))
    lander.send("population__ONS__2008__v1.csv", "gss_code,age_band,persons\n")
    lander.send("stray.csv", "x", folder=".")
    read = {entry.extract for entry in lander.land(["lado_referrals"]).read}
    assert read == {"lado_referrals", None}
    assert [entry.extract for entry in lander.land().read] == ["population"]


def test_a_changed_contract_reads_everything_again_from_the_archive(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    lander.send(OTHER, lado_text(lado_row("1")))
    lander.land()
    before = lander.query("select * from ledger/files.parquet")
    path.unlink()
    lander.land()
    real = engine.load_reference

    def changed(seeds: Path):
        reference = real(seeds)
        reference.digests = dict.fromkeys(reference.digests, "changed")
        return reference

    monkeypatch.setattr(engine, "load_reference", changed)
    assert len(lander.land().read) == 2
    assert lander.land().read == []
    after = lander.query("select * from ledger/files.parquet")
    assert [r | {"is_in_landing": True} for r in after] == before


def test_records_that_were_lost_are_made_again(lander: Lander) -> None:
    entry = lander.lado(lado_row("1"))
    records = lander.settings.lake / f"extracts/lado_referrals/{entry.file_id}.parquet"
    content = records.read_bytes()
    records.unlink()
    assert len(lander.land().read) == 1
    assert records.read_bytes() == content


@pytest.mark.parametrize(
    ("step", "before"), [("write_set_aside", 0), ("write_records", 1), ("run", 0)]
)
def test_a_run_cut_short_is_completed_by_the_next(
    lander: Lander, monkeypatch: pytest.MonkeyPatch, step: str, before: int
) -> None:
    """Two files that are read together; one step goes well so often before it ends."""
    lander.send(LADO, lado_text(lado_row("1"), lado_row("2", outcome="odd")))
    lander.send(OTHER, lado_text(lado_row("1")))
    real, calls = getattr(FileCheck, step), count()

    def stop(self: FileCheck, *arguments: object) -> object:
        if next(calls) == before:
            raise KeyboardInterrupt
        return real(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(FileCheck, step, stop)
        with pytest.raises(KeyboardInterrupt):
            lander.land()
    lander.land()
    whole = Lander(lander.root / "whole")
    land(None, Settings(lander.settings.landing, whole.settings.lake), print)
    assert contents(lander.settings.lake) == contents(whole.settings.lake)


def test_an_error_on_one_file_lands_the_others_and_says_so(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, lado_text(lado_row("1")))
    lander.send(OTHER, lado_text(lado_row("1")))
    real = FileCheck.run

    def fail(self: FileCheck) -> object:
        if self._claim.area_code == "E09000002":
            raise ValueError("a value that must not be shown")
        return real(self)

    with monkeypatch.context() as patched:
        patched.setattr(FileCheck, "run", fail)
        with pytest.raises(LandingError, match=r"LBBD.*ValueError") as error:
            lander.land()
    assert "must not be shown" not in str(error.value)
    assert [row["file_name"] for row in lander.entries()] == [OTHER]
    assert [entry.file_name for entry in lander.land().read] == [LADO]


def command(lander: Lander) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "lscb", "land"],
        env=os.environ
        | {
            "LSCB_LANDING": str(lander.settings.landing),
            "LSCB_LAKE": str(lander.settings.lake),
            "COLUMNS": "200",
            "PYTHONPATH": str(PROJECT / "scripts"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_a_killed_process_leaves_a_lake_that_the_next_completes(
    lander: Lander,
) -> None:
    for number in range(1, 61):
        rows = [lado_row(str(n)) for n in range(200)]
        lander.send(LADO.replace("v1", f"v{number}"), lado_text(*rows, str(number)))
    process = command(lander)
    ledger = lander.settings.lake / "ledger" / "files"
    while len(list(ledger.glob("*.json"))) < 5 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    landed = len(list(ledger.glob("*.json")))
    assert 5 <= landed < 60
    assert len(lander.land().read) == 60 - landed
    whole = Lander(lander.root / "whole")
    land(None, Settings(lander.settings.landing, whole.settings.lake), print)
    assert contents(lander.settings.lake) == contents(whole.settings.lake)


def test_a_second_run_waits_and_says_for_whom(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    lander.send(LADO, lado_text(lado_row("1")))
    inside, go_on = threading.Event(), threading.Event()
    real = FileCheck.run

    def slow(self: FileCheck) -> object:
        inside.set()
        go_on.wait(10)
        return real(self)

    monkeypatch.setattr(FileCheck, "run", slow)
    first = threading.Thread(target=lander.land)
    first.start()
    assert inside.wait(10)
    results = []
    second = threading.Thread(target=lambda: results.append(lander.land()))
    second.start()
    while not lander.messages:
        time.sleep(0.01)
    go_on.set()
    first.join()
    second.join()
    assert lander.messages == [
        f"Waiting: process {os.getpid()} is landing into {lander.settings.lake}."
    ]
    assert (results[0].read, results[0].unchanged) == ([], 1)


def test_the_lake_is_for_its_owner_alone(lander: Lander) -> None:
    lander.lado(lado_row("1"))
    for path in lander.settings.lake.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_files_that_are_none_are_refused_and_stop_nobody(lander: Lander) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    folder = path.parent
    (folder / OTHER).symlink_to(folder / "nowhere")
    os.mkfifo(folder / LADO.replace("v1", "v2"))
    (folder / "linked").symlink_to(lander.root, target_is_directory=True)
    (folder / ".hidden.csv").write_text("x")
    (folder / f"~${LADO}").write_text("x")
    lander.land()
    codes = {row["file_name"]: row["refusal_code"] for row in lander.entries()}
    assert codes == {
        LADO: None,
        OTHER: "cannot_open",
        LADO.replace("v1", "v2"): "not_a_file",
        "linked": "not_a_file",
    }


def test_a_file_still_being_written_is_left_for_the_next_run(
    lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lander.send(LADO, lado_text(lado_row("1")))
    real = hashlib.sha256

    def growing():
        with path.open("a") as file:
            file.write(lado_row("2") + "\n")
        return real()

    with monkeypatch.context() as patched:
        patched.setattr("lscb.landing.archive.hashlib.sha256", growing)
        result = lander.land()
    assert result.still_changing == [f"lado_referrals/{LADO}"]
    assert lander.land().read[0].rows_accepted == 2


def test_nothing_to_land_is_said_in_a_sentence(lander: Lander) -> None:
    sentence = nothing_to_land(lander.settings)
    assert sentence is not None
    assert "make sample" in sentence
    assert "LSCB_LANDING" in sentence
    with pytest.raises(LandingError, match="make sample"):
        lander.land()


def test_the_command_prints_the_ledger_and_what_was_refused(lander: Lander) -> None:
    lander.send(LADO, lado_text(lado_row("1")))
    lander.send(OTHER, "nonsense")
    process = command(lander)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "No row among the first twenty" in output
    assert "2 files read, 0 unchanged" in output


def test_a_ledger_of_another_shape_is_understood(lander: Lander) -> None:
    entry = lander.lado(lado_row("1"))
    path = lander.settings.lake / "ledger/files" / f"{entry.file_id}.json"
    known = json.loads(path.read_text())
    del known["is_synthetic"]
    known["an_older_field"] = 1
    path.write_text(json.dumps(known))
    (again,) = lander.land().read
    assert again.received_at == entry.received_at
