"""The project as a user meets it: one command, and a part of it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from build_help import AS_OF, PROJECT, Build, hold
from lscb.parsed import take_over_parsed
from lscb.quality.invariants import Invariant
from lscb.settings import places_below

pytestmark = pytest.mark.long


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess:
    """Run a command on folders and a warehouse of its own."""
    take_over_parsed(folder / "target")
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ
        | places_below(folder)
        | {
            "LSCB_AS_OF": AS_OF,
            "PYTHONPATH": str(PROJECT / "scripts"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = (sys.executable, "-m", "dbt.cli.main", *arguments)
    return run(folder, *command, "--profiles-dir", str(PROJECT))


def send(folder: Path, name: str, *lines: str) -> None:
    path = folder / "landing" / name.split("__")[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_empty_landing_folder_is_one_sentence(tmp_path: Path) -> None:
    done = dbt(tmp_path, "build")
    assert done.returncode != 0
    assert "make sample" in done.stdout
    assert "LSCB_LANDING" in done.stdout
    assert done.stdout.count("There is nothing to land") == 1


def test_a_part_of_the_project_lands_what_it_needs_and_no_more(
    sample: Path, warehouse: Build, invariants: list[Invariant], tmp_path: Path
) -> None:
    (tmp_path / "landing").symlink_to(sample)
    # Unit tests look at nothing that was landed, and run elsewhere.
    part = ("--select", "stg_lado__referrals+", "--exclude-resource-type")
    done = dbt(tmp_path, "build", *part, "unit_test", "test")
    assert done.returncode == 0, done.stdout[-3000:]
    hold(tmp_path / "warehouse.duckdb", invariants)

    ask = (
        "select area_code, period_id, numerator from mart.fct_indicator_values"
        " where indicator_id = 'SG12' and source_extract = 'lado_referrals'"
        " and area_code like 'E09%'"
    )
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as part:
        found = set(part.execute(ask).fetchall())
        extracts = part.execute(
            "select distinct extract from mart.fct_submissions"
        ).fetchall()
    assert extracts == [("lado_referrals",)]
    assert found >= {
        row for row in warehouse.marts.execute(ask).fetchall() if row[2] is not None
    }


def test_the_main_job_publishes_and_what_is_not_new_changes_nothing(
    tmp_path: Path,
) -> None:
    send(
        tmp_path,
        "lado_referrals__LBBD__2008-09Q1__v1.csv",
        "referral_id,referral_date,contact_type",
        "1,2008-05-01,Referral",
        "2,2008-05-02,Consultation",
    )
    job = (sys.executable, "-m", "lscb", "build")
    named = {"LSCB_WAREHOUSE": str(tmp_path / "of our own.db")}
    first = run(tmp_path, *job, **named)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "1 accepted" in first.stdout
    assert "protected by hes_2008" in first.stdout
    assert "SYNTHETIC" not in first.stdout
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "published").iterdir()
        if path.is_file()
    }
    assert set(digests) == {"lscb.duckdb", "manifest.json"}

    (sent,) = (tmp_path / "landing").rglob("*.csv")
    for is_touched in (True, False):
        if is_touched:
            sent.touch()
        again = run(tmp_path, *job, **named)
        assert again.returncode == 0, again.stdout + again.stderr
        assert ("Nothing new" in again.stdout) == (not is_touched)
        assert "1 accepted" in again.stdout
        assert "(unchanged)" in again.stdout
        assert digests == {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (tmp_path / "published").iterdir()
            if path.is_file()
        }
    with duckdb.connect(str(tmp_path / "published/lscb.duckdb"), read_only=True) as db:
        cell = db.execute(
            "select numerator, value_status from mart.indicator_scorecard"
            " where indicator_id = 'SG12' and area_code = 'E09000002'"
            " and period_id = '2008-09Q1'"
        ).fetchone()
        undescribed = db.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'mart' and comment is null"
        ).fetchall()
    # The only count of the year: neither it nor its mark may say that it is 1.
    assert cell[0] is None
    assert cell[1] in ("suppressed", "suppressed_secondary")
    assert undescribed == []
