"""From a chart's rows to an SVG that can stand in a page: two processes, no network."""

import multiprocessing
import os
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr

VEGA_LITE = "6.4"

# What Vega writes for a screen reader on each mark becomes a title to hover over: the
# chart as a whole is one image with a name, and its table says the rest.
MARK = re.compile(
    r'<(?P<tag>path|line|text|rect)(?P<before>[^<>]*?) aria-label="(?P<label>[^"]*)"'
    r' role="graphics-symbol" aria-roledescription="[^"]*"(?P<after>[^<>]*?)/>'
)
ARIA = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
ID = re.compile(r'\bid="([^"]+)"')
REFERENCE = re.compile(r'(\bid="|url\(#)([^")]+)')
WIDTH = re.compile(r'<svg [^>]*?\bwidth="(\d+)')
LONG_NUMBER = re.compile(r"(-?\d+\.\d{2})\d+")

PATTERN = (
    '<pattern id="{}" width="8" height="8" patternUnits="userSpaceOnUse">'
    '<path d="M0,0H8V8H0Z" fill="#ffffff"/>{}</pattern>'
)
# What tells areas apart without a colour, by the name under which a chart fills by it.
PATTERNS = {
    "hatched": '<path d="M-2,2L2,-2M-2,10L10,-2M6,10L10,6" stroke="#b4bbc2"'
    ' stroke-width="1.5"/>',
    "dotted": '<circle cx="2" cy="2" r="0.9" fill="#aab2ba"/>'
    '<circle cx="6" cy="6" r="0.9" fill="#aab2ba"/>',
}


@dataclass(frozen=True)
class Drawing:
    """A chart to draw: its function in `charts`, its arguments, its name."""

    chart: str
    arguments: dict[str, Any] = field(repr=False)
    name: str = ""


def tidied(svg: str, name: str) -> str:
    """The SVG as one named image, its marks with titles, its ids its own."""
    svg = MARK.sub(
        lambda m: (
            f"<{m['tag']}{m['before']}{m['after']}><title>{m['label']}</title>"
            f"</{m['tag']}>"
        ),
        svg,
    )
    svg = ARIA.sub("", svg)
    svg = LONG_NUMBER.sub(r"\1", svg)
    svg = re.sub(r' xmlns:xlink="[^"]*"', "", svg, count=1)
    used = [
        PATTERN.format(pattern, drawn)
        for pattern, drawn in PATTERNS.items()
        if f"url(#{pattern})" in svg
    ]
    if used:
        svg = re.sub(r"(<svg [^>]*>)", rf"\1<defs>{''.join(used)}</defs>", svg, count=1)
    # Vega numbers ids through a process; here each chart numbers its own, by its name.
    prefix = re.sub(r"[^a-zA-Z0-9]", "", name)
    own = {
        found: f"{prefix}{i}" for i, found in enumerate(dict.fromkeys(ID.findall(svg)))
    }
    svg = REFERENCE.sub(lambda m: m[1] + own[m[2]], svg)
    # Neither blown up beyond its own size nor shrunk until it cannot be read.
    width = int(WIDTH.search(svg)[1])
    style = f"max-width:{width * 5 // 4}px;min-width:{min(width * 9 // 10, 500)}px"
    opening = f'<svg role="img" aria-label={quoteattr(name)} style="{style}" '
    return svg.replace("<svg ", opening, 1)


def draw(drawing: Drawing) -> str:
    """The SVG of one chart."""
    import vl_convert
    from altair.utils.schemapi import debug_mode

    from lscb.pages import charts

    # Altair checks each part of each chart against the schema: tests do that instead.
    with debug_mode(False):
        spec = getattr(charts, drawing.chart)(**drawing.arguments)
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    return tidied(svg, drawing.name)


def draw_all(drawings: list[Drawing]) -> list[str]:
    """The SVGs of many charts, in order, on as many processes as there are cores."""
    workers = min(len(os.sched_getaffinity(0)), 4, max(1, len(drawings)))
    with ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn")
    ) as pool:
        return list(pool.map(draw, drawings, chunksize=4))
