"""The pages about the region: overview, lists, coverage, quality, changes, words."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from lscb.pages.changes import deviate_of_trends
from lscb.pages.charts import COVERAGE, STANDINGS
from lscb.pages.drawing import Drawing
from lscb.pages.facts import NOT_SET_AGAINST, Facts, Indicator, in_words
from lscb.pages.figures import (
    Column,
    Figure,
    Page,
    Table,
    indicator_column,
    indicator_page,
    rounded,
)
from lscb.pages.indicator_pages import (
    finest_kind,
    gaps_said,
    off_the_line,
    point_of,
    runs_of,
)
from lscb.pages.naming import FileNames
from lscb.pages.published import Row
from lscb.pages.region_beginnings import (
    of_changes,
    of_coverage,
    of_overview,
    of_quality,
)
from lscb.pages.targets import said_of

# So many periods of an extract fit a heat map.
COVERAGE_PERIODS = 16

# What an indicator without any period leaves empty on the overview.
WHERE_THERE_IS_A_PERIOD = (
    "figure",
    "after",
    "interval",
    "indicator_value",
    "lower_limit",
    "upper_limit",
    "areas_included",
    "direction",
    "before",
    "before_period",
    "above",
    "below",
    "areas_with_number",
    "areas_expected",
    "provisional",
)


def flags_by_indicator(facts: Facts) -> Counter | None:
    """How many open flags each indicator has; None where no flags are published."""
    if "fct_quality_flags" not in facts.published.relations:
        return None
    return Counter(
        {
            row["indicator_id"]: row["flags"]
            for row in facts.published.rows(
                "select indicator_id, count(*) as flags from mart.fct_quality_flags"
                " where state <> 'resolved' and indicator_id is not null"
                " group by indicator_id"
            )
        }
    )


def overview_rows(facts: Facts) -> list[Row]:
    """One row per indicator: the region's value, direction, coverage and quality."""
    flags = flags_by_indicator(facts)
    rows = []
    for indicator in facts.indicators:
        current = indicator.current
        row = {
            "indicator_id": indicator.indicator_id,
            "title": current["title"],
            "theme": current["theme"],
            "unit": current["unit"],
            "polarity_label": facts.words.of("polarity", current["polarity"]),
            "decision_label": facts.words.of(
                "decision_status", current["decision_status"]
            ),
            "definition_label": facts.words.of(
                "definition_status", current["definition_status"]
            ),
            "decimals": facts.decimals.get(indicator.indicator_id, 1),
            "flags": None if flags is None else flags[indicator.indicator_id],
            "period_id": None,
            "status_label": "Not defined",
            **dict.fromkeys(WHERE_THERE_IS_A_PERIOD),
        }
        period = indicator.headline
        if period:
            cells = facts.authorities_in(period)
            region = facts.cell(period, facts.region_code)
            row |= {
                "period_id": period["period_id"],
                "areas_with_number": period["areas_with_number"],
                "areas_expected": period["areas_expected"],
                "above": sum(
                    (cell["funnel_position"] or "").startswith("High") for cell in cells
                ),
                "below": sum(
                    (cell["funnel_position"] or "").startswith("Low") for cell in cells
                ),
                "has_funnel": any(cell["funnel_position"] for cell in cells),
                "status_label": "No total is made",
                "provisional": sum(bool(cell["is_provisional"]) for cell in cells),
            }
            if not row["has_funnel"]:
                row |= {"above": None, "below": None}
            if region:
                row |= {
                    key: region[key]
                    for key in (
                        "indicator_value",
                        "lower_limit",
                        "upper_limit",
                        "status_label",
                        "areas_included",
                    )
                } | facts.direction_of(region)
                row["figure"] = facts.shown(region)
                row["after"] = region["after"]
                row["interval"] = (
                    f"{facts.shown(region, 'lower_limit')} to "
                    f"{facts.shown(region, 'upper_limit')}"
                    if region["lower_limit"] is not None
                    else ""
                )
        rows.append(row)
    return rows


