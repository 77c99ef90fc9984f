"""What a published statistic gives away about the count behind it.

A rate per 10,000 to one decimal and a population that anybody can look up are the
count itself. These functions say which counts a figure leaves possible, whether a
figure narrows what is known anyway, and to how many decimals it would not.
"""

import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from scipy.special import gammainccinv, gammaincinv

SLACK = 1e-9
"""Floating-point noise in a limit; ties of rounding are held possible both ways."""


class Form(StrEnum):
    """How a statistic is worked out from its count."""

    RATIO = "ratio"
    """Multiplier times count over denominator: rate, percentage, share."""

    WILSON_LOWER = "wilson_lower"
    WILSON_UPPER = "wilson_upper"
    POISSON_LOWER = "poisson_lower"
    POISSON_UPPER = "poisson_upper"
    """Exact below ten events, Byar from ten; times multiplier over denominator."""

    CHANGE = "change"
    """The ratio less a figure that is known, such as last year's."""


@dataclass(frozen=True)
class Statistic:
    """A figure published beside a count.

    `decimals` is None for a figure that is published unrounded. `z` is the normal
    quantile of the limits. `known` is what a change is measured from.
    """

    cell: Hashable
    name: str
    form: Form = Form.RATIO
    denominator: int = 1
    multiplier: int = 1
    decimals: int | None = None
    z: float = 1.959963984540054
    known: float = 0.0

    def __post_init__(self) -> None:
        if self.denominator <= 0 or self.multiplier <= 0:
            raise ValueError(
                f"{self.name} of {self.cell}: denominator and multiplier must be "
                "positive; a value without denominator is not published"
            )

    @property
    def largest(self) -> int | None:
        """The largest count there can be: a proportion's is its denominator."""
        is_wilson = self.form in (Form.WILSON_LOWER, Form.WILSON_UPPER)
        return self.denominator if is_wilson else None

    def value(self, count: int) -> float | Fraction:
        """The statistic before rounding; it never falls as the count rises."""
        return _FORMS[self.form](self, count)

    def published(self, count: int) -> float | Fraction:
        """The figure that a reader sees; halves round up."""
        value = self.value(count)
        if self.decimals is None:
            return value
        unit = Fraction(1, 10**self.decimals)
        if isinstance(value, Fraction):
            return math.floor(value / unit + Fraction(1, 2)) * unit
        return math.floor(Fraction(value + SLACK) / unit + Fraction(1, 2)) * unit


def count_interval(
    statistic: Statistic, figure: float | Fraction, low: int = 0, high: int = 10**7
) -> tuple[int, int] | None:
    """The counts from `low` to `high` that a figure leaves possible; None if none.

    Whoever rounds halves another way is allowed for: both neighbours stay possible.
    """
    half = Fraction(0)
    if statistic.decimals is not None:
        half = Fraction(1, 2 * 10**statistic.decimals)
    at_least = Fraction(figure) - half
    at_most = Fraction(figure) + half
    if statistic.largest is not None:
        high = min(high, statistic.largest)
    smallest = _first(statistic, low, high, lambda value: value >= _less(at_least))
    beyond = _first(statistic, low, high, lambda value: value > _more(at_most))
    return (smallest, beyond - 1) if smallest < beyond else None


def narrows(statistic: Statistic, low: int, high: int) -> bool:
    """Whether the figure would tell two counts from `low` to `high` apart.

    The answer rests on the range alone and not on the true count, so that showing or
    hiding the figure says nothing either.
    """
    if statistic.largest is not None:
        high = min(high, statistic.largest)
    return statistic.published(low) != statistic.published(high)


def least_width_left(statistic: Statistic, low: int, high: int) -> int:
    """Largest less smallest count left possible, for the count hit hardest."""
    if statistic.largest is not None:
        high = min(high, statistic.largest)
    classes: dict[float | Fraction, int] = {}
    for count in range(low, high + 1):
        figure = statistic.published(count)
        classes[figure] = classes.get(figure, -1) + 1
    return min(classes.values())


def safe_decimals(
    statistic: Statistic, low: int, high: int, most: int = 3
) -> int | None:
    """The most decimals, up to `most`, at which the figure does not narrow.

    None if it narrows even as a whole number: then it must be hidden.
    """
    for decimals in range(most, -1, -1):
        coarser = Statistic(
            cell=statistic.cell,
            name=statistic.name,
            form=statistic.form,
            denominator=statistic.denominator,
            multiplier=statistic.multiplier,
            decimals=decimals,
            z=statistic.z,
            known=statistic.known,
        )
        if not narrows(coarser, low, high):
            return decimals
    return None


def _first(
    statistic: Statistic,
    low: int,
    high: int,
    is_reached: Callable[[float | Fraction], bool],
) -> int:
    """The first count from `low` that reaches a value; `high` + 1 if none does."""
    beyond = high + 1
    while low < beyond:
        middle = (low + beyond) // 2
        if is_reached(statistic.value(middle)):
            beyond = middle
        else:
            low = middle + 1
    return low


def _less(value: Fraction) -> Fraction:
    return value - Fraction(SLACK)


def _more(value: Fraction) -> Fraction:
    return value + Fraction(SLACK)


def _ratio(statistic: Statistic, count: int) -> Fraction:
    return Fraction(statistic.multiplier * count, statistic.denominator)


def _change(statistic: Statistic, count: int) -> Fraction:
    return _ratio(statistic, count) - Fraction(statistic.known)


def _wilson(statistic: Statistic, count: int, sign: int) -> float:
    total, z = statistic.denominator, statistic.z
    root = z * math.sqrt(z * z + 4 * count * (1 - count / total))
    limit = (2 * count + z * z + sign * root) / (2 * (total + z * z))
    return statistic.multiplier * limit


def _poisson(statistic: Statistic, count: int, sign: int) -> float:
    z = statistic.z
    tail = math.erfc(z / math.sqrt(2)) / 2
    if count == 0 and sign < 0:
        events = 0.0
    elif count < 10:
        events = gammaincinv(count, tail) if sign < 0 else gammainccinv(count + 1, tail)
    else:
        base = count if sign < 0 else count + 1
        spread = z / (3 * math.sqrt(base))
        events = base * (1 - 1 / (9 * base) + sign * spread) ** 3
    return float(statistic.multiplier * events / statistic.denominator)


_FORMS: dict[Form, Callable[[Statistic, int], float | Fraction]] = {
    Form.RATIO: _ratio,
    Form.CHANGE: _change,
    Form.WILSON_LOWER: lambda statistic, count: _wilson(statistic, count, -1),
    Form.WILSON_UPPER: lambda statistic, count: _wilson(statistic, count, 1),
    Form.POISSON_LOWER: lambda statistic, count: _poisson(statistic, count, -1),
    Form.POISSON_UPPER: lambda statistic, count: _poisson(statistic, count, 1),
}
