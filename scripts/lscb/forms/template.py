"""The CSV file in which records are sent, empty, and the page that explains it."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from lscb.forms.asking import Seeds, Sender, words
from lscb.forms.periods import Span, in_words
from lscb.landing.form_marks import FormMark

HERE = Path(__file__).resolve().parent
NIL = "Delete this line if there was nothing to report in the period."
NO_NIL = "A file without records says nothing: then send none."

Row = dict[str, str]


def write_template(path: Path, sender: Sender, span: Span, seeds: Seeds) -> None:
    """Write the empty file: whose it is, and the names of the columns.

    Columns that identify persons are left out: nothing here needs them.
    """
    mark = FormMark(sender.extract, sender.code, span.written)
    is_nil = seeds.reference.extracts[sender.extract].empty_file_is_nil
    said = (
        "Write the records below the names of the columns, a line each, and send the"
        f" file by {in_words(span.due)}. {NIL if is_nil else NO_NIL}"
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow([str(mark), said])
        lines.writerow(
            row["column_name"]
            for row in columns_of(sender.extract, seeds)
            if row["is_personal"] != "true"
        )


def write_page(path: Path, sender: Sender, span: Span, seeds: Seeds) -> None:
    """Write the page on each column of an extract."""
    columns = columns_of(sender.extract, seeds)
    (extract,) = (e for e in seeds.rows("extracts") if e["extract"] == sender.extract)
    asked = [row for row in columns if row["is_personal"] != "true"]
    page = _page().render(
        sender=sender,
        span=span,
        due=in_words(span.due),
        about=extract["description"],
        is_nil=extract["empty_file_is_nil"] == "true",
        columns=asked,
        personal=[row["column_name"] for row in columns if row not in asked],
        keys=[row["column_name"] for row in asked if row["is_key"] == "true"],
        lists=[each for row in asked for each in lists_of(row, extract, seeds)],
        receiver=words()["receiver"],
        way=words()["way"],
    )
    path.write_text(page, encoding="utf-8")


def columns_of(extract: str, seeds: Seeds) -> list[Row]:
    """The columns of an extract, in the order of its declaration."""
    rows = [row for row in seeds.rows("extract_columns") if row["extract"] == extract]
    return sorted(rows, key=lambda row: int(row["position"]))


def lists_of(column: Row, extract: Row, seeds: Seeds) -> list[dict[str, Any]]:
    """The list that a column is filled in by, where it is of one: code and meaning."""
    kind = column["data_type"]
    found: list[tuple[str, str]] = []
    if kind == "police_borough":
        found = [(r["bocu_code"], r["bocu_name"]) for r in seeds.rows("bocus")]
    elif kind in ("dfe_area", "gss_area"):
        code = {"dfe_area": "dfe_code", "gss_area": "area_code"}[kind]
        found = [
            (row[code], row["area_name"])
            for row in seeds.rows("areas")
            if row["area_type"] == "local_authority"
        ]
    elif kind == "residence_pct":
        found = [(r["pct_code"], r["pct_name"]) for r in seeds.rows("pcts")]
    elif kind == "residence_authority":
        found = [
            (row["old_ons_code"], row["area_name"])
            for row in seeds.rows("areas")
            if row["old_ons_code"]
        ]
    elif kind == "employer_sector":
        sectors = (row["employer_sector"] for row in seeds.rows("employer_sectors"))
        found = [(each, "") for each in dict.fromkeys(sectors)]
    elif kind == "measure":
        publishers = extract["mark_publishers"].split("|")
        found = [
            (row["mark"], row["meaning"])
            for row in seeds.rows("marks")
            if row["publisher"] in publishers and row["value_status"] != "not_a_mark"
        ]
    return [{"column": column["column_name"], "rows": found}] if found else []


@cache
def _page() -> Template:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined
    ).get_template("columns.html.j2")
