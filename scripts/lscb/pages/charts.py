"""The charts, drawn with Altair: each function takes rows and returns a specification.

Colours never stand alone: shapes, letters and positions say the same. Where polarity is
neutral the standings are `higher` and `lower`, in colours that do not judge. What is
partial is hollow as a point and hatched as an area, and never in one row with the rest.
"""

from collections import Counter
from math import ceil
from textwrap import wrap
from typing import Any

import altair as alt

Row = dict[str, Any]
Spec = dict[str, Any]

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
INK, QUIET, LINE = "#1b1f23", "#4d565f", "#c9ced4"
ACCENT = "#0b5394"

# Fill, ink upon it, and shape of each standing.
STANDINGS = {
    "best": ("#08519c", "#ffffff", "diamond"),
    "better": ("#a6cbe8", INK, "diamond"),
    "similar": ("#e3e6e9", INK, "circle"),
    "worse": ("#fdc28c", INK, "square"),
    "worst": ("#9c3d00", "#ffffff", "square"),
    "highest": ("#54278f", "#ffffff", "triangle-up"),
    "higher": ("#cfc7e6", INK, "triangle-up"),
    "lower": ("#b5dfd8", INK, "triangle-down"),
    "lowest": ("#00594f", "#ffffff", "triangle-down"),
    "not_compared": ("#aab2ba", INK, "triangle-right"),
    "partial": ("#ffffff", INK, "circle"),
    "hidden": ("#ffffff", INK, "square"),
    "missing": ("#ffffff", INK, "cross"),
    "void": ("#ffffff", INK, "stroke"),
}
# As areas some standings are told by a pattern (drawn by `drawing`).
AREAS = {code: fill for code, (fill, _, _) in STANDINGS.items()} | {
    "not_compared": "#f3f4f6",
    "partial": "url(#hatched)",
    "hidden": "url(#dotted)",
    "void": "#d5dae0",
}
COVERAGE = {
    "on time": ("#dcebf7", INK),
    "late": ("#9ecae1", INK),
    "partial": ("url(#hatched)", INK),
    "refused": ("#c2570c", "#ffffff"),
    "missing": ("#5a1a00", "#ffffff"),
    "not due": ("#f4f5f6", INK),
}

# How far apart the lines of a ranking stand, and how wide it is without its words.
STEP, RANKED_WIDTH = 15, 180
PANEL_HEIGHT = 74
# How wide a letter of a panel's head is, all in all.
HEAD_LETTER = 5.6
# How far apart panels stand; how wide a letter of a period's label is at most, all in
# all, and how much is left free between two of them.
PANEL_GAP, LABEL_LETTER, LABEL_GAP = 20, 5.4, 6
# Fill and shape of the points of a trend.
TREND_POINTS = {
    "whole": (ACCENT, "circle"),
    "provisional": (ACCENT, "diamond"),
    "partial": ("#ffffff", "circle"),
}

CONFIG: Spec = {
    "font": FONT,
    "background": "transparent",
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "#e9ecef",
        "domainColor": LINE,
        "tickColor": LINE,
        "labelLimit": 0,
    },
    "header": {"labelFontSize": 11, "labelColor": INK, "labelPadding": 3},
    "legend": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "symbolSize": 90,
        "labelLimit": 0,
    },
    "view": {"stroke": None},
    # Only the marks that are rows of the table have words of their own.
    **{mark: {"aria": False} for mark in ("area", "line", "rule", "text", "tick")},
}


# What a layer has of its own; the look and the version of Vega-Lite are the chart's.
PARTS = ("data", "transform", "mark", "encoding", "name")
# What Altair writes of a layer that has no data but those of its panel.
NO_DATA = {"name": "empty"}


def by(**channels: Any) -> dict[str, Any]:
    """Channels to encode by, each as the class that its text or value stands for.

    Given them bare, Altair holds each against every class that it has, which takes as
    long as the drawing.
    """
    return {name: as_channel(name, given) for name, given in channels.items()}


