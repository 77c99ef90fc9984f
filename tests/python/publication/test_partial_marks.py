"""Each partial figure, in each chart that is drawn, has the form that says so.

Counted anew from the published file, and looked for in the drawings themselves: by the
title of a mark, and by whether it is filled.
"""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

# A mark of a chart's rows: its attributes and what it says when it is pointed at.
MARK = re.compile(r"<(?:path|rect|line)([^<>]*)><title>([^<]*)</title>")
FIGURE = re.compile(r'<figure id="([^"]*)".*?</figure>', re.DOTALL)


def is_hollow(attributes: str) -> bool:
    """Whether a mark is white inside, or hatched by a pattern."""
    fill = re.search(r'fill="([^"]*)"', attributes)[1]
    return fill in ("#ffffff", "white") or fill.startswith("url(#")


def marks_of(page: Path) -> dict[str, list[tuple[str, bool]]]:
    """The marks of each figure of a page: what each says, and whether it is hollow."""
    found = {}
    for figure in FIGURE.finditer(page.read_text(encoding="utf-8")):
        drawn = figure[0].split("</svg>", 1)[0]
        found[figure[1]] = [
            (said, is_hollow(attributes)) for attributes, said in MARK.findall(drawn)
        ]
    return found


@pytest.fixture(scope="module")
def partial(road: duckdb.DuckDBPyConnection) -> Counter[str]:
    """How many partial figures each chart of an indicator has, by its anchor."""
    rows = road.execute(
        "select split_part(name, '/', 2) || kind, name, count(*)"
        " from cells inner join charted"
        " using (indicator_id, definition_version, period_id)"
        " cross join (values ('-map'), ('-intervals')) as kinds (kind)"
        " where area_type = 'local_authority' and value_status = 'partial'"
        " and indicator_value is not null group by all"
    ).fetchall()
    found = Counter(
        {f"{name.split('/')[0]}/{anchor}": count for anchor, name, count in rows}
    )
    trends = road.execute(
        "with points as (select *, dense_rank() over ("
        " partition by indicator_id order by start_date desc, end_date desc) as back"
        " from cells inner join finest using (indicator_id, period_type)"
        " where area_type = 'local_authority' and indicator_value is not null"
        " qualify count(distinct period_id) over (partition by indicator_id) >= 2)"
        " select indicator_id, count(*) from points"
        " where back <= 24 and value_status = 'partial' group by all"
    ).fetchall()
    return found + Counter({f"{code}/{code}-trends": count for code, count in trends})


def test_every_partial_figure_of_an_indicator_is_hollow(
    site: Path, partial: Counter[str]
) -> None:
    drawn: Counter[str] = Counter()
    whole = 0
    for page in sorted((site / "indicators").glob("*.html")):
        for anchor, marks in marks_of(page).items():
            for said, hollow in marks:
                if said.endswith(", partial"):
                    assert hollow, (page.name, anchor, said)
                    drawn[f"{page.stem}/{anchor}"] += 1
                elif re.search(r": [\d,.]+", said):
                    assert not hollow, (page.name, anchor, said)
                    whole += 1
    assert drawn == partial
    assert drawn.total() > 100 and whole > 5_000


def test_every_partial_figure_of_london_is_hollow(
    site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    (wanted,) = road.execute(
        "select count(*) from cells inner join finest using (indicator_id, period_type)"
        " where area_code = 'E12000007' and period_type = 'quarter'"
        " and value_status = 'partial' and indicator_value is not null"
        " and indicator_id in (select indicator_id from cells"
        " where area_code = 'E12000007' and period_type = 'quarter'"
        " group by 1 having count(indicator_value) >= 2)"
    ).fetchone()
    found = [
        (said, hollow)
        for anchor, marks in marks_of(site / "index.html").items()
        if anchor.startswith("trends-")
        for said, hollow in marks
    ]
    assert [said for said, hollow in found if hollow] == [
        said for said, _ in found if said.endswith(", partial")
    ]
    assert sum(hollow for _, hollow in found) == wanted > 50


def test_a_partial_return_is_hatched(site: Path) -> None:
    """On the page of who sent what, where each state has its letter too."""
    seen = 0
    for marks in marks_of(site / "coverage.html").values():
        for said, hollow in marks:
            assert hollow == said.endswith(": partial")
            seen += hollow
    assert seen > 5
