"""Chains of publications, attacked over their whole length by code of its own."""

import pytest

from disclosure.chains import STRUCTURE, random_chain
from disclosure.outsider import Learnt, learn
from disclosure.presets import preset


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


@pytest.mark.parametrize("number", [0, 36])
def test_over_a_whole_chain_nothing_is_learnt(number: int) -> None:
    chain, found = learnt(number)
    assert len(chain.releases) > 2 and chain.hidden and not chain.refused
    assert found == []


def test_the_attack_sees_what_a_guard_that_forgets_gives_away() -> None:
    found: list[Learnt] = []
    for number in range(6):
        found += learnt(number, remembers=False)[1]
        if found:
            break
    assert any(each.width < 3 for each in found)
