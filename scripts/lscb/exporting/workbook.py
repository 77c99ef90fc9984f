"""The workbook for analysts: tidy sheets, one header row, filters, nothing merged.

A header says by a note what its column means, in the words of the published file. A
number is shown with the digits that it carries; the cell holds all of it.
"""

from collections import defaultdict
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

import duckdb
import xlsxwriter

from lscb.digits import decimals_for
from lscb.exporting.tables import Relation, title_of
from lscb.sql import read_query
from lscb.states import state_said

SQL = Path(__file__).with_name("sql")

# Sheet name, and the query that fills it; a table that is not there makes no sheet.
SHEETS = {
    "Latest": (
        "latest_boroughs",
        read_query(SQL, "latest_sheet"),
    ),
    "Values": (
        "indicator_scorecard",
        read_query(SQL, "values_sheet"),
    ),
    "Indicators": (
        "dim_indicators",
        "select * from mart.dim_indicators order by indicator_id, definition_version",
    ),
    "Areas": ("dim_areas", "select * from mart.dim_areas order by sort_order"),
    "Periods": (
        "dim_periods",
        "select * from mart.dim_periods where period_id in (select period_id from"
        " mart.fct_indicator_values) order by start_date, end_date, period_id",
    ),
    "Targets": ("fct_targets", "select * from mart.fct_targets order by all"),
    "Coverage": ("fct_coverage", "select * from mart.fct_coverage order by all"),
    "Files": ("fct_submissions", "select * from mart.fct_submissions order by all"),
    "Set aside": ("fct_set_aside", "select * from mart.fct_set_aside order by all"),
    "Notices": (
        "fct_submission_notices",
        "select * from mart.fct_submission_notices order by all",
    ),
    "Quality flags": (
        "fct_quality_flags",
        "select * from mart.fct_quality_flags order by all",
    ),
    "Revisions": ("fct_revisions", "select * from mart.fct_revisions order by all"),
    "Decisions": (
        "dim_decisions",
        "select * from mart.dim_decisions order by minute_order",
    ),
    "Challenges": (
        "dim_data_challenges",
        "select * from mart.dim_data_challenges order by challenge_id",
    ),
}
WIDEST, NARROWEST, SAMPLED = 48, 8, 200
# Sheets of words: their texts are broken, and not cut.
OF_WORDS, WIDEST_OF_WORDS = {"Read me", "Contents", "Columns", "Codes"}, 90
LINE_HEIGHT = 15
# Whose columns stay in sight beside the head, how many: what and where a figure is of.
FIXED = {"Latest": 3}

# Numbers that are names, and so have no thousands.
NAMES = {"definition_version", "edition", "mid_year", "minute_order", "sort_order"}
# In the unit of the row's indicator, and so with its digits.
IN_ITS_UNIT = {
    "indicator_value", "london_value", "inner_outer_value", "neighbours_value",
    "previous_value", "change", "old_value", "new_value", "plausible_low",
    "plausible_high",
}  # fmt: skip
LIMITS = {"lower_limit", "upper_limit"}
# How the note at a header is drawn; the author is nobody.
NOTE = {"x_scale": 2.6, "y_scale": 1.6, "author": ""}
ROWS_OF_A_SHEET = 1_048_575


def notes_of(
    connection: duckdb.DuckDBPyConnection, relations: list[Relation], held: set[str]
) -> list[tuple[str, str]]:
    """What a reader must know before the numbers: item and text."""
    about = dict(
        connection.execute(
            "select item, content from mart.about_publication"
        ).fetchall()
    )
    synthetic, note, as_of = connection.execute(
        "select is_synthetic, data_note, as_of_date from mart.dim_about"
    ).fetchone()
    protected = about.get("is_protected") == "true"
    left = sorted(
        relation.name
        for relation in relations
        if relation.name not in held and not relation.is_view
    )
    return [
        ("Title", title_of(connection)),
        ("Data", f"SYNTHETIC SAMPLE: {note}" if synthetic else note),
        ("Publication", about["publication_id"]),
        ("State", state_said(about)),
        ("Submissions as at", as_of.isoformat()),
        (
            "Protection",
            about["protection"]
            if protected
            else f"UNPROTECTED: {about['protection']}. Not for release.",
        ),
        ("Empty cells", "A number that is not there is empty; value_status says why."),
        ("Symbols", "Sheet Codes: z not applicable, x not available, c confidential."),
        ("Columns", "Sheet Columns says what each column of each sheet means."),
        (
            "Intervals",
            "95 % limits: Wilson for proportions; exact Poisson below ten events and"
            " Byar from ten for rates and counts; none for ratios.",
        ),
        (
            "Definitions",
            "A changed definition is a new definition_version: do not join the two.",
        ),
        (
            "Not in this workbook",
            f"{', '.join(left)}: see the folders csv and parquet beside it.",
        ),
    ]


