"""The control limits of a funnel plot, as curves over the denominator.

They are the mart's own rules turned round (macros/statistics/funnel_position_of_*): a
proportion has normal limits around the baseline; a rate lies outside where its exact
Poisson (below ten events) or Byar limits leave the baseline out, so the curve of a rate
runs through the points at which a limit of the count meets what was to be expected.
"""

from functools import cache
from math import ceil, sqrt

from scipy.stats import chi2, norm

EXACT_BELOW = 10
CONFIDENCES = (0.95, 0.998)
POINTS = 60

# How large a funnel is, and how large a name in it and the room for its letters, all in
# all.
SIZE = (430, 180)
NAME_HEIGHT, NAME_LETTER = 12, 6.6

Point = dict[str, float]


@cache
def z_of(confidence: float) -> float:
    """The normal quantile of a two-sided confidence."""
    return float(norm.ppf(0.5 + confidence / 2))


def count_limits(events: int, confidence: float) -> tuple[float, float]:
    """The lower and upper limit of a count: exact below ten events, Byar from ten."""
    if events < EXACT_BELOW:
        tail = (1 - confidence) / 2
        lower = float(chi2.ppf(tail, 2 * events) / 2) if events else 0.0
        return lower, float(chi2.ppf(1 - tail, 2 * events + 2) / 2)
    z, above = z_of(confidence), events + 1
    return (
        events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3,
        above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3,
    )


def counts_to_draw(largest: int) -> list[int]:
    """Counts from 0 to the largest, dense where they are small."""
    steps = {round(largest ** (step / POINTS)) for step in range(POINTS + 1)}
    return sorted({*range(min(largest, 20) + 1), *steps})


def of_rate(
    baseline: float, multiplier: float, low: float, high: float
) -> dict[str, list[Point]]:
    """The four curves of a rate between two denominators, by name of the curve.

    The baseline is above 0: around none nothing can be expected.
    """
    per_head = baseline / multiplier
    largest = ceil(count_limits(ceil(per_head * high) + 1, 0.998)[1]) + 1
    curves: dict[str, list[Point]] = {}
    for confidence in CONFIDENCES:
        for side, name in enumerate(("upper", "lower")):
            points = []
            for events in counts_to_draw(largest):
                expected = count_limits(events, confidence)[side]
                if expected > 0:
                    denominator = expected / per_head
                    points.append(
                        {"x": denominator, "y": events / denominator * multiplier}
                    )
            curves[f"{name} {confidence:.1%}"] = between(points, low, high)
    return curves


def between(points: list[Point], low: float, high: float) -> list[Point]:
    """The part of a curve between two denominators, with one point beyond each end."""
    first = max((i for i, p in enumerate(points) if p["x"] <= low), default=0)
    last = min(
        (i for i, p in enumerate(points) if p["x"] >= high), default=len(points) - 1
    )
    return points[first : last + 1]


def of_proportion(
    baseline: float, multiplier: float, low: float, high: float
) -> dict[str, list[Point]]:
    """The four curves of a proportion between two denominators, by name."""
    # A whole may come out a last digit above 1.
    share = min(1.0, baseline / multiplier)
    steps = [low * (high / low) ** (step / POINTS) for step in range(POINTS + 1)]
    curves: dict[str, list[Point]] = {}
    for confidence in CONFIDENCES:
        for sign, name in ((1, "upper"), (-1, "lower")):
            curves[f"{name} {confidence:.1%}"] = [
                {
                    "x": n,
                    "y": multiplier
                    * min(
                        1.0,
                        max(
                            0.0,
                            share
                            + sign * z_of(confidence) * sqrt(share * (1 - share) / n),
                        ),
                    ),
                }
                for n in steps
            ]
    return curves


def curves_of(
    value_type: str, baseline: float, multiplier: float, low: float, high: float
) -> dict[str, list[Point]]:
    """The control limits of a rate or proportion; other types have no funnel plot."""
    limits = {"rate": of_rate, "proportion": of_proportion}[value_type]
    return limits(baseline, multiplier, low, high)


def names_apart(
    points: list[tuple[float, float, str]],
    domain: tuple[list[float], list[float]],
) -> list[str]:
    """The names in a funnel that lie over none before them; the first is kept.

    Each point is a denominator, a value and the name to the right of it.
    """
    (left, right), (bottom, top) = domain
    kept: dict[str, tuple[float, float]] = {}
    for denominator, value, name in points:
        x = (denominator - left) / (right - left) * SIZE[0]
        y = (value - bottom) / (top - bottom) * SIZE[1]
        if not any(
            abs(y - other_y) < NAME_HEIGHT
            and x < other_x + NAME_LETTER * len(other)
            and other_x < x + NAME_LETTER * len(name)
            for other, (other_x, other_y) in kept.items()
        ):
            kept[name] = x, y
    return [*kept]
