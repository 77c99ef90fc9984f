"""The attack on tables small enough to work by hand, or to count out."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscb.disclosure.attack import (
    Interval,
    Knowledge,
    Mark,
    Publication,
    PublishedCell,
    attack,
    attack_from_inside,
)
from lscb.disclosure.intervals import ContradictionError
from lscb.disclosure.statistics import Form, Statistic
from lscb.disclosure.structure import Key, Structure

AREAS = ("a", "b", "c")
QUARTERS = ("q1", "q2")
STRUCTURE = Structure(
    area_parts={"all": AREAS},
    period_parts={"year": QUARTERS},
    adds_over_areas=frozenset({"s"}),
    adds_over_periods=frozenset({"s"}),
)


def key(area, period="q1", series="s"):
    return Key(series, area, period)


def shown(area, count, period="q1", series="s", **more):
    return PublishedCell(key(area, period, series), Mark.SHOWN, count, **more)


def hidden(area, period="q1", series="s", mark=Mark.HIDDEN, **more):
    return PublishedCell(key(area, period, series), mark, **more)


def learnt(*cells, structure=STRUCTURE, **more):
    """Intervals of one publication, by key."""
    found = attack([Publication("1", cells)], structure, **more)
    return {where: interval for (_, where), interval in found.intervals.items()}


def test_one_hidden_count_in_a_sum_is_the_difference():
    found = learnt(hidden("a"), shown("b", 7), shown("c", 9), shown("all", 20))
    assert found == {key("a"): Interval(4, 4)}


def test_two_hidden_counts_with_a_total_of_two_are_both_one():
    found = learnt(hidden("a"), hidden("b"), shown("c", 9), shown("all", 11))
    assert found == {key("a"): Interval(1, 1), key("b"): Interval(1, 1)}


def test_zeros_that_may_be_hidden_leave_more_room():
    cells = (hidden("a"), hidden("b"), shown("c", 9), shown("all", 11))
    found = learnt(*cells, knowledge=Knowledge(zeros_shown=False))
    assert found[key("a")] == Interval(0, 2)


def test_the_mark_of_small_counts_narrows_from_above_and_below():
    small = (hidden("a", mark=Mark.SMALL), hidden("b", mark=Mark.SMALL))
    found = learnt(*small, shown("c", 0), shown("all", 8))
    assert found == {key("a"): Interval(3, 5), key("b"): Interval(3, 5)}


def test_quarters_beside_a_year_give_a_count_back():
    cells = (
        hidden("a", "q1"),
        hidden("b", "q1"),
        shown("all", 10, "q1"),
        shown("c", 3, "q1"),
        shown("a", 6, "q2"),
        shown("a", 8, "year"),
    )
    assert learnt(*cells)[key("a")] == Interval(2, 2)
    assert learnt(*cells)[key("b")] == Interval(5, 5)
    assert learnt(*cells[:4])[key("a")] == Interval(1, 6)


def test_a_rate_to_one_decimal_is_the_count():
    def rate(decimals, figure):
        per_10000 = Statistic(
            key("a"), "rate", denominator=40_000, multiplier=10_000, decimals=decimals
        )
        return hidden("a", mark=Mark.SMALL, figures=((per_10000, figure),))

    assert learnt(rate(1, 0.5)) == {key("a"): Interval(2, 2)}
    assert learnt(rate(0, 1.0)) == {key("a"): Interval(2, 5)}


def test_an_upper_limit_is_the_count_too():
    limit = Statistic(
        key("a"), "upper_limit", Form.WILSON_UPPER, 200, multiplier=100, decimals=1
    )
    figure = float(limit.published(4))
    found = learnt(hidden("a", mark=Mark.SMALL, figures=((limit, figure),)))
    assert found == {key("a"): Interval(4, 4)}


def test_a_mean_of_neighbours_is_their_sum():
    structure = Structure(
        area_parts={"near c": ("a", "b")}, adds_over_areas=frozenset({"s"})
    )
    mean = Statistic(key("near c"), "mean", denominator=80_000, multiplier=10_000)
    neighbours = hidden("near c", mark=Mark.SOURCE, figures=((mean, 1.5),))
    found = learnt(hidden("a"), shown("b", 8), neighbours, structure=structure)
    assert found[key("a")] == Interval(4, 4)


def test_a_sum_of_two_indicators_and_one_of_them_give_the_other():
    structure = Structure(sums={"s+t": ("s", "t")})
    cells = (hidden("a"), shown("a", 12, series="t"), shown("a", 15, series="s+t"))
    assert learnt(*cells, structure=structure) == {key("a"): Interval(3, 3)}


def test_a_count_within_another_is_no_larger():
    structure = Structure(within=(("s", "t"),))
    found = learnt(hidden("a"), shown("a", 2, series="t"), structure=structure)
    assert found == {key("a"): Interval(1, 2)}


def test_the_same_count_from_two_sources():
    near = Structure(same=(("s", "t", 1),))
    found = learnt(hidden("a"), shown("a", 4, series="t"), structure=near)
    assert found == {key("a"): Interval(3, 5)}
    apart = Structure(same=(("s", "t", 1),), differing=frozenset({key("a")}))
    found = learnt(hidden("a"), shown("a", 4, series="t"), structure=apart)
    assert found == {key("a"): Interval(1, None)}


def test_rounded_figures_leave_their_range():
    found = learnt(
        hidden("a"),
        shown("b", 10, rounding=5),
        shown("c", 0, rounding=5),
        shown("all", 15, rounding=5),
    )
    # b is 8 to 12 and the total 13 to 17.
    assert found == {key("a"): Interval(1, 9)}


def test_an_unbounded_count_has_no_upper_end():
    assert learnt(hidden("a"), hidden("all"))[key("a")] == Interval(1, None)


def test_last_years_file_gives_away_what_this_one_hides():
    old = Publication("1", (shown("a", 4),))
    new = Publication("2", (hidden("a", mark=Mark.SMALL),))
    found = attack([old, new], STRUCTURE)
    assert found.recovered() == {("2", key("a")): Interval(4, 4)}
    revised = Publication("2", new.cells, revised=frozenset({key("a")}))
    found = attack([old, revised], STRUCTURE)
    assert found.intervals == {("2", key("a")): Interval(1, 5)}


def test_two_files_that_tell_two_numbers_of_one_count_are_refused():
    old = Publication("1", (shown("a", 4),))
    new = Publication("2", (shown("a", 5),))
    with pytest.raises(ContradictionError, match="if it was revised, list it so"):
        attack([old, new], STRUCTURE)
    revised = Publication("2", new.cells, revised=frozenset({key("a")}))
    assert attack([old, revised], STRUCTURE).intervals == {}


def test_what_is_out_already_is_told_apart_from_what_is_new():
    leaky = (hidden("a"), shown("b", 7), shown("c", 9), shown("all", 20))
    old = Publication("1", leaky)
    before = attack([old], STRUCTURE)
    same = attack([old, Publication("2", leaky)], STRUCTURE)
    assert set(same.recovered()) == {("1", key("a")), ("2", key("a"))}
    assert not same.narrower_than(3, already=before)
    worse = (*leaky[1:], hidden("a"), hidden("b", "q2"), shown("all", 2, "q2"))
    new = Publication("2", worse, revised=frozenset({key("b", "q2"), key("all", "q2")}))
    found = attack([old, new], STRUCTURE).narrower_than(3, already=before)
    assert set(found) == {("2", key("b", "q2"))}


def test_a_revision_is_worked_out_from_two_totals():
    first = (shown("a", 9), hidden("b"), hidden("c"), shown("all", 20))
    second = (hidden("a"), hidden("b"), hidden("c"), shown("all", 14))
    changed = frozenset({key("a"), key("all")})
    found = attack(
        [Publication("1", first), Publication("2", second, changed)], STRUCTURE
    )
    assert found.intervals["2", key("a")] == Interval(3, 3)
    assert found.intervals["1", key("b")] == Interval(1, 10)


def test_marks_of_two_files_are_put_together():
    old = Publication("1", (hidden("a", mark=Mark.SMALL),))
    new = Publication("2", (hidden("a", mark=Mark.SOURCE, low=3, high=9),))
    found = attack([old, new], STRUCTURE)
    assert found.intervals["1", key("a")] == Interval(3, 5)


def test_figures_that_deny_a_relation_are_named_and_dropped():
    cells = (shown("a", 3), shown("b", 4), shown("c", 5), shown("all", 99))
    found = attack([Publication("1", cells)], STRUCTURE)
    assert found.contradictions == ("areas s/all/q1",)


def test_figures_that_only_together_make_no_sense_are_refused():
    small = dict(mark=Mark.SMALL)
    cells = (
        hidden("a", **small),
        hidden("b", **small),
        hidden("c", **small),
        shown("all", 15),
        hidden("a", "q2", **small),
        shown("a", 3, "year"),
    )
    with pytest.raises(ContradictionError, match="areas s/all/q1"):
        attack([Publication("1", cells)], STRUCTURE)


MOST = 6
"""The largest count of a borough in a quarter, which the reader knows."""


def with_totals(counts):
    """The boroughs' quarters with the totals over both."""
    table = dict(counts)
    for quarter in QUARTERS:
        table[key("all", quarter)] = sum(table[key(area, quarter)] for area in AREAS)
    for area in (*AREAS, "all"):
        table[key(area, "year")] = sum(table[key(area, each)] for each in QUARTERS)
    return table