def as_channel(name: str, given: Any) -> Any:
    """A channel as its class: of a field's shorthand, or of a value."""
    kind = name[0].upper() + name[1:]
    if isinstance(given, str):
        return getattr(alt, kind)(given)
    if isinstance(given, dict):
        return getattr(alt, f"{kind}Value" if "value" in given else kind)(**given)
    return given


def layered(*layers: Any, **given: Any) -> Spec:
    """Layers in one plot, with its size and what else is given, as a specification.

    Altair would copy every part of every layer several times over.
    """
    specs = [layer.to_dict(validate=False) for layer in layers]
    kept = [
        {name: part for name, part in each.items() if name in PARTS and part != NO_DATA}
        for each in specs
    ]
    return {"layer": kept, **given}


def finished(spec: Spec, **data: list[Row]) -> Spec:
    """The specification in the look that all charts share, with its data.

    Look and rows are put in last: Altair would copy and walk through all of them.
    """
    return {"$schema": alt.SCHEMA_URL, **spec, "config": CONFIG, "datasets": data}


def standing_scale(rows: list[Row], labels: dict[str, str], channel: str) -> alt.Scale:
    """How the standings that occur are told apart, in the order of STANDINGS."""
    present = {row["standing"] for row in rows}
    codes = [code for code in STANDINGS if code in present]
    told = {
        "area": lambda code: AREAS[code],
        "fill": lambda code: STANDINGS[code][0],
        "shape": lambda code: STANDINGS[code][2],
        "dash": lambda code: [2, 1.5] if code == "partial" else [1, 0],
    }[channel]
    return alt.Scale(
        domain=[labels[code] for code in codes], range=[told(code) for code in codes]
    )


def standing_channels(
    rows: list[Row], labels: dict[str, str], against: str, legend_columns: int
) -> dict[str, Any]:
    """How a point says how it stands against the region: fill, shape, and words."""
    return {
        "fill": alt.Fill(
            "standing_label:N",
            scale=standing_scale(rows, labels, "fill"),
            legend=alt.Legend(
                title=against,
                orient="bottom",
                columns=legend_columns,
                symbolStrokeColor=INK,
            ),
        ),
        "shape": alt.Shape(
            "standing_label:N", scale=standing_scale(rows, labels, "shape")
        ),
        "description": "hover:N",
    }


def points_on(base: Any, position: Any, top: float | None, size: int) -> Any:
    """Points that are whole at every edge of the plot, nought's among them.

    What lies beyond the top of the scale is not seen, and is hovered over at its edge.
    """
    points = base.mark_point(size=size, filled=False, strokeWidth=0.9)
    if top is None:
        return points.encode(position)
    beyond = f"datum.indicator_value > {top}"
    position = position.copy()
    position.shorthand = "on_scale:Q"
    return points.transform_calculate(
        on_scale=f"{beyond} ? {top} : datum.indicator_value"
    ).encode(position, **by(opacity=alt.condition(beyond, alt.value(0), alt.value(1))))


