"""What is hidden: enough by attack, no more than needed, and never a zero."""

import dataclasses
import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscb.disclosure.attack import Mark, Publication, PublishedCell, attack
from lscb.disclosure.intervals import ContradictionError
from lscb.disclosure.problem import Cell, Kind, Problem, Relation, Rule, round_half_up
from lscb.disclosure.protect import protect, relations_to_give_up
from lscb.disclosure.statistics import Statistic
from lscb.disclosure.structure import Key, Structure
from lscb.disclosure.tables import Count, build_task

AREAS = ("a", "b", "c", "d")
QUARTERS = ("q1", "q2", "q3")
STRUCTURE = Structure(
    area_parts={"all": AREAS},
    period_parts={"year": QUARTERS},
    adds_over_areas=frozenset({"s", "t", "s+t"}),
    adds_over_periods=frozenset({"s", "t", "s+t"}),
    sums={"s+t": ("s", "t")},
)


def total(name, whole, *parts):
    return Relation(name, {whole: -1} | dict.fromkeys(parts, 1))


def row(*counts, **kinds):
    """Cells a, b, c ... and their total, and the relation between them."""
    names = "abcdefgh"[: len(counts)]
    cells = [
        Cell(name, count, kinds.get(name, Kind.MAY_HIDE))
        for name, count in zip(names, counts, strict=True)
    ]
    cells.append(Cell("all", sum(counts), kinds.get("all", Kind.NEVER_HIDE)))
    return Problem(tuple(cells), (total("row", "all", *names),))


def test_small_counts_are_hidden_and_zeros_are_shown():
    pattern = protect(row(0, 1, 5, 6, 20))
    assert pattern.primary == {"b", "c"}
    assert "a" not in pattern.hidden


def test_a_lone_small_count_takes_the_cheapest_other_with_it():
    problem = row(2, 30, 8, 50)
    cells = tuple(
        dataclasses.replace(cell, weight=cell.count) for cell in problem.cells
    )
    pattern = protect(dataclasses.replace(problem, cells=cells))
    assert pattern.primary == {"a"}
    assert pattern.secondary == {"c"}


def test_weight_decides_not_size():
    problem = row(2, 30, 8, 50)
    weights = {"b": 1.0, "c": 4.0, "d": 4.0}
    cells = tuple(
        dataclasses.replace(cell, weight=weights.get(cell.id, 9.0))
        for cell in problem.cells
    )
    assert protect(dataclasses.replace(problem, cells=cells)).secondary == {"b"}


def test_small_counts_that_cover_one_another_need_no_other():
    pattern = protect(row(2, 3, 3, 40))
    assert pattern.primary == {"a", "b", "c"}
    assert not pattern.secondary
    assert pattern.extra_per_primary == 0


def test_two_ones_with_a_total_of_two_need_a_third():
    pattern = protect(row(1, 1, 30, 0))
    assert pattern.secondary == {"c"}
    assert not pattern.unprotectable


def test_a_mark_is_weakened_before_another_cell_is_hidden():
    # All four quarters are some, so a year of 4 or 5 says that each is 1 or 2.
    problem = row(1, 1, 1, 1, all=Kind.MAY_HIDE)
    pattern = protect(problem)
    assert pattern.primary == {"a", "b", "c", "d", "all"}
    assert not pattern.secondary
    assert not pattern.unprotectable
    assert pattern.marked_small < pattern.primary


def test_one_mark_for_all_tells_nobody_what_is_small():
    rule = Rule(marks_tell_primary=False, width=8)
    pattern = protect(row(2, 3, 8, 9), rule)
    assert not pattern.marked_small
    assert pattern.secondary


def test_a_width_that_the_mark_itself_breaks_is_refused():
    with pytest.raises(ValueError, match="no width above 4"):
        Rule(threshold=5, width=5)


def test_what_cannot_be_protected_is_named():
    problem = row(2, 30, b=Kind.NEVER_HIDE)
    pattern = protect(problem)
    assert pattern.unprotectable == {"a"}


def test_a_count_suppressed_at_its_source_is_protected_though_unknown():
    cells = (
        Cell("a", None, Kind.MUST_HIDE, low=1, high=5),
        Cell("b", 8),
        Cell("c", 9),
        Cell("all", 20, Kind.NEVER_HIDE),
    )
    problem = Problem(cells, (total("row", "all", "a", "b", "c"),))
    pattern = protect(problem)
    assert pattern.primary == {"a"}
    assert len(pattern.secondary) == 1
    assert not pattern.unprotectable


