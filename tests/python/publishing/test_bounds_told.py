"""Which bounds of counts that a source suppressed may stay, in rows made by hand.

Two authorities, x and y, make up a region; two quarters a year. Bounds stay where
anybody could work them out: what came with a source's mark, unless it says too much,
and of a total what follows from what is shown of its parts.
"""

from types import SimpleNamespace

import pytest

from lscb.disclosure.problem import Rule
from lscb.publishing.cells import Facts, Row, RowKey
from lscb.publishing.hiding import told_bounds

FACTS = Facts(
    area_types={"x": "local_authority", "y": "local_authority", "r": "region"},
    parents={"x": "r", "y": "r"},
    period_types={"q1": "quarter", "q2": "quarter", "year": "financial_year"},
    years={"q1": "year", "q2": "year"},
    indicators={},
    links=(),
)
RULE = Rule(width=3)


def at(area: str, period: str = "q1") -> RowKey:
    return RowKey("one", 1, area, period)


def told(*rows: Row) -> set[RowKey]:
    """The rows whose bounds stay; every total here is one over suppressed counts."""
    totals = tuple(
        row.key for row in rows if row.numerator is None and row.key.area_code == "r"
    )
    nothing_hidden = SimpleNamespace(
        cells=SimpleNamespace(unknown_totals=totals),
        withheld=frozenset(),
        mark=lambda key, measure: None,
    )
    return set(told_bounds(rows, FACTS, nothing_hidden, RULE))


def shown(area: str, count: int, period: str = "q1") -> Row:
    return Row(at(area, period), count, None, None, None, "reported")


def suppressed(area: str, low: int, high: int | None, period: str = "q1") -> Row:
    return Row(at(area, period), None, None, low, high, "suppressed_at_source")


@pytest.mark.parametrize(
    ("low", "high", "stays"), [(1, 4, True), (1, 3, False), (2, None, True)]
)
def test_bounds_of_a_source_stay_unless_they_say_too_much(
    low: int, high: int | None, stays: bool
) -> None:
    assert told(suppressed("x", low, high)) == ({at("x")} if stays else set())


@pytest.mark.parametrize(
    ("low", "high", "stays"),
    [(6, 9, True), (7, 9, False), (6, 8, False), (5, 10, True), (6, None, True)],
)
def test_a_total_says_no_more_than_its_parts(
    low: int, high: int | None, stays: bool
) -> None:
    found = told(suppressed("x", 1, 4), shown("y", 5), suppressed("r", low, high))
    assert (at("r") in found) is stays


@pytest.mark.parametrize(("low", "stays"), [(6, True), (7, False)])
def test_of_a_part_that_says_too_much_only_that_it_is_there_is_counted(
    low: int, stays: bool
) -> None:
    found = told(suppressed("x", 2, 3), shown("y", 5), suppressed("r", low, None))
    assert (at("r") in found) is stays
    assert at("x") not in found


@pytest.mark.parametrize(("low", "stays"), [(5, True), (6, False)])
def test_the_year_of_a_region_is_its_areas_and_not_its_quarters_too(
    low: int, stays: bool
) -> None:
    found = told(
        shown("r", 4, "q1"),
        shown("r", 1, "q2"),
        suppressed("x", 3, None, "year"),
        shown("y", 2, "year"),
        suppressed("r", low, None, "year"),
    )
    assert (at("r", "year") in found) is stays