def overview_table(facts: Facts, rows: list[Row], with_flags: bool) -> Table:
    """The overview as one table and file."""
    columns = [
        indicator_column(),
        Column("title", "Title"),
        Column("theme", "Theme"),
        Column("period_id", "Period"),
        Column("indicator_value", facts.region, "number", None),
        Column("lower_limit", "Lower 95 %", "number", None),
        Column("upper_limit", "Upper 95 %", "number", None),
        Column("unit", "Unit"),
        Column("status_label", "Status"),
        Column("areas_included", "Areas in it", "number"),
        Column("direction", "Direction"),
        Column("before", "Before", "number", None),
        Column("before_period", "Period before"),
        Column("above", "Above the funnel", "number"),
        Column("below", "Below the funnel", "number"),
        Column("areas_with_number", "Authorities with a figure", "number"),
        Column("areas_expected", "of", "number"),
        Column("provisional", "Provisional", "number"),
    ]
    if with_flags:
        columns.append(Column("flags", "Open flags", "number"))
    return Table("overview/region", f"{facts.region}, all indicators", columns, rows)


def standings_of(facts: Facts) -> Figure | None:
    """How many authorities stand how against the region, an indicator a bar."""
    rows: list[Row] = []
    order = []
    for indicator in facts.indicators:
        if indicator.headline is None:
            continue
        cells = facts.authorities_in(indicator.headline)
        counts = Counter(cell["standing"] for cell in cells)
        if not set(counts) - {*NOT_SET_AGAINST}:
            continue
        name = indicator.name
        order.append(name)
        for position, code in enumerate(STANDINGS):
            if counts[code]:
                rows.append(
                    {
                        "indicator_id": indicator.indicator_id,
                        "title": indicator.current["title"],
                        "indicator": name,
                        "period_id": indicator.headline["period_id"],
                        "standing": code,
                        "standing_label": facts.standing_labels[code],
                        "position": position,
                        "areas": counts[code],
                        "text": str(counts[code]),
                        "ink": STANDINGS[code][1],
                        "hover": f"{name}: {counts[code]} "
                        f"{facts.words.of('standing', code)}",
                    }
                )
    if not rows:
        return None
    return Figure(
        Table(
            "overview/standings",
            f"How the authorities stand against {facts.region}",
            [
                indicator_column(),
                Column("title", "Title"),
                Column("period_id", "Period"),
                Column("standing_label", facts.against),
                Column("areas", "Authorities", "number"),
            ],
            rows,
        ),
        Drawing(
            "standings_bars",
            {
                "rows": rows,
                "labels": facts.standing_labels,
                "against": facts.against,
                "order": order,
            },
            f"Authorities by standing against {facts.region}, for each indicator",
        ),
        f"Where {facts.region} is not whole, its complete authorities stand for it, if"
        " they are half or more; its page says of which indicator."
        " Better and worse are said only where the catalogue says which end is good.",
    )


def region_trends(
    facts: Facts, theme: str, indicators: list[Indicator]
) -> Figure | None:
    """The region's small trends of the indicators of one theme."""
    points, table, panels, breaks, gaps = [], [], [], [], []
    for indicator in indicators:
        kind = finest_kind(indicator)
        cells = [
            cell
            for cell in facts.by_area[indicator.indicator_id, facts.region_code]
            if cell["period_type"] == kind
        ]
        cells.sort(key=lambda row: (row["start_date"], row["definition_version"]))
        own, own_breaks, own_gaps = runs_of(facts, cells)
        if kind != "quarter" or len({row["indicator_value"] for row in own}) < 2:
            continue
        panel = indicator.name
        panels.append(panel)
        for found, those in zip(
            (breaks, gaps),
            off_the_line(facts, panel, own_breaks, own_gaps),
            strict=True,
        ):
            found += those
        for row in own:
            points.append(point_of(facts, row, panel))
            table.append(
                {
                    **row,
                    "decimals": facts.decimals[indicator.indicator_id],
                    "title": indicator.current["title"],
                }
            )
    if not points:
        return None
    name = "".join(c if c.isalnum() else "-" for c in theme.lower())
    points.sort(key=lambda row: row["period_id"])
    return Figure(
        Table(
            f"overview/trends-{name}",
            f"{facts.region} by quarter: {theme}",
            [
                indicator_column(),
                Column("title", "Title"),
                Column("period_id", "Period"),
                Column("indicator_value", "Value", "number", None),
                Column("lower_limit", "Lower 95 %", "number", None),
                Column("upper_limit", "Upper 95 %", "number", None),
                Column("status_label", "Status"),
            ],
            table,
        ),
        Drawing(
            "small_multiples",
            {
                "rows": points,
                "breaks": breaks,
                "gaps": gaps,
                "domain": None,
                "columns": 4,
                "panels": panels,
                "periods": sorted({row["period_id"] for row in [*points, *gaps]}),
                "shared": False,
            },
            f"Quarterly trends of {facts.region}: {theme}",
        ),
        marks_of="indicator_value",
    )


