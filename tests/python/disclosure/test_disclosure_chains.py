"""Chains of publications, attacked over their whole length by code of its own."""

from dataclasses import replace

import pytest

from bench.attacking.chains import STRUCTURE, Chain, random_chain
from bench.attacking.outsider import Learnt, learn, learn_inside
from lscb.disclosure.presets import preset
from lscb.disclosure.problem import Rule


def learnt(number: int, name: str = "hes_2008", *, remembers: bool = True):
    rule = preset(name)
    chain = random_chain(number, rule, remembers=remembers)
    found = learn(
        [release.published for release in chain.releases],
        [release.taken_for for release in chain.releases],
        STRUCTURE,
        rule.threshold,
        rule.width,
    )
    for each in found:
        true = chain.releases[each.release].table[each.key]
        assert each.low <= true <= each.high
    return chain, found


def learnt_inside(chain: Chain, rule: Rule) -> list[Learnt]:
    """What each borough of a chain learns of the others."""
    return learn_inside(
        [release.published for release in chain.releases],
        [release.taken_for for release in chain.releases],
        STRUCTURE,
        rule,
        chain.own_counts(),
    )


# Of the chain of nhs_2018, an insider once learnt a count by its own, shown rounded.
@pytest.mark.parametrize(
    ("number", "name"), [(0, "hes_2008"), (36, "hes_2008"), (10_041, "nhs_2018")]
)
def test_over_a_whole_chain_nothing_is_learnt(number: int, name: str) -> None:
    chain, found = learnt(number, name)
    assert len(chain.releases) > 2 and chain.hidden and not chain.refused
    assert found == []
    assert learnt_inside(chain, preset(name)) == []


def test_the_attack_sees_what_a_guard_that_forgets_gives_away() -> None:
    found: list[Learnt] = []
    for number in range(6):
        found += learnt(number, remembers=False)[1]
        if found:
            break
    assert any(each.width < 3 for each in found)


def test_the_attack_sees_what_a_guard_that_knows_no_insiders_gives_away() -> None:
    rule = preset("hes_2008")
    unguarded = [
        random_chain(number, replace(rule, insider_width=0)) for number in range(2)
    ]
    assert any(learnt_inside(chain, rule) for chain in unguarded)
