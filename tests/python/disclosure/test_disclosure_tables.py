"""Publications one after the other: what an earlier one said stays said."""

import dataclasses

import pytest

from lscb.disclosure.attack import Interval, Mark, Publication, PublishedCell, attack
from lscb.disclosure.problem import Kind, Rule
from lscb.disclosure.protect import protect
from lscb.disclosure.structure import Apart, Key, Structure
from lscb.disclosure.tables import Count, Earlier, Version, build_task, versions_of
from lscb.publishing.protection import fitting_task, totals_apart

STRUCTURE = Structure(
    area_parts={"all": ("a", "b", "c", "d")}, adds_over_areas=frozenset({"s"})
)


def table(a, b, c, d):
    counts = {"a": a, "b": b, "c": c, "d": d, "all": a + b + c + d}
    return {
        Key("s", area, "q1"): Count(count, weight=1 + count / 100)
        for area, count in counts.items()
    }


def keys(*areas):
    return frozenset(Key("s", area, "q1") for area in areas)


def published(past):
    cells = []
    for where, count in past.counts.items():
        if where not in past.hidden:
            cells.append(PublishedCell(where, Mark.SHOWN, count.count))
        else:
            mark = Mark.SMALL if where in past.marked_small else Mark.HIDDEN
            cells.append(PublishedCell(where, mark))
    return Publication(past.publication, tuple(cells), past.revised)


def release(name, counts, *earlier):
    task = build_task(name, counts, STRUCTURE, Rule(), earlier)
    pattern = protect(task.problem)
    return task.published(name, counts, pattern), pattern


TWINS = Structure(same=(("first", "s", 0), ("second", "s", 0)))


def of_senders(first, second):
    """What two say of a count that a third suppressed."""
    given = {"first": Count(first), "second": Count(second), "s": Count(None, low=1)}
    return {Key(series, "a", "q1"): count for series, count in given.items()}


def settle(name, counts, *earlier):
    apart = totals_apart(counts, TWINS, frozenset())
    task, apart = fitting_task(
        lambda apart: build_task(name, counts, TWINS, Rule(), earlier, apart), apart
    )
    pattern = protect(task.problem)
    return task.published(name, counts, pattern, apart), apart


def test_what_senders_deny_about_a_suppressed_count_is_said_not_to_agree():
    counts = of_senders(80, 543)
    past, apart = settle("1", counts)
    assert apart == {("same", Key("first", "a", "q1")): Apart()}
    report = attack([dataclasses.replace(published(past), apart=apart)], TWINS)
    assert report.contradictions == ()
    assert Key("s", "a", "q1") in past.hidden


def test_what_senders_deny_only_by_and_by_is_said_not_to_agree():
    """Alone each publication could be true; the suppressed count is taken for one."""
    first, apart = settle("1", of_senders(80, 80))
    assert apart == {}
    _, apart = settle("2", of_senders(543, 543), first)
    assert apart == {
        ("same", Key("first", "a", "q1")): Apart(),
        ("same", Key("second", "a", "q1")): Apart(),
    }


def test_what_did_not_change_is_one_unknown():
    first, _ = release("1", table(2, 9, 20, 30))
    task = build_task("2", table(2, 9, 20, 31), STRUCTURE, Rule(), [first])
    versions = {where.area: version for where, version in task.versions.items()}
    assert versions["a"] == Version("1", Key("s", "a", "q1"))
    assert versions["d"] == Version("2", Key("s", "d", "q1"))
    kinds = {cell.id: cell.kind for cell in task.problem.cells}
    assert kinds[versions["a"]] is Kind.MAY_HIDE
    assert kinds[versions["b"]] is Kind.STAYS_HIDDEN
    assert kinds[versions["c"]] is Kind.NEVER_HIDE


def test_an_unchanged_table_is_published_unchanged():
    first, _ = release("1", table(2, 9, 20, 30))
    second, pattern = release("2", table(2, 9, 20, 30), first)
    assert second.hidden == first.hidden
    assert second.revised == frozenset()
    assert not pattern.unprotectable


def test_a_count_that_became_small_is_not_worked_out_from_two_totals():
    first, _ = release("1", table(9, 8, 20, 30))
    assert not first.hidden
    second, pattern = release("2", table(3, 8, 20, 30), first)
    # All else is known from the first: only the new total can cover for it.
    assert second.hidden == keys("a", "all")
    assert not pattern.unprotectable
    found = attack([published(first), published(second)], STRUCTURE, enough=3)
    assert not found.narrower_than(3)


def test_protecting_each_release_alone_fails():
    first, _ = release("1", table(9, 8, 20, 30))
    alone, _ = release("2", table(3, 8, 20, 30))
    changed = keys("a", "all")
    second = Earlier("2", alone.counts, alone.hidden, alone.marked_small, changed)
    found = attack([published(first), published(second)], STRUCTURE)
    assert found.recovered()["2", Key("s", "a", "q1")] == Interval(3, 3)


def test_a_count_hidden_before_is_not_shown_by_its_revision():
    first, _ = release("1", table(2, 9, 20, 30))
    second, _ = release("2", table(2, 12, 20, 30), first)
    third, pattern = release("3", table(2, 12, 22, 30), first, second)
    found = attack(
        [published(past) for past in (first, second, third)], STRUCTURE, enough=3
    )
    assert not pattern.unprotectable
    assert not found.narrower_than(3)


