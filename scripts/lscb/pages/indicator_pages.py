"""One page per indicator: definition, map, funnel, ranked intervals, trends, tables."""

from lscb.pages.beginnings import of_indicator
from lscb.pages.drawing import Drawing
from lscb.pages.facts import NOT_SET_AGAINST, Facts, Indicator
from lscb.pages.figures import Column, Figure, Page, Table
from lscb.pages.funnels import SIZE, curves_of, names_apart
from lscb.pages.published import Row
from lscb.pages.targets import said_of, table_of

TREND_COLUMNS, TREND_PERIODS = 5, 24
# A value so many times the 90th percentile runs off the scale, and the page says so.
OFF_SCALE, HEADROOM = 1.8, 1.25
# A funnel plot needs so many points, and names so many of those outside it.
FEWEST_POINTS, LABELLED = 4, 8


def unit_of(indicator: Indicator, period: Row, facts: Facts) -> str:
    """The unit of the values in a period, a quarter's rate named as such."""
    cells = facts.cells_of(period)
    return cells[0]["unit_of_period"] if cells else indicator.current["unit"]


def top_of(values: list[float]) -> float | None:
    """Where the scale ends if a few values would squash the rest; None if none do."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    usual = known[int(0.9 * (len(known) - 1))]
    return usual * HEADROOM if usual > 0 and known[-1] > OFF_SCALE * usual else None


def listed(names: list[str]) -> str:
    """Names as a sentence has them."""
    return ", ".join(names[:-1]) + " and " + names[-1] if names[1:] else "".join(names)


def in_two_lines(words: str) -> str:
    """A few words as a tile has them: in two lines, about as long as each other."""
    breaks = [at for at, letter in enumerate(words) if letter == " "]
    if not breaks:
        return words
    middle = min(breaks, key=lambda at: abs(2 * at - len(words)))
    return words[:middle] + "\n" + words[middle + 1 :]


def value_columns(decimals: int) -> list[Column]:
    """The columns of a value and its interval."""
    return [
        Column("numerator", "Numerator", "number"),
        Column("denominator", "Denominator", "number"),
        Column("indicator_value", "Value", "number", decimals),
        Column("lower_limit", "Lower 95 %", "number", decimals),
        Column("upper_limit", "Upper 95 %", "number", decimals),
    ]


def area_column() -> Column:
    """The area's name, with its page where it has one."""
    return Column(
        "area_name",
        "Area",
        link=lambda row: (
            f"boroughs/{row['area_code']}.html"
            if row["area_type"] == "local_authority"
            else None
        ),
    )


def nothing_to_draw(facts: Facts, cells: list[Row], what: str, where: str) -> str:
    """Why a chart of these values would show nothing; empty where it shows something.

    It needs two values that differ. A ranking names those that all have the same.
    """
    valued = [row for row in cells if row["indicator_value"] is not None]
    figures = {row["indicator_value"] for row in valued}
    words = facts.words["no_chart"]
    if len(figures) > 1:
        return ""
    kind = "none" if not valued else "one" if len(valued) == 1 else "equal"
    names = sorted({row["area_name"] for row in valued})
    shown = {facts.shown(row) + row["after"] for row in valued}
    if kind == "equal" and what == "ranking":
        kind = "equal_ranking"
    return words[kind].format(
        what=what,
        where=where,
        figure=listed(sorted(shown)),
        names=listed(names),
        count=len(names),
        absent=len({row["area_code"] for row in cells}) - len(names),
    )