def said_of_trends(facts: Facts, figures: list[Figure]) -> str:
    """What all small trends of the region have in common, said once."""
    rows = [row for figure in figures for row in figure.table.rows]
    gaps = [gap for figure in figures for gap in figure.drawing.arguments["gaps"]]
    kinds = facts.words["trend_kind"]
    return (
        kinds["region"].format(point=facts.words.of("period_kind", "quarter"))
        + " Each panel has its own scale. The band is the 95 % interval. A hollow point"
        " is partial, and no line leads to it. A dashed rule marks a break in the"
        " series. Where no two quarters differ there is no panel."
        + facts.marks_said(rows)
        + gaps_said(facts, gaps)
    )


def two_figures_of(facts: Facts, rows: list[Row]) -> str:
    """Which figure of a region that is not whole stands here; empty where it is."""
    if not any((row["after"] or "").startswith("*") for row in rows):
        return ""
    return facts.words["two_figures"]["overview"].format(region=facts.region)


def overview(facts: Facts) -> Page:
    """The first page."""
    rows = overview_rows(facts)
    themes: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        themes[row["theme"]].append(row)
    coverage = Counter(row["coverage_status"] for row in facts.coverage)
    with_flags = "fct_quality_flags" in facts.published.relations
    authorities = {area["area_code"] for area in facts.authorities}
    cells = [row for row in facts.values if row["area_code"] in authorities]
    trends = [
        figure
        for theme, indicators in facts.themes.items()
        if (figure := region_trends(facts, theme, indicators))
    ]
    return Page(
        "index.html",
        "overview.html",
        f"{facts.region} overview",
        {
            "says": of_overview(facts),
            "themes": dict(themes),
            "with_flags": with_flags,
            "table": overview_table(facts, rows, with_flags),
            "areas": len(authorities),
            "standings": standings_of(facts),
            "trends": trends,
            "trends_note": said_of_trends(facts, trends),
            "two_figures": two_figures_of(facts, rows),
            "filled": sum(row["indicator_value"] is not None for row in cells),
            "cells": len(cells),
            "with_values": sum(
                any(p["areas_with_number"] for p in i.periods) for i in facts.indicators
            ),
            "targets_said": said_of(facts, facts.targets) if facts.targets else "",
            "sent_on_time": coverage["on time"],
            "expected": sum(coverage.values()) - coverage["not due"],
            "open_decisions": facts.published.rows(
                "select * from mart.dim_decisions where is_open"
            ),
        },
        summary="All indicators by theme",
    )


def indicator_list(facts: Facts) -> Page:
    """All indicators, to be filtered."""
    rows = [
        {
            **indicator.current,
            "polarity_label": facts.words.of("polarity", indicator.current["polarity"]),
            "definition_label": facts.words.of(
                "definition_status", indicator.current["definition_status"]
            ),
            "latest": indicator.headline["period_id"] if indicator.headline else None,
        }
        for indicator in facts.indicators
    ]
    columns = [
        indicator_column(),
        Column("title", "Title"),
        Column("theme", "Theme"),
        Column("unit", "Unit"),
        Column("polarity_label", "Polarity"),
        Column("source_agency", "Source"),
        Column("definition_label", "Definition"),
        Column("latest", "Latest period"),
    ]
    table = Table(
        "overview/indicators",
        "Indicators",
        columns,
        rows,
        filters=["theme", "polarity_label", "source_agency"],
    )
    return Page(
        "indicators.html",
        "list.html",
        "Indicators",
        {"table": table, "lead": "Every indicator of the catalogue, with its page."},
        summary="List of all indicators",
    )


def borough_list(facts: Facts) -> Page:
    """All boroughs: a map of links, and a table."""
    parts = " or ".join(facts.parts)
    table = Table(
        "overview/boroughs",
        "Local authorities",
        [
            Column(
                "area_name",
                "Authority",
                link=lambda row: f"boroughs/{row['area_code']}.html",
            ),
            Column("official_name", "Official name"),
            Column("area_code", "GSS code"),
            Column("ons_inner_outer", f"{parts} (ONS)"),
            Column("statutory_inner_outer", f"{parts} (statute)"),
            Column("dfe_code", "DfE code"),
            Column("pct_code", "PCT"),
        ],
        facts.authorities,
        filters=["ons_inner_outer"],
    )
    return Page(
        "boroughs.html",
        "boroughs.html",
        "Boroughs",
        {"table": table, "authorities": facts.authorities},
        summary="List and map of the 33 local authorities",
    )


