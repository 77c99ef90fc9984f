"""What each page says first: of a borough, an indicator, the region, who sent what."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from lscb.pages.facts import FEWEST_AREAS, Facts, Indicator
from lscb.pages.published import Row
from lscb.pages.saying import (
    CONCERN,
    LOOK,
    MOST,
    PRIDE,
    Matter,
    Part,
    Speaker,
    against_before,
    against_region,
    by_themselves,
    is_final,
    matters_of,
)
from lscb.statuses import COVERAGE, FIGURES, statuses

# A list of who is missing what names so many.
NAMED = 3

# What a matter says of its indicator.
TOLD = ("source_agency", "polarity_note", "definition_status")

Namer = Callable[[Row], Any]


def grouped(rows: Iterable[Row], key: str) -> list[tuple[str, list[Row]]]:
    """Rows by a column, the largest group first."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def missing_of(speaker: Speaker, rows: list[Row], name: Namer) -> list[Markup]:
    """What has no figure, by why; what is partial; what is provisional."""
    void = statuses(FIGURES, "void")
    absent = [
        row
        for row in rows
        if row["indicator_value"] is None and row["value_status"] not in void
    ]
    said = [
        speaker.say(
            "no_figure", status=status, names=speaker.joined([*map(name, those)])
        )
        for status, those in grouped(absent, "status_label")
    ]
    there = [row for row in rows if row["indicator_value"] is not None]
    for code, those in (
        ("partial", [row for row in there if row["value_status"] != "reported"]),
        ("provisional", [row for row in there if row["is_provisional"]]),
    ):
        if those:
            said.append(speaker.say(code, names=speaker.joined([*map(name, those)])))
    return said


def explained_of(speaker: Speaker, key: str, code: str, name: Namer) -> list[Markup]:
    """What was asked of an authority's or an indicator's figures and is explained.

    A sentence a reason, the latest figures first; of many it names the first.
    """
    own = [row for row in speaker.facts.explained if row[key] == code]
    said = []
    for reason, rows in grouped(own, "explained_reason"):
        names: list[Any] = [
            speaker.say("explained_figure", name=name(row), period=speaker.period(row))
            for row in rows[:MOST]
        ]
        if rows[MOST:]:
            names.append(speaker.say("named_more", count=len(rows) - MOST))
        names_said = speaker.joined(names)
        said.append(speaker.say("explained_figures", reason=reason, names=names_said))
    return said


def to_come(rows: list[Row]) -> list[Row]:
    """The figures that somebody can still send: none is hidden to protect a child."""
    awaited = statuses(FIGURES, "awaited")
    return [row for row in rows if row["value_status"] in awaited]


def of_borough(facts: Facts, area: Row, rows: list[Row]) -> list[Part]:
    """What the page of a borough says, from the rows of its scorecard."""
    speaker = Speaker(facts, "../")
    current = {each.indicator_id: each.current for each in facts.indicators}
    tested, standings, changes = [], 0, 0
    for row in rows:
        told = current[row["indicator_id"]]
        row |= {key: told[key] for key in TOLD}
        stands = against_region(row)
        moved = against_before(row, facts.before(row), told["polarity"])
        standings += stands is not None
        changes += moved is not None
        tested.append((row, [each for each in (stands, moved) if each]))
    matters = matters_of(tested, facts.looked_at)
    none = "none_{}" if standings + changes else "untested"
    parts = [
        speaker.list_of(side, matters[side], none.format(side))
        for side in (CONCERN, PRIDE)
    ]
    if matters[LOOK]:
        parts.append(speaker.list_of(LOOK, matters[LOOK], ""))
    return [
        *parts,
        speaker.part(
            "sure", sure_of_borough(speaker, rows, standings, changes, matters)
        ),
        speaker.part("missing", missing_of_borough(speaker, area, rows)),
        speaker.part("ask", asked_of_borough(speaker, rows, matters)),
    ]


def sure_of_borough(
    speaker: Speaker,
    rows: list[Row],
    standings: int,
    changes: int,
    matters: dict[str, list[Matter]],
) -> list[Markup]:
    """How sure a borough's matters are, and which figures were not tested."""
    said = [speaker.say("untested")]
    if standings + changes:
        said = [
            speaker.say("order"),
            speaker.say(
                "tested",
                standings=speaker.count(standings, "figure"),
                changes=f"{changes:,}",
            ),
        ]
    if marked := by_themselves(rows, matters):
        names = speaker.joined([*map(speaker.code, marked)])
        said.append(speaker.say("by_itself", names=names))
    left = [row for row in rows if is_final(row) and row["standing"] == "not_compared"]
    groups = [
        speaker.say(
            "for_a_reason",
            reason=reason,
            names=speaker.joined([*map(speaker.code, those)]),
        )
        for reason, those in grouped(
            [row | {"why": not_set_said(speaker, row)} for row in left], "why"
        )
    ]
    if groups:
        said.append(speaker.say("not_compared", groups=Markup("; ").join(groups)))
    return said