@st.composite
def publications(draw):
    """A table of three areas, two quarters and totals, and cells of it to hide."""
    inner = [key(area, quarter) for area in AREAS for quarter in QUARTERS]
    table = with_totals({where: draw(st.integers(0, 4)) for where in inner})
    hide = [where for where in table if table[where] and draw(st.booleans())]
    while sum(where in inner for where in hide) > 4:
        hide.remove(next(where for where in hide if where in inner))
    return table, inner, set(hide)


@settings(max_examples=150, deadline=None)
@given(publications())
def test_the_attack_finds_what_counting_out_finds(publication):
    table, inner, hide = publication
    cells = tuple(
        PublishedCell(where, Mark.HIDDEN, high=MOST if where in inner else None)
        if where in hide
        else PublishedCell(where, Mark.SHOWN, count)
        for where, count in table.items()
    )
    found = learnt(*cells)
    unknown = [where for where in inner if where in hide]
    tables = []
    for values in itertools.product(range(1, MOST + 1), repeat=len(unknown)):
        other = with_totals(
            {where: table[where] for where in inner}
            | dict(zip(unknown, values, strict=True))
        )
        if all(where in hide or other[where] == table[where] for where in table):
            tables.append(other)
    for where in hide:
        values = [other[where] for other in tables]
        assert found[where] == Interval(min(values), max(values))