def tile_map(
    rows: list[Row], labels: dict[str, str], against: str, unit: str, by_value: bool
) -> Spec:
    """The authorities as tiles where they lie: name, figure, and standing as fill.

    With `by_value` (no comparison is made) the fill grows with the value in one hue,
    and a second legend says what the tiles are that have no such fill.
    """
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("tile_column:O", axis=None, scale=alt.Scale(paddingInner=0.05)),
        y=alt.Y("tile_row:O", axis=None, scale=alt.Scale(paddingInner=0.07)),
    )
    if by_value:
        fill: Any = alt.Fill(
            "indicator_value:Q",
            scale=alt.Scale(range=["#eef4fa", "#7fb3dc"], zero=False),
            legend=alt.Legend(
                title=unit, orient="bottom", gradientLength=200, format=",~f"
            ),
        )
        ink: Any = alt.value(INK)
    else:
        fill = alt.Fill(
            "standing_label:N",
            scale=standing_scale(rows, labels, "area"),
            legend=alt.Legend(
                title=against,
                orient="bottom",
                columns=3,
                symbolType="square",
                symbolSize=150,
                symbolStrokeColor=QUIET,
                symbolStrokeWidth=1,
            ),
        )
        ink = alt.Color("ink:N", scale=None)
    tiles = base.mark_rect(stroke=QUIET, strokeWidth=0.7, invalid=None).encode(
        **by(
            fill=fill,
            strokeDash=alt.condition(
                "isValid(datum.indicator_value)", alt.value([1, 0]), alt.value([3, 2])
            ),
            description="hover:N",
        )
    )
    apart = []
    if by_value:
        whole = "datum.standing == 'not_compared'"
        tiles = tiles.encode(
            **by(fill=alt.condition(whole, fill, alt.value("#ffffff")))
        )
        others = [row for row in rows if row["standing"] != "not_compared"]
        if others:
            apart.append(
                base.transform_filter(f"!({whole})")
                .mark_rect(stroke=None, aria=False, invalid=None)
                .encode(
                    fill=alt.Fill(
                        "standing_label:N",
                        scale=standing_scale(others, labels, "area"),
                        legend=alt.Legend(
                            title=None,
                            orient="bottom",
                            direction="horizontal",
                            symbolType="square",
                            symbolSize=150,
                            symbolStrokeColor=QUIET,
                            symbolStrokeWidth=1,
                        ),
                    )
                )
            )
    names = base.mark_text(dy=-17, fontSize=12).encode(
        **by(text="short_name:N", color=ink)
    )
    figures = base.mark_text(dy=-5, fontSize=13, fontWeight="bold").encode(
        **by(text="figure:N", color=ink)
    )
    marks = base.mark_text(dy=6, fontSize=12, lineBreak="\n", lineHeight=10).encode(
        **by(text="mark:N", color=ink)
    )
    return finished(
        layered(
            *(tiles.properties(name="rows"), *apart, names, figures, marks),
            resolve={"scale": {"fill": "independent"}},
            width=500,
            height=336,
        ),
        rows=rows,
    )


def ranked_intervals(
    rows: list[Row],
    apart: dict[str, list[Row]],
    labels: dict[str, str],
    against: str,
    unit: str,
    top: float | None,
    region: Row | None,
) -> Spec:
    """Values with their 95 % intervals, the highest first; the region as a line.

    Below them, under a heading each, stand those that have no place in the order.
    """
    order = [row["area_name"] for row in rows]
    for heading, others in apart.items():
        order += [heading, *(row["area_name"] for row in others)]
    every = [*rows, *(row for others in apart.values() for row in others)]
    pointed = [row for row in every if row["indicator_value"] is not None]
    y = alt.Y(
        "area_name:N",
        scale=alt.Scale(domain=order),
        axis=alt.Axis(
            title=None,
            grid=False,
            ticks=False,
            domain=False,
            # A point at nought must not reach the name.
            labelPadding=8,
            labelFontWeight=alt.condition(
                alt.FieldOneOfPredicate("value", list(apart)),
                alt.value("bold"),
                alt.value("normal"),
            ),
        ),
    )
    scale = alt.Scale(domainMax=top, zero=True) if top else alt.Scale(zero=True)
    x = alt.X("indicator_value:Q", title=unit, scale=scale)
    base = alt.Chart(alt.NamedData("rows")).encode(**by(y=y))
    layers = []
    if region:
        line = alt.Chart(alt.NamedData("region"))
        layers += [
            line.mark_rule(color=INK, strokeDash=[5, 3]).encode(
                **by(
                    x="indicator_value:Q",
                    y=alt.value(0),
                    y2=alt.value(STEP * len(rows)),
                )
            ),
            line.mark_text(
                align="center", baseline="bottom", dy=-3, fontSize=12, color=INK
            ).encode(**by(x="indicator_value:Q", y=alt.value(0), text="text:N")),
        ]
    layers += [
        base.mark_rule(color=QUIET, strokeWidth=1.6, clip=True).encode(
            **by(
                x=alt.X("lower_limit:Q", scale=scale, title=unit),
                x2="upper_limit:Q",
                strokeDash=alt.condition(
                    "datum.standing == 'partial'", alt.value([2, 2]), alt.value([1, 0])
                ),
            )
        ),
        points_on(base, x, top, 62)
        .encode(
            **by(
                stroke=alt.value(INK),
                strokeDash=alt.StrokeDash(
                    "standing_label:N", scale=standing_scale(pointed, labels, "dash")
                ),
                **standing_channels(pointed, labels, against, legend_columns=1),
            )
        )
        .properties(name="rows"),
        base.mark_text(align="left", fontSize=12, color=INK).encode(
            **by(x=alt.value(RANKED_WIDTH + 6), text="figure:N")
        ),
        base.mark_text(align="left", fontSize=12, color=INK).encode(
            **by(x=alt.value(6), text="absent:N")
        ),
    ]
    return finished(
        layered(*layers, width=RANKED_WIDTH, height={"step": STEP}),
        rows=every,
        region=[region] if region else [],
    )


