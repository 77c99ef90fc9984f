"""One page per borough: scorecard, what stands out, what changed, what is missing."""

from lscb.pages.beginnings import of_borough
from lscb.pages.charts import STANDINGS
from lscb.pages.facts import Facts, Indicator
from lscb.pages.figures import Column, Page, Table, indicator_column
from lscb.pages.published import Row
from lscb.pages.spine import form_of, left_out_said, spine_of
from lscb.pages.targets import missed_of, said_of, table_of

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


def latest_trend(
    facts: Facts, indicator: Indicator, area_code: str, row: Row
) -> Row | None:
    """The value with its trend, or the last quarter within its period that has one."""
    if row["trend_among_all"] not in (None, "cannot_be_calculated"):
        return row
    within = [
        cell
        for cell in facts.by_area[indicator.indicator_id, area_code]
        if cell["period_type"] == "quarter"
        and cell["definition_version"] == row["definition_version"]
        and row["start_date"] <= cell["start_date"]
        and cell["end_date"] <= row["end_date"]
        and cell["trend_among_all"]
    ]
    return within[-1] if within else None


def trend_said(facts: Facts, row: Row) -> str:
    """A trend in words, with what its points are and how far it goes."""
    return facts.words["trend_kind"]["borough"].format(
        trend=facts.words.of("trend", row["trend_among_all"]),
        point=facts.words.of("period_kind", row["period_type"]),
        period=row["period_id"],
    )


def scorecard_row(facts: Facts, indicator: Indicator, area_code: str) -> Row | None:
    """One indicator as a borough's scorecard has it; None where it has no period."""
    period = indicator.headline
    cell = facts.cell(period, area_code) if period else None
    if cell is None:
        return None
    last = latest_trend(facts, indicator, area_code, cell)
    trend = last["trend_among_all"] if last else "cannot_be_calculated"
    is_count = indicator.current["value_type"] == "count"
    has_rank = indicator.has_intervals and not is_count
    decimals = facts.decimals[indicator.indicator_id]
    row = {
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
        "trend_said": trend_said(facts, last) if trend in SIGNIFICANT else "",
        # Where there is no figure, the column says why.
        "standing_label": f"{cell['gss_symbol'] or '-'} {cell['status_label'].lower()}"
        if cell["indicator_value"] is None
        else cell["standing_label"],
    }
    row["spine"] = spine_of(facts, row)
    row |= dict.fromkeys(("direction", "before_mark"), "")
    row |= dict.fromkeys(("before", "before_period"))
    if cell["indicator_value"] is not None:
        row |= facts.direction_of(cell) | facts.beside(cell)
    return row


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
            Column("before", "Before", "number", None),
            Column("before_period", "Period before"),
            Column("region", facts.region, "number", None),
            Column("region_name", "Set against"),
            Column("inner_outer", " / ".join(facts.parts), "number", None),
            Column("neighbours", "Neighbours", "number", None),
            Column("neighbours_with_data", "Neighbours with data", "number"),
            Column("standing_label", facts.against),
            Column("rank_shown", "Rank", "number"),
            Column("ranked_shown", "of", "number"),
            Column("change", "Change", "number", None),
            Column("direction", "Direction"),
            Column("trend_label", "Trend"),
            Column("status_label", "Status"),
        ],
        rows,
    )


def targets_of(facts: Facts, area: Row) -> Row:
    """What a borough's figures should reach, and whether they do."""
    rows = [row for row in facts.targets if row["area_code"] == area["area_code"]]
    first = [indicator_column(), Column("short_title", "Title")]
    name = f"boroughs/{area['area_code']}-targets"
    table = table_of(facts, rows, name, first, ["kind_label", "outcome"])
    return {
        "targets": table,
        "targets_said": said_of(facts, rows),
        "targets_missed": missed_of(facts, rows),
    }


def neighbours_of(facts: Facts, area: Row) -> Row:
    """The statistical neighbours that lie in the region, in their order."""
    found = facts.published.rows(
        "select neighbour_area_code, edition from mart.dim_neighbours"
        " where area_code = $area and is_latest_edition order by neighbour_rank",
        area=area["area_code"],
    )
    codes = [row["neighbour_area_code"] for row in found]
    return {
        "areas": [facts.area[code] for code in codes if code in facts.area],
        "named": len(codes),
        "edition": found[0]["edition"] if found else None,
    }


def forms_of(facts: Facts, rows: list[Row]) -> list[Row]:
    """The forms of the points that a spine has, with their words, for its legend."""
    present = {row["standing"] for row in rows if row["spine"]}
    return [
        {"code": code, "label": facts.standing_labels[code], **form_of(code)}
        for code in STANDINGS
        if code in present
    ]


def parts_drawn(rows: list[Row]) -> set[str]:
    """What lines of a spine have beside range and point, for its legend."""
    lines = [row["spine"] for row in rows if row["spine"]]
    found = {"region" if line["is_region"] else "median" for line in lines}
    for part in ("start", "neighbours", "off"):
        if any(line[part] not in (None, "") for line in lines):
            found.add(part)
    return found


def is_region_whole(facts: Facts, rows: list[Row]) -> bool:
    """Whether the region stands for itself in all rows that are set against it."""
    return all(row["region_name"] in ("", facts.region) for row in rows)


def two_figures_of(facts: Facts, rows: list[Row]) -> str:
    """Which figure of a region that is not whole stands here; empty where it is."""
    if is_region_whole(facts, rows):
        return ""
    return facts.words["two_figures"]["borough"].format(region=facts.region)


def notes_of(facts: Facts, rows: list[Row]) -> str:
    """What the marks beside the figures of a spine mean, and whose its scales are."""
    notes = facts.marks_said(rows)
    if not is_region_whole(facts, rows):
        word = facts.words["other_mark"]["complete"]
        notes += f" {word['mark']} {word['note'].format(region=facts.region)}."
    return (notes + left_out_said(rows)).strip()


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
    return Page(
        f"boroughs/{area['area_code']}.html",
        "borough.html",
        area["area_name"],
        {
            "area": area,
            "half": facts.area[area["parent_area_code"]]["area_name"],
            "themes": themes,
            "scorecard": scorecard_table(facts, area, rows),
            "says": of_borough(facts, area, rows),
            "standings": {row["standing"] for row in rows},
            "forms": forms_of(facts, rows),
            "spine_parts": parts_drawn(rows),
            "spine_note": notes_of(facts, rows),
            "two_figures": two_figures_of(facts, rows),
            "neighbours": neighbours_of(facts, area),
            **targets_of(facts, area),
            "trends": [row for row in rows if row["trend_code"] in SIGNIFICANT],
            "filled": sum(row["indicator_value"] is not None for row in rows),
        },
        kind="Borough",
        summary=f"{area['official_name']} ({area['area_code']})",
    )


def pages_of(facts: Facts) -> list[Page]:
    """The pages of all boroughs."""
    return [page_of(facts, area) for area in facts.authorities]