def test_a_large_count_that_must_be_hidden_is_not_marked_small():
    pattern = protect(row(20, 30, 40, a=Kind.MUST_HIDE))
    assert pattern.primary == {"a"}
    assert not pattern.marked_small
    assert len(pattern.secondary) == 1


def test_a_count_that_belongs_to_no_sum_is_hidden_alone():
    pattern = protect(Problem((Cell("a", 3), Cell("b", 0), Cell("c", 9)), ()))
    assert pattern.hidden == pattern.marked_small == {"a"}
    assert not pattern.unprotectable


def test_nothing_to_hide_is_no_pattern():
    pattern = protect(row(0, 20, 30))
    assert not pattern.hidden
    assert pattern.extra_per_primary == 0


def test_unknown_counts_that_fit_no_sum_are_refused():
    cells = (Cell("a", None, Kind.MUST_HIDE, low=1, high=5), Cell("all", 9))
    with pytest.raises(ContradictionError):
        protect(Problem(cells, (total("row", "all", "a"),)))


def test_relations_that_deny_one_another_by_an_unknown_count_are_found():
    """Two senders give another figure for what the third suppressed."""
    cells = (
        Cell("first", 80),
        Cell("second", 543),
        Cell("unknown", None, Kind.MUST_HIDE, low=1),
        Cell("beside", None, Kind.MUST_HIDE, low=1),
    )
    same = [
        Relation("first", {"unknown": 1, "first": -1}),
        Relation("second", {"unknown": 1, "second": -1}),
        Relation("within", {"unknown": 1, "beside": -1}, 0, None),
    ]
    clashes: list[set] = []

    def choose(clash: Sequence[Relation]) -> Relation:
        clashes.append({relation.id for relation in clash})
        return max(clash, key=lambda relation: relation.id)

    (gone,) = relations_to_give_up(Problem(cells, tuple(same)), choose)
    assert clashes == [{"first", "second"}]
    assert gone.id == "second"
    for left in ("first", "second"):
        kept = tuple(relation for relation in same if relation.id != left)
        assert relations_to_give_up(Problem(cells, kept), choose) == []


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_of_many_that_clash_as_few_are_named_as_cannot_be_spared(
    data: st.DataObject,
) -> None:
    """Senders of one count each, some of whom say another number than most."""
    size = data.draw(st.integers(1, 6))
    said = data.draw(st.lists(st.integers(5, 8), min_size=2, max_size=8))
    cells, relations = [], []
    for group in range(size):
        cells.append(Cell(f"unknown{group}", None, Kind.MUST_HIDE, low=1))
        for place, number in enumerate(said):
            cells.append(Cell(f"{group}/{place}", number))
            terms = {f"unknown{group}": 1, f"{group}/{place}": -1}
            relations.append(Relation((group, place), terms))
    gone = relations_to_give_up(Problem(tuple(cells), tuple(relations)), _two_at_most)
    left = [each for each in relations if each not in gone]
    for group in range(size):
        kept = {said[each.id[1]] for each in left if each.id[0] == group}
        assert len(kept) == 1
    assert bool(gone) == (len(set(said)) > 1)


def _two_at_most(clash: Sequence[Relation]) -> Relation:
    """Two that say different numbers are all it takes."""
    assert len(clash) == 2
    return clash[0]


def test_counts_that_break_a_relation_are_refused_by_name():
    problem = Problem((Cell("a", 3), Cell("all", 9)), (total("row", "all", "a"),))
    with pytest.raises(ContradictionError, match="relation row does not hold"):
        protect(problem)


def test_a_relation_must_name_cells_that_exist():
    with pytest.raises(ValueError, match="cells that do not exist"):
        Problem((Cell("a", 3),), (total("row", "all", "a"),))


def test_an_outer_count_that_caps_an_inner_one_is_hidden():
    cells = (Cell("inner", 2), Cell("outer", 6))
    inside = Relation("within", {"outer": 1, "inner": -1}, high=None)
    assert not protect(Problem(cells, (inside,))).secondary
    tight = (Cell("inner", 2), Cell("outer", 2, Kind.NEVER_HIDE))
    assert protect(Problem(tight, (inside,))).unprotectable == {"inner"}


