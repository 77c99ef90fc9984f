"""The spine chart: where one authority lies among the others, an indicator a line.

Each line has its own scale. In its middle stands the region, or where there is none to
be set against the median of the authorities; both ends lie as far off as the authority
that is farthest. What is partial, and an authority far smaller than the rest that would
set the scale by itself, is left out of what makes the scale.
"""

from functools import partial
from statistics import median, quantiles

from lscb.pages.charts import STANDINGS
from lscb.pages.facts import AUTHORITY, FEWEST_AREAS, Facts
from lscb.pages.indicator_pages import listed
from lscb.pages.published import Row

# How wide a line is drawn, and how much of it is left free at each end.
WIDTH, MARGIN = 240, 8

# The shapes of the standings as paths around 0, by the name that Vega has for them.
SHAPES = {
    "circle": "M-5,0A5,5 0 1 0 5,0A5,5 0 1 0 -5,0Z",
    "diamond": "M0,-6.5L6,0L0,6.5L-6,0Z",
    "square": "M-4.6,-4.6H4.6V4.6H-4.6Z",
    "triangle-up": "M0,-5.5L6,5H-6Z",
    "triangle-down": "M0,5.5L6,-5H-6Z",
    "triangle-right": "M5.5,0L-5,5.5V-5.5Z",
}


def form_of(standing: str) -> Row:
    """The shape and the fill of a point."""
    fill, _, shape = STANDINGS[standing]
    return {"path": SHAPES[shape], "fill": fill}


def position_of(centre: float, half: float, value: float | None) -> float | None:
    """Where a value lies on its line, cut at both ends."""
    if value is None:
        return None
    share = min(1.0, max(0.0, 0.5 + (value - centre) / (2 * half)))
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def spine_of(facts: Facts, row: Row) -> Row | None:
    """The line of a value on the spine; None where there is no figure or no scale."""
    value = row["indicator_value"]
    key = (row["indicator_id"], row["definition_version"], row["period_id"])
    whole = sorted(
        (
            cell
            for cell in facts.by_period[key]
            if cell["area_type"] == AUTHORITY
            and cell["indicator_value"] is not None
            and cell["standing"] != "partial"
        ),
        key=lambda cell: cell["indicator_value"],
    )
    left_out = [
        cell
        for cell in whole
        if cell["area_code"] in facts.far_smaller
        and cell["indicator_value"]
        in (whole[0]["indicator_value"], whole[-1]["indicator_value"])
    ]
    known = [cell["indicator_value"] for cell in whole if cell not in left_out]
    if value is None or len(known) < FEWEST_AREAS:
        return None
    is_region = row["region"] is not None
    centre = row["region"] if is_region else median(known)
    half = max(known[-1] - centre, centre - known[0])
    if half <= 0:
        return None
    first, _, third = quantiles(known, n=4, method="inclusive")
    at = partial(position_of, centre, half)
    return {
        "is_region": is_region,
        "low": at(known[0]),
        "first": at(first),
        "third": at(third),
        "high": at(known[-1]),
        "neighbours": at(row["neighbours"]),
        "start": at(row["lower_limit"]),
        "stop": at(row["upper_limit"]),
        "at": at(value),
        "off": "left" * (value < centre - half) + "right" * (value > centre + half),
        "lowest": known[0],
        "highest": known[-1],
        "left_out": [cell["area_name"] for cell in left_out],
        **form_of(row["standing"]),
    }


def left_out_said(rows: list[Row]) -> str:
    """Who sets no scale of which lines, as a sentence; empty where everybody does."""
    lines: dict[str, list[str]] = {}
    for row in rows:
        for name in row["spine"]["left_out"] if row["spine"] else ():
            lines.setdefault(name, []).append(row["indicator_id"])
    return "".join(
        f" {name}, far smaller than the rest, would alone set the scale of"
        f" {listed(codes)}: there the scale is that of the others."
        for name, codes in lines.items()
    )