def region_beside(
    facts: Facts, indicator: Indicator, period: Row
) -> tuple[Row | None, bool]:
    """What authorities are set against, and whether the complete ones stand for it.

    Where nothing is set against the region, as no count is, the region's own figure.
    """
    region = facts.cell(period, facts.region_code)
    is_count = indicator.current["value_type"] == "count"
    for row in facts.authorities_in(period):
        if not is_count and facts.stands_for_region([row]):
            mark = facts.words["other_mark"]["complete"]["mark"]
            given = {"indicator_value": row["london_value"], "after": mark}
            return row | given | {"standing": "not_compared"}, True
    return region, False


def compare(facts: Facts) -> Page:
    """All boroughs side by side, for a reader to choose among them."""
    themes: dict[str, list[Row]] = defaultdict(list)
    shown: list[Row] = []
    stands_in = False
    for indicator in facts.indicators:
        period = indicator.headline
        if period is None:
            continue
        found = {row["area_code"]: row for row in facts.authorities_in(period)}
        # A period may ask for the figures of some authorities alone.
        cells = {
            area["area_code"]: found.get(area["area_code"])
            for area in facts.authorities
        }
        region, complete = region_beside(facts, indicator, period)
        polarity = indicator.current["polarity"]
        themes[indicator.current["theme"]].append(
            {
                "indicator_id": indicator.indicator_id,
                "short_title": indicator.current["short_title"],
                "period_id": period["period_id"],
                "good": facts.words.of("good_is", polarity),
                "region": region,
                "cells": cells,
            }
        )
        shown += found.values()
        stands_in = stands_in or complete
    note = facts.marks_said(shown)
    if stands_in:
        word = facts.words["other_mark"]["complete"]
        note += f" {word['mark']} {word['note'].format(region=facts.region)}."
    return Page(
        "compare.html",
        "compare.html",
        "Compare",
        {
            "authorities": facts.authorities,
            "short_names": {
                area["area_code"]: area["short_name"] for area in facts.authorities
            },
            "themes": dict(themes),
            # What is set against nothing has no mark here.
            "standings": {row["standing"] for row in shown} - {"not_compared"},
            "note": note,
        },
        summary="Boroughs side by side, those that you choose",
    )


def coverage_figure(facts: Facts, extract: str, rows: list[Row]) -> Figure:
    """The heat map of one extract, of its latest periods."""
    ends = {row["period_id"]: row["end_date"] for row in rows}
    marks = {c: w["mark"] for c, w in facts.words["coverage_status"].items()}
    drawn = []
    known = list(dict.fromkeys(row["period_id"] for row in rows))
    latest = set(sorted(known, key=lambda p: (ends[p], p))[-COVERAGE_PERIODS:])
    rows = [row for row in rows if row["period_id"] in latest]
    note = (
        f"The latest {len(latest)} of {len(known)} periods; the published file has all."
        if len(latest) < len(known)
        else ""
    )
    for row in rows:
        row["coverage_label"] = facts.words.of(
            "coverage_status", row["coverage_status"]
        )
        drawn.append(
            {
                "submitter_name": row["submitter_name"],
                "period_id": row["period_id"],
                "coverage_status": row["coverage_status"],
                "status_label": f"{marks[row['coverage_status']]} "
                f"{row['coverage_label']}",
                "mark": marks[row["coverage_status"]],
                "ink": COVERAGE[row["coverage_status"]][1],
                "hover": f"{row['submitter_name']}, {row['period_id']}: "
                f"{row['coverage_label']}",
            }
        )
    name = facts.words.of("extract", extract)
    return Figure(
        Table(
            f"coverage/{extract}",
            name,
            [
                Column("submitter_name", "Submitter"),
                Column("period_id", "Period"),
                Column("coverage_label", "State"),
                Column("due_date", "Due"),
                Column("received_date", "Received"),
                Column("cells_expected", "Cells expected", "number"),
                Column("on_time", "on time", "number"),
                Column("late", "late", "number"),
                Column("partial", "partial", "number"),
                Column("refused", "refused", "number"),
                Column("missing", "missing", "number"),
                Column("not_due", "not due", "number"),
            ],
            rows,
        ),
        Drawing(
            "coverage_map",
            {
                "rows": drawn,
                "labels": {
                    code: f"{marks[code]} {facts.words.of('coverage_status', code)}"
                    for code in marks
                },
            },
            f"Coverage of {name}: submitters by period",
        ),
        note,
    )