def not_set_said(speaker: Speaker, row: Row) -> str:
    """Why a whole figure is not set against the region's: a status is the region's.

    A count has no benchmark, whatever is known of the region's.
    """
    reason = row["benchmark_998_reason"] or "value_not_reported"
    if reason not in statuses(FIGURES):
        return speaker.facts.words.of("reason", reason)
    if speaker.current[row["indicator_id"]]["value_type"] == "count":
        return speaker.facts.words.of("reason", "counts_have_no_benchmark")
    status = speaker.facts.words.of("reason", reason)
    return str(speaker.say("region_has_status", status=status))


def periods_said(speaker: Speaker, rows: list[Row]) -> str:
    """The periods of returns in their order, the quarters of a year together."""
    years: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in rows:
        years[row["year_period_id"], row["period_type"] == "quarter"].append(row)
    said: list[str] = []
    for (year, is_quarters), those in years.items():
        if is_quarters:
            names = [row["period_id"].removeprefix(year) for row in those]
            said.append(f"{year} {speaker.joined(names)}")
        else:
            said += [
                speaker.words["return_of_year"].format(period=row["period_id"])
                if row["period_type"] == "financial_year"
                else speaker.period(row)
                for row in those
            ]
    return ", ".join(said)


def returns_of(speaker: Speaker, area: Row) -> list[Markup]:
    """Which returns for a borough are not in order: whose, of what, for which periods.

    A sentence for each state, the gravest first.
    """
    facts, said = speaker.facts, []
    path = f"coverage.html?submissions.q={quote(area['area_name'])}#submissions"
    states: dict[str, dict[tuple[str, str], list[Row]]] = defaultdict(dict)
    for row in facts.not_in_order[area["area_code"]]:
        whose = (row["extract"], row["submitter_name"])
        states[row["coverage_status"]].setdefault(whose, []).append(row)
    for state in sorted(states, key=statuses(COVERAGE).index, reverse=True):
        returns = [
            speaker.say(
                "return_of",
                extract=speaker.link(path, facts.words.of("extract", extract)),
                sender=sender,
                periods=periods_said(speaker, rows),
            )
            for (extract, sender), rows in states[state].items()
        ]
        state_said = facts.words.of("coverage_status", state)
        given = {"state": state_said, "returns": Markup("; ").join(returns)}
        said.append(speaker.say("returns_not_in_order", **given))
    return said


def missing_of_borough(speaker: Speaker, area: Row, rows: list[Row]) -> list[Markup]:
    """What a borough lacks: figures, returns; and what is doubted of it."""
    facts, name = speaker.facts, area["area_name"]
    said = missing_of(speaker, rows, speaker.indicator) + returns_of(speaker, area)
    if number := facts.flags_by_area[area["area_code"]]:
        path = f"quality.html?flags.area_name={quote(name)}#flags"
        link = speaker.link(path, speaker.words["flags_page"])
        flags = speaker.count(number, "flag")
        said.append(speaker.say("flags_open", flags=flags, area=name, link=link))
    said += explained_of(speaker, "area_code", area["area_code"], speaker.indicator)
    return said or [speaker.say("nothing_missing")]


def asked_of_borough(
    speaker: Speaker, rows: list[Row], matters: dict[str, list[Matter]]
) -> list[Markup]:
    """What a board may ask of a borough."""
    said = speaker.asked("ask_concern", matters[CONCERN])
    for side, code in ((LOOK, "ask_look"), (PRIDE, "ask_pride")):
        if those := [each.row for each in matters[side][:MOST]]:
            names = speaker.joined([*map(speaker.code, those)])
            said.append(speaker.say(code, names=names))
    said += speaker.asked_of("ask_missing", to_come(rows))
    return said or [speaker.say("ask_nothing")]


def of_indicator(facts: Facts, indicator: Indicator) -> list[Part]:
    """What the page of an indicator says, of the latest period that it draws."""
    speaker = Speaker(facts, "../")
    code = indicator.indicator_id
    explained = explained_of(speaker, "indicator_id", code, speaker.area)
    if not indicator.charted:
        settled = indicator.current["definition_status"] != "not_defined"
        said = speaker.say("too_few" if settled else "undefined", fewest=FEWEST_AREAS)
        return [speaker.part("says", [said, *explained])]
    period = indicator.charted[0]
    cells = facts.authorities_in(period)
    tested = [(row, [each]) for row in cells if (each := against_region(row))]
    matters = matters_of(tested, facts.looked_at)
    return [
        speaker.part(
            "says",
            [
                *region_of(speaker, indicator, period),
                *stand_of(speaker, cells, len(tested), matters),
            ],
        ),
        speaker.part("sure", sure_of_indicator(speaker, cells, len(tested), matters)),
        speaker.part(
            "missing",
            [
                *(
                    missing_of(speaker, cells, speaker.area)
                    or [speaker.say("everybody")]
                ),
                *explained,
            ],
        ),
        speaker.part("ask", asked_of_indicator(speaker, indicator, cells, matters)),
    ]


