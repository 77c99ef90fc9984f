"""The layout of Explore Education Statistics: a data and a metadata file a time kind.

Written after the open data standards of the Department for Education: mandatory time
and geography columns, snake case, one filter with its grouping column, GSS symbols in
place of numbers that are not there, and the complete matrix of areas, indicators and
periods. A file holds one kind of time identifier, as the standard wants.
"""

import csv
from pathlib import Path
from typing import Any

import duckdb

from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")
TIME_AND_PLACE = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
]
FILTERS = ["theme", "measure"]
INDICATORS = {
    "numerator": ("Numerator", 0),
    "denominator": ("Denominator", 0),
    "measure_value": ("Value", 2),
    "lower_limit_95": ("Lower 95 % confidence limit", 2),
    "upper_limit_95": ("Upper 95 % confidence limit", 2),
}
META_COLUMNS = [
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
    "filter_default",
]
ITEM_LIMIT = 120


def shown(value: Any, symbol: str) -> str:
    """A number as the file has it, or the symbol that stands in its place."""
    if value is None:
        return symbol
    return str(int(value)) if float(value).is_integer() else repr(value)


def rows_of(
    connection: duckdb.DuckDBPyConnection, period_type: str
) -> list[dict[str, str]]:
    """The complete matrix of one kind of period, every cell filled."""
    cursor = connection.execute(
        read_query(SQL, "ees_matrix"), {"period_type": period_type}
    )
    names = [column[0] for column in cursor.description]
    rows = []
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        symbols = {
            "denominator": row["symbol_of_denominator"],
            "lower_limit_95": row["symbol_of_limit"],
            "upper_limit_95": row["symbol_of_limit"],
        }
        rows.append(
            {name: row[name] or "" for name in TIME_AND_PLACE}
            | {"theme": row["theme"], "measure": item_of(row["measure"])}
            | {
                name: shown(row[name], symbols.get(name, row["symbol"]))
                for name in INDICATORS
            }
        )
    return rows


def item_of(measure: str) -> str:
    """The name of a filter item, within the limit that the standard sets."""
    if len(measure) <= ITEM_LIMIT:
        return measure
    return measure[: ITEM_LIMIT - 1].rstrip() + "…"


def meta_of(rows: list[dict[str, str]]) -> list[list[str]]:
    """The rows of the metadata file."""
    first = min(row["measure"] for row in rows)
    return [
        [
            "measure",
            "Filter",
            "Indicator",
            "",
            "",
            "",
            "Filter by indicator",
            "theme",
            first,
        ],
        *(
            [name, "Indicator", label, "", "", str(places), "", "", ""]
            for name, (label, places) in INDICATORS.items()
        ),
    ]


def write_ees(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write a data and a metadata file for each kind of period that has cells."""
    folder.mkdir()
    kinds = [
        kind
        for (kind,) in connection.execute(
            "select distinct period_type from mart.fct_indicator_values"
            " inner join mart.dim_periods using (period_id) order by 1"
        ).fetchall()
    ]
    for kind in kinds:
        rows = rows_of(connection, kind)
        for name, header, lines in (
            (
                f"lscb_{kind}.csv",
                TIME_AND_PLACE + FILTERS + list(INDICATORS),
                [list(row.values()) for row in rows],
            ),
            (f"lscb_{kind}.meta.csv", META_COLUMNS, meta_of(rows)),
        ):
            path = folder / name
            with path.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(lines)
