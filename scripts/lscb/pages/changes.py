"""The level of what a page says to have changed.

Whether a figure moved, and whether it has a trend, is tested in the marts, as one of
all the figures that a page looks at (docs/decisions/0029). A page that looks at others,
or at more, shares its false alarms among these here, in the same way (Bonferroni).
"""

from statistics import NormalDist

from lscb.statuses import declared


def false_alarms() -> float:
    """The share of pages that may say that something changed where nothing did."""
    return declared()["false_alarms"]


def deviate_of(tests: int) -> float:
    """How many standard errors chance alone hardly ever makes in so many tests."""
    return NormalDist().inv_cdf(1 - false_alarms() / tests / 2)


def deviate_of_trends(trends: int) -> float:
    """The same of a list of so many trends, at half the level.

    So far out, the chi-squared test of few events errs more often than it says.
    """
    return deviate_of(2 * trends)
