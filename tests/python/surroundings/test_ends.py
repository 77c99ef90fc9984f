"""How runs end: one sentence and a code for each fault, and never a traceback."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lscb import build as main_job
from lscb import forget
from lscb.entry import run_script
from lscb.errors import UserError
from lscb.landing import LandingError
from lscb.landing.ledger import Entry, LakeError, Ledger, damaged_tables
from lscb.landing.mixing import what_is_mixed
from lscb.landing.reference import SeedError, load_reference
from lscb.settings import PROJECT, SettingError, Settings


def settings_of(folder: Path) -> Settings:
    return Settings(
        landing=folder / "landing",
        lake=folder / "lake",
        warehouse=folder / "warehouse.duckdb",
        published=folder / "published",
        history=folder / "history",
        returns=folder / "returns",
    )


def send(folder: Path, *, marked: bool) -> None:
    """A file in landing, with the mark of the sample or without."""
    file = folder / "landing" / "lado_referrals" / "sent.csv"
    file.parent.mkdir(parents=True)
    file.write_text("referral_id\n1\n")
    if marked:
        (folder / "landing" / ".synthetic.json").write_text("{}")


def hold(folder: Path, name: str, *, synthetic: bool, removed: str | None = None):
    """A file in the lake's ledger."""
    entry = Entry(
        file_id=name,
        relative_path=f"lado_referrals/{name}.csv",
        file_name=f"{name}.csv",
        sha256=None,
        size_bytes=1,
        received_at="2010-01-01T00:00:00",
        seen=[1, 1, 1],
        contract="",
        is_synthetic=synthetic,
        records_removed_on=removed,
    )
    target = folder / "lake" / "ledger" / "files" / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(asdict(entry)))


def raising(error: BaseException):
    def main() -> int:
        raise error

    return main


def test_there_is_one_door() -> None:
    """No module is a script of its own: every command ends by the one wrapper."""
    assert {
        path.relative_to(PROJECT / "scripts").as_posix()
        for path in (PROJECT / "scripts").rglob("*.py")
        if "__main__" in path.read_text("utf-8")
    } == {"lscb/__main__.py"}
    assert not list((PROJECT / "scripts").glob("*.py"))


def test_the_settings_are_read_in_one_place() -> None:
    readers = {
        path.relative_to(PROJECT).as_posix()
        for folder in ("scripts", "models", "macros", "analyses", "tests/data")
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and path.suffix in (".py", ".sql", ".yml")
        for line in path.read_text("utf-8").splitlines()
        if "LSCB_" in line
        and any(word in line for word in ("environ.get(", "environ[", "env_var("))
        and "env_vars:" not in line
        and "] = " not in line.replace("] |= ", "")
        and "LSCB_{name" not in line
    }
    # dbt fills in the date while it compiles, by the rule that the settings check.
    assert readers - {"macros/engines/as_of.sql", "scripts/bench/faults.py"} == set()
    assert "env_var" not in (PROJECT / "profiles.yml").read_text("utf-8")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Stopped by hand"),
        (SettingError("Wrong is X: set Y."), 2, "Wrong is X"),
        (LandingError("There is nothing to land."), 2, "nothing to land"),
        (UserError("It cannot be done: do that."), 2, "cannot be done"),
        (LakeError("The lake is damaged: remove it."), 2, "damaged"),
        (MemoryError(), 2, "not enough memory"),
        (PermissionError(13, "Permission denied", "/x/y"), 2, "/x/y: Permission"),
        (FileNotFoundError(2, "No such file or directory", "/x"), 2, "/x: No such"),
        (OSError(28, "No space left on device", "/x"), 2, "Free some"),
        (OSError(30, "Read-only file system", "/x/y"), 2, "Read-only"),
        (duckdb.IOException("IO Error: two\nlines\n"), 2, "two lines"),
    ],
)
def test_a_fault_that_a_user_can_mend_is_one_sentence(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture
) -> None:
    assert run_script(raising(error)) == code
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert said in printed.err
    assert "Errno" not in printed.err


def test_a_fault_of_the_code_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run_script(raising(ZeroDivisionError()))


def test_a_reader_that_left_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with (Path(os.devnull)).open("w") as nowhere:
        monkeypatch.setattr(sys, "stdout", nowhere)
        assert run_script(raising(BrokenPipeError())) == 141


