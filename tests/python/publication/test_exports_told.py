"""The exports, as wholes: every sheet, the dictionary, the package, the EES files.

What must stand in them is put together here from the published file; of the exporting
code nothing is asked.
"""

import csv
import hashlib
import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from lscb.exporting import ees
from lscb.exporting.tables import Field, Relation, with_descriptions
from publication.reading import csv_rows
from publication.road import changing, rows_of

KEYS = {
    "about_publication": "item",
    "dim_areas": "area_code",
    "dim_data_challenges": "challenge_id",
    "dim_decisions": "decision_id",
    "dim_indicators": "indicator_id definition_version",
    "dim_neighbours": "area_code edition neighbour_rank",
    "dim_periods": "period_id",
    "dim_value_statuses": "value_status",
    "fct_comparisons": "indicator_id definition_version area_code period_id",
    "fct_indicator_values": "indicator_id definition_version area_code period_id",
    "indicator_scorecard": "indicator_id definition_version area_code period_id",
    "fct_quality_flags": "flag_id",
    "fct_submissions": "file_id",
    "fct_targets": "indicator_id definition_version area_code period_id target_kind",
    "latest_boroughs": "indicator_id area_code",
    "latest_neighbours": "indicator_id area_code neighbour_rank",
    "start_here": "line_number",
}
"""What identifies a row of each table; the other tables have no key."""

PACKAGED = {
    "VARCHAR": {"type": "string"},
    "BOOLEAN": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "DATE": {"type": "date"},
    "TIMESTAMP": {"type": "datetime", "format": "%Y-%m-%d %H:%M:%S"},
    "DOUBLE": {"type": "number"},
    "BIGINT": {"type": "integer"},
}

# Sheets of the workbook: their query, in the order that they must have.
SHEETS = {
    "Indicators": "dim_indicators order by indicator_id, definition_version",
    "Areas": "dim_areas order by sort_order",
    "Periods": "dim_periods where period_id in (select period_id from"
    " mart.fct_indicator_values) order by start_date, end_date, period_id",
    "Targets": "fct_targets order by all",
    "Coverage": "fct_coverage order by all",
    "Files": "fct_submissions order by all",
    "Set aside": "fct_set_aside order by all",
    "Notices": "fct_submission_notices order by all",
    "Quality flags": "fct_quality_flags order by all",
    "Revisions": "fct_revisions order by all",
    "Decisions": "dim_decisions order by minute_order",
    "Challenges": "dim_data_challenges order by challenge_id",
}


@pytest.fixture(scope="module")
def marts(published: Path) -> duckdb.DuckDBPyConnection:
    """The published file, to read."""
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def columns(marts: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Every column of every table and view, described."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(
        marts,
        "select table_name, column_name, data_type, comment from duckdb_columns()"
        " where schema_name = 'mart' and not internal"
        " order by table_name, column_index",
    ):
        found[row["table_name"]].append(row)
    known: dict[str, str] = {}
    for name in sorted(found, key=lambda name: (name == "indicator_scorecard", name)):
        for row in found[name]:
            if row["comment"]:
                known.setdefault(row["column_name"], row["comment"])
    for rows in found.values():
        for row in rows:
            row["comment"] = row["comment"] or known.get(row["column_name"], "")
    return dict(found)