def test_a_twin_from_another_source_is_hidden_with_it():
    cells = (Cell("extract", 5), Cell("return", 6))
    near = Relation("same", {"extract": 1, "return": -1}, low=-1, high=1)
    pattern = protect(Problem(cells, (near,)))
    assert pattern.hidden == {"extract", "return"}


def test_telling_statistics_of_hidden_counts_are_hidden():
    rate = Statistic("a", "rate", denominator=40_000, multiplier=10_000, decimals=1)
    blunt = Statistic("a", "blunt", denominator=400_000, multiplier=1_000, decimals=1)
    shown = Statistic("d", "rate", denominator=40_000, multiplier=10_000, decimals=1)
    problem = dataclasses.replace(row(2, 3, 3, 40), statistics=(rate, blunt, shown))
    assert protect(problem).statistics == {rate}


def test_a_rate_that_tells_a_rounded_count_is_hidden():
    rate = Statistic("d", "rate", denominator=40_000, multiplier=10_000, decimals=1)
    problem = dataclasses.replace(row(0, 0, 0, 40), statistics=(rate,))
    cells = tuple(dataclasses.replace(cell, rounding=5) for cell in problem.cells)
    assert protect(problem).statistics == frozenset()
    rounded = dataclasses.replace(problem, cells=cells)
    assert protect(rounded).statistics == {rate}


def test_rounding_protects_by_itself():
    rounded = tuple(
        dataclasses.replace(cell, rounding=5) for cell in row(2, 30, 12, 20).cells
    )
    problem = Problem(rounded, (total("row", "all", *"abcd"),))
    pattern = protect(problem, Rule(count_rounding=5, total_rounding=5))
    assert pattern.hidden == {"a"}
    assert not pattern.unprotectable


def test_the_same_problem_in_another_order_gives_the_same_pattern():
    counts = random_table(random.Random(4))
    patterns = []
    for seed in range(3):
        items = list(counts.items())
        random.Random(seed).shuffle(items)
        task = build_task("1", dict(items), STRUCTURE, Rule())
        patterns.append(protect(task.problem))
    assert patterns[0].secondary == patterns[1].secondary == patterns[2].secondary
    assert patterns[0].marked_small == patterns[1].marked_small
    assert patterns[0].secondary


def random_table(source):
    """Two series and their sum, four areas, three quarters, all totals."""
    table = {
        Key(series, area, quarter): source.choice([0, 1, 2, 3, 4, 6, 8, 12, 25])
        for series in ("s", "t")
        for area in AREAS
        for quarter in QUARTERS
    }
    for where in list(table):
        both = where._replace(series="s+t")
        table[both] = table.get(both, 0) + table[where]
    for where in list(table):
        everywhere = where._replace(area="all")
        table[everywhere] = table.get(everywhere, 0) + table[where]
    for where in list(table):
        year = where._replace(period="year")
        table[year] = table.get(year, 0) + table[where]
    return {where: Count(count) for where, count in table.items()}


def publish(counts, hidden, marked_small):
    def cell(where, count):
        if where not in hidden:
            return PublishedCell(where, Mark.SHOWN, round_half_up(count.count, 1))
        mark = Mark.SMALL if where in marked_small else Mark.HIDDEN
        return PublishedCell(where, mark)

    return Publication("1", tuple(cell(*item) for item in counts.items()))


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans(), st.integers(1, 4))
def test_no_attack_narrows_what_is_hidden_and_no_cell_is_hidden_in_vain(
    source, marks_tell_primary, width
):
    counts = random_table(source)
    rule = Rule(width=width, marks_tell_primary=marks_tell_primary)
    task = build_task("1", counts, STRUCTURE, rule)
    pattern = protect(task.problem, rule)
    hidden = task.keys(pattern.hidden)
    small = task.keys(pattern.marked_small)
    assert {where for where, count in counts.items() if 1 <= count.count <= 5} <= hidden
    assert all(counts[where].count > 0 for where in hidden)
    assert not pattern.unprotectable

    def narrow(hidden, small):
        found = attack([publish(counts, hidden, small)], STRUCTURE, enough=width)
        return found.narrower_than(width)

    assert not narrow(hidden, small)
    for where in task.keys(pattern.secondary):
        assert narrow(hidden - {where}, small), f"{where} was hidden in vain"
    if marks_tell_primary:
        for where in task.keys(pattern.primary - pattern.marked_small):
            assert narrow(hidden, small | {where}), f"{where} could be marked small"