def map_of(facts: Facts, indicator: Indicator, period: Row, name: str) -> Figure | str:
    """The tile map of one period, or the sentence that says why there is none."""
    cells = facts.authorities_in(period)
    if why := nothing_to_draw(facts, cells, "map", period["period_label"]):
        return why
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    tiles = ("tile_row", "tile_column", "short_name")
    by_value = all(row["standing"] in NOT_SET_AGAINST for row in cells)
    rows = [
        {
            **{key: facts.area[row["area_code"]][key] for key in tiles},
            "indicator_value": row["indicator_value"],
            "figure": facts.shown(row) + row["after"] or row["gss_symbol"] or "-",
            "mark": (
                in_two_lines(facts.words.of("why_no_figure", row["value_status"]))
                if row["indicator_value"] is None
                else facts.words.of("mark_of_figure", "partial")
                if row["standing"] == "partial"
                else ""
                if by_value
                else facts.words["standing"][row["standing"]]["mark"]
            ),
            "standing": row["standing"],
            "standing_label": row["standing_label"],
            "ink": row["ink"],
            "hover": facts.said(row),
        }
        for row in cells
    ]
    note = (
        f"No comparison with {facts.region} is made here: the shade follows the value."
        if by_value
        else f"Shade and mark say how the value stands against {facts.region}."
        + facts.stands_for_region(cells)
    )
    note += facts.marks_said(cells)
    absent = sorted(
        {
            f"{row['gss_symbol'] or '-'} {row['status_label'].lower()}"
            for row in cells
            if row["indicator_value"] is None
        }
    )
    if absent:
        note += f" Tiles with a dashed edge have no figure: {listed(absent)}."
    return Figure(
        Table(
            f"{name}-map",
            f"Where the values lie, {period['period_label']}",
            [
                area_column(),
                Column("indicator_value", "Value", "number", decimals),
                Column("status_label", "Status"),
                Column("standing_label", facts.against),
            ],
            cells,
        ),
        Drawing(
            "tile_map",
            {
                "rows": rows,
                "labels": facts.standing_labels,
                "against": facts.against,
                "unit": unit_of(indicator, period, facts),
                "by_value": by_value,
            },
            f"Tile map of {indicator.indicator_id}, {period['period_label']}",
        ),
        note,
    )


def line_of(facts: Facts, row: Row, top: float | None = None) -> Row:
    """An authority's line in a ranking, as the chart takes it.

    An arrow stands before a figure whose point lies off the scale.
    """
    is_off = top and row["indicator_value"] and row["indicator_value"] > top
    keys = ("area_name", "indicator_value", "lower_limit", "upper_limit")
    return {
        **{key: row[key] for key in (*keys, "standing", "standing_label")},
        "figure": "→ " * bool(is_off) + facts.shown(row) + row["after"],
        "absent": f"{row['gss_symbol'] or '-'} {row['status_label'].lower()}"
        if row["indicator_value"] is None
        else "",
        "hover": facts.said(row),
    }


def listed_line(facts: Facts, row: Row) -> Row:
    """An authority's line in a ranking, as a list has it: with what it did before."""
    line = line_of(facts, row) | {"interval": "", "direction": ""}
    if row["lower_limit"] is not None:
        line["interval"] = (
            f"{facts.shown(row, 'lower_limit')} to {facts.shown(row, 'upper_limit')}"
        )
    if row["indicator_value"] is not None:
        line["direction"] = facts.direction_of(row)["direction"]
    return line


