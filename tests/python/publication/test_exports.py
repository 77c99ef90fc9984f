"""The exports: every published cell, no other, in files that their standards accept."""

import csv
import json
import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import duckdb
import openpyxl
import pytest

from lscb.exporting import ees
from lscb.exporting.exports import write_exports
from lscb.exporting.tables import TIMESTAMP, relations_of
from lscb.exporting.workbook import write_workbook
from publication.reading import csv_rows

# The symbols for a number that is not there, and what a number may look like.
SYMBOLS = {"z", "x", "c", "low", "u"}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def marts(published: Path) -> duckdb.DuckDBPyConnection:
    """The published file, to read."""
    with duckdb.connect(str(published), read_only=True) as connection:
        yield connection


def relations(marts: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of all published tables and views."""
    return [
        name
        for (name,) in marts.execute(
            "select distinct table_name from duckdb_columns()"
            " where schema_name = 'mart' order by 1"
        ).fetchall()
    ]


def test_parquet_and_csv_hold_every_table_cell_by_cell(
    exports: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    for name in relations(marts):
        parquet = exports / "parquet" / f"{name}.parquet"
        same = (
            f"select count(*) from (from mart.{name} except all"
            f" from read_parquet('{parquet}'))"
        )
        assert marts.execute(same).fetchone() == (0,), name
        types = dict(
            marts.execute(
                "select column_name, data_type from duckdb_columns()"
                " where schema_name = 'mart' and table_name = ?"
                " order by column_index",
                [name],
            ).fetchall()
        )
        shape = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        file = exports / "csv" / f"{name}.csv"
        columns = (
            f"columns = {{{shape}}}, header = true, timestampformat = '{TIMESTAMP}'"
        )
        read = f"read_csv('{file}', auto_detect = false, {columns})"
        for first, second in ((f"mart.{name}", read), (read, f"mart.{name}")):
            (left,) = marts.execute(
                f"select count(*) from (from {first} except all from {second})"
            ).fetchone()
            assert left == 0, name


@pytest.fixture(scope="module")
def book(exports: Path) -> openpyxl.Workbook:
    """The workbook, read once: it is large, and nobody here writes into it."""
    return openpyxl.load_workbook(exports / "lscb.xlsx")


def test_the_workbook_is_tidy_and_true(
    book: openpyxl.Workbook, marts: duckdb.DuckDBPyConnection
) -> None:
    first = ["Read me", "Contents", "Columns", "Codes", "Latest"]
    assert book.sheetnames[:5] == first
    for sheet in book:
        assert not sheet.merged_cells.ranges, sheet.title
        assert sheet.auto_filter.ref, sheet.title
        in_sight = "D2" if sheet.title == "Latest" else "A2"
        assert sheet.freeze_panes == in_sight, sheet.title
        header = [cell.value for cell in sheet[1]]
        assert all(header) and len(set(header)) == len(header), sheet.title
    sheet = book["Values"]
    header, *rows = sheet.iter_rows(values_only=True)
    expected = marts.execute(
        f"select {', '.join(header)} from mart.indicator_scorecard"
    ).fetchall()
    assert len(rows) == len(expected)
    position = header.index("indicator_value")
    assert all(isinstance(row[position], int | float | None) for row in rows)

    def by_key(row: tuple) -> tuple:
        keys = ("indicator_id", "definition_version", "area_code", "period_id")
        return tuple(str(row[header.index(key)]) for key in keys)

    for told, true in zip(
        sorted(rows, key=by_key), sorted(expected, key=by_key), strict=True
    ):
        for one, other in zip(told, true, strict=True):
            if isinstance(other, int | float) and not isinstance(other, bool):
                assert one == pytest.approx(other, rel=1e-12)
            elif hasattr(other, "year"):
                assert str(one)[:10] == str(other)[:10]
            else:
                assert one == other
    described = {(row[0].value, row[1].value) for row in book["Columns"].iter_rows(2)}
    for name in book.sheetnames[4:]:
        for cell in book[name][1]:
            assert (name, cell.value) in described


def test_numbers_are_shown_with_their_digits_and_heads_say_what_they_are(
    book: openpyxl.Workbook, marts: duckdb.DuckDBPyConnection
) -> None:
    """By hand: three figures of a typical value, none after the point of a count."""
    typical = {
        (row[0], row[1]): row[2:]
        for row in marts.execute(
            "select indicator_id, value_type,"
            " list_sort(list(abs(indicator_value)) filter"
            " (where indicator_value is not null)) as known,"
            " known[cast(floor(len(known) / 2) as bigint) + 1],"
            " list_bool_and(list_transform(known, lambda x: x = floor(x)))"
            " from mart.fct_indicator_values"
            " inner join mart.dim_indicators using (indicator_id, definition_version)"
            " group by indicator_id, value_type having len(known) > 0"
        ).fetchall()
    }
    wanted = {}
    for (indicator, _), (_, middle, is_counted) in typical.items():
        places = next(
            (n for n, least in enumerate((10, 1, 0.1), 1) if middle >= least), 4
        )
        wanted[indicator] = "#,##0" if is_counted else f"#,##0.{'0' * places}"
    assert {"#,##0", "#,##0.0", "#,##0.00"} <= set(wanted.values())
    words = dict(
        marts.execute(
            "select column_name, comment from duckdb_columns()"
            " where schema_name = 'mart' and table_name = 'latest_boroughs'"
        ).fetchall()
    )
    sheet = book["Latest"]
    header, *rows = sheet.iter_rows()
    for cell in header:
        assert cell.comment.text == words[cell.value]
    column = {cell.value: place for place, cell in enumerate(header)}
    seen = set()
    for row in rows:
        indicator = row[column["indicator_id"]].value
        for name in ("indicator_value", "london_value", "change"):
            if (cell := row[column[name]]).value is not None:
                assert cell.number_format == wanted[indicator], (indicator, name)
                seen.add(cell.number_format)
        base = row[column["denominator"]]
        assert base.value is None or base.number_format == "#,##0"
        version = row[column["definition_version"]]
        assert version.number_format == "0"
        counted = row[column["numerator_text"]].value
        assert counted, "the definition stands beside the number"
    assert len(seen) > 2


def test_the_contents_lead_to_every_sheet(book: openpyxl.Workbook) -> None:
    header, *rows = book["Contents"].iter_rows()
    assert [cell.value for cell in header] == [
        "sheet",
        "what it holds",
        "rows",
        "table",
    ]
    assert [row[0].value for row in rows] == book.sheetnames[4:]
    for name, holds, number, _ in rows:
        assert name.hyperlink.location == f"'{name.value}'!A1"
        assert holds.value
        assert number.value == book[name.value].max_row - 1


def test_a_workbook_has_no_sheet_of_a_table_that_is_not_published(
    marts: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    few = [each for each in relations_of(marts) if each.name == "dim_indicators"]
    write_workbook(marts, few, tmp_path / "few.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "few.xlsx").sheetnames
    assert sheets == ["Read me", "Contents", "Columns", "Codes", "Indicators"]


def test_the_data_dictionary_names_every_column(
    exports: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    with (exports / "data_dictionary.csv").open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    named = {(row["table_name"], row["column_name"]) for row in rows}
    assert named == set(
        marts.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'mart'"
        ).fetchall()
    )


def test_the_data_package_describes_its_files(
    exports: Path, marts: duckdb.DuckDBPyConnection
) -> None:
    package = json.loads((exports / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["name"] for r in package["resources"]] == relations(marts)
    for resource in package["resources"]:
        header = csv_rows(exports / resource["path"])[0]
        assert [f["name"] for f in resource["schema"]["fields"]] == header
        assert resource["bytes"] == (exports / resource["path"]).stat().st_size


def test_frictionless_accepts_the_data_package(exports: Path) -> None:
    frictionless = pytest.importorskip(
        "frictionless", reason="frictionless is not part of this environment"
    )
    report = frictionless.validate(str(exports / "datapackage.json"))
    assert report.valid, report.flatten(["resource", "rowNumber", "message"])[:5]


SIX_DIGITS = ("academic_year", "financial_year", "quarter")
KINDS = (*SIX_DIGITS, "calendar_year", "month", "wave")
NUMBERS = (
    "numerator", "denominator", "measure_value", "lower_limit_95", "upper_limit_95"
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """An EES data file and its metadata file."""

    kind: str
    unit: str
    data: list[dict[str, str]]
    meta: list[dict[str, str]]


@pytest.fixture(scope="module", params=KINDS)
def pairs(
    request: pytest.FixtureRequest, exports: Path, marts: duckdb.DuckDBPyConnection
) -> list[Pair]:
    """The EES files of a kind of period, one pair a unit."""
    (values,) = marts.execute(
        "select count(indicator_value) from mart.fct_indicator_values"
        " inner join mart.dim_periods using (period_id) where period_type = ?",
        [request.param],
    ).fetchone()
    start = f"lscb_{request.param}_"
    found = []
    for path in sorted((exports / "ees").glob(f"{start}*.meta.csv")):
        name = path.name.removesuffix(".meta.csv")
        rows = []
        for file in (path.with_name(f"{name}.csv"), path):
            with file.open(encoding="utf-8", newline="") as handle:
                rows.append(list(csv.DictReader(handle)))
        found.append(Pair(request.param, name.removeprefix(start), *rows))
    assert bool(found) == bool(values)
    if not found:
        pytest.skip(f"the sample has no value for a {request.param}")
    return found


def test_ees_columns_are_the_mandatory_ones_in_snake_case(pairs: list[Pair]) -> None:
    for pair in pairs:
        data = pair.data
        meta = pair.meta
        columns = list(data[0])
        assert columns[: len(ees.TIME_AND_PLACE)] == ees.TIME_AND_PLACE
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in columns)
        assert len(set(columns)) == len(columns)
        assert list(meta[0])[:8] == ees.META_COLUMNS[:8]


def test_ees_metadata_and_data_name_the_same_columns(pairs: list[Pair]) -> None:
    for pair in pairs:
        data = pair.data
        meta = pair.meta
        groups = {row["filter_grouping_column"] for row in meta} - {""}
        described = {row["col_name"] for row in meta}
        # of one level a filter, or a group, says nothing, and is no filter there
        levels = {name: len({row[name] for row in data}) for name in ees.FILTERS}
        told = {name for name, number in levels.items() if number > 1}
        assert described | groups == told | set(NUMBERS)
        assert not described & groups
        kinds = {row["col_type"] for row in meta}
        assert kinds == {"Indicator"} | {"Filter" for _ in described - set(NUMBERS)}
        assert all(row["label"] for row in meta)
        assert len({row["label"] for row in meta}) == len(meta)
        for row in meta:
            is_filter = row["col_type"] == "Filter"
            assert not (is_filter and (row["indicator_unit"] or row["indicator_dp"]))
            assert not (not is_filter and (row["filter_hint"] or row["filter_default"]))
            assert row["indicator_dp"] == "" or row["indicator_dp"].isdigit()


def test_ees_files_hold_values_of_one_unit_each(
    pairs: list[Pair], marts: duckdb.DuckDBPyConnection
) -> None:
    units = {
        f"{code} v{version}": unit
        for code, version, unit in marts.execute(
            "select indicator_id, definition_version, unit from mart.dim_indicators"
        ).fetchall()
    }
    seen: dict[str, str] = {}
    for pair in pairs:
        held = {units[row["measure"].split(":")[0]] for row in pair.data}
        assert len({"%" if unit.startswith("%") else unit for unit in held}) == 1
        for unit in held:
            assert seen.setdefault(unit, pair.unit) == pair.unit
        value = next(row for row in pair.meta if row["col_name"] == "measure_value")
        (unit, *_) = held
        assert value["indicator_unit"] == ("%" if unit.startswith("%") else "")
        words = {"%": "percentage", "c": "number"}
        assert words.get(unit[0], unit) in value["label"].lower()
        is_rate_of_quarter = pair.kind == "quarter" and unit.startswith("per ")
        assert value["label"].endswith(", in the quarter") == is_rate_of_quarter


def test_ees_time_is_one_kind_and_well_formed(pairs: list[Pair]) -> None:
    for pair in pairs:
        kind = pair.kind
        data = pair.data
        identifiers = {row["time_identifier"] for row in data}
        if kind == "quarter":
            assert identifiers <= {f"Financial year Q{n}" for n in range(1, 5)}
        elif kind != "month":
            assert len(identifiers) == 1
        for period in {row["time_period"] for row in data}:
            if kind in SIX_DIGITS:
                assert re.fullmatch(r"\d{6}", period)
                assert (int(period[:4]) + 1) % 100 == int(period[4:])
            else:
                assert re.fullmatch(r"\d{4}", period)


def test_ees_places_carry_their_codes(pairs: list[Pair]) -> None:
    for pair in pairs:
        data = pair.data
        for row in data:
            assert (row["country_code"], row["country_name"]) == (
                "E92000001",
                "England",
            )
            assert (
                re.fullmatch(r"E1[23]\d{6}", row["region_code"]) and row["region_name"]
            )
            authority = [row[c] for c in ("old_la_code", "new_la_code", "la_name")]
            if row["geographic_level"] == "Local authority":
                assert re.fullmatch(r"\d{3}", authority[0])
                assert re.fullmatch(r"E09\d{6}", authority[1]) and authority[2]
            else:
                assert row["geographic_level"] == "Regional"
                assert authority == ["", "", ""]


def test_ees_matrix_is_complete_and_holds_no_blank(pairs: list[Pair]) -> None:
    for pair in pairs:
        data = pair.data
        assert all(
            NUMBER.fullmatch(row[name]) or row[name] in SYMBOLS
            for row in data
            for name in NUMBERS
        )

        def keys(rows: list[dict[str, str]], *names: str) -> set[tuple[str, ...]]:
            return {tuple(row[name] for name in names) for row in rows}

        times = keys(data, "time_period", "time_identifier")
        places = keys(data, "geographic_level", "region_code", "new_la_code")
        items = keys(data, "theme", "measure")
        rows = [
            (
                (row["time_period"], row["time_identifier"]),
                (row["geographic_level"], row["region_code"], row["new_la_code"]),
                (row["theme"], row["measure"]),
            )
            for row in data
        ]
        assert len(rows) == len(set(rows))
        assert set(rows) == set(product(times, places, items))
        assert len(places) == 36
        for row in data:
            assert all(len(row[f]) <= ees.ITEM_LIMIT for f in ees.FILTERS)
            assert all(row[f] == row[f].strip() != "" for f in ees.FILTERS)


def test_ees_groups_have_fewer_levels_than_their_filter(pairs: list[Pair]) -> None:
    for pair in pairs:
        data = pair.data
        meta = pair.meta
        for row in meta:
            if group := row["filter_grouping_column"]:
                items = {r[row["col_name"]] for r in data}
                assert len({r[group] for r in data}) <= len(items)
                assert row["filter_default"] in items


def test_ees_numbers_are_the_published_ones(
    pairs: list[Pair], marts: duckdb.DuckDBPyConnection
) -> None:
    for pair in pairs:
        kind = pair.kind
        data = pair.data
        known = {
            (row[0], row[1]): row[2:]
            for row in marts.execute(
                "select indicator_id || ' v' || definition_version || ' ' || period_id,"
                " area_code, numerator, denominator, indicator_value, lower_limit,"
                " upper_limit from mart.fct_indicator_values"
            ).fetchall()
        }
        for row in data:
            year = row["time_period"]
            period = f"{year[:4]}-{year[4:]}"
            period = {
                "quarter": period + row["time_identifier"][-2:],
                "financial_year": period,
                "academic_year": f"AY{period}",
                "wave": f"W{year}",
            }.get(kind, year)
            area = row["new_la_code"] or row["region_code"]
            value = known.get((f"{row['measure'].split(':')[0]} {period}", area))
            shown = [row[name] for name in NUMBERS]
            if value is None:
                assert shown == ["z"] * 5
                continue
            for text, number in zip(shown, value, strict=True):
                assert (text in SYMBOLS) if number is None else float(text) == number


def test_the_same_file_makes_the_same_exports(
    published: Path, exports: Path, tmp_path: Path
) -> None:
    write_exports(published, tmp_path / "again")
    files = [path for path in exports.rglob("*") if path.is_file()]
    assert len(files) > 30
    for path in files:
        again = tmp_path / "again" / path.relative_to(exports)
        assert path.read_bytes() == again.read_bytes(), path.name
