"""The project as a user meets it: one command, a part of it, another catalogue."""

import csv
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from build_help import AS_OF, PROJECT, Build
from lscb.quality.invariants import Invariant, failing
from lscb.settings import places_below

# What a copy of the project needs to build; everything else can be made again.
PARTS = (
    *("models", "macros", "seeds", "scripts", "tests/data", "analyses", "docs"),
    "expectations",
)
FILES = ("dbt_project.yml", "profiles.yml")

SMALL_CATALOGUE = """\
ZZ1,Allegations,count,1,lado_referrals,lado_allegations,none,,sum,none,quarter|financial_year
ZZ2,Reviews on time,proportion,100,lscb_return,,sent,,sum,sum,quarter|financial_year
ZZ3,Missing,rate,10000,missing_children,missing_episodes,population,0-17,sum,same,quarter
"""


def read_csv(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        return list(reader.fieldnames or ()), list(reader)


def write_csv(path: Path, names: list[str], rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(lines, names, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)


def run(
    project: Path, folder: Path, *command: str, **variables: str
) -> subprocess.CompletedProcess:
    """Run a command in a project, on folders and a warehouse of its own."""
    return subprocess.run(
        command,
        cwd=project,
        env=os.environ
        | places_below(folder)
        | {
            "LSCB_AS_OF": AS_OF,
            "PYTHONPATH": str(project / "scripts"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def dbt(project: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = (sys.executable, "-m", "dbt.cli.main", *arguments)
    return run(project, folder, *command, "--profiles-dir", str(project))


def send(folder: Path, name: str, *lines: str) -> None:
    path = folder / "landing" / name.split("__")[0] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_an_empty_landing_folder_is_one_sentence(tmp_path: Path) -> None:
    done = dbt(PROJECT, tmp_path, "build")
    assert done.returncode != 0
    assert "make sample" in done.stdout
    assert "LSCB_LANDING" in done.stdout
    assert done.stdout.count("There is nothing to land") == 1


def test_a_part_of_the_project_lands_what_it_needs_and_no_more(
    sample: Path, warehouse: Build, tmp_path: Path
) -> None:
    (tmp_path / "landing").symlink_to(sample)
    done = dbt(PROJECT, tmp_path, "build", "--select", "stg_lado__referrals+")
    assert done.returncode == 0, done.stdout[-3000:]

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
    first = run(PROJECT, tmp_path, *job, **named)
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
        again = run(PROJECT, tmp_path, *job, **named)
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


@pytest.fixture
def other_project(tmp_path: Path) -> Path:
    """A copy of the project whose catalogue is three indicators of other codes."""
    project = tmp_path / "project"
    for part in PARTS:
        if (PROJECT / part).exists():
            shutil.copytree(
                PROJECT / part,
                project / part,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
    for name in FILES:
        shutil.copy(PROJECT / name, project / name)

    catalogue = project / "seeds" / "catalogue"
    names, rows = read_csv(catalogue / "indicators.csv")
    pattern = next(row for row in rows if row["indicator_id"] == "SG12")
    fields = (
        "indicator_id", "title", "value_type", "multiplier", "extract",
        "numerator_measure_id", "denominator_basis", "population_age_band",
        "year_from_quarters", "year_denominator", "periods",
    )  # fmt: skip
    small = [
        pattern | dict(zip(fields, line.split(","), strict=True))
        for line in SMALL_CATALOGUE.splitlines()
    ]
    write_csv(catalogue / "indicators.csv", names, small)
    return project


def test_another_catalogue_needs_no_other_sql(
    other_project: Path, tmp_path: Path, invariants: list[Invariant]
) -> None:
    """Nor fewer seeds: rows of indicators that are no longer there do no harm."""
    send(
        tmp_path,
        "lado_referrals__Barnet__2008-09Q1__v1.csv",
        "referral_id,referral_date,contact_type",
        "1,2008-05-01,Referral",
        "2,2008-06-30,Referral",
    )
    send(
        tmp_path,
        "lscb_return__Barnet__2008-09Q1__v1.csv",
        "pi_code,numerator,denominator",
        "zz2,9,12",
        "SG02,1,2",
        "ZZ3,4,",
    )
    send(
        tmp_path,
        "missing_children__MPS__2008-09Q1__v1.csv",
        "episode_ref,child_ref,reported_date,age,bocu",
        "e1,c1,01/04/2008,15,SX",
        "e2,c1,02/04/2008,15,SX",
    )
    send(
        tmp_path,
        "population__ONS__2008__v1.csv",
        "gss_code,age_band,persons",
        "E09000003,0-17,80000",
    )
    done = dbt(
        other_project,
        tmp_path,
        "build",
        "--exclude-resource-type",
        "test",
        "--exclude-resource-type",
        "unit_test",
    )
    assert done.returncode == 0, done.stdout[-3000:]
    with duckdb.connect(str(tmp_path / "warehouse.duckdb"), read_only=True) as db:
        found = db.execute(
            "select indicator_id, numerator, denominator, indicator_value"
            " from mart.fct_indicator_values where area_code = 'E09000003'"
            " and period_id = '2008-09Q1' order by all"
        ).fetchall()
        aside = db.execute("select reason_code from mart.fct_set_aside").fetchall()
        orphans = db.execute(
            "select distinct rule_code, severity from mart.fct_quality_flags"
            " where rule_code = 'row_of_no_indicator'"
        ).fetchall()
        failures = failing(db, invariants)
    assert found == [
        ("ZZ1", 2, None, 2),
        ("ZZ2", 9, 12, 75),
        ("ZZ3", 2, 80_000, 0.25),
    ]
    assert aside == [("indicator_unknown",)]
    assert orphans == [("row_of_no_indicator", "notice")]
    assert failures == []