def ranked_of(
    facts: Facts, indicator: Indicator, period: Row, name: str
) -> Figure | str:
    """The values with their intervals; without intervals, in order of name.

    What is partial, and what has no figure, stands apart below them. Where there is
    nothing to draw, the sentence that says why.
    """
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    every = sorted(facts.authorities_in(period), key=lambda row: row["area_name"])
    if why := nothing_to_draw(facts, every, "ranking", period["period_label"]):
        return why
    absent = [row for row in every if row["indicator_value"] is None]
    partial = [row for row in every if row["standing"] == "partial"]
    cells = [row for row in every if row not in absent and row not in partial]
    ranked = any(row["lower_limit"] is not None for row in cells)
    if ranked:
        cells.sort(key=lambda row: -row["indicator_value"])
    apart = {
        facts.words["mark_of_figure"]["partial"]["heading"]: partial,
        "No figure": absent,
    }
    top = top_of([row["upper_limit"] or row["indicator_value"] for row in cells])
    region = next((row for row in cells if row["london_value"] is not None), None)
    if indicator.current["value_type"] == "count":
        region = None
    title = "Values with 95 % intervals" if ranked else "Values in order of name"
    note = (
        "Where intervals overlap, the order of two authorities says little."
        if ranked
        else "No interval can be given for these values, so they are not ranked."
    )
    if indicator.current["value_type"] == "count":
        note += (
            " These are counts: a larger authority has more of everything, so there is"
            f" no comparison with {facts.region}."
        )
    if region:
        note += facts.stands_for_region(cells)
    note += facts.marks_said(every)
    off = [
        row["area_name"]
        for row in cells
        if top and (row["upper_limit"] or row["indicator_value"]) > top
    ]
    if off:
        note += f" Off the scale to the right: {listed(off)}; the table has them."
    columns = [
        area_column(),
        Column("indicator_value", "Value", "number", decimals),
        Column("lower_limit", "Lower 95 %", "number", decimals),
        Column("upper_limit", "Upper 95 %", "number", decimals),
        Column("standing_label", facts.against),
    ]
    return Figure(
        Table(
            f"{name}-intervals",
            f"{title}, {period['period_label']}",
            columns,
            [*cells, *partial, *absent],
        ),
        Drawing(
            "ranked_intervals",
            {
                "rows": [line_of(facts, row, top) for row in cells],
                "apart": {
                    heading: [line_of(facts, row, top) for row in rows]
                    for heading, rows in apart.items()
                    if rows
                },
                "labels": facts.standing_labels,
                "against": facts.against,
                "unit": f"{indicator.indicator_id}, "
                f"{unit_of(indicator, period, facts)}",
                "top": top,
                "region": None
                if region is None
                else {
                    "indicator_value": region["london_value"],
                    "text": facts.region_of(region),
                },
            },
            f"Values of {indicator.indicator_id} by authority with 95 % intervals, "
            f"{period['period_label']}",
        ),
        note,
        marks_of="indicator_value",
        listed=[
            {"heading": heading, "rows": [listed_line(facts, row) for row in rows]}
            for heading, rows in {"": cells, **apart}.items()
            if rows
        ],
    )


def funnel_of(
    facts: Facts, indicator: Indicator, period: Row, name: str
) -> Figure | str:
    """The funnel plot of one period, or the sentence that says why there is none."""
    definition = indicator.version(period["definition_version"])
    cells = facts.authorities_in(period)
    plotted = [row for row in cells if row["funnel_position"]]
    if len(plotted) < FEWEST_POINTS:
        reasons = {
            row["funnel_position_reason"]
            for row in cells
            if row["funnel_position_reason"]
            and row["funnel_position_reason"] != "value_not_reported"
        } or {"value_not_reported"}
        said = listed([facts.words.of("reason", code) for code in sorted(reasons)])
        return f"No funnel plot for {period['period_label']}: {said}."
    baseline, multiplier = plotted[0]["london_value"], definition["multiplier"]
    if baseline == 0:
        return (
            f"No funnel plot for {period['period_label']}: {facts.region}'s value is 0,"
            " and so is that of every authority in it."
        )
    if why := nothing_to_draw(facts, plotted, "funnel plot", period["period_label"]):
        return why
    denominators = [row["denominator"] for row in plotted]
    low, high = 0.9 * min(denominators), 1.06 * max(denominators)
    curves = curves_of(definition["value_type"], baseline, multiplier, low, high)
    values = [row["indicator_value"] for row in plotted]
    top = top_of(values) or 1.12 * max(values)
    bottom = max(0.0, min(values) - 0.12 * (top - min(values)))
    outside = sorted(
        (row for row in plotted if row["funnel_position"].endswith("(0.001)")),
        key=lambda row: (
            -abs(row["indicator_value"] - baseline) * row["denominator"] ** 0.5
        ),
    )[:LABELLED]
    names = {
        row["area_code"]: facts.area[row["area_code"]]["short_name"] for row in outside
    }
    labelled = names_apart(
        [
            (row["denominator"], row["indicator_value"], names[row["area_code"]])
            for row in outside
        ],
        ([low, high], [bottom, top]),
    )
    off = [row["area_name"] for row in plotted if row["indicator_value"] > top]
    note = (
        "The larger the denominator, the less a value strays by chance. Inside the"
        " dashed lines lie 95 %, inside the full lines 99.8 % of values that differ"
        f" from {facts.region} by chance alone."
    ) + facts.stands_for_region(plotted)
    note += facts.marks_said(plotted)
    others = sorted(row["area_name"] for row in cells if not row["funnel_position"])
    if others:
        note += f" Not drawn, as not comparable or without a figure: {listed(others)}."
    if off:
        note += f" Off the scale: {listed(off)}; the table has them."
    rows = [
        {
            "denominator": row["denominator"],
            "indicator_value": row["indicator_value"],
            "standing": row["standing"],
            "standing_label": row["standing_label"],
            "point_label": (
                known if (known := names.get(row["area_code"])) in labelled else ""
            )
            + row["after"],
            "hover": f"{facts.said(row)}; "
            f"{facts.words.of('funnel_position', row['funnel_position'])}",
        }
        for row in plotted
    ]
    for row in plotted:
        row["funnel_label"] = facts.words.of("funnel_position", row["funnel_position"])
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    return Figure(
        Table(
            f"{name}-funnel",
            f"Funnel plot around {facts.region}, {period['period_label']}",
            [
                area_column(),
                Column("denominator", "Denominator", "number"),
                Column("indicator_value", "Value", "number", decimals),
                Column("funnel_label", "In the funnel"),
                Column("standing_label", facts.against),
            ],
            plotted,
        ),
        Drawing(
            "funnel",
            {
                "rows": rows,
                "curves": [
                    {
                        **point,
                        "curve": curve,
                        "confidence": "95 % limits"
                        if "95.0" in curve
                        else "99.8 % limits",
                    }
                    for curve, points in curves.items()
                    for point in points
                ],
                "baseline": baseline,
                "labels": facts.standing_labels,
                "against": facts.against,
                "axis_titles": (
                    f"Denominator: {definition['denominator_text']}",
                    unit_of(indicator, period, facts),
                ),
                "domain": ([low, high], [bottom, top]),
                "size": SIZE,
            },
            f"Funnel plot of {indicator.indicator_id}, {period['period_label']}",
        ),
        note,
        marks_of="indicator_value",
    )