def region_of(speaker: Speaker, indicator: Indicator, period: Row) -> list[Markup]:
    """What the region has in a period, and how it moved."""
    facts = speaker.facts
    row = facts.cell(period, facts.region_code)
    if row is None:
        return [speaker.say("no_total")]
    if row["indicator_value"] is None:
        status = row["status_label"].lower()
        return [
            speaker.say("region_has_none", period=speaker.period(row), status=status)
        ]
    said = [
        speaker.say(
            "region_has" if row["value_status"] == "reported" else "region_partial",
            figure=speaker.figure(row),
            interval=speaker.interval(row),
            period=speaker.period(row),
            included=row["areas_included"],
            expected=period["areas_expected"],
        ),
        *region_twice(speaker, period, row),
    ]
    before = facts.before(row)
    moved = against_before(row, before, indicator.current["polarity"])
    reason = row["change_alone_reason"] or (moved is None and "provisional")
    if reason:
        reason = facts.moved_said("says_direction", row, reason)
        return [*said, speaker.say("region_not_tested", reason=reason)]
    given = {"other": speaker.number(before), "before": speaker.period(before)}
    if row["change_among_all"] == "no_clear_change":
        return [*said, speaker.say("region_moved_not", **given)]
    judged = speaker.words[f"judged_{moved.side}"]
    way = speaker.words[moved.way]
    return [*said, speaker.say("region_moved", way=way, judged=judged, **given)]


def region_twice(speaker: Speaker, period: Row, region: Row) -> list[Markup]:
    """Where the region has two figures, which of them stands where, and why."""
    facts = speaker.facts
    for row in facts.authorities_in(period):
        if row["london_value"] is not None and facts.stands_for_region([row]):
            figure, other = speaker.number(region), speaker.number(row, "london_value")
            given = {"figure": figure, "other": other, "areas": row["london_areas"]}
            return [speaker.say("region_twice", **given)]
    return []


def stand_of(
    speaker: Speaker, cells: list[Row], tested: int, matters: dict[str, list[Matter]]
) -> list[Markup]:
    """Who stands out against the region, the most surprising first."""
    if not tested:
        reasons = {
            not_set_said(speaker, row)
            for row in cells
            if row["indicator_value"] is not None
        } or {speaker.facts.words.of("reason", "no_value")}
        return [speaker.say("nobody_tested", reasons=speaker.joined(sorted(reasons)))]
    groups = [
        ("stand_concern", matters[CONCERN]),
        ("stand_pride", matters[PRIDE]),
        *(
            (f"stand_{way}", [each for each in matters[LOOK] if each.first.way == way])
            for way in ("above", "below")
        ),
    ]
    said = [
        speaker.say(code, tested=tested, names=named_figures(speaker, those))
        for code, those in groups
        if those
    ]
    return said or [
        speaker.say("stand_none", tested=speaker.count(tested, "authority"))
    ]


def named_figures(speaker: Speaker, matters: list[Matter]) -> Markup:
    """Authorities with their figures; of many the first."""
    names: list[Any] = [
        speaker.say(
            "named_figure", name=speaker.area(each.row), figure=speaker.number(each.row)
        )
        for each in matters[:MOST]
    ]
    if matters[MOST:]:
        names.append(speaker.say("named_more", count=len(matters) - MOST))
    return speaker.joined(names)


def sure_of_indicator(
    speaker: Speaker, cells: list[Row], tested: int, matters: dict[str, list[Matter]]
) -> list[Markup]:
    """How sure an indicator's page is."""
    said = [
        speaker.say("tested_authorities", figures=speaker.count(tested, "figure"))
        if tested
        else speaker.say("untested")
    ]
    if marked := by_themselves(cells, matters):
        names = speaker.joined([*map(speaker.area, marked)])
        said.append(speaker.say("by_itself", names=names))
    if note := speaker.facts.stands_for_region(cells).strip():
        said.append(Markup.escape(note))
    if small := [row for row in cells if is_final(row) and speaker.base(row)]:
        names = speaker.joined([*map(speaker.area, small)])
        said.append(speaker.say("small_bases", names=names))
    return said


def asked_of_indicator(
    speaker: Speaker,
    indicator: Indicator,
    cells: list[Row],
    matters: dict[str, list[Matter]],
) -> list[Markup]:
    """What to ask of an indicator's figures."""
    said = []
    if those := [each.row for side in (CONCERN, LOOK) for each in matters[side][:MOST]]:
        said.append(
            speaker.say(
                "ask_of_indicator",
                agency=indicator.current["source_agency"],
                names=speaker.joined([*map(speaker.area, those)]),
            )
        )
    if those := to_come(cells):
        names = speaker.joined([*map(speaker.area, those)])
        said.append(speaker.say("ask_of_missing", names=names))
    return said or [speaker.say("ask_of_none")]