def test_a_path_is_printed_whatever_the_locale(tmp_path: Path) -> None:
    odd = tmp_path / "Grüße 文"
    done = subprocess.run(
        [sys.executable, "-m", "lscb", "settings", "LSCB_LAKE"],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(PROJECT / "scripts"),
            "LSCB_LAKE": str(odd),
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""
    assert done.stdout.decode() == f"{odd}\n"


# The sample, and what agencies sent


@pytest.mark.parametrize(
    ("marked", "held", "mixed"),
    [
        (None, (), False),
        (None, (True,), False),
        (None, (False,), False),
        (None, (True, False), True),
        (True, (), False),
        (True, (True,), False),
        (True, (False,), True),
        (False, (), False),
        (False, (False,), False),
        (False, (True,), True),
    ],
)
def test_the_sample_is_never_counted_with_what_was_sent(
    tmp_path: Path, marked: bool | None, held: tuple[bool, ...], mixed: bool
) -> None:
    if marked is not None:
        send(tmp_path, marked=marked)
    for number, synthetic in enumerate(held):
        hold(tmp_path, f"f{number}", synthetic=synthetic)
    said = what_is_mixed(settings_of(tmp_path))
    assert (said is not None) == mixed
    if said is not None:
        assert str(tmp_path / "lake") in said
        assert "LSCB_" in said


def test_a_sample_whose_records_were_removed_is_beside_nothing(tmp_path: Path) -> None:
    send(tmp_path, marked=False)
    hold(tmp_path, "old", synthetic=True, removed="2010-01-01")
    assert what_is_mixed(settings_of(tmp_path)) is None


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The samples that would be written."""
    calls: list[Path] = []
    monkeypatch.setattr(main_job, "make_sample", calls.append)
    return calls


def test_the_sample_is_written_where_nothing_ever_was(
    tmp_path: Path, written: list
) -> None:
    main_job.provide_landing(settings_of(tmp_path))
    assert written == [tmp_path / "landing"]


@pytest.mark.parametrize("synthetic", [True, False])
def test_an_emptied_landing_is_built_on_the_lake(
    tmp_path: Path, written: list, synthetic: bool
) -> None:
    hold(tmp_path, "kept", synthetic=synthetic)
    main_job.provide_landing(settings_of(tmp_path))
    assert written == []


@pytest.mark.parametrize(
    ("name", "is_named"),
    [("Thumbs.db", False), ("lado_referrals__LBBD__2008-09Q1__v1.csv", True)],
)
def test_a_landing_that_counts_as_empty_is_said(
    tmp_path: Path,
    written: list,
    capsys: pytest.CaptureFixture[str],
    name: str,
    is_named: bool,
) -> None:
    send(tmp_path, marked=False)
    sent = tmp_path / "landing" / "lado_referrals" / "sent.csv"
    sent.rename(sent.with_name(name))
    hold(tmp_path, "kept", synthetic=False)
    main_job.provide_landing(settings_of(tmp_path))
    assert ("counts as empty" in capsys.readouterr().out) is not is_named
    assert written == []


@pytest.mark.parametrize("name", ["published", "history/0001", "published/history/1"])
def test_no_sample_is_put_beside_a_publication(
    tmp_path: Path, written: list, name: str
) -> None:
    (tmp_path / name).mkdir(parents=True)
    (tmp_path / name / "manifest.json").write_text("{}")
    with pytest.raises(LandingError, match="no synthetic sample"):
        main_job.provide_landing(settings_of(tmp_path))
    assert written == []


def test_a_sample_does_not_replace_what_was_sent(tmp_path: Path, written: list) -> None:
    hold(tmp_path, "real", synthetic=False)
    send(tmp_path, marked=True)
    (tmp_path / "landing" / ".unfinished").touch()
    with pytest.raises(LandingError, match="must not be added up"):
        main_job.provide_landing(settings_of(tmp_path))
    assert written == []


# What is damaged


def test_a_file_that_is_no_warehouse_is_said_before_work(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    main_job.check_warehouse(warehouse)
    assert not warehouse.exists()
    for content in (b"", b"x", b"PK\x03\x04 a workbook" * 999):
        warehouse.write_bytes(content)
        with pytest.raises(UserError, match="LSCB_WAREHOUSE"):
            main_job.check_warehouse(warehouse)
        assert warehouse.read_bytes() == content


def test_damaged_tables_of_a_lake_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "extracts" / "lado_referrals"
    folder.mkdir(parents=True)
    for name in ("whole", "cut", "empty"):
        pq.write_table(pa.table({"a": list(range(1000))}), folder / f"{name}.parquet")
    content = (folder / "cut.parquet").read_bytes()
    (folder / "cut.parquet").write_bytes(content[: len(content) // 2])
    (folder / "empty.parquet").write_bytes(b"")
    found = damaged_tables(tmp_path)
    assert found == [folder / "cut.parquet", folder / "empty.parquet"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", "\x00\x01"])
def test_a_damaged_ledger_is_named(tmp_path: Path, content: str) -> None:
    hold(tmp_path, "one", synthetic=False)
    file = tmp_path / "lake" / "ledger" / "files" / "one.json"
    file.write_text(content)
    with pytest.raises(LakeError, match=r"one\.json is damaged"):
        Ledger(tmp_path / "lake")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "not there"),
        (b"", "no row"),
        (b"area_code,area_type\n", "no row"),
        (b"name\nx\n", "no column"),
        (b"area_code,area_type\nE09000001\n", "line 2"),
        (b"area_code,area_type\nE09000001,a,b\n", "line 2"),
        (b'area_code,area_type\n"E09000001,a\n', "line"),
        (b"area_code,area_type\n\xff\xfe,a\n", "UTF-8"),
    ],
)
def test_a_seed_that_is_wrong_is_named(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    (tmp_path / "reference").mkdir()
    path = tmp_path / "reference" / "areas.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SeedError, match=said) as stopped:
        load_reference(tmp_path)
    assert str(path) in str(stopped.value)


def test_a_seed_that_is_wrong_stops_the_main_job_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever seed it is, and whether landing reads it or dbt alone."""
    for name, text in settings_of(tmp_path).as_environment().items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr(main_job, "PROJECT", tmp_path)
    (tmp_path / "seeds" / "catalogue").mkdir(parents=True)
    path = tmp_path / "seeds" / "catalogue" / "decisions.csv"
    path.write_text("decision_id,text\nD1,for, or against\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SeedError, match=r"decisions\.csv .* line 2"):
        main_job.build()
    assert not (tmp_path / "lake").exists()


def test_forgetting_what_is_not_there_says_that_nothing_was_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    for name, text in settings_of(tmp_path).as_environment().items():
        monkeypatch.setenv(name, text)
    warehouse = tmp_path / "warehouse.duckdb"
    warehouse.write_bytes(b"stays")
    assert forget.forget_records(date(2008, 4, 1), "lado_referrals") == 0
    said = capsys.readouterr().out
    assert said.startswith("Nothing was removed")
    assert str(tmp_path / "lake") in said
    assert warehouse.read_bytes() == b"stays"
