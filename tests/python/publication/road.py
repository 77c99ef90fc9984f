"""The second road to the pages: the published file, asked by queries of the tests'."""

import csv
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import yaml
from scipy.stats import norm

from lscb.settings import PROJECT

HERE = Path(__file__).parent
SAID = (PROJECT / "scripts/lscb/pages/words.yml").read_text("utf-8")
WORDS = yaml.safe_load(SAID.replace("{region}", "London"))
with (PROJECT / "seeds/reference/senders.csv").open(encoding="utf-8") as lines:
    WORDS["submitter"] = {
        row["sender_code"]: row["sender_name"] for row in csv.DictReader(lines)
    }


@contextmanager
def changing(published: Path, copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the published file, open to be changed."""
    copy.write_bytes(published.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        yield connection


def said(value: Any) -> str:
    """A value as a CSV file has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return str(value)


def page_deviates(told: duckdb.DuckDBPyConnection) -> float:
    """What a test has to pass: three of each indicator, or area, share 5 per cent."""
    (figures,) = told.execute(
        "select greatest("
        " (select count(distinct indicator_id) from mart.dim_indicators),"
        " (select count(*) from mart.dim_areas))"
    ).fetchone()
    return norm.isf(0.05 / (3 * figures) / 2)


def open_road(published: Path) -> closing:
    """The published file, and what the queries may read beside it."""
    connection = duckdb.connect()
    connection.execute(f"attach '{published}' as told (read_only)")
    connection.execute(
        "create temp table words"
        " (subject text, code text, label text, mark text, place integer)"
    )
    for subject, codes in WORDS.items():
        for place, (code, word) in enumerate(codes.items()):
            told = word if isinstance(word, dict) else {"label": word}
            connection.execute(
                "insert into words values (?, ?, ?, ?, ?)",
                [subject, str(code), told["label"], told.get("mark"), place],
            )
    connection.execute("use told")
    (trends,) = connection.execute(
        "select count(distinct (indicator_id, area_code)) from mart.fct_comparisons"
        " where trend <> 'cannot_be_calculated'"
    ).fetchone()
    connection.execute(
        "create temp table level as select cast($page as double) as deviates,"
        " $page / $published as wider, cast($trends as double) as deviates_of_trends",
        {
            "page": page_deviates(connection),
            "published": norm.isf(0.001),
            "trends": norm.isf(0.05 / 2 / trends / 2),
        },
    )
    connection.execute((HERE / "told_setup.sql").read_text(encoding="utf-8"))
    return closing(connection)


def rows_of(road: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query, by the names of its columns."""
    found = road.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
