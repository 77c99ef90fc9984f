"""What late boroughs take from the rest: comparisons that stay where files are missing.

    lscb bench late --folder /tmp/late --boroughs 0 --boroughs 1 --boroughs 3

Lands a sample, takes the last year's files of so many boroughs, and of the PCTs that
serve them, out of landing in every extract, builds and publishes what is left, and
attacks it from outside. Of the current indicators that have a latest period at all it
counts those of which some authority is compared with the region in it, in the warehouse
and as published. Exits 1 where anything hidden could be learnt.
"""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from lscb.attack import attack_publication
from lscb.dbt import messages_of, run_dbt
from lscb.errors import UserError
from lscb.publishing.history import Place
from lscb.publishing.publish import publish
from lscb.sample import make_sample
from lscb.settings import places_below
from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")


def build_and_publish(folder: Path) -> None:
    """Land, build and publish what stands in landing, without dbt's tests."""
    os.environ |= places_below(folder)
    result = run_dbt("build", "--exclude-resource-type", "test", "unit_test")
    if not result.success:
        raise UserError(f"The build failed: {messages_of(result)}")
    publish(
        folder / "warehouse.duckdb", Place(folder / "published", folder / "history")
    )


def compared(file: Path) -> tuple[int, int]:
    """How many indicators have a latest period, and how many are compared in it."""
    with duckdb.connect(str(file), read_only=True) as db:
        return db.execute(read_query(SQL, "compared")).fetchone()


def take_out(landing: Path, warehouse: Path, boroughs: int) -> int:
    """Remove the last year's files of so many boroughs; how many files that were."""
    with duckdb.connect(str(warehouse), read_only=True) as db:
        query = read_query(SQL, "last_year_of")
        paths = [
            path for (path,) in db.execute(query, {"boroughs": boroughs}).fetchall()
        ]
    for path in paths:
        (landing / path).unlink()
    return len(paths)


def run(folder: Path, size: float, boroughs: Sequence[int]) -> int:
    """Build with so many boroughs late, one after the other, and print what is left."""
    whole = folder.resolve() / "whole"
    if not (whole / "published").exists():
        make_sample(whole / "landing", size=size)
        build_and_publish(whole)
    told = 0
    for number in boroughs:
        late = folder.resolve() / f"late{number}"
        shutil.rmtree(late, ignore_errors=True)
        shutil.copytree(whole / "landing", late / "landing")
        files = take_out(late / "landing", whole / "warehouse.duckdb", number)
        build_and_publish(late)
        print(f"{number} boroughs late, {files} files out", flush=True)
        for name, file in (
            ("warehouse", late / "warehouse.duckdb"),
            ("published", late / "published" / "lscb.duckdb"),
        ):
            have, keep = compared(file)
            print(f"  {name}: {keep} of {have} indicators are compared", flush=True)
        told |= attack_publication(late / "published", late / "history")
    return told
