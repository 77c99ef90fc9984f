"""One page per borough: scorecard, what stands out, what changed, what is missing."""

from functools import partial
from statistics import quantiles

from lscb.pages.beginnings import of_borough
from lscb.pages.drawing import Drawing
from lscb.pages.facts import AUTHORITY, FEWEST_AREAS, Facts, Indicator
from lscb.pages.figures import Column, Figure, Page, Table, indicator_column
from lscb.pages.published import Row
from lscb.statuses import COVERAGE, statuses

SIGNIFICANT = (
    "increasing",
    "decreasing",
    "increasing_and_getting_better",
    "increasing_and_getting_worse",
    "decreasing_and_getting_better",
    "decreasing_and_getting_worse",
)


def interval_of(facts: Facts, row: Row) -> str:
    """The 95 % interval as a reader sees it; empty where there is none."""
    if row["lower_limit"] is None:
        return ""
    return f"{facts.shown(row, 'lower_limit')} to {facts.shown(row, 'upper_limit')}"


def latest_trend(facts: Facts, indicator: Indicator, area_code: str, row: Row) -> str:
    """The trend at the value, or that of the last quarter within its period."""
    if row["trend"] in SIGNIFICANT or row["trend"] == "no_change":
        return row["trend"]
    within = [
        cell
        for cell in facts.by_area[indicator.indicator_id, area_code]
        if cell["period_type"] == "quarter"
        and cell["definition_version"] == row["definition_version"]
        and row["start_date"] <= cell["start_date"]
        and cell["end_date"] <= row["end_date"]
        and cell["trend"]
    ]
    return within[-1]["trend"] if within else "cannot_be_calculated"


def scorecard_row(facts: Facts, indicator: Indicator, area_code: str) -> Row | None:
    """One indicator as a borough's scorecard has it; None where it has no period."""
    period = indicator.headline
    cell = facts.cell(period, area_code) if period else None
    if cell is None:
        return None
    trend = latest_trend(facts, indicator, area_code, cell)
    is_count = indicator.current["value_type"] == "count"
    has_rank = indicator.has_intervals and not is_count
    decimals = facts.decimals[indicator.indicator_id]
    return {
        **cell,
        "theme": indicator.current["theme"],
        "theme_order": list(facts.themes).index(indicator.current["theme"]),
        "title": indicator.current["title"],
        "short_title": indicator.current["short_title"],
        "polarity_label": facts.words.of("polarity", indicator.current["polarity"]),
        "decimals": decimals,
        "interval": interval_of(facts, cell),
        "figure": facts.shown(cell),
        "unit": indicator.current["unit"],
        # The region's count is no yardstick for a borough's.
        "region": None if is_count else cell["london_value"],
        "region_name": ""
        if is_count or cell["london_value"] is None
        else facts.region_of(cell),
        "inner_outer": None if is_count else cell["inner_outer_value"],
        "neighbours": cell["neighbours_value"],
        "rank_shown": cell["rank"] if has_rank else None,
        "ranked_shown": cell["ranked_areas"]
        if has_rank and cell["rank"] is not None
        else None,
        "trend_code": trend,
        "trend_label": facts.words.of("trend", trend),
        # Where there is no figure, the column says why.
        "standing_label": f"{cell['gss_symbol'] or '-'} {cell['status_label'].lower()}"
        if cell["indicator_value"] is None
        else cell["standing_label"],
    }


def scorecard_table(facts: Facts, area: Row, rows: list[Row]) -> Table:
    """A borough's scorecard as a table and a file."""
    return Table(
        f"boroughs/{area['area_code']}-scorecard",
        "Scorecard",
        [
            indicator_column(),
            Column("short_title", "Title"),
            Column("period_id", "Period"),
            Column("indicator_value", "Value", "number", None),
            Column("lower_limit", "Lower 95 %", "number", None),
            Column("upper_limit", "Upper 95 %", "number", None),
            Column("region", facts.region, "number", None),
            Column("region_name", "Set against"),
            Column("inner_outer", " / ".join(facts.parts), "number", None),
            Column("neighbours", "Neighbours", "number", None),
            Column("neighbours_with_data", "Neighbours with data", "number"),
            Column("standing_label", facts.against),
            Column("rank_shown", "Rank", "number"),
            Column("ranked_shown", "of", "number"),
            Column("change", "Change", "number", None),
            Column("trend_label", "Trend"),
            Column("status_label", "Status"),
        ],
        rows,
    )