def test_revisions_that_cancel_out_do_not_tell_the_total():
    first, _ = release("1", table(0, 9, 20, 30))
    second, pattern = release("2", table(1, 8, 20, 30), first)
    assert second.revised == keys("a", "b", "all")
    assert len(second.hidden & keys("a", "b", "all")) == 2
    assert not pattern.unprotectable
    found = attack([published(first), published(second)], STRUCTURE, enough=3)
    assert not found.narrower_than(3)


def test_a_publication_that_hides_its_revisions_is_refused():
    first, _ = release("1", table(2, 9, 20, 30))
    second, _ = release("2", table(2, 12, 20, 30), first)
    silent = dataclasses.replace(second, revised=frozenset())
    with pytest.raises(ValueError, match="did not list it as revised"):
        release("3", table(2, 12, 20, 30), first, silent)


def test_a_withdrawn_row_stays_protected():
    first, _ = release("1", table(2, 9, 20, 30))
    counts = {
        where: count
        for where, count in table(0, 9, 20, 30).items()
        if where.area != "a"
    }
    second, pattern = release("2", counts, first)
    assert not pattern.unprotectable
    found = attack([published(first), published(second)], STRUCTURE, enough=3)
    assert ("1", Key("s", "a", "q1")) in found.intervals
    assert not found.narrower_than(3)


def test_a_finer_rounding_takes_into_account_the_coarser_one_before():
    rule = Rule(count_rounding=5, total_rounding=5)
    coarse = {
        where: Count(count.count, rounding=5)
        for where, count in table(2, 12, 20, 30).items()
    }
    task = build_task("1", coarse, STRUCTURE, rule)
    first = task.published("1", coarse, protect(task.problem, rule))
    fine = table(2, 12, 20, 30)
    task = build_task("2", fine, STRUCTURE, Rule(), [first])
    pattern = protect(task.problem)
    cell = next(
        cell
        for cell in task.problem.cells
        if cell.id == Version("1", Key("s", "b", "q1"))
    )
    assert (cell.low, cell.high) == (8, 12)
    assert not pattern.unprotectable
    assert task.keys(pattern.secondary)


def told(past, versions):
    """A publication as a reader has it who guesses that what came back is the same."""
    return dataclasses.replace(published(past), taken_for=versions)


def chained(*tables):
    """Tables released one after the other, and an attack on all of them."""
    chain, unprotectable = [], []
    for number, counts in enumerate(tables):
        past, pattern = release(str(number), counts, *chain)
        chain.append(past)
        unprotectable += pattern.unprotectable
    versions = versions_of(chain, STRUCTURE)
    readers = [told(*each) for each in zip(chain, versions, strict=True)]
    return chain, versions, attack(readers, STRUCTURE, enough=3), unprotectable


def without(counts, *areas):
    """The table without some areas, and its total without them."""
    left = {key: count for key, count in counts.items() if key.area not in areas}
    gone = sum(counts[Key("s", area, "q1")].count for area in areas)
    total = Key("s", "all", "q1")
    left[total] = dataclasses.replace(left[total], count=left[total].count - gone)
    return left


@pytest.mark.parametrize("gone", ["b", "a", "ab", "bc", "bd"])
def test_what_was_away_and_comes_back_is_the_count_of_then(gone):
    """Refused, or withdrawn, and mended with the same figure."""
    whole = table(2, 9, 20, 30)
    chain, versions, found, unprotectable = chained(whole, without(whole, *gone), whole)
    assert versions[2] == versions[0]
    assert chain[2].hidden == chain[0].hidden
    assert {key.area for key in chain[2].revised} == {*gone, "all"}
    assert not found.narrower_than(3)
    assert not unprotectable


def test_the_other_way_round_it_would_be_told():
    """What the next release would show, if it knew only of the one before it."""
    whole = table(2, 9, 20, 30)
    first, _ = release("1", whole)
    second, _ = release("2", without(whole, "b"), first)
    forgetful, _ = release("3", table(2, 9, 20, 30), second)
    assert Key("s", "b", "q1") in first.hidden
    shown = dataclasses.replace(forgetful, hidden=keys("a", "c"))
    versions = versions_of([first, second, shown], STRUCTURE)
    readers = [
        told(*each) for each in zip((first, second, shown), versions, strict=True)
    ]
    assert attack(readers, STRUCTURE).recovered()


def test_what_is_revised_and_revised_back_is_the_count_of_then():
    chain, versions, found, _ = chained(
        table(2, 9, 20, 30), table(2, 13, 20, 30), table(2, 9, 20, 30)
    )
    assert versions[2] == versions[0] != versions[1]
    assert chain[2].hidden == chain[0].hidden
    assert {key.area for key in chain[2].revised} == {"b", "all"}
    assert not found.narrower_than(3)


def test_a_total_of_other_parts_with_the_same_figure_is_another():
    """Nobody can see that two revisions cancel out, so it may still be hidden."""
    chain, versions, found, unprotectable = chained(
        table(9, 8, 20, 30), table(3, 14, 20, 30), table(9, 8, 20, 30)
    )
    total = Key("s", "all", "q1")
    assert chain[0].counts[total] == chain[1].counts[total]
    assert versions[1][total] != versions[0][total] == versions[2][total]
    assert not found.narrower_than(3)
    assert not unprotectable