class Book:
    """A workbook that takes one sheet after another."""

    def __init__(self, path: Path, title: str, created: date) -> None:
        self.book = xlsxwriter.Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False}
        )
        # A date of the data, so that the same data make the same file.
        self.book.set_properties(
            {
                "title": title,
                "created": datetime(created.year, created.month, created.day),
            }
        )
        self.header = self.book.add_format(
            {"bold": True, "bg_color": "#E8EEF4", "bottom": 1, "valign": "top"}
        )
        self.words = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.link = self.book.add_format(
            {"font_color": "#0563C1", "underline": 1, "valign": "top"}
        )
        # in words where a program would show 1 and 0
        self.truth = self.book.add_format({"num_format": '"TRUE";"TRUE";"FALSE"'})
        self.numbers = {
            form: self.book.add_format({"num_format": form, "valign": "top"})
            for form in ("0", "#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000")
        }
        self.date = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.time = self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def add(
        self,
        name: str,
        header: list[str],
        rows: list[tuple[Any, ...]],
        notes: dict[str, str] | None = None,
        decimals: dict[str, int] | None = None,
        leads: bool = False,
    ) -> None:
        """Add a sheet: one header row that stays in sight, a filter, fitting widths.

        `notes` are what columns mean, shown at their headers; `decimals` the digits of
        an indicator's values. The first column may lead to the sheets that it names.
        """
        if len(rows) > ROWS_OF_A_SHEET:
            raise ValueError(
                f"Sheet {name} would have {len(rows):,} rows, more than a sheet holds:"
                " leave the table out of exporting/workbook.py and point to its CSV."
            )
        sheet = self.book.add_worksheet(name)
        for column, title in enumerate(header):
            seen = [len(str(row[column])) for row in rows[:SAMPLED]]
            widest = WIDEST_OF_WORDS if name in OF_WORDS else WIDEST
            width = min(widest, max([NARROWEST, len(title) + 3, *seen]) + 1)
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, FIXED.get(name, 0))
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, self.header)
            if note := (notes or {}).get(title):
                sheet.write_comment(0, column, note, NOTE)
        text = self.words if name in OF_WORDS else None
        place = header.index("indicator_id") if decimals else 0
        for line, row in enumerate(rows, 1):
            digits = decimals.get(row[place], 0) if decimals else 0
            if text:
                broken = [wrap(str(value), WIDEST_OF_WORDS - 6) for value in row]
                sheet.set_row(line, LINE_HEIGHT * max(1, *map(len, broken)))
            for column, value in enumerate(row):
                if leads and column == 0:
                    to = f"internal:'{value}'!A1"
                    sheet.write_url(line, column, to, self.link, value)
                    continue
                form = text
                if isinstance(value, int | float):
                    form = self.number_format(header[column], value, digits)
                self.write(sheet, line, column, value, form)

    def number_format(self, column: str, value: Any, digits: int) -> Any:
        """How a number of a column is shown, where its unit has so many decimals."""
        if isinstance(value, bool):
            return self.truth
        if column in NAMES:
            return self.numbers["0"]
        if column in LIMITS:
            digits = digits or 1
        elif column not in IN_ITS_UNIT:
            digits = 0
            if isinstance(value, float) and not value.is_integer():
                return None
        return self.numbers[f"#,##0{'.' * bool(digits)}{'0' * digits}"]

    def write(self, sheet: Any, line: int, column: int, value: Any, form: Any) -> None:
        """Write one cell in its own type; nothing is written for nothing."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(line, column, value, form)
        elif isinstance(value, int | float):
            sheet.write_number(line, column, value, form)
        elif isinstance(value, datetime):
            sheet.write_datetime(line, column, value, self.time)
        elif isinstance(value, date):
            sheet.write_datetime(line, column, value, self.date)
        else:
            sheet.write_string(line, column, str(value), form)


def decimals_of(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """By indicator, the digits of its values."""
    values = defaultdict(list)
    for indicator, value in connection.execute(
        "select indicator_id, indicator_value from mart.fct_indicator_values"
    ).fetchall():
        values[indicator].append(value)
    return {indicator: decimals_for(known) for indicator, known in values.items()}


def write_workbook(
    connection: duckdb.DuckDBPyConnection, relations: list[Relation], path: Path
) -> None:
    """Write the workbook of a published file."""
    present = {relation.name: relation for relation in relations}
    sheets = {name: s for name, s in SHEETS.items() if s[0] in present}
    (as_of,) = connection.execute("select as_of_date from mart.dim_about").fetchone()
    held = {table for table, _ in sheets.values()} | {
        "about_publication",
        "indicator_scorecard",
        "dim_about",
        "dim_value_statuses",
        "fct_indicator_values",
        "fct_comparisons",
    }
    book = Book(path, title_of(connection), as_of)
    book.add("Read me", ["item", "text"], notes_of(connection, relations, held))
    described = []
    results = {}
    contents = []
    for name, (table, query) in sheets.items():
        cursor = connection.execute(query)
        header = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        fields = {field.name: field for field in present[table].fields}
        notes = {column: fields[column].description for column in header}
        results[name] = (header, rows, notes)
        contents.append((name, present[table].description, len(rows), table))
        described += [
            (name, column, fields[column].data_type.lower(), fields[column].description)
            for column in header
        ]
    book.add(
        "Contents", ["sheet", "what it holds", "rows", "table"], contents, leads=True
    )
    book.add("Columns", ["sheet", "column", "type", "description"], described)
    statuses = connection.execute(
        "select value_status, status_label, gss_symbol, has_number, description"
        " from mart.dim_value_statuses order by value_status"
    )
    book.add("Codes", [c[0] for c in statuses.description], statuses.fetchall())
    decimals = decimals_of(connection)
    for name, (header, rows, notes) in results.items():
        digits = decimals if "indicator_id" in header else None
        book.add(name, header, rows, notes, digits)
    book.book.close()