def position_of(low: float, high: float, value: float | None) -> float | None:
    """Where a value lies between the lowest (0) and the highest (1), cut at both."""
    if value is None or high <= low:
        return None
    return min(1.0, max(0.0, (value - low) / (high - low)))


def strips_of(facts: Facts, area: Row, rows: list[Row]) -> Figure | None:
    """Where the borough lies among the others, an indicator a line."""
    drawn: list[Row] = []
    ranges: list[Row] = []
    own: list[Row] = []
    for row in rows:
        if row["indicator_value"] is None:
            continue
        key = (row["indicator_id"], row["definition_version"], row["period_id"])
        known = sorted(
            cell["indicator_value"]
            for cell in facts.by_period[key]
            if cell["area_type"] == AUTHORITY
            and cell["indicator_value"] is not None
            and cell["standing"] != "partial"
        )
        if len(known) < FEWEST_AREAS or known[0] == known[-1]:
            continue
        indicator = f"{row['indicator_id']} {row['short_title']}"
        at = partial(position_of, known[0], known[-1])
        first, _, third = quantiles(known, n=4, method="inclusive")
        ranges.append(
            {
                "indicator": indicator,
                "zero": 0,
                "one": 1,
                "q1": at(first),
                "q3": at(third),
                "at": at(row["region"]),
            }
        )
        drawn.append(
            {
                "indicator": indicator,
                "indicator_value": row["indicator_value"],
                "at": at(row["indicator_value"]),
                "start": at(row["lower_limit"]),
                "stop": at(row["upper_limit"]),
                "standing": row["standing"],
                "standing_label": row["standing_label"],
                "hover": f"{row['indicator_id']}, {facts.said(row)}",
            }
        )
        own.append(row)
    if not own:
        return None
    return Figure(
        Table(
            f"boroughs/{area['area_code']}-strips",
            f"{area['area_name']} among the authorities",
            [
                indicator_column(),
                Column("title", "Title"),
                Column("period_id", "Period"),
                Column("indicator_value", "Value", "number", None),
                Column("lower_limit", "Lower 95 %", "number", None),
                Column("upper_limit", "Upper 95 %", "number", None),
                Column("region", facts.region, "number", None),
                Column("region_name", "Set against"),
                Column("standing_label", facts.against),
            ],
            own,
        ),
        Drawing(
            "strips",
            {
                "rows": drawn,
                "ranges": ranges,
                "labels": facts.standing_labels,
                "against": facts.against,
                "order": [row["indicator"] for row in drawn],
            },
            f"{area['area_name']} among the {facts.region} authorities, by indicator",
        ),
        "Each line has its own scale, from the lowest to the highest value of an"
        " authority. The grey bar is the middle half of the authorities, the thick tick"
        f" {facts.region}, the mark this borough with its 95 % interval. Left is low,"
        " not bad.",
        marks_of="indicator_value",
    )


def page_of(facts: Facts, area: Row) -> Page:
    """The page of one borough."""
    rows = [
        row
        for indicator in facts.indicators
        if (row := scorecard_row(facts, indicator, area["area_code"])) is not None
    ]
    themes: dict[str, list[Row]] = {}
    for row in rows:
        themes.setdefault(row["theme"], []).append(row)
    late = [
        row
        for row in facts.coverage
        if row["submitter"] in (area["area_code"], area["pct_code"])
        and row["coverage_status"] not in statuses(COVERAGE, "in_order")
    ]
    return Page(
        f"boroughs/{area['area_code']}.html",
        "borough.html",
        area["area_name"],
        {
            "area": area,
            "half": facts.area[area["parent_area_code"]]["area_name"],
            "themes": themes,
            "scorecard": scorecard_table(facts, area, rows),
            "strips": strips_of(facts, area, rows),
            "says": of_borough(facts, area, rows, len(late)),
            "trends": [row for row in rows if row["trend_code"] in SIGNIFICANT],
            "filled": sum(row["indicator_value"] is not None for row in rows),
        },
        kind="Borough",
        summary=f"{area['official_name']} ({area['area_code']})",
    )


def pages_of(facts: Facts) -> list[Page]:
    """The pages of all boroughs."""
    return [page_of(facts, area) for area in facts.authorities]
