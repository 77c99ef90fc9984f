"""The publishers' rules can be read and hold what they say."""

import pytest

from lscb.disclosure.presets import preset, preset_names
from lscb.disclosure.problem import Rule, shown_range


def test_every_preset_is_a_rule():
    for name in preset_names():
        rule = preset(name)
        assert rule.name == name
        assert rule.source


def test_the_rules_that_are_named():
    assert preset("hes_2008").threshold == 5
    assert (preset("nhs_2018").threshold, preset("nhs_2018").count_rounding) == (7, 5)
    assert preset("dfe").total_rounding == 10
    assert preset("dfe").percentage_decimals == 1


def test_an_unknown_rule_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="choose one of hes_2008"):
        preset("nobody")


def test_a_base_that_shows_counts_as_nothing_is_refused():
    with pytest.raises(ValueError, match="choose a smaller base"):
        Rule(threshold=5, count_rounding=20)


def test_what_a_rounded_figure_leaves():
    assert shown_range(12, 5, Rule()) == (8, 12)
    assert shown_range(13, 5, Rule()) == (13, 17)
    assert shown_range(6, 5, Rule()) == (6, 7)
    assert shown_range(15, 10, Rule()) == (15, 24)
    assert shown_range(0, 5, Rule()) == (0, 0)
    assert shown_range(17, 1, Rule()) == (17, 17)