def coverage(facts: Facts) -> Page:
    """Who sent what, and whether it came in time."""
    extracts: dict[str, list[Row]] = defaultdict(list)
    for row in facts.coverage:
        extracts[row["extract"]].append(row)
    for rows in extracts.values():
        order = {
            period: i
            for i, period in enumerate(
                sorted(
                    {row["period_id"] for row in rows},
                    key=lambda p: (("Q" in p), p),
                )
            )
        }
        rows.sort(key=lambda row: (row["submitter_name"], order[row["period_id"]]))
    submissions = facts.published.table("fct_submissions") or []
    names = FileNames(facts)
    for row in submissions:
        row["file_name"] = names.said(row["file_name"])
        row["extract"] = row["extract"] and facts.words.of("extract", row["extract"])
        row["status_label"] = facts.words.of("submission_status", row["status"])
        row["submitter_name"] = facts.area.get(row["area_code"], {}).get(
            "area_name", row["submitter"]
        )
    table = Table.capped(
        "coverage/submissions",
        "Files",
        [
            Column("file_name", "File"),
            Column("extract", "Extract"),
            Column("submitter_name", "Submitter"),
            Column("period_id", "Period"),
            Column("received_at", "Received"),
            Column("status_label", "State"),
            Column("lines_read", "Lines", "number"),
            Column("rows_accepted", "Accepted", "number"),
            Column("rows_set_aside", "Set aside", "number"),
            Column("rows_duplicate", "Duplicate", "number"),
            Column("rows_passed_over", "Out of scope", "number"),
            Column("reason", "Reason"),
        ],
        submissions,
        filters=["extract", "status_label"],
    )
    return Page(
        "coverage.html",
        "coverage.html",
        "Coverage",
        {
            "says": of_coverage(facts),
            "figures": [
                coverage_figure(facts, extract, rows)
                for extract, rows in sorted(extracts.items())
            ],
            "table": table,
            "states": Counter(row["coverage_status"] for row in facts.coverage),
        },
        summary="Who sent what, and whether it came in time",
    )


# Columns that only a machine reads; the exports have them.
DIGESTS = ("flag_id", "file_id", "sha256", "run_id")
LINKS = {"indicator_id": indicator_page}
FLAG_COLUMNS = (
    *("severity", "indicator_id", "area_name", "period_id", "message", "explained"),
    *("what_to_do", "owner", "category", "state", "file_name", "rule"),
)
# What the table of rules says once is not printed with each flag.
WITH_THE_RULE = ("what_to_do", "owner", "category", "state", "file_name", "rule")
REVISION_COLUMNS = (
    *("indicator_id", "definition_version", "area_name", "period_id", "cause"),
    *("old_numerator", "new_numerator", "old_value", "new_value"),
    *("old_status", "new_status"),
)
# The gravest first.
SEVERITIES = ("error", "warning", "notice")
# Of these there are so many that paper has them counted by their rule alone.
COUNTED_ON_PAPER = ("notice",)


def is_numeric(rows: list[Row], key: str) -> bool:
    """Whether a column holds numbers alone."""
    known = [row[key] for row in rows if row[key] is not None]
    return bool(known) and all(
        isinstance(value, int | float) and not isinstance(value, bool)
        for value in known
    )


def label_of(key: str) -> str:
    """A column's name as a reader says it: indicator_id is the indicator."""
    return in_words(key.removesuffix("_id").removesuffix("_name"))


def any_table(
    name: str,
    title: str,
    rows: list[Row],
    filters: list[str],
    off_paper: Sequence[str] = (),
    **more: Any,
) -> Table:
    """A table that shows all columns of its rows under their own names."""
    keys = [key for key in rows[0] if key not in DIGESTS] if rows else []
    return Table.capped(
        name,
        title,
        [
            Column(
                key,
                label_of(key),
                "number" if is_numeric(rows, key) else "text",
                link=LINKS.get(key),
                on_paper=key not in off_paper,
            )
            for key in keys
        ],
        rows,
        filters=[key for key in filters if key in keys],
        **more,
    )


