"""Open the published file with several lines of DuckDB, each in its own environment.

    lscb bench versions --folder /tmp/duckdb-versions [version ...]

Makes a virtual environment a version (pip fetches DuckDB into it), opens the file
read-only, counts every table and view, compares with the manifest, and reads comments.
Exit code 1 where any version finds something else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lscb.errors import UserError
from lscb.settings import Settings

VERSIONS = ("1.2.2", "1.3.2", "1.4.5", "1.5.6", "2.0.0", "2.0.1")

# Run by the interpreter of each environment, which has DuckDB and nothing else.
LOOK = """
import json, sys
import duckdb

with_file = duckdb.connect(sys.argv[1], read_only=True)
ask = lambda query: with_file.execute(query).fetchall()
relations = dict(ask(
    "select table_name, table_type from information_schema.tables"
    " where table_schema = 'mart'"
))
print(json.dumps({
    "version": duckdb.__version__,
    "rows": {
        name: ask(f'select count(*) from mart."{name}"')[0][0] for name in relations
    },
    "views": [name for name, kind in relations.items() if kind == "VIEW"],
    "uncommented": ask(
        "select table_name from duckdb_tables() where schema_name = 'mart'"
        " and comment is null union all select table_name || '.' || column_name"
        " from duckdb_columns() where schema_name = 'mart' and comment is null"
        " union all select view_name from duckdb_views() where not internal"
        " and comment is null"
    ),
    "sums": ask(
        # a sum of doubles depends in its last digit on the order of adding
        "select count(*), cast(sum(cast(numerator as decimal(28, 9))) as varchar),"
        " cast(sum(cast(indicator_value as decimal(28, 9))) as varchar),"
        " max(value_status) from mart.indicator_scorecard"
    ),
}))
"""


def environment_of(version: str, folder: Path) -> Path:
    """The interpreter of an environment with that DuckDB, made where it is missing."""
    home = folder / version
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
    subprocess.run(
        [
            python,
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            f"duckdb=={version}",
        ],
        check=True,
    )
    return python


def look(python: Path, file: Path) -> dict:
    """What a DuckDB sees in the file; RuntimeError with its words if it cannot."""
    done = subprocess.run(
        [python, "-c", LOOK, file],
        capture_output=True,
        text=True,
        check=False,
        env={name: text for name, text in os.environ.items() if name != "PYTHONPATH"},
    )
    if done.returncode != 0:
        raise RuntimeError(f"cannot read {file}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


def differences(found: dict, manifest: dict, first: dict) -> list[str]:
    """What a version saw that the manifest, or the first version, does not say."""
    told = [
        f"{table}: {found['rows'].get(table)} rows, the manifest says {said['rows']}"
        for table, said in manifest["tables"].items()
        if found["rows"].get(table) != said["rows"]
    ]
    told += [f"no comment on {name}" for (name,) in found["uncommented"]]
    if found["rows"] != first["rows"] or found["sums"] != first["sums"]:
        told.append(f"reads other figures than DuckDB {first['version']}")
    return told


def run(folder: Path, versions: Sequence[str] = ()) -> int:
    """Try the versions; 0 all read the same, 1 one does not, 2 nothing to read.

    The folder is for the environments.
    """
    published = Settings.from_environment().published
    file, manifest_file = published / "lscb.duckdb", published / "manifest.json"
    if not (file.exists() and manifest_file.exists()):
        raise UserError(
            f"There is no publication in {published}: run `make build` first."
        )
    manifest = json.loads(manifest_file.read_text())
    first: dict | None = None
    is_well = True
    for version in versions or VERSIONS:
        try:
            found = look(environment_of(version, folder), file.resolve())
        except RuntimeError as error:
            print(f"{version}: {error}")
            is_well = False
            continue
        first = first or found
        told = differences(found, manifest, first)
        is_well = is_well and not told
        tables = len(found["rows"]) - len(found["views"])
        print(
            f"{found['version']}: {tables} tables and {len(found['views'])} views,"
            f" {sum(found['rows'].values()):,} rows; "
            + ("; ".join(told) or "as the manifest says, every column described")
        )
    return 0 if is_well else 1
