"""The layout of Explore Education Statistics: a data and a metadata file each.

Written after the open data standards of the Department for Education: mandatory time
and geography columns, snake case, one filter with its grouping column, GSS symbols in
place of numbers that are not there, and the complete matrix of areas, indicators and
periods. A file holds one kind of time identifier, as the standard wants, and values of
one unit: a column has one unit there, and what should not stand side by side is not to
share a file. A filter, or a grouping, of one level is left out of the metadata.
"""

import csv
import re
from dataclasses import dataclass
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
NUMBERS = [
    "numerator", "denominator", "measure_value", "lower_limit_95", "upper_limit_95"
]  # fmt: skip
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


@dataclass(frozen=True)
class Content:
    """What one file holds: a kind of period, and the units that are one to a reader."""

    period_type: str
    units: tuple[str, ...]

    @property
    def is_percentage(self) -> bool:
        """Whether its values are per cent, of whatever."""
        return self.units[0].startswith("%")

    @property
    def is_count(self) -> bool:
        """Whether its values are counts."""
        return self.units == ("count",)

    @property
    def name(self) -> str:
        """The name of its files."""
        unit = "percentage" if self.is_percentage else self.units[0].replace(",", "")
        return f"lscb_{self.period_type}_{re.sub(r'[^a-z0-9]+', '_', unit.lower())}"

    @property
    def label(self) -> str:
        """What a value of it is called."""
        if self.is_percentage:
            return "Percentage"
        if self.is_count:
            return "Number"
        (unit,) = self.units
        if unit.startswith("per "):
            unit = f"rate {unit}"
            if self.period_type == "quarter":
                unit += ", in the quarter"
        return unit[0].upper() + unit[1:]


def contents_of(connection: duckdb.DuckDBPyConnection) -> list[Content]:
    """The files that there are to write; what is not defined has no unit, and none."""
    found: dict[tuple[str, str], list[str]] = {}
    for kind, unit in connection.execute(
        "select distinct period_type, unit from mart.fct_indicator_values"
        " inner join mart.dim_periods using (period_id)"
        " inner join mart.dim_indicators using (indicator_id, definition_version)"
        " where value_type <> 'undefined' order by period_type, unit"
    ).fetchall():
        found.setdefault((kind, "%" if unit.startswith("%") else unit), []).append(unit)
    return [Content(kind, tuple(units)) for (kind, _), units in found.items()]


def shown(value: Any, symbol: str) -> str:
    """A number as the file has it, or the symbol that stands in its place."""
    if value is None:
        return symbol
    return str(int(value)) if float(value).is_integer() else repr(value)


def rows_of(
    connection: duckdb.DuckDBPyConnection, content: Content
) -> list[dict[str, str]]:
    """The complete matrix of one file, every cell filled."""
    cursor = connection.execute(
        read_query(SQL, "ees_matrix"),
        {"period_type": content.period_type, "units": list(content.units)},
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
                for name in NUMBERS
            }
        )
    return rows


def item_of(measure: str) -> str:
    """The name of a filter item, within the limit that the standard sets."""
    if len(measure) <= ITEM_LIMIT:
        return measure
    return measure[: ITEM_LIMIT - 1].rstrip() + "…"


def meta_of(content: Content, rows: list[dict[str, str]]) -> list[list[str]]:
    """The rows of the metadata file."""
    measures = {row["measure"] for row in rows}
    group = "theme" if len({row["theme"] for row in rows}) > 1 else ""
    hint = "Filter by indicator"
    described = (
        [["measure", "Filter", "Indicator", "", "", "", hint, group, min(measures)]]
        if len(measures) > 1
        else []
    )
    sign = "%" if content.is_percentage else ""
    for name, label, unit, places in (
        ("numerator", "Numerator", "", "0"),
        ("denominator", "Denominator", "", "0"),
        ("measure_value", content.label, sign, "0" if content.is_count else "2"),
        ("lower_limit_95", "Lower 95 % confidence limit", sign, "2"),
        ("upper_limit_95", "Upper 95 % confidence limit", sign, "2"),
    ):
        described.append([name, "Indicator", label, "", unit, places, "", "", ""])
    return described


def write_ees(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write a data and a metadata file for each kind of period and unit with cells."""
    folder.mkdir()
    for content in contents_of(connection):
        rows = rows_of(connection, content)
        for name, header, lines in (
            (
                f"{content.name}.csv",
                TIME_AND_PLACE + FILTERS + NUMBERS,
                [list(row.values()) for row in rows],
            ),
            (f"{content.name}.meta.csv", META_COLUMNS, meta_of(content, rows)),
        ):
            path = folder / name
            with path.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.writer(handle, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(lines)
