"""Intervals of linear systems against counting out every table."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from lscb.disclosure.intervals import NO_BOUND, ContradictionError, Polytope, explore


def polytope(highs, rows, row_lows, row_highs):
    return Polytope(
        np.zeros(len(highs), dtype=np.int64),
        np.array(highs, dtype=np.int64),
        sparse.csr_array(np.array(rows, dtype=np.int64)),
        np.array(row_lows, dtype=np.int64),
        np.array(row_highs, dtype=np.int64),
    )


@st.composite
def systems(draw):
    """Up to five counts of 0 to 4, tied by up to four rows that some table fits."""
    size = draw(st.integers(1, 5))
    highs = draw(st.lists(st.integers(0, 4), min_size=size, max_size=size))
    truth = [draw(st.integers(0, high)) for high in highs]
    rows, lows, row_highs = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.lists(st.integers(-2, 2), min_size=size, max_size=size))
        total = int(np.dot(row, truth))
        rows.append(row)
        lows.append(total - draw(st.sampled_from([0, 0, 1, NO_BOUND])))
        row_highs.append(total + draw(st.sampled_from([0, 0, 2, NO_BOUND])))
    return highs, rows, lows, row_highs


def by_counting(highs, rows, lows, row_highs):
    tables = np.array(list(itertools.product(*(range(high + 1) for high in highs))))
    sums = tables @ np.array(rows).T
    fits = ((sums >= lows) & (sums <= row_highs)).all(axis=1)
    return tables[fits].min(axis=0), tables[fits].max(axis=0)


@settings(max_examples=400, deadline=None)
@given(systems())
def test_every_interval_is_what_counting_out_gives(system):
    reach = explore(polytope(*system), range(len(system[0])))
    least, most = by_counting(*system)
    assert reach.seen_low.tolist() == least.tolist() == reach.low.tolist()
    assert reach.seen_high.tolist() == most.tolist() == reach.high.tolist()


@settings(max_examples=200, deadline=None)
@given(systems(), st.integers(1, 3))
def test_enough_says_wide_exactly_when_it_is(system, enough):
    reach = explore(polytope(*system), range(len(system[0])), enough=enough)
    least, most = by_counting(*system)
    assert ((reach.spread() >= enough) == (most - least >= enough)).all()


def test_a_corner_that_is_not_whole_is_not_taken_for_a_table():
    # a+b, b+c and a+c are all 1 to 1.5: a half each in fractions; whole: no two.
    system = polytope([1, 1, 1], [[1, 1, 0], [0, 1, 1], [1, 0, 1]], [0] * 3, [1] * 3)
    reach = explore(system, [0, 1, 2])
    point = system.maximise([0, 1, 2], [1.0, 1.0, 1.0])
    assert point.bound == pytest.approx(1.5)
    assert point.point is None
    assert system.maximise_whole([0, 1, 2], [1.0, 1.0, 1.0]).bound == 1
    assert reach.seen_high.tolist() == [1, 1, 1]


def test_whole_numbers_can_be_pinned_where_fractions_are_not():
    # 2a + 4b = 6 with a up to 1 leaves a between 0 and 1 in fractions, 1 in whole.
    reach = explore(polytope([1, 4], [[2, 4]], [6], [6]), [0, 1])
    assert (reach.seen_low[0], reach.seen_high[0]) == (1, 1)


def test_a_start_from_which_the_solver_finds_no_verdict_is_begun_afresh():
    # Found by chance: from its last corner HiGHS 1.16 ends this one as "Unknown".
    reach = explore(
        polytope([2, 1, 0], [[1, 2, 0], [1, 1, 0]], [1, 2], [2, 4]), range(3), enough=1
    )
    assert reach.seen_low.tolist() == reach.seen_high.tolist() == [2, 0, 0]


def test_a_system_without_any_table_is_refused():
    with pytest.raises(ContradictionError):
        explore(polytope([1, 1], [[2, 2]], [1], [1]), [0, 1])
    with pytest.raises(ContradictionError):
        explore(polytope([1, 1], [[1, 1]], [3], [3]), [0, 1])