def flags_told(facts: Facts) -> list[Row] | None:
    """The flags, the gravest first, with their areas and what senders explained.

    Where nobody explained anything, no column says so.
    """
    flags = facts.published.table("fct_quality_flags")
    if flags is None:
        return None
    said = facts.words["says"]["explained_by"]
    names = FileNames(facts)
    why = {
        row["file_id"]: row["reason"]
        for row in facts.published.table("fct_submissions") or []
        if row["reason"]
    }
    for row in flags:
        reason = row["explained_reason"]
        row["rule"] = in_words(row["rule_code"])
        # Of a file that was refused, the reason that the message speaks of.
        message = " ".join(filter(None, (row["message"], why.get(row["file_id"]))))
        row["message"] = names.said(message)
        row["file_name"] = names.said(row["file_name"])
        row["area_name"] = facts.area.get(row["area_code"], {}).get("area_name")
        row["explained"] = reason and said.format(reason=reason)
    named = [
        name
        for name in FLAG_COLUMNS
        if name != "explained" or any(row["explained"] for row in flags)
    ]
    flags.sort(key=lambda row: SEVERITIES.index(row["severity"]))
    return [{name: row[name] for name in named} for row in flags]


def flags_by_rule(flags: list[Row]) -> Table:
    """How many flags each rule gives, of how many areas, and what to do: a row each."""
    kinds = ("severity", "rule", "category", "what_to_do", "owner", "state")
    found: dict[tuple, list[Row]] = defaultdict(list)
    for row in flags:
        found[tuple(row[kind] for kind in kinds)].append(row)
    rows = [
        {
            **dict(zip(kinds, kind, strict=True)),
            "flags": len(those),
            "areas": len({row["area_name"] for row in those if row["area_name"]}),
        }
        for kind, those in found.items()
    ]
    rows.sort(key=lambda row: (SEVERITIES.index(row["severity"]), -row["flags"]))
    return Table(
        "quality/by-rule",
        "Flags by rule",
        [
            Column("severity", "Severity"),
            Column("rule", "What the rule found"),
            Column("flags", "Flags", "number"),
            Column("areas", "Areas", "number"),
            Column("what_to_do", "What to do"),
            Column("owner", "Owner"),
            Column("category", "Category"),
            Column("state", "State"),
        ],
        rows,
        cards=True,
    )


def not_reported(facts: Facts, found: list[Row]) -> Table:
    """How many cells of authorities have each other status: one row an indicator."""
    rows: dict[str, Row] = {}
    for each in found:
        kept = {key: each[key] for key in ("indicator_id", "title")}
        row = rows.setdefault(each["indicator_id"], kept)
        row[each["status_label"]] = each["cells"]
    present = {each["status_label"] for each in found}
    labels = [row["status_label"] for row in facts.statuses]
    return Table(
        "quality/statuses",
        "Authority cells that are not fully reported, by status",
        [
            indicator_column(),
            Column("title", "Title"),
            *(Column(name, name, "number") for name in labels if name in present),
        ],
        list(rows.values()),
    )


def with_extract(facts: Facts, rows: list[Row]) -> list[Row]:
    """Rows with the name of their extract in place of its code."""
    return [
        row | {"extract": facts.words.of("extract", row["extract"])} for row in rows
    ]


def quality(facts: Facts) -> Page:
    """Flags where they are published; what was set aside; what was noticed."""
    flags = flags_told(facts)
    results = facts.published.table("fct_quality_results")
    aside = facts.published.rows(
        "select extract, reason_code, level, message, what_to_do, count(*) as findings,"
        " count(distinct file_name) as files from mart.fct_set_aside group by all"
        " order by findings desc, extract, reason_code, level, message, what_to_do"
    )
    notices = facts.published.rows(
        "select extract, notice_code, message, what_to_do, count(*) as files,"
        " cast(sum(occurrences) as bigint) as occurrences"
        " from mart.fct_submission_notices group by all"
        " order by occurrences desc, extract, notice_code, message, what_to_do"
    )
    statuses = facts.published.rows(
        "select indicator_id, any_value(short_title) as title, status_label,"
        " count(*) as cells from mart.indicator_scorecard"
        " where area_type = 'local_authority' and value_status <> 'reported'"
        " group by all order by indicator_id, cells desc, status_label"
    )
    return Page(
        "quality.html",
        "quality.html",
        "Quality",
        {
            "says": of_quality(facts, flags, aside, statuses),
            "flags": None
            if flags is None
            else any_table(
                "quality/flags",
                "Quality flags",
                flags,
                ["severity", "category", "area_name", "owner", "state", "explained"],
                WITH_THE_RULE,
                cards=True,
                on_paper=lambda row: row["severity"] not in COUNTED_ON_PAPER,
            ),
            "by_rule": flags_by_rule(flags or []),
            "counted": sum(row["severity"] in COUNTED_ON_PAPER for row in flags or []),
            "results": None
            if results is None
            else any_table(
                "quality/results",
                "Rules and their results",
                [
                    {
                        **row,
                        "rule_code": in_words(row["rule_code"]),
                        "suite": facts.words.of("extract", row["suite"]),
                        "status": in_words(row["status"]),
                    }
                    for row in results
                ],
                ["suite", "category", "severity", "status"],
            ),
            "aside": any_table(
                "quality/set-aside",
                "Lines and values set aside",
                with_extract(facts, aside),
                ["extract"],
                ["reason_code"],
            ),
            "notices": any_table(
                "quality/notices",
                "Notices to senders",
                with_extract(facts, notices),
                ["extract"],
                ["notice_code"],
            ),
            "statuses": not_reported(facts, statuses),
        },
        summary="Flags, lines set aside, notices to senders",
    )


