"""Worlds of London's shape, two publications each, attacked from outside."""

import dataclasses

import pytest

from bench.attacking.worlds import (
    STRUCTURE,
    YEAR,
    own_counts,
    protect_world,
    publish,
    random_world,
)
from lscb.disclosure.attack import Knowledge, attack, attack_from_inside
from lscb.disclosure.presets import preset

pytestmark = pytest.mark.long


@pytest.mark.parametrize("name", ["hes_2008", "nhs_2018", "dfe"])
def test_nothing_hidden_in_two_publications_is_narrowed(name):
    rule = preset(name)
    primary = secondary = 0
    for seed in range(4 if name == "hes_2008" else 2):
        world = random_world(seed)
        outcome = protect_world(world, rule)
        found = attack(
            outcome.publications,
            STRUCTURE,
            Knowledge(rule.threshold),
            enough=rule.width,
        )
        assert found.intervals
        assert not found.narrower_than(rule.width)
        assert not found.contradictions
        assert not any(pattern.unprotectable for pattern in outcome.patterns)
        assert not any(pattern.exposed for pattern in outcome.patterns)
        assert not attack_from_inside(
            outcome.publications,
            STRUCTURE,
            own_counts(world),
            Knowledge(rule.threshold),
        )
        primary += outcome.primary
        secondary += outcome.secondary
    assert secondary <= primary


def test_without_a_width_for_insiders_a_borough_learns_of_others():
    world = random_world(1)
    rule = dataclasses.replace(preset("hes_2008"), insider_width=0)
    outcome = protect_world(world, rule)
    found = attack_from_inside(outcome.publications, STRUCTURE, own_counts(world))
    tables = {"1": world.first, "2": world.second}
    assert found
    for (insider, name, key), interval in found.items():
        assert interval.low == interval.high == tables[name][key]
        assert key.area != insider


def test_hiding_only_the_small_counts_does_not_protect_them():
    world = random_world(1)
    small = frozenset(where for where, count in world.first.items() if 1 <= count <= 5)
    bare = publish("1", world.first, small, small, preset("hes_2008"))
    found = attack([bare], STRUCTURE)
    assert len(found.recovered()) > len(small) / 20
    assert all(interval.is_exact for interval in found.intervals.values())


def test_every_interval_holds_the_true_count():
    world = random_world(2)
    outcome = protect_world(world, preset("hes_2008"))
    tables = {"1": world.first, "2": world.second}
    for (name, where), interval in attack(
        outcome.publications, STRUCTURE
    ).intervals.items():
        assert interval.low <= tables[name][where]
        assert interval.high is None or tables[name][where] <= interval.high


def test_a_world_by_number_is_the_same_each_time():
    assert random_world(7) == random_world(7)
    assert random_world(7).first != random_world(8).first
    years = {where for where in random_world(7).first if where.period == YEAR}
    assert len(years) == 7 * 38 + 3
