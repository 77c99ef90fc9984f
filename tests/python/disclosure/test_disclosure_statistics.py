"""What statistics give away, on the cases that were measured elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscb.disclosure.statistics import (
    Form,
    Statistic,
    count_interval,
    least_width_left,
    narrows,
    safe_decimals,
)

PERSONS = 45_000


def rate(decimals, per=10_000):
    return Statistic("a", "rate", Form.RATIO, PERSONS, per, decimals)


def test_a_rate_per_10000_to_one_decimal_is_the_count():
    statistic = rate(1)
    assert [count_interval(statistic, statistic.published(n)) for n in range(6)] == [
        (n, n) for n in range(6)
    ]
    assert narrows(statistic, 1, 5)
    assert least_width_left(statistic, 1, 5) == 0


def test_as_a_whole_number_it_still_splits_the_small_counts():
    # 1 and 2 in 45,000 are 0.2 and 0.4, shown 0; 3 to 5 are shown 1.
    assert count_interval(rate(0), 0, 1, 5) == (1, 2)
    assert count_interval(rate(0), 1, 1, 5) == (3, 5)
    assert least_width_left(rate(0), 1, 5) == 1


def test_per_1000_to_one_decimal_it_splits_them_less():
    assert least_width_left(rate(1, per=1_000), 1, 5) == 1
    assert safe_decimals(rate(1, per=1_000), 1, 5) == 0


def test_the_decimals_that_say_nothing():
    assert safe_decimals(rate(None), 1, 5) is None
    large = Statistic("a", "rate", Form.RATIO, 10_000_000, 10_000, None)
    assert safe_decimals(large, 1, 5) == 1
    assert not narrows(Statistic("a", "rate", Form.RATIO, 10**7, 10**4, 1), 1, 5)


@pytest.mark.parametrize("form", [Form.WILSON_LOWER, Form.WILSON_UPPER])
def test_a_limit_of_a_percentage_to_one_decimal_is_the_count(form):
    limit = Statistic("a", "limit", form, 150, 100, 1)
    assert least_width_left(limit, 1, 5) == 0
    assert safe_decimals(limit, 1, 5) is None


@pytest.mark.parametrize("form", [Form.POISSON_LOWER, Form.POISSON_UPPER])
def test_a_limit_of_a_rate_is_the_count(form):
    limit = Statistic("a", "limit", form, PERSONS, 10_000, 1)
    assert least_width_left(limit, 1, 5) == 0


def test_a_change_from_a_known_figure_is_the_count():
    change = Statistic("a", "change", Form.CHANGE, PERSONS, 10_000, 1, known=1.3)
    assert least_width_left(change, 1, 5) == 0


def test_limits_are_those_of_the_books():
    # Wilson for 5 of 20, and exact Poisson and Byar limits, at 95 %.
    wilson = Statistic("a", "lower", Form.WILSON_LOWER, 20)
    assert wilson.value(5) == pytest.approx(0.1119, abs=5e-5)
    upper = Statistic("a", "upper", Form.WILSON_UPPER, 20)
    assert upper.value(5) == pytest.approx(0.4687, abs=5e-5)
    lower = Statistic("a", "lower", Form.POISSON_LOWER)
    assert lower.value(0) == 0
    assert lower.value(5) == pytest.approx(1.6235, abs=5e-5)
    assert lower.value(12) == pytest.approx(6.19, abs=0.01)
    assert Statistic("a", "upper", Form.POISSON_UPPER).value(0) == pytest.approx(
        3.6889, abs=5e-5
    )
    assert Statistic("a", "upper", Form.POISSON_UPPER).value(12) == pytest.approx(
        20.96, abs=0.01
    )


def test_a_figure_that_fits_no_count_says_so():
    assert count_interval(rate(1), 0.1, 1, 5) is None


def test_a_statistic_without_denominator_is_refused():
    with pytest.raises(ValueError, match="must be positive"):
        Statistic("a", "rate", Form.RATIO, 0)


@given(
    st.sampled_from(list(Form)),
    st.integers(30, 90_000),
    st.sampled_from([1, 100, 10_000]),
    st.sampled_from([None, 0, 1, 2]),
    st.integers(0, 30),
)
def test_the_counts_that_are_left_are_those_with_the_same_figure(
    form, denominator, multiplier, decimals, count
):
    statistic = Statistic("a", "x", form, denominator, multiplier, decimals)
    figure = statistic.published(count)
    low, high = count_interval(statistic, figure, 0, 30)
    assert low <= count <= high
    same = [each for each in range(31) if statistic.published(each) == figure]
    # Ties may be rounded either way by others, so one more at each end may be left.
    assert low <= same[0] <= low + 1
    assert high - 1 <= same[-1] <= high