def changes(facts: Facts) -> Page:
    """What changed since the last publication, and over time."""
    revisions = facts.published.table("fct_revisions")
    if revisions is not None:
        revisions = [
            {name: row.get(name) for name in REVISION_COLUMNS}
            for row in (
                {
                    **each,
                    "area_name": facts.area[each["area_code"]]["area_name"],
                    "cause": each["cause"].replace("_", " "),
                }
                for each in revisions
            )
        ]
    tested = [
        row | {"title": indicator.current["title"]}
        for indicator in facts.indicators
        for area in facts.authorities
        if (row := latest_with_trend(facts, indicator, area["area_code"]))
    ]
    trends = [
        {
            **row,
            "decimals": facts.decimals[row["indicator_id"]],
            "trend_label": facts.words.of("trend", row["trend"]),
        }
        for row in beyond_chance(tested)
    ]
    definitions = [
        {
            "indicator_id": indicator.indicator_id,
            "definition_version": version["definition_version"],
            "title": version["title"],
            "valid_from": version["valid_from"],
            "valid_to": version["valid_to"],
            "definition_label": facts.words.of(
                "definition_status", version["definition_status"]
            ),
        }
        for indicator in facts.indicators
        if len(indicator.versions) > 1
        or indicator.current["definition_status"] == "withdrawn"
        for version in indicator.versions
    ]
    breaks = facts.published.rows(
        "select indicator_id, definition_version, period_id, count(*) as areas"
        " from mart.indicator_scorecard where area_type = 'local_authority'"
        " and change_reason = 'series_break' group by all order by all"
    )
    return Page(
        "changes.html",
        "changes.html",
        "Changes",
        {
            "says": of_changes(
                facts, revisions, len(tested), trends, definitions, breaks
            ),
            "revisions": None
            if revisions is None
            else any_table(
                "changes/revisions",
                "Values revised since a publication",
                revisions,
                ["indicator_id", "cause"],
            ),
            "definitions": Table(
                "changes/definitions",
                "Changed definitions",
                [
                    indicator_column(),
                    Column("definition_version", "Definition"),
                    Column("title", "Title"),
                    Column("valid_from", "From"),
                    Column("valid_to", "To"),
                    Column("definition_label", "Definition is"),
                ],
                definitions,
            ),
            "breaks": Table(
                "changes/breaks",
                "Breaks: first periods that are not compared with the one before",
                [
                    indicator_column(),
                    Column("definition_version", "Definition"),
                    Column("period_id", "Period"),
                    Column("areas", "Authorities", "number"),
                ],
                breaks,
            ),
            "trends": Table(
                "changes/trends",
                "Significant trends",
                [
                    indicator_column(),
                    Column("title", "Title"),
                    Column(
                        "area_name",
                        "Area",
                        link=lambda row: f"boroughs/{row['area_code']}.html",
                    ),
                    Column("period_id", "Up to"),
                    Column("indicator_value", "Value", "number", None),
                    Column("lower_limit", "Lower 95 %", "number", None),
                    Column("upper_limit", "Upper 95 %", "number", None),
                    Column("trend_label", "Trend"),
                ],
                trends,
                filters=["trend_label", "area_name"],
                cards=True,
            ),
        },
        summary="Revisions, trends, changed definitions",
    )


def latest_with_trend(facts: Facts, indicator: Indicator, area_code: str) -> Row | None:
    """The latest value of which the trend was tested; None where there is none."""
    tested = [
        row
        for row in facts.by_area[indicator.indicator_id, area_code]
        if row["trend"] and row["trend"] != "cannot_be_calculated"
    ]
    return tested[-1] if tested else None