def runs_of(facts: Facts, cells: list[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Points of a trend in unbroken runs, the breaks between them, and the gaps.

    A run ends at a gap, at a break of the series and at a change of definition; a
    partial figure stands alone.
    """
    points, breaks, gaps = [], [], []
    run, last_version = 0, None
    for row in cells:
        version = row["definition_version"]
        if last_version is not None and (
            version != last_version or facts.breaks_at(row)
        ):
            run += 1
            breaks.append(row)
        is_partial = row["standing"] == "partial"
        run += is_partial
        if row["indicator_value"] is None:
            run += 1
            gaps.append(row)
        else:
            points.append({**row, "run": f"{version}-{run}"})
        run += is_partial
        last_version = version
    return points, breaks, gaps


def off_the_line(
    facts: Facts, panel: str, breaks: list[Row], gaps: list[Row]
) -> tuple[list[Row], list[Row]]:
    """The breaks and the gaps of a trend as the chart takes them."""
    return (
        [
            {"kind": "break", "panel": panel, "period_id": row["period_id"]}
            for row in breaks
        ],
        [
            {
                "kind": "gap",
                "panel": panel,
                "period_id": row["period_id"],
                "sign": facts.words["standing"][row["standing"]]["mark"],
                "standing": row["standing"],
            }
            for row in gaps
        ],
    )


def gaps_said(facts: Facts, gaps: list[Row]) -> str:
    """What the signs of the gaps stand for; empty where there is no gap."""
    words = facts.words["standing"]
    present = {row["standing"] for row in gaps}
    said = [
        f"{word['mark']} {word['label']}"
        for code, word in words.items()
        if code in present
    ]
    return f" A gap has no figure: {listed(said)}." if said else ""


def point_of(facts: Facts, row: Row, panel: str) -> Row:
    """A point of a trend as the chart takes it."""
    return {
        "kind": "value",
        "panel": panel,
        "period_id": row["period_id"],
        "indicator_value": row["indicator_value"],
        "lower_limit": row["lower_limit"],
        "upper_limit": row["upper_limit"],
        "run": row["run"],
        "point": next(iter(facts.kinds_of(row)), "whole"),
        "after": row["after"],
        "hover": f"{row['period_id']}, {facts.said(row)}",
    }


def finest_kind(indicator: Indicator) -> str | None:
    """The kind of period in which the indicator has most numbers: quarters if any."""
    filled = [p for p in indicator.periods if p["areas_with_number"]]
    finest = max((p["coarseness"] for p in filled), default=None)
    return next((p["period_type"] for p in filled if p["coarseness"] == finest), None)


def points_said(facts: Facts, indicator: Indicator, kind: str) -> str:
    """What a point of the trends is, beside what map and ranking are of."""
    kinds = {period["period_type"] for period in indicator.charted}
    code = "alone" if not kinds else "same" if kinds == {kind} else "other"
    whole = [facts.words.of("period_kind", each) for each in sorted(kinds)]
    point = facts.words.of("period_kind", kind)
    said = facts.words["trend_kind"][code]
    return said.format(point=point, whole=listed(whole))


def trends_of(facts: Facts, indicator: Indicator, name: str) -> Figure | str | None:
    """A small trend for each authority, all on one scale.

    A sentence where all values are equal; None where there are no two periods.
    """
    kind = finest_kind(indicator)
    if kind is None:
        return None
    points, breaks, gaps, table = [], [], [], []
    panels = [area["area_name"] for area in facts.authorities]
    for area in facts.authorities:
        cells = [
            row
            for row in facts.by_area[indicator.indicator_id, area["area_code"]]
            if row["period_type"] == kind
        ]
        cells.sort(key=lambda row: (row["start_date"], row["definition_version"]))
        own_points, own_breaks, own_gaps = runs_of(facts, cells)
        points += [point_of(facts, row, area["area_name"]) for row in own_points]
        for found, those in zip(
            (breaks, gaps),
            off_the_line(facts, area["area_name"], own_breaks, own_gaps),
            strict=True,
        ):
            found += those
        table += own_points
    periods = list(
        dict.fromkeys(
            row["period_id"]
            for row in sorted(table, key=lambda r: (r["start_date"], r["end_date"]))
        )
    )
    if len(periods) < 2:
        return None
    latest = periods[-TREND_PERIODS:]
    order = {period: i for i, period in enumerate(latest)}
    points = [row for row in points if row["period_id"] in order]
    table = [row for row in table if row["period_id"] in order]
    points.sort(key=lambda row: order[row["period_id"]])
    breaks = [row for row in breaks if row["period_id"] in order]
    gaps = [row for row in gaps if row["period_id"] in order]
    if why := nothing_to_draw(facts, table, "trends", "the periods"):
        return why
    values = [row["indicator_value"] for row in points]
    top = top_of(values) or 1.08 * max(max(values), 1e-9)
    note = f"{points_said(facts, indicator, kind)} One scale for all. The band is the"
    note += " 95 % interval."
    if len(latest) < len(periods):
        note += f" The latest {len(latest)} of {len(periods)} periods."
    off = sorted({row["panel"] for row in points if row["indicator_value"] > top})
    if off:
        note += f" Off the scale: {listed(off)}; the table has them."
    if is_cut(points, top):
        note += " An interval that reaches the upper edge goes on beyond it."
    if breaks:
        note += (
            " A dashed rule marks a break in the series or a changed definition:"
            " values on its two sides are not compared."
        )
    if any(row["standing"] == "partial" for row in table):
        note += " A hollow point is partial, and no line leads to it."
    note += facts.marks_said(table) + gaps_said(facts, gaps)
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    return Figure(
        Table(
            f"{name}-trends",
            "Trends by authority",
            [
                area_column(),
                Column("period_id", "Period"),
                Column("definition_version", "Definition"),
                Column("indicator_value", "Value", "number", decimals),
                Column("lower_limit", "Lower 95 %", "number", decimals),
                Column("upper_limit", "Upper 95 %", "number", decimals),
            ],
            table,
        ),
        Drawing(
            "small_multiples",
            {
                "rows": points,
                "breaks": breaks,
                "gaps": gaps,
                "domain": [0, top],
                "columns": TREND_COLUMNS,
                "panels": panels,
                "periods": latest,
                "shared": True,
            },
            f"Trends of {indicator.indicator_id} in each authority",
        ),
        note,
        marks_of="indicator_value",
    )


def is_cut(points: list[Row], top: float) -> bool:
    """Whether an interval of a point on the scale leaves it, and so looks too short."""
    return any(
        row["indicator_value"] <= top < (row["upper_limit"] or 0) for row in points
    )


def standing_table(facts: Facts, indicator: Indicator, period: Row, name: str) -> Table:
    """All that is known of one period: values, comparisons, reasons."""
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    rows = []
    for cell in facts.cells_of(period):
        row = dict(cell)
        row["coverage_label"] = facts.words.of(
            "coverage_status", cell["coverage_status"]
        )
        rows.append(row)
    columns = [
        area_column(),
        *value_columns(decimals),
        Column("status_label", "Status"),
        Column("standing_label", facts.against),
    ]
    if indicator.has_intervals and indicator.current["value_type"] != "count":
        columns += [
            Column("rank", "Rank", "number"),
            Column("ranked_areas", "of", "number"),
        ]
    columns += [
        Column("inner_outer_value", " / ".join(facts.parts), "number", decimals),
        Column("neighbours_value", "Neighbours", "number", decimals),
        Column("neighbours_with_data", "Neighbours with data", "number"),
        Column("change", "Change on the period before", "number", decimals),
        Column("is_provisional", "Provisional"),
        Column("coverage_label", "Sent"),
    ]
    return Table(
        f"{name}-table",
        f"All areas, {period['period_label']}",
        columns,
        rows,
        filters=["status_label", "standing_label"],
    )


def targets_of(facts: Facts, indicator: Indicator) -> Row:
    """What authorities' figures should reach, and whether they do."""
    code = indicator.indicator_id
    rows = [row for row in facts.targets if row["indicator_id"] == code]
    name = f"{code}/{code}-targets"
    filters = ["area_name", "period_id", "kind_label", "outcome"]
    table = table_of(facts, rows, name, [area_column()], filters)
    return {"targets": table, "targets_said": said_of(facts, rows)}


def history_table(facts: Facts, indicator: Indicator, name: str) -> Table:
    """Every value of the indicator, all definitions and periods."""
    decimals = facts.decimals.get(indicator.indicator_id, 1)
    rows = [
        row
        for area in facts.areas
        for row in facts.by_area[indicator.indicator_id, area["area_code"]]
    ]
    # The latest come first; the sort keeps the order of areas within a period.
    rows.sort(
        key=lambda row: (row["end_date"], row["start_date"], row["definition_version"]),
        reverse=True,
    )
    return Table.capped(
        f"{name}-all",
        "All periods and areas",
        [
            area_column(),
            Column("period_id", "Period"),
            Column("definition_version", "Definition"),
            *value_columns(decimals),
            Column("status_label", "Status"),
        ],
        rows,
        filters=["area_name", "period_id", "status_label"],
    )


def page_of(facts: Facts, indicator: Indicator) -> Page:
    """The page of one indicator."""
    current = indicator.current
    sections = []
    for period in indicator.charted:
        name = (
            f"{indicator.indicator_id}/{period['period_id']}"
            f"-v{period['definition_version']}"
        )
        sections.append(
            {
                "period": period,
                "anchor": f"p-{period['period_id']}-v{period['definition_version']}",
                "map": map_of(facts, indicator, period, name),
                "funnel": funnel_of(facts, indicator, period, name),
                "ranked": ranked_of(facts, indicator, period, name),
                "table": standing_table(facts, indicator, period, name),
                "region": facts.cell(period, facts.region_code),
            }
        )
    name = f"{indicator.indicator_id}/{indicator.indicator_id}"
    decisions = facts.published.rows(
        "select * from mart.dim_decisions where list_contains("
        "string_split(indicator_ids, '|'), $indicator) order by minute_order",
        indicator=indicator.indicator_id,
    )
    challenges = facts.published.rows(
        "select * from mart.dim_data_challenges where list_contains("
        "string_split(indicator_ids, '|'), $indicator) order by challenge_id",
        indicator=indicator.indicator_id,
    )
    return Page(
        indicator.page,
        "indicator.html",
        f"{indicator.indicator_id} {current['title']}",
        {
            "indicator": indicator,
            "current": current,
            "says": of_indicator(facts, indicator),
            "sections": sections,
            "trends": trends_of(facts, indicator, name),
            **targets_of(facts, indicator),
            "history": history_table(facts, indicator, name),
            "decisions": decisions,
            "challenges": challenges,
        },
        kind="Indicator",
        summary=f"{current['theme']}. {current['numerator_text'] or ''}",
    )


def pages_of(facts: Facts) -> list[Page]:
    """The pages of all indicators."""
    return [page_of(facts, indicator) for indicator in facts.indicators]
