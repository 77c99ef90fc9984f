"""Figures beside a hidden count that would disclose it, searched for in the file.

Each query asks one question of what is published, and must find nothing. What a hidden
cell is, which files can be behind it and which findings look into them is worked out
here again from the published tables.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from lscb.disclosure.attack import Mark, PublishedCell
from lscb.disclosure.structure import Key
from lscb.publishing.cells import HIDDEN_STATUSES, NUMERATOR, RowKey, series_of
from lscb.publishing.settled import told_unsettled
from lscb.quality.suites import ARRIVAL, load_rules
from lscb.settings import PROJECT
from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")
EXTRACTS = str(PROJECT / "seeds" / "reference" / "extracts.csv")


def hidden_before(
    connection: duckdb.DuckDBPyConnection, before: Iterable[PublishedCell]
) -> int:
    """How many counts are listed as revised that the publication before had hidden."""
    hidden = {cell.key for cell in before if cell.mark in (Mark.SMALL, Mark.HIDDEN)}
    listed = connection.execute(
        "select indicator_id, definition_version, area_code, period_id"
        " from mart.fct_revisions"
        " where coalesce(old_numerator, new_numerator) is not null"
    ).fetchall()
    rows = (RowKey(*values) for values in listed)
    return sum(
        Key(series_of(row, NUMERATOR), row.area_code, row.period_id) in hidden
        for row in rows
    )


def told_beside(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """What is in a published file beside hidden counts and discloses them."""
    tables = {
        table
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'mart'"
        ).fetchall()
    }
    hidden = {"hidden": HIDDEN_STATUSES}
    asked = {"told_beside": hidden | {"extracts": EXTRACTS}}
    # Asked where there are findings, coverage, targets: a small mart may have none.
    if "fct_coverage" in tables:
        asked["told_by_coverage"] = hidden
    if "fct_targets" in tables:
        asked["told_by_targets"] = hidden
    if {"fct_quality_flags", "fct_quality_results"} <= tables:
        arrivals = [
            f"{rule.suite}/{rule.rule_code}"
            for rule in load_rules()
            if rule.speaks_of == ARRIVAL
        ]
        asked["told_by_findings"] = hidden | {
            "extracts": EXTRACTS,
            "arrivals": arrivals,
        }
    told = {
        name: int(found)
        for query, values in asked.items()
        for name, found in connection.execute(read_query(SQL, query), values).fetchall()
        if found
    }
    if unsettled := told_unsettled(connection):
        told[f"what nobody settled: {', '.join(unsettled[:5])}"] = len(unsettled)
    return told