def funnel(
    rows: list[Row],
    curves: list[Row],
    baseline: float,
    labels: dict[str, str],
    against: str,
    axis_titles: tuple[str, str],
    domain: tuple[list[float], list[float]],
    size: tuple[int, int],
) -> Spec:
    """Values over their denominators, within control limits around the region."""
    x_title, y_title = axis_titles
    x_scale = alt.Scale(domain=domain[0], nice=False, zero=False)
    y_scale = alt.Scale(domain=domain[1], nice=False, zero=False)
    limits = (
        alt.Chart(alt.NamedData("curves"))
        .mark_line(color=QUIET, clip=True, strokeWidth=1.2)
        .encode(
            **by(
                x=alt.X("x:Q", scale=x_scale, title=x_title),
                y=alt.Y("y:Q", scale=y_scale, title=y_title),
                detail="curve:N",
                order="x:Q",
                strokeDash=alt.StrokeDash(
                    "confidence:N",
                    scale=alt.Scale(
                        domain=["95 % limits", "99.8 % limits"], range=[[4, 3], [1, 0]]
                    ),
                    legend=alt.Legend(title=None, orient="bottom", symbolType="stroke"),
                ),
            )
        )
    )
    middle = (
        alt.Chart(alt.NamedData("region"))
        .mark_rule(color=INK, strokeWidth=1)
        .encode(y=alt.Y("y:Q", scale=y_scale))
    )
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("denominator:Q", scale=x_scale)
    )
    y = alt.Y("indicator_value:Q", scale=y_scale)
    points = (
        points_on(base, y, domain[1][1], 70)
        .encode(
            **by(
                stroke=alt.value(INK),
                **standing_channels(rows, labels, against, legend_columns=2),
            )
        )
        .properties(name="rows")
    )
    named = (
        base.transform_filter(f"datum.indicator_value <= {domain[1][1]}")
        .mark_text(align="left", dx=7, fontSize=12, color=INK)
        .encode(**by(y=y, text="point_label:N"))
    )
    return finished(
        layered(limits, middle, points, named, width=size[0], height=size[1]),
        rows=rows,
        curves=curves,
        region=[{"y": baseline}],
    )


def labelled(periods: list[str], width: float) -> list[str]:
    """The periods that have a label below a panel: as many as have room beside another.

    They stand evenly from the first on, and leave room for the next panel's first.
    """
    step = width / len(periods)
    room = LABEL_LETTER * max(map(len, periods)) + LABEL_GAP
    every = max(1, ceil(room / step))
    last = (width + PANEL_GAP - room) / step
    return [p for i, p in enumerate(periods) if i % every == 0 and i <= max(last, 0)]


