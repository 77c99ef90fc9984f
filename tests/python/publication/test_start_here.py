"""What a stranger reads first: its lines as they were written, and its queries work."""

import csv
import re

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
        query = re.sub(r"\bfrom (\w+)", r"from mart.\1", row["to_try"])
        assert set(re.findall(r"mart\.(\w+)", query)) <= tables
        assert rows_of(road, query), row["to_try"]