def test_what_its_source_hid_and_can_only_be_a_zero_is_no_secret():
    """Zeros are shown; what leaves more than that is still looked at."""
    structure = Structure(
        period_parts={"year": ("q1", "q2")}, adds_over_periods=frozenset({"s"})
    )

    def known(year, first):
        cells = (
            PublishedCell(Key("s", "a", "year"), Mark.SHOWN, year),
            PublishedCell(Key("s", "a", "q1"), Mark.SHOWN, first),
            PublishedCell(Key("s", "a", "q2"), Mark.SOURCE),
        )
        return attack([Publication("1", cells)], structure)

    assert known(0, 0).recovered() == {}
    assert known(7, 7).recovered() == {}
    (found,) = known(7, 6).recovered().values()
    assert (found.low, found.high) == (1, 1)


def test_counts_beyond_any_that_children_have_are_taken_into_account() -> None:
    """A sender's slip of the key makes a count of 10^12; sums of such go beyond it."""
    huge = 10**12
    structure = Structure(
        area_parts={"all": AREAS},
        period_parts={},
        adds_over_areas=frozenset({"s", "t"}),
        adds_over_periods=frozenset(),
        within=(("s", "t"),),
    )
    found = learnt(
        *(hidden("a"), hidden("b"), shown("c", 9), shown("all", 20)),
        *(hidden("a", series="t"), shown("b", 4 * huge, series="t")),
        *(shown("c", 3 * huge, series="t"), shown("all", 9 * huge, series="t")),
        structure=structure,
    )
    assert found == {
        key("a"): Interval(1, 10),
        key("b"): Interval(1, 10),
        key("a", series="t"): Interval(2 * huge, 2 * huge),
    }


def test_whoever_knows_a_count_that_is_shown_rounded_subtracts_it_exactly() -> None:
    """1 + 30 + 13 + 13 = 57, shown as 55: the first is 1 to 3 to who has 28 to 32."""
    structure = Structure(
        area_parts={"all": ("a", "b", "c", "d")},
        period_parts={},
        adds_over_areas=frozenset({"s"}),
        adds_over_periods=frozenset(),
    )
    publication = Publication(
        "1",
        (
            hidden("a", mark=Mark.SMALL),
            shown("b", 30, rounding=5),
            *(shown(area, 15, rounding=5) for area in ("c", "d")),
            shown("all", 55, rounding=5),
        ),
    )
    knowledge = Knowledge(threshold=7)
    outside = attack([publication], structure, knowledge)
    assert outside.intervals["1", key("a")] == Interval(1, 3)
    own = {"a": {("1", key("a")): 1}, "b": {("1", key("b")): 30}}
    inside = attack_from_inside([publication], structure, own, knowledge)
    assert inside == {("b", "1", key("a")): Interval(1, 1)}
