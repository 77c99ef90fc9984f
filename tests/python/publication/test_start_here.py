"""What a stranger reads first: its lines as they were written, and its queries work."""

import csv
import re
from pathlib import Path

import duckdb

from build_help import PROJECT
from publication.road import rows_of


def test_the_first_lines_stand_in_the_file_and_their_queries_find_something(
    road: duckdb.DuckDBPyConnection,
) -> None:
    with (PROJECT / "seeds" / "reference" / "first_lines.csv").open(
        newline="", encoding="utf-8"
    ) as lines:
        written = list(csv.DictReader(lines))
    told = rows_of(road, "from mart.start_here order by line_number")
    assert [{name: str(cell) for name, cell in row.items()} for row in told] == written
    assert len(told) == 10
    tables = {row["table_name"] for row in rows_of(road, "from duckdb_tables()")}
    tables |= {row["view_name"] for row in rows_of(road, "from duckdb_views()")}
    for row in told:
        (table,) = re.findall(r"\bfrom mart\.(\w+)", row["to_try"])
        assert table in tables
        assert rows_of(road, row["to_try"]), row["to_try"]


def test_a_stranger_finds_the_first_lines_without_knowing_a_schema(
    published: Path,
) -> None:
    with duckdb.connect(str(published), read_only=True) as stranger:
        assert stranger.execute("show tables").fetchall() == [("start_here",)]
        assert (
            stranger.execute("select * from start_here").fetchall()
            == stranger.execute("select * from mart.start_here").fetchall()
        )
