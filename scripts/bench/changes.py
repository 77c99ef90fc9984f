"""Draw pages on which nothing moved, and count those that say that something did.

A page is that of a borough: as many indicators as the catalogue has, each a rate, a
count or a proportion of a size drawn over the orders of magnitude that boroughs have.
Two years are drawn of one truth. Limits are worked out here, from their definitions:
Wilson's, exact Poisson's below ten events, Byar's from ten. Then the second year is
drawn of a changed truth, to see how large a change has to be.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, norm

from lscb.landing.reference import read_seed
from lscb.pages.changes import FALSE_ALARMS, UNCLEAR, moved
from lscb.settings import PROJECT

Z = float(norm.isf(0.001))
SMALL = 10
EVENTS = (3, 10, 30, 100, 300, 1000, 3000)
BASES = (20, 50, 200, 1000, 5000)
SHARE = 0.4
CHANGES = (0.10, 0.25, 0.50)


@dataclass(frozen=True)
class Figures:
    """Drawn figures with their 99.8 per cent limits, a row a page or a draw."""

    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def at(self, *place: int) -> dict[str, float]:
        """One of them, as a page has it."""
        return {
            "indicator_value": float(self.value[place]),
            "lower_limit_998": float(self.lower[place]),
            "upper_limit_998": float(self.upper[place]),
        }


def counts(expected: np.ndarray, random: np.random.Generator) -> Figures:
    """Counts of events; rates are the same, divided by what does not vary."""
    drawn = random.poisson(expected).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = 1 - 1 / (9 * drawn) - Z / (3 * np.sqrt(drawn))
        byar_lower = np.where(drawn > 0, drawn * root**3, 0)
        exact_lower = np.where(drawn > 0, chi2.ppf(0.001, 2 * drawn) / 2, 0)
    above = drawn + 1
    byar_upper = above * (1 - 1 / (9 * above) + Z / (3 * np.sqrt(above))) ** 3
    exact_upper = chi2.ppf(0.999, 2 * drawn + 2) / 2
    is_small = drawn < SMALL
    return Figures(
        drawn,
        np.where(is_small, exact_lower, byar_lower),
        np.where(is_small, exact_upper, byar_upper),
    )


def proportions(
    share: np.ndarray, base: np.ndarray, random: np.random.Generator
) -> Figures:
    """Shares of a base."""
    events = random.binomial(base, share).astype(float)
    found = events / base
    middle = (events + Z * Z / 2) / (base + Z * Z)
    half = Z * np.sqrt(base * found * (1 - found) + Z * Z / 4) / (base + Z * Z)
    return Figures(found, middle - half, middle + half)


def indicators() -> int:
    """How many the catalogue has."""
    rows = read_seed(PROJECT / "seeds" / "catalogue" / "indicators.csv")
    return len({row["indicator_id"] for row in rows})


def pages_with_an_alarm(pages: int, random: np.random.Generator) -> float:
    """The share of pages on which nothing moved that say that something did."""
    figures = indicators()
    half = figures // 2
    expected = 10 ** random.uniform(0, 3.5, size=(pages, half))
    base = (10 ** random.uniform(1, 3.5, size=(pages, figures - half))).astype(int)
    share = random.uniform(0.02, 0.98, size=base.shape)
    years = [
        (counts(expected, random), proportions(share, base, random)) for _ in range(2)
    ]
    alarms = 0
    for page in range(pages):
        alarms += any(
            moved(now.at(page, place), before.at(page, place), figures) != UNCLEAR
            for now, before in zip(*years, strict=True)
            for place in range(now.value.shape[1])
        )
    return alarms / pages


def power(before: Figures, now: Figures) -> float:
    """The share of draws in which a change is told."""
    figures, draws = indicators(), len(before.value)
    told = sum(
        moved(now.at(place), before.at(place), figures) != UNCLEAR
        for place in range(draws)
    )
    return told / draws


def run(pages: int, draws: int, seed: int) -> int:
    """Print both; 1 where pages that say what is not so are too many."""
    random = np.random.default_rng(seed)
    alarms = pages_with_an_alarm(pages, random)
    print(
        f"{pages:,} pages of {indicators()} indicators, nothing moved:"
        f" {alarms:.2%} say that something did (bound {FALSE_ALARMS:.0%})."
    )
    begin("rate or count, events")
    for events in EVENTS:
        before = np.full(draws, float(events))
        tell(
            events,
            (
                power(counts(before, random), counts(before * (1 + change), random))
                for change in CHANGES
            ),
        )
    begin(f"proportion of {SHARE:.0%}, base")
    for base in BASES:
        share, bases = np.full(draws, SHARE), np.full(draws, base)
        tell(
            base,
            (
                power(
                    proportions(share, bases, random),
                    proportions(share * (1 + change), bases, random),
                )
                for change in CHANGES
            ),
        )
    return int(alarms > FALSE_ALARMS)


def begin(title: str) -> None:
    """The head of a table of power."""
    print(f"\n| {title} |" + "".join(f" +{change:.0%} |" for change in CHANGES))
    print("|---" * (1 + len(CHANGES)) + "|")


def tell(size: int, told: Iterable[float]) -> None:
    """A row of a table of power."""
    print(f"| {size:,} |" + "".join(f" {each:.0%} |" for each in told))
