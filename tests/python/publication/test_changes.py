"""Whether a figure moved: against published intervals, and what holds of any two."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from lscb.pages.changes import HIGHER, LOWER, UNCLEAR, difference, moved, widening

FIGURES = st.integers(1, 200)
COUNTS = st.integers(0, 2000)


def wilson(events: int, base: int, z: float = norm.isf(0.001)) -> dict[str, float]:
    """A proportion with its limits, of 99.8 per cent, by Wilson's formula."""
    p = events / base
    middle = (events + z * z / 2) / (base + z * z)
    half = z * sqrt(base * p * (1 - p) + z * z / 4) / (base + z * z)
    return figure(p, middle - half, middle + half)


def exact(events: int) -> dict[str, float]:
    """A count with its exact Poisson limits of 99.8 per cent."""
    lower = chi2.ppf(0.001, 2 * events) / 2 if events else 0
    return figure(events, lower, chi2.ppf(0.999, 2 * events + 2) / 2)


def figure(value: float, lower: float | None, upper: float | None) -> dict:
    return {
        "indicator_value": value, "lower_limit_998": lower, "upper_limit_998": upper
    }  # fmt: skip


def test_the_level_is_shared_among_the_figures() -> None:
    """At 25 figures it is that of the published limits: 0.05 / 25 is 0.002."""
    assert widening(25) == pytest.approx(1, abs=1e-12)
    for figures in (1, 2, 48, 1000):
        level = 2 * norm.sf(widening(figures) * norm.isf(0.001))
        assert level * figures == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("now", "before", "published"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((10, 10), (0, 20), (0.6791, 1.0000)),
    ],
)
def test_a_difference_has_the_limits_that_newcombe_gives(
    now: tuple[int, int], before: tuple[int, int], published: tuple[float, float]
) -> None:
    """Newcombe 1998, table II, method 10, at 95 per cent."""
    z = norm.isf(0.025)
    found = difference(wilson(*now, z), wilson(*before, z))
    assert found == pytest.approx(published, abs=0.00005)


@given(COUNTS, COUNTS, FIGURES)
def test_the_way_back_is_the_other_way(now: int, before: int, figures: int) -> None:
    opposite = {HIGHER: LOWER, LOWER: HIGHER, UNCLEAR: UNCLEAR}
    there = moved(exact(now), exact(before), figures)
    assert opposite[there] == moved(exact(before), exact(now), figures)
    if there != UNCLEAR:
        assert there == (HIGHER if now > before else LOWER)


@given(COUNTS, COUNTS, FIGURES)
def test_more_figures_need_a_larger_change(now: int, before: int, figures: int) -> None:
    if moved(exact(now), exact(before), figures) == UNCLEAR:
        assert moved(exact(now), exact(before), figures + 1) == UNCLEAR


@given(st.integers(1, 500), st.data(), FIGURES)
def test_what_stays_has_not_moved(base: int, data: st.DataObject, figures: int) -> None:
    same = wilson(data.draw(st.integers(0, base)), base)
    assert moved(same, same, figures) == UNCLEAR


@pytest.mark.parametrize(
    "name", ["indicator_value", "lower_limit_998", "upper_limit_998"]
)
def test_without_a_limit_nothing_is_tested(name: str) -> None:
    assert moved(exact(50) | {name: None}, exact(90), 48) is None
    assert moved(exact(50), exact(90) | {name: None}, 48) is None