@pytest.fixture(scope="module")
def comments(marts: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is said of every table and view."""
    return dict(
        marts.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'mart'"
            " union all select view_name, comment from duckdb_views()"
            " where schema_name = 'mart'"
        ).fetchall()
    )


def test_the_dictionary_describes_each_column_in_its_place(
    exports: Path, columns: dict, comments: dict[str, str]
) -> None:
    header, *rows = csv_rows(exports / "data_dictionary.csv")
    assert header == [
        "table_name", "column_name", "position", "data_type", "is_key", "description",
        "table_description",
    ]  # fmt: skip
    assert rows == [
        [
            table,
            row["column_name"],
            str(place),
            row["data_type"].lower(),
            "true" if row["column_name"] in KEYS.get(table, "").split() else "false",
            row["comment"],
            comments[table] or "",
        ]
        for table in sorted(columns)
        for place, row in enumerate(columns[table], 1)
    ]
    assert all(row[5] for row in rows)


def test_the_package_says_of_each_column_what_it_is(
    exports: Path,
    columns: dict,
    comments: dict[str, str],
    marts: duckdb.DuckDBPyConnection,
) -> None:
    package = json.loads((exports / "datapackage.json").read_text(encoding="utf-8"))
    about = dict(marts.execute("from mart.about_publication").fetchall())
    (note,) = marts.execute("select data_note from mart.dim_about").fetchone()
    resources = package.pop("resources")
    assert package == {
        "name": "london-lscb-model-dataset",
        "title": "The London LSCB model dataset",
        "description": f"{note}. Draft: not signed off."
        f" Protection: {about['protection']}.",
        "version": about["publication_id"],
        "profile": "tabular-data-package",
    }
    assert [each["name"] for each in resources] == sorted(columns)
    for each in resources:
        table = each["name"]
        content = (exports / "csv" / f"{table}.csv").read_bytes()
        schema: dict[str, Any] = {
            "fields": [
                {"name": row["column_name"], **PACKAGED[row["data_type"]]}
                | ({"description": row["comment"]} if row["comment"] else {})
                for row in columns[table]
            ]
        }
        if table in KEYS:
            schema["primaryKey"] = KEYS[table].split()
        if table == "fct_indicator_values":
            schema["foreignKeys"] = [
                {"fields": [name], "reference": {"resource": of, "fields": [name]}}
                for name, of in (
                    ("area_code", "dim_areas"),
                    ("period_id", "dim_periods"),
                )
            ]
        wanted = {
            "name": table,
            "path": f"csv/{table}.csv",
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(content),
            "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
            "schema": schema,
        }
        if comments[table]:
            wanted["description"] = comments[table]
        assert each == wanted


@pytest.fixture(scope="module")
def book(exports: Path) -> dict[str, list[tuple]]:
    """The rows of every sheet of the workbook."""
    opened = openpyxl.load_workbook(exports / "lscb.xlsx", read_only=True)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened}


def as_sheet(value: Any) -> Any:
    """A value as a sheet gives it back."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return None if value == "" else value


def test_a_sheet_is_its_table(
    book: dict[str, list[tuple]], marts: duckdb.DuckDBPyConnection
) -> None:
    first = ["Read me", "Contents", "Columns", "Codes", "Latest", "Values"]
    assert list(book) == [*first, *SHEETS]
    queries = SHEETS | {
        "Codes": "(select value_status, status_label, gss_symbol, has_number,"
        " description from mart.dim_value_statuses) order by value_status"
    }
    for name, query in queries.items():
        table = query if query.startswith("(") else f"mart.{query}"
        found = marts.execute(f"from {table}")
        header, *rows = book[name]
        assert list(header) == [column[0] for column in found.description]
        wanted = [tuple(map(as_sheet, row)) for row in found.fetchall()]
        assert len(rows) == len(wanted)
        for told, true in zip(rows, wanted, strict=True):
            for one, other in zip(told, true, strict=True):
                if isinstance(other, float):
                    assert one == pytest.approx(other, rel=1e-12)
                elif isinstance(other, datetime):
                    assert abs((one - other).total_seconds()) < 1
                else:
                    assert one == other, name
                assert isinstance(other, bool) == isinstance(one, bool)


def test_the_values_of_the_workbook_stand_in_their_order(
    book: dict[str, list[tuple]], marts: duckdb.DuckDBPyConnection
) -> None:
    header, *rows = book["Values"]
    names = ("indicator_id", "definition_version", "area_code", "period_id")
    places = [header.index(name) for name in names]
    assert [tuple(row[place] for place in places) for row in rows] == marts.execute(
        f"select {', '.join(names)} from mart.indicator_scorecard"
        " order by indicator_id, definition_version, start_date, end_date, area_code"
    ).fetchall()
    # What says how a value is to be read stands beside it.
    assert {
        *("unit_of_period", "interval_method", "value_status", "gss_symbol"),
        *("is_provisional", "coverage_status", "areas_included", "polarity"),
        *("numerator_text", "denominator_text", "change_reason"),
    } <= set(header)


def test_the_latest_figures_of_the_workbook_are_those_of_the_file(
    book: dict[str, list[tuple]], marts: duckdb.DuckDBPyConnection
) -> None:
    header, *rows = book["Latest"]
    assert header[:3] == ("indicator_id", "short_title", "area_name")
    wanted = marts.execute(
        f"select {', '.join(header)} from mart.latest_boroughs"
        " order by indicator_id, area_code"
    ).fetchall()
    assert len(wanted) == len(rows)
    for told, true in zip(rows, wanted, strict=True):
        for one, other in zip(told, map(as_sheet, true), strict=True):
            assert one == (pytest.approx(other) if isinstance(other, float) else other)


def test_the_workbook_says_what_must_be_known_first(
    book: dict[str, list[tuple]], marts: duckdb.DuckDBPyConnection, columns: dict
) -> None:
    about = dict(marts.execute("from mart.about_publication").fetchall())
    is_synthetic, note, as_of = marts.execute(
        "select is_synthetic, data_note, as_of_date from mart.dim_about"
    ).fetchone()
    header, *rows = book["Read me"]
    told = dict(rows)
    assert header == ("item", "text")
    assert told["Title"] == "The London LSCB model dataset"
    assert is_synthetic and told["Data"] == f"SYNTHETIC SAMPLE: {note}"
    assert told["Publication"] == about["publication_id"]
    assert told["State"] == "Draft: not signed off."
    assert told["Submissions as at"] == as_of.isoformat()
    assert about["is_protected"] == "true"
    assert told["Protection"] == about["protection"]
    assert list(told)[6:] == [
        "Empty cells", "Symbols", "Columns", "Intervals", "Definitions",
        "Not in this workbook",
    ]  # fmt: skip
    held = {query.split()[0] for query in SHEETS.values()} | {
        "about_publication", "dim_about", "dim_value_statuses",
        "fct_indicator_values", "fct_comparisons", "indicator_scorecard",
        # views of rows that stand among the values
        "latest_boroughs", "latest_neighbours",
    }  # fmt: skip
    left = told["Not in this workbook"].split(":")[0].split(", ")
    assert left == sorted(set(columns) - held)
    kinds = {
        (table, row["column_name"]): (row["data_type"].lower(), row["comment"] or None)
        for table, rows in columns.items()
        for row in rows
    }
    tables = {name: query.split()[0] for name, query in SHEETS.items()}
    tables |= {"Values": "indicator_scorecard", "Latest": "latest_boroughs"}
    header, *rows = book["Columns"]
    assert header == ("sheet", "column", "type", "description")
    assert [row[:2] for row in rows] == [
        (name, column)
        for name in ("Latest", "Values", *SHEETS)
        for column in book[name][0]
    ]
    for name, column, *said in rows:
        assert tuple(said) == kinds[tables[name], column]


IDENTIFIERS = {
    "financial_year": "Financial year",
    "academic_year": "Academic year",
    "calendar_year": "Calendar year",
    "wave": "Reporting year",
}


LABELS = {
    "percentage": "Percentage",
    "count": "Number",
    "per_10000": "Rate per 10,000",
    "per_100000": "Rate per 100,000",
    "re_offences_per_young_offender": "Re-offences per young offender",
}


def named_unit(unit: str) -> str:
    """The unit in the name of its file."""
    if unit.startswith("%"):
        return "percentage"
    return unit.replace(",", "").replace(" ", "_").replace("-", "_").lower()


def test_ees_files_are_the_whole_matrix(
    exports: Path, road: duckdb.DuckDBPyConnection
) -> None:
    """Every kind of period and unit: rows in order, each a number or its symbol."""
    areas = rows_of(road, "from mart.dim_areas where area_type <> 'unallocated'")
    names = {area["area_code"]: area["area_name"] for area in areas}
    indicators = {
        (row["indicator_id"], row["definition_version"]): row
        for row in rows_of(road, "from mart.dim_indicators")
    }
    kinds: dict[tuple[str, str], dict[tuple, dict[str, Any]]] = defaultdict(dict)
    for row in rows_of(road, "from cells"):
        key = (row["indicator_id"], row["definition_version"], row["area_code"])
        if (unit := indicators[key[:2]]["unit"]) != "not defined":
            kind = row["period_type"], named_unit(unit)
            kinds[kind][*key, row["period_id"]] = row
    files = {path.name for path in (exports / "ees").iterdir()}
    assert files == {
        f"lscb_{kind}_{unit}{end}.csv" for kind, unit in kinds for end in ("", ".meta")
    }
    symbols: set[str] = set()
    for (kind, unit), cells in kinds.items():
        with (exports / "ees" / f"lscb_{kind}_{unit}.csv").open(newline="") as lines:
            found = list(csv.DictReader(lines))
        periods = {key[3]: row for key, row in cells.items()}
        measures = {key[:2] for key in cells}
        wanted = []
        for period, any_row in periods.items():
            year = any_row["start_date"].year
            if kind == "quarter":
                time = (period[:4] + period[5:7], f"Financial year Q{period[-1]}")
            elif kind in ("financial_year", "academic_year"):
                time = (f"{year}{(year + 1) % 100:02}", IDENTIFIERS[kind])
            elif kind == "month":
                time = (str(year), f"{any_row['start_date']:%B}")
            else:
                time = (str(year), IDENTIFIERS[kind])
            for area in areas:
                is_local = area["area_type"] == "local_authority"
                region = area["parent_area_code"] if is_local else area["area_code"]
                place = (
                    "Local authority" if is_local else "Regional",
                    "E92000001",
                    "England",
                    region,
                    names[region],
                    area["dfe_code"] if is_local else "",
                    area["area_code"] if is_local else "",
                    area["area_name"] if is_local else "",
                )
                for code, version in measures:
                    definition = indicators[code, version]
                    item = f"{code} v{version}: {definition['title']}"
                    if len(item) > 120:
                        item = item[:119].rstrip() + "…"
                    cell = cells.get((code, version, area["area_code"], period))
                    numbers = numbers_of(cell, definition)
                    symbols.update(each for each in numbers if not each[-1].isdigit())
                    wanted.append((*time, *place, definition["theme"], item, *numbers))
        assert sorted(tuple(row.values()) for row in found) == sorted(wanted)
        order = [
            (
                row["time_period"],
                row["time_identifier"],
                row["geographic_level"] != "Regional",
                row["region_code"],
                row["new_la_code"],
                row["measure"],
            )
            for row in found
        ]
        assert order == sorted(order)
        meta = csv_rows(exports / "ees" / f"lscb_{kind}_{unit}.meta.csv")
        items = {row["measure"] for row in found}
        theme = "theme" if len({row["theme"] for row in found}) > 1 else ""
        filters = [
            ["measure", "Filter", "Indicator", "", "", "", "Filter by indicator", theme,
             min(items)],
        ]  # fmt: skip
        sign = "%" if unit == "percentage" else ""
        places = "0" if unit == "count" else "2"
        label = LABELS[unit]
        if kind == "quarter" and unit.startswith("per_1"):
            label += ", in the quarter"
        assert meta == [
            ["col_name", "col_type", "label", "indicator_grouping", "indicator_unit",
             "indicator_dp", "filter_hint", "filter_grouping_column", "filter_default"],
            *(filters if len(items) > 1 else []),
            ["numerator", "Indicator", "Numerator", "", "", "0", "", "", ""],
            ["denominator", "Indicator", "Denominator", "", "", "0", "", "", ""],
            ["measure_value", "Indicator", label, "", sign, places, "", "", ""],
            ["lower_limit_95", "Indicator", "Lower 95 % confidence limit", "", sign,
             "2", "", "", ""],
            ["upper_limit_95", "Indicator", "Upper 95 % confidence limit", "", sign,
             "2", "", "", ""],
        ]  # fmt: skip
    assert symbols >= {"z", "x", "c"}


def numbers_of(cell: dict[str, Any] | None, definition: dict[str, Any]) -> list[str]:
    """The five numbers of a cell, or the symbol in the place of each."""
    if cell is None:
        return ["z"] * 5
    symbol = cell["gss_symbol"] or "x"
    no_limit = "z" if cell["indicator_value"] is not None else symbol
    no_base = "z" if definition["denominator_basis"] == "none" else symbol

    def said(name: str, instead: str) -> str:
        value = cell[name]
        if value is None:
            return instead
        return str(int(value)) if value == int(value) else repr(value)

    return [
        said("numerator", symbol),
        said("denominator", no_base),
        said("indicator_value", symbol),
        said("lower_limit", no_limit),
        said("upper_limit", no_limit),
    ]


def test_a_definition_without_a_cell_of_a_kind_is_not_in_its_file(
    published: Path, tmp_path: Path
) -> None:
    """Of two definitions of one indicator, that which has cells of the kind alone."""
    file = tmp_path / "fewer.duckdb"
    with changing(published, file) as connection:
        code, kind, gone, stays = connection.execute(
            "select indicator_id, period_type, min(definition_version),"
            " max(definition_version) from mart.fct_indicator_values"
            " inner join mart.dim_periods using (period_id) group by 1, 2"
            " having count(distinct definition_version) > 1 order by 1, 2"
        ).fetchone()
        connection.execute(
            "delete from mart.fct_indicator_values where indicator_id = ?"
            " and definition_version = ? and period_id in"
            " (select period_id from mart.dim_periods where period_type = ?)",
            [code, gone, kind],
        )
        measures = {
            row["measure"]
            for content in ees.contents_of(connection)
            if content.period_type == kind
            for row in ees.rows_of(connection, content)
        }
    of_it = {each.split(":")[0] for each in measures if each.startswith(f"{code} v")}
    assert f"{code} v{gone}" not in of_it
    assert f"{code} v{stays}" in of_it


def test_a_column_that_says_nothing_takes_the_words_of_its_name() -> None:
    """Those of a table before those of a view; what says something keeps it."""

    def relation(name: str, is_view: bool, **fields: str) -> Relation:
        held = [Field(column, "BIGINT", text) for column, text in fields.items()]
        return Relation(name, is_view, "", 0, held)

    made = with_descriptions(
        [
            relation("a_view", True, one="Of the view.", two="", three="", four="Own."),
            relation("b_table", False, one="", two="Of the table.", four="Other."),
            relation("c_table", False, one="Of another.", two="Second.", three=""),
        ]
    )
    assert [[field.description for field in each.fields] for each in made] == [
        ["Of the view.", "Of the table.", "", "Own."],
        ["Of another.", "Of the table.", "Other."],
        ["Of another.", "Second.", ""],
    ]