def small_multiples(
    rows: list[Row],
    breaks: list[Row],
    gaps: list[Row],
    domain: list[float] | None,
    columns: int,
    panels: list[str],
    periods: list[str],
    shared: bool,
) -> Spec:
    """A small trend each panel: line, points, 95 % band; breaks as dashed rules.

    A figure that no line leads to has its interval as a rule, and where it is partial
    a hollow point and a dashed rule; a gap is empty, with a sign on the axis that says
    why.
    """
    together = Counter((row["panel"], row["run"]) for row in rows)
    rows = [{**row, "alone": together[row["panel"], row["run"]] == 1} for row in rows]
    width = 760 // columns - 36
    heads = {
        panel: "\n".join(wrap(panel, int(width / HEAD_LETTER))) for panel in panels
    }
    offset = -width / len(periods) / 2
    x = alt.X(
        "period_id:O",
        sort=periods,
        scale=alt.Scale(domain=periods, paddingOuter=0),
        axis=alt.Axis(
            title=None,
            values=labelled(periods, width),
            labelAngle=0,
            grid=False,
            labelFontSize=9,
            labelOverlap=False,
        ),
    )
    scale = (
        alt.Scale(domain=domain, nice=False)
        if domain
        else alt.Scale(zero=False, nice=True, padding=5)
    )
    top = domain[1] if domain else None
    y_axis = alt.Axis(title=None, tickCount=3, labelFontSize=9, format=",~f")
    y = alt.Y("indicator_value:Q", scale=scale, axis=y_axis)
    base = alt.Chart().encode(**by(x=x))
    valued = base.transform_filter("datum.kind == 'value'")
    limits = {
        "y": alt.Y("lower_limit:Q", scale=scale, axis=y_axis, title=None),
        "y2": "upper_limit:Q",
    }
    kinds = [kind for kind in TREND_POINTS if kind in {row["point"] for row in rows}]
    points = [TREND_POINTS[kind] for kind in kinds]
    layers = [
        valued.mark_area(opacity=0.22, color=ACCENT, clip=True).encode(
            **by(**limits, detail="run:N")
        ),
        valued.transform_filter("datum.alone")
        .mark_rule(color=QUIET, clip=True)
        .encode(
            **by(
                **limits,
                strokeDash=alt.condition(
                    "datum.point == 'partial'", alt.value([2, 2]), alt.value([1, 0])
                ),
            )
        ),
        valued.mark_line(color=ACCENT, strokeWidth=1.4, clip=True).encode(
            **by(y=y, detail="run:N")
        ),
        points_on(valued, y, top, 20)
        .encode(
            **by(
                fill=alt.Fill(
                    "point:N",
                    scale=alt.Scale(domain=kinds, range=[fill for fill, _ in points]),
                    legend=None,
                ),
                shape=alt.Shape(
                    "point:N",
                    scale=alt.Scale(domain=kinds, range=[shape for _, shape in points]),
                    legend=None,
                ),
                stroke=alt.value(ACCENT),
                description="hover:N",
            )
        )
        .properties(name="rows"),
    ]
    if "partial" in kinds:
        layers.append(
            valued.transform_filter("datum.point == 'partial'")
            .transform_filter(f"datum.indicator_value <= {top}" if top else "true")
            .mark_text(fontSize=11, color=INK, dx=6, dy=-3)
            .encode(**by(y=y, text="after:N"))
        )
    if gaps:
        layers.append(
            base.transform_filter("datum.kind == 'gap'")
            .mark_text(fontSize=9, color=QUIET, baseline="bottom")
            .encode(**by(y=alt.value(PANEL_HEIGHT), text="sign:N"))
        )
    if breaks:
        layers.append(
            base.transform_filter("datum.kind == 'break'")
            .mark_rule(
                color="#9c3d00", strokeDash=[3, 2], strokeWidth=1.3, xOffset=offset
            )
            .encode()
        )
    panel = alt.Facet(
        "panel:N",
        sort=list(heads.values()),
        header=alt.Header(
            title=None,
            labelAnchor="start",
            labelLimit=0,
            labelExpr="split(datum.label, '\\n')",
        ),
    )
    spec = {
        "data": {"name": "rows"},
        "facet": panel.to_dict(validate=False),
        "spec": layered(*layers, width=width, height=PANEL_HEIGHT),
        "columns": columns,
        "spacing": {"row": 14, "column": PANEL_GAP},
        "resolve": {"scale": {"y": "shared" if shared else "independent"}},
    }
    every = [{**row, "panel": heads[row["panel"]]} for row in rows + gaps + breaks]
    return finished(spec, rows=every)