def beyond_chance(tested: list[Row]) -> list[Row]:
    """The trends that stand, where so many are looked at."""
    if not tested:
        return []
    least = deviate_of_trends(len(tested)) ** 2
    return [
        row
        for row in tested
        if row["trend"] != "no_change" and row["trend_chi_squared"] > least
    ]


def catalogue(facts: Facts) -> Page:
    """The definitions, what was decided, what is open and with whom."""
    decisions = facts.published.rows(
        "select * from mart.dim_decisions order by minute_order"
    )
    challenges = facts.published.rows(
        "select * from mart.dim_data_challenges order by challenge_id"
    )
    definitions = []
    for indicator in facts.indicators:
        for version in indicator.versions:
            definitions.append(
                {
                    **version,
                    "polarity_label": facts.words.of("polarity", version["polarity"]),
                    "value_label": facts.words.of("value_type", version["value_type"]),
                    "decision_label": facts.words.of(
                        "decision_status", version["decision_status"]
                    ),
                    "definition_label": facts.words.of(
                        "definition_status", version["definition_status"]
                    ),
                    "data_label": facts.words.of("data_status", version["data_status"]),
                }
            )
    decision_columns = [
        Column("minute_paragraph", "Minute"),
        Column("kind", "Kind"),
        Column("subject", "Subject"),
        Column("decision", "Decision"),
        Column("decision_status", "Status"),
        Column("reason_given", "Reason"),
        Column("action", "Action"),
        Column("owner_role", "Owner"),
        Column("with_organisation", "With"),
        Column("due", "Due"),
        Column("indicator_ids", "Indicators"),
    ]
    return Page(
        "catalogue.html",
        "catalogue.html",
        "Catalogue",
        {
            "open": Table(
                "catalogue/awaiting",
                "Open: what awaits decision or action",
                decision_columns,
                [row for row in decisions if row["is_open"]],
            ),
            "decisions": Table(
                "catalogue/decisions",
                "All decisions of the steering group",
                [*decision_columns, Column("is_open", "Open")],
                decisions,
                filters=["kind", "decision_status"],
            ),
            "challenges": Table(
                "catalogue/challenges",
                "Data challenges",
                [
                    Column("minute_paragraph", "Minute"),
                    Column("kind", "Kind"),
                    Column("subject", "Subject"),
                    Column("challenge", "Challenge"),
                    Column("handling", "Handling"),
                    Column("organisation", "With"),
                    Column("indicator_ids", "Indicators"),
                    Column("is_open", "Open"),
                ],
                challenges,
                filters=["kind"],
            ),
            "definitions": Table(
                "catalogue/definitions",
                "Definitions",
                [
                    indicator_column(),
                    Column("definition_version", "Version"),
                    Column("title", "Title"),
                    Column("numerator_text", "Numerator"),
                    Column("denominator_text", "Denominator"),
                    Column("unit", "Unit"),
                    Column("polarity_label", "Polarity"),
                    Column("source_agency", "Source"),
                    Column("definition_label", "Definition is"),
                    Column("decision_label", "Decision"),
                    Column("data_label", "Data"),
                    Column("minute_paragraph", "Minute"),
                    Column("provenance", "Provenance"),
                ],
                definitions,
                filters=["source_agency", "definition_label", "data_label"],
            ),
        },
        summary="Definitions, decisions, challenges, what is open",
    )


def about(facts: Facts, downloads: list[tuple[str, str]]) -> Page:
    """What the publication is, how it is protected, how it is counted."""
    return Page(
        "about.html",
        "about.html",
        "About the data",
        {
            "statuses": Table(
                "about/statuses",
                "Why a cell is empty",
                [
                    Column("status_label", "Status"),
                    Column("gss_symbol", "GSS symbol"),
                    Column("has_number", "Has a number"),
                    Column("description", "Meaning"),
                ],
                facts.statuses,
            ),
            "downloads": downloads,
            "relations": [
                (name, len(columns))
                for name, columns in facts.published.relations.items()
            ],
            "methods": facts.words["interval_method"],
            "files_known": rounded(facts.about["files_known"], 0),
        },
        summary="Protection, statistics, sources, downloads",
    )


def pages_of(facts: Facts, downloads: list[tuple[str, str]]) -> list[Page]:
    """The pages about the whole region, in the order of the menu."""
    return [
        overview(facts),
        indicator_list(facts),
        borough_list(facts),
        compare(facts),
        coverage(facts),
        quality(facts),
        changes(facts),
        catalogue(facts),
        about(facts, downloads),
        Page("search.html", "search.html", "Search", {}),
    ]