def standings_bars(
    rows: list[Row], labels: dict[str, str], against: str, order: list[str]
) -> Spec:
    """How many authorities stand how against the region: one bar an indicator."""
    base = (
        alt.Chart(alt.NamedData("rows"))
        .transform_stack(
            stack="areas",
            groupby=["indicator"],
            as_=["from", "to"],
            sort=[alt.SortField("position")],
        )
        .encode(
            y=alt.Y(
                "indicator:N",
                sort=order,
                axis=alt.Axis(title=None, ticks=False, domain=False),
            )
        )
    )
    bars = (
        base.mark_bar(stroke="#ffffff", strokeWidth=1)
        .encode(
            **by(
                x=alt.X(
                    "from:Q", title="Local authorities", scale=alt.Scale(nice=False)
                ),
                x2="to:Q",
                fill=alt.Fill(
                    "standing_label:N",
                    scale=standing_scale(rows, labels, "area"),
                    legend=alt.Legend(
                        title=against,
                        orient="top",
                        columns=5,
                        symbolStrokeColor=QUIET,
                        symbolStrokeWidth=1,
                        symbolType="square",
                    ),
                ),
                description="hover:N",
            )
        )
        .properties(name="rows")
    )
    texts = (
        base.transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(fontSize=10)
        .encode(**by(x="middle:Q", text="text:N", color=alt.Color("ink:N", scale=None)))
    )
    return finished(layered(bars, texts, width=330, height={"step": 18}), rows=rows)


def coverage_map(rows: list[Row], labels: dict[str, str]) -> Spec:
    """Who sent what: a row a submitter, a column a period, a letter a state."""
    submitters = list(dict.fromkeys(row["submitter_name"] for row in rows))
    periods = list(dict.fromkeys(row["period_id"] for row in rows))
    codes = [c for c in COVERAGE if c in {row["coverage_status"] for row in rows}]
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X(
            "period_id:O",
            sort=periods,
            axis=alt.Axis(
                title=None, orient="top", labelAngle=-45, ticks=False, domain=False
            ),
        ),
        y=alt.Y(
            "submitter_name:N",
            sort=submitters,
            axis=alt.Axis(title=None, ticks=False, domain=False),
        ),
    )
    cells = (
        base.mark_rect(stroke="#ffffff", strokeWidth=1.5)
        .encode(
            **by(
                fill=alt.Fill(
                    "status_label:N",
                    scale=alt.Scale(
                        domain=[labels[c] for c in codes],
                        range=[COVERAGE[c][0] for c in codes],
                    ),
                    legend=alt.Legend(
                        title=None,
                        orient="bottom",
                        columns=6,
                        symbolStrokeColor=QUIET,
                        symbolStrokeWidth=1,
                    ),
                ),
                description="hover:N",
            )
        )
        .properties(name="rows")
    )
    letters = base.mark_text(fontSize=11).encode(
        **by(text="mark:N", color=alt.Color("ink:N", scale=None))
    )
    width = max(24, min(60, 480 // max(len(periods), 1)))
    return finished(
        layered(cells, letters, width={"step": width}, height={"step": 18}),
        rows=rows,
    )
