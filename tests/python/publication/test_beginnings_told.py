"""What a page says first, worked out again from the published file.

Which figures stand out, on which side, in which order: by intervals of the level that a
page's tests are made at, from the published limits. Then the sentences, word for word.
"""

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest
from scipy.stats import norm

from lscb.pages import borough_pages
from lscb.pages.facts import Facts
from lscb.pages.published import Published
from publication.reading import as_people_round
from publication.road import WORDS, changing, page_deviates, rows_of
from publication.test_pages_said import page_text, text_of, within

SAYS = WORDS["says"]
Figures = dict[str, list[dict[str, Any]]]


def tight(text: str) -> str:
    """A text without blanks, which tags and commas place differently."""
    return "".join(text.split())


def said_by(page: str, part: str) -> list[str]:
    """The sentences of one part of what a page says, without blanks."""
    found = within(page, f'<h2 id="says-{part}">', "</section>")
    return [tight(text_of(one)) for one in re.findall(r"<li>.*?</li>", found, re.S)]


def in_order(text: str) -> list[str]:
    """The codes of indicators in a text, in their order."""
    return re.findall(r"(?:SG|CX)\d\d[ab]?", text)


@pytest.fixture(scope="module")
def figures(road: duckdb.DuckDBPyConnection) -> Figures:
    """The figures of each borough's scorecard, each with what was before it."""
    found: Figures = defaultdict(list)
    for row in rows_of(
        road,
        "select scorecards.*, definitions.source_agency, definitions.polarity_note,"
        " compared.benchmark_998_reason, before_.indicator_value as was,"
        " before_.lower_limit_998 as was_lower, before_.upper_limit_998 as was_upper,"
        " before_.value_status = 'reported' and not before_.is_provisional"
        " as was_final,"
        " before_.period_label as was_period, before_.period_id as was_period_id"
        " from scorecards"
        " inner join current_versions as definitions using (indicator_id,"
        " definition_version)"
        " inner join mart.fct_comparisons as compared"
        " using (indicator_id, definition_version, area_code, period_id)"
        " left join differences as moves"
        " using (indicator_id, definition_version, area_code, period_id)"
        " left join cells as before_ on before_.period_id = moves.before_period"
        " and before_.indicator_id = scorecards.indicator_id"
        " and before_.definition_version = scorecards.definition_version"
        " and before_.area_code = scorecards.area_code"
        " order by scorecards.area_code, comes_last, scorecards.indicator_id",
    ):
        found[row["area_code"]].append(row)
    return found


@pytest.fixture(scope="module")
def decimals(told: Facts) -> dict[str, int]:
    return told.decimals


def between(now: dict[str, Any], level: float) -> dict[str, float]:
    """What stands out of one figure at a level of so many standard errors.

    A test stands out where the interval of that level leaves the other figure out; how
    surprising it is, is the level at which its interval just touches it.
    """
    found = {}
    value, low, high = (
        now[name] for name in ("indicator_value", "lower_limit_998", "upper_limit_998")
    )
    if value is None or now["value_status"] != "reported" or now["is_provisional"]:
        return found
    error = norm.isf(0.001)
    london = now["london_value"]
    if now["benchmark_998"] and not now["benchmark_998_reason"]:
        side = (value - low if value > london else high - value) / error
        if not value - level * side <= london <= value + level * side:
            found["region"] = abs(value - london) / side
    if now["previous_value"] is not None and now["was_final"] and low is not None:
        was, was_low, was_high = now["was"], now["was_lower"], now["was_upper"]
        if was_low is not None:
            down = ((value - low) ** 2 + (was_high - was) ** 2) ** 0.5 / error
            up = ((high - value) ** 2 + (was - was_low) ** 2) ** 0.5 / error
            lowest, highest = value - was - level * down, value - was + level * up
            if lowest > 0 or highest < 0:
                found["before"] = abs(value - was) / (down if value > was else up)
    return found


def judged(row: dict[str, Any], kind: str) -> str:
    """Which side a figure stands out on: by polarity, not by the mart's word."""
    other = row["london_value"] if kind == "region" else row["was"]
    lower = row["indicator_value"] < other
    good = {"low_is_good": lower, "high_is_good": not lower}.get(row["polarity"])
    return "look" if good is None else "pride" if good else "concern"


def standing_out(rows: list[dict[str, Any]], level: float) -> dict[str, list]:
    """The figures that stand out by side, the most surprising first."""
    sides: dict[str, list] = {"concern": [], "pride": [], "look": []}
    for row in rows:
        kinds = between(row, level)
        if kinds:
            order = sorted(kinds, key=lambda kind: -kinds[kind])
            sides[judged(row, order[0])].append((kinds[order[0]], row, order))
    for those in sides.values():
        those.sort(key=lambda each: -each[0])
    return sides


def sentence(row: dict[str, Any], order: list[str], places: int) -> str:
    """A matter in words."""

    def shown(value: float) -> str:
        return as_people_round(value, places)

    def when(label: str, period: str, kind: str) -> str:
        if kind == "financial_year":
            return period
        return label if kind == "wave" else label[0].lower() + label[1:]

    def beside(kind: str) -> dict[str, str]:
        value = row["indicator_value"]
        if kind == "region":
            london = "London"
            if row["london_basis"] == "complete_boroughs":
                london += f" ({row['london_areas']} complete)"
            return {
                "way": "above" if value > row["london_value"] else "below",
                "london": london,
                "other": shown(row["london_value"]),
            }
        return {
            "way": "up" if value > row["was"] else "down",
            "other": shown(row["was"]),
            "before": when(row["was_period"], row["was_period_id"], row["period_type"]),
        }

    def filled(code: str, **given: str) -> str:
        london = given.pop("london", "London")
        return SAYS[code].replace("of London", f"of {london}").format(**given)

    first, *rest = order
    side = judged(row, first)
    also = ""
    for kind in rest:
        joint = "and" if judged(row, kind) == side else "but"
        also += filled(f"also_{kind}", joint=joint, **beside(kind))
    unit = "" if row["unit_of_period"] == "count" else f" {row['unit_of_period']}"
    base = ""
    if unit.startswith(" per "):
        if row["numerator"] is not None and row["numerator"] < 20:
            base = f"; a small base, {row['numerator']:g} counted"
    elif row["denominator"] is not None and row["denominator"] < 100:
        base = f"; a small base, of {row['denominator']:g}"
    note = (
        f"; {row['polarity_note']}" if side == "pride" and row["polarity_note"] else ""
    )
    if row["definition_status"] == "provisional":
        note += "; its definition is provisional"
    low, high = shown(row["lower_limit"]), shown(row["upper_limit"])
    return filled(
        f"against_{first}",
        name=f"{row['indicator_id']} {row['own_short_title']}",
        figure=shown(row["indicator_value"]) + unit,
        interval=f" ({low} to {high})",
        period=when(row["period_label"], row["period_id"], row["period_type"]),
        also=also,
        base=base,
        note=note,
        **beside(first),
    )


def test_a_borough_is_told_what_stands_out_and_in_what_order(
    plain_site: Path,
    road: duckdb.DuckDBPyConnection,
    figures: Figures,
    decimals: dict[str, int],
) -> None:
    level = page_deviates(road)
    seen: Counter[str] = Counter()
    for area, rows in figures.items():
        page = page_text(plain_site, f"boroughs/{area}.html")
        for side, those in standing_out(rows, level).items():
            if not those:
                none = SAYS.get(f"none_{side}")
                assert (f"says-{side}" in page) == (side != "look")
                if none:
                    assert said_by(page, side) == [tight(none)]
                    seen["none"] += 1
                continue
            wanted = [
                tight(sentence(row, order, decimals[row["indicator_id"]]))
                for _, row, order in those
            ]
            told = said_by(page, side)
            assert told[:5] == wanted[:5]
            assert len(told) == min(len(wanted), 6)
            if wanted[5:]:
                names = [row["indicator_id"] for _, row, _ in those[5:]]
                assert in_order(told[5]) == names
            seen.update({side: len(those)})
            seen["both"] += any(len(order) > 1 for _, _, order in those)
    assert min(seen[name] for name in ("concern", "pride", "look", "none", "both")) > 0


def test_a_borough_is_told_what_is_marked_and_not_listed(
    plain_site: Path, road: duckdb.DuckDBPyConnection, figures: Figures
) -> None:
    level = page_deviates(road)
    head = tight(SAYS["by_itself"].partition(":")[0])
    seen = 0
    for area, rows in figures.items():
        page = page_text(plain_site, f"boroughs/{area}.html")
        listed = {
            row["indicator_id"]
            for those in standing_out(rows, level).values()
            for _, row, _ in those
        }
        wanted = [
            row["indicator_id"]
            for row in rows
            if row["value_status"] == "reported"
            and not row["is_provisional"]
            and row["benchmark_998"] in ("best", "worst", "highest", "lowest")
            and row["indicator_id"] not in listed
        ]
        sure = within(page, '<h2 id="says-sure">', "</section>")
        told = [
            code
            for each in re.findall(r"<li>.*?</li>", sure, re.S)
            if tight(text_of(each)).startswith(head)
            for code in re.findall(r"indicators/(\w+)\.html", each)
        ]
        assert told == wanted, area
        seen += len(wanted)
    assert seen


def test_a_borough_is_told_which_targets_it_missed(
    plain_site: Path, road: duckdb.DuckDBPyConnection, decimals: dict[str, int]
) -> None:
    head = WORDS["targets_said"]["missed"].partition(": {")[0]
    alone = " (by the figure alone, which has no interval)"
    seen: Counter[str] = Counter()
    for (area,) in road.execute(
        "select area_code from mart.dim_areas where area_type = 'local_authority'"
    ).fetchall():
        missed = road.execute(
            "select indicator_id, period_id, indicator_value,"
            " if(standing_basis = 'point', $basis, ''), direction, target_value"
            " from (select *, row_number() over (partition by indicator_id"
            " order by end_date desc) as place from mart.fct_targets"
            " where area_code = $area and is_first_kind"
            " and target_standing is not null)"
            " where place = 1 and target_standing = 'missed' order by indicator_id",
            {"area": area, "basis": alone},
        ).fetchall()
        page = page_text(plain_site, f"boroughs/{area}.html")
        source = within(page, '<h2 id="targets">', "</section>")
        said = [text_of(each) for each in re.findall(r"<p>(.*?)</p>", source)]
        (found,) = (each[len(head) + 2 : -1] for each in said if each.startswith(head))
        told = [
            re.fullmatch(
                r"(\S+) .*, (\S+): (\S+?)( \(by .*\))?, wanted (at \w+) (\S+)", each
            )
            for each in found.split("; ")
            if found != "none"
        ]
        assert sorted(each.groups("") for each in told) == [
            (
                code,
                period,
                as_people_round(value, decimals[code]),
                basis,
                direction.replace("_", " "),
                f"{float(target):,.10g}",
            )
            for code, period, value, basis, direction, target in missed
        ], area
        seen.update(basis or "interval" for _, _, _, basis, _, _ in missed)
        seen["none"] += not missed
    assert min(seen[kind] for kind in ("interval", alone, "none"))


NOT_SET = {
    "not_additive_over_areas": "may not be added over areas",
    "no_limits": "no limits can be given",
    "too_few_complete": "fewer than half of London is complete",
    "london_not_reported": "fewer than half of London is complete",
}


def why_not_set(row: dict[str, Any]) -> str:
    """Why a whole figure has nothing to stand against: of a total, whose it is."""
    reason = row["benchmark_998_reason"]
    if reason == "not_additive_over_areas" or row["value_type"] != "count":
        if reason not in NOT_SET:
            return f"London's own figure is {reason.replace('_', ' ')}"
        return NOT_SET[reason]
    return "a count has no benchmark"


def test_a_borough_is_told_whose_figure_is_not_there_to_compare_with(
    plain_site: Path, figures: Figures
) -> None:
    """A figure that stands on the page is never called suppressed itself."""
    seen: Counter[str] = Counter()
    for area, rows in figures.items():
        wanted: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            whole = row["value_status"] == "reported" and not row["is_provisional"]
            if whole and row["benchmark_998_reason"]:
                wanted[why_not_set(row)].append(row["indicator_id"])
        page = page_text(plain_site, f"boroughs/{area}.html")
        sure = within(page, '<h2 id="says-sure">', "</section>")
        texts = [text_of(one) for one in re.findall(r"<li>.*?</li>", sure, re.S)]
        told = {
            tight(reason): in_order(names)
            for text in texts
            if text.startswith("Not set against London: ")
            for names, reason in re.findall(r"([^;:]+?)\(([^()]*)\)", text)
        }
        assert told == {tight(why): those for why, those in wanted.items()}, area
        seen.update(wanted.keys())
    assert seen["London's own figure is suppressed"] and len(seen) > 3


def test_a_borough_is_told_whom_to_ask_of_what_is_not_whole(
    plain_site: Path, figures: Figures
) -> None:
    seen = 0
    for area, rows in figures.items():
        wanted: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row["value_status"] in ("partial", "not_submitted", "refused"):
                wanted[row["source_agency"]].append(row["indicator_id"])
        page = page_text(plain_site, f"boroughs/{area}.html")
        asks = within(page, '<h2 id="says-ask">', "</section>")
        texts = [text_of(one) for one in re.findall(r"<li>.*?</li>", asks, re.S)]
        told = [text for text in texts if "when will it be complete" in text]
        assert len(told) == bool(wanted), area
        for text in told:
            asked = re.split(r" ?, which was", text)[0]
            for agency, codes in wanted.items():
                _, named, after = asked.partition(f"{agency} about")
                assert named and in_order(after)[: len(codes)] == codes, (area, agency)
            assert Counter(in_order(asked)) == Counter(
                code for codes in wanted.values() for code in codes
            )
        seen += len(wanted)
    assert seen


def test_nothing_that_is_not_whole_final_and_tested_is_listed(
    plain_site: Path, figures: Figures
) -> None:
    listed = 0
    for area, rows in figures.items():
        page = page_text(plain_site, f"boroughs/{area}.html")
        by_code = {row["indicator_id"]: row for row in rows}
        for side in ("concern", "pride", "look"):
            if f"says-{side}" not in page:
                continue
            for told in said_by(page, side)[:5]:
                if not (codes := in_order(told)):
                    continue
                row = by_code[codes[0]]
                listed += 1
                assert row["value_status"] == "reported" and not row["is_provisional"]
                assert row["benchmark_998"] or row["previous_value"] is not None
                assert (row["polarity"] == "neutral") == (side == "look")
                assert row["value_type"] not in ("ratio", "undefined")
    assert listed


def test_a_borough_is_told_what_it_lacks(plain_site: Path, figures: Figures) -> None:
    seen: Counter[str] = Counter()
    for area, rows in figures.items():
        page = page_text(plain_site, f"boroughs/{area}.html")
        wanted = {}
        for row in rows:
            status, code = row["status_label"], row["indicator_id"]
            if row["value_status"] in ("reported", "not_applicable", "not_defined"):
                continue
            if row["indicator_value"] is not None:
                status = "Partial,shownbutnottested"
            wanted.setdefault(tight(status), []).append(code)
        told = {}
        for text in said_by(page, "missing"):
            head, _, tail = text.partition(":")
            if not head.startswith(("Open", "Returns", "Nothing")):
                told[head] = in_order(tail)
        assert told == wanted
        seen.update(wanted.keys())
    assert len(seen) > 1


QUARTER_OF = re.compile(r"(.*\d)(Q\d)")


def returns_said(road: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """What each borough's page has to say of returns, from the cells that need them."""
    names = dict(road.execute("from senders").fetchall()) | WORDS["submitter"]
    grave: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for *key, state in road.execute(
        "select area_code, extract, submitter, period_id, coverage_status"
        " from mart.fct_coverage"
    ).fetchall():
        grave[tuple(key)].add(state)
    labels = dict(
        road.execute("select period_id, period_label from mart.dim_periods").fetchall()
    )
    found: dict[str, dict] = defaultdict(lambda: defaultdict(list))
    for (area, extract, sender, period), states in sorted(grave.items()):
        for state in ("missing", "refused", "partial", "late"):
            if state in states:
                found[area][state, extract, names[sender]].append(period)
                break
    told = {}
    for area, those in found.items():
        told[area] = set()
        for (state, extract, sender), periods in those.items():
            said = set()
            for period in periods:
                if quarter := QUARTER_OF.fullmatch(period):
                    said.add(f"{quarter[1]} {quarter[2]}")
                elif period.startswith(("AY", "W")):
                    label = labels[period]
                    academic = label[0].lower() + label[1:]
                    said.add(academic if period[0] == "A" else label)
                else:
                    said.add(f"the year {period}")
            for one in said:
                told[area].add((state, WORDS["extract"][extract], sender, one))
    return told


def test_a_borough_is_told_which_returns_are_not_in_order(
    plain_site: Path, road: duckdb.DuckDBPyConnection, figures: Figures
) -> None:
    wanted = returns_said(road)
    several, kinds = 0, set()
    for area in figures:
        page = page_text(plain_site, f"boroughs/{area}.html")
        missing = within(page, '<h2 id="says-missing">', "</section>")
        told = set()
        for item in re.findall(r"<li>.*?</li>", missing, re.S):
            text = re.sub(r"\s+([.,;)])", r"\1", text_of(item))
            if not (head := re.fullmatch(r"Returns ([\w ]+): (.*)\.", text)):
                continue
            for one in head[2].split("; "):
                extract, sender, periods = re.fullmatch(
                    r"(.*?) of (.*) for (.*)", one
                ).groups()
                year = ""
                for each in re.split(r", | and |(?<=\d) (?=Q\d)", periods):
                    several += each > "Q1" and each[0] == "Q"
                    if each[0] == "Q":
                        told.discard((head[1], extract, sender, year))
                        each = f"{year} {each}"
                    else:
                        year = each
                    told.add((head[1], extract, sender, each))
        assert told == wanted.get(area, set()), area
        kinds |= {state for state, *_ in told}
    assert several and kinds == {"missing", "refused", "partial", "late"}


def test_an_indicator_says_which_of_two_london_figures_stands_where(
    plain_site: Path, road: duckdb.DuckDBPyConnection, decimals: dict[str, int]
) -> None:
    seen: Counter[bool] = Counter()
    for code, whole, complete, areas in road.execute(
        "select latest.indicator_id, london.indicator_value, max(cells.london_value),"
        " max(cells.london_areas) filter (cells.london_basis = 'complete_boroughs')"
        " from (from charted qualify row_number() over (partition by indicator_id"
        " order by end_date desc, definition_version desc) = 1) as latest"
        " inner join cells using (indicator_id, definition_version, period_id)"
        " inner join cells as london"
        " using (indicator_id, definition_version, period_id)"
        " where london.area_code = 'E12000007'"
        " and cells.area_type = 'local_authority' group by all"
    ).fetchall():
        told = said_by(page_text(plain_site, f"indicators/{code}.html"), "says")
        twice = [text for text in told if text.startswith("Londonhastwofigures")]
        if areas is None or whole is None or complete is None:
            assert not twice, code
            seen[False] += 1
            continue
        places = decimals[code]
        assert twice == [
            tight(
                SAYS["region_twice"].format(
                    region="London",
                    figure=as_people_round(whole, places),
                    other=as_people_round(complete, places),
                    areas=areas,
                )
            )
        ]
        seen[True] += 1
    assert min(seen.values()) > 3 and len(seen) == 2


def test_an_indicator_names_who_stands_out(
    plain_site: Path, road: duckdb.DuckDBPyConnection, decimals: dict[str, int]
) -> None:
    latest = rows_of(
        road,
        "select * from charted qualify row_number() over (partition by indicator_id"
        " order by end_date desc, definition_version desc) = 1",
    )
    seen: Counter[str] = Counter()
    for period in latest:
        code = period["indicator_id"]
        rows = rows_of(
            road,
            "select cells.*, compared.benchmark_998_reason from cells"
            " inner join mart.fct_comparisons as compared"
            " using (indicator_id, definition_version, area_code, period_id)"
            f" where indicator_id = '{code}' and period_id = '{period['period_id']}'"
            f" and definition_version = {period['definition_version']}"
            " and area_type = 'local_authority' order by sort_order",
        )
        rows = [row | {"previous_value": None} for row in rows]
        tested = [
            row
            for row in rows
            if row["indicator_value"] is not None
            and row["value_status"] == "reported"
            and not row["is_provisional"]
            and row["benchmark_998"]
            and not row["benchmark_998_reason"]
        ]
        groups: dict[str, list] = {}
        if tested:
            level = page_deviates(road)
            for side, those in standing_out(tested, level).items():
                for _, row, _ in those:
                    key = side
                    if side == "look":
                        above = row["indicator_value"] > row["london_value"]
                        key = "above" if above else "below"
                    shown = as_people_round(row["indicator_value"], decimals[code])
                    groups.setdefault(key, []).append(f"{row['area_name']} ({shown})")
        told = said_by(page_text(plain_site, f"indicators/{code}.html"), "says")
        wanted = []
        for key in ("concern", "pride", "above", "below"):
            if names := groups.get(key):
                if names[5:]:
                    names = [*names[:5], f"{len(names) - 5} more"]
                *first, last = names
                text = f"{', '.join(first)} and {last}" if first else last
                said = SAYS[f"stand_{key}"].format(tested=len(tested), names=text)
                wanted.append(tight(said))
                seen[key] += 1
        begins = ("Worse", "Better", "Above", "Below")
        assert [text for text in told if text.startswith(begins)] == wanted, code
        nobody = "NoauthorityissetagainstLondon"
        assert any(text.startswith(nobody) for text in told) == (not tested)
        none = f"Of{len(tested)}authorit"
        assert any(t.startswith(none) for t in told) == bool(tested and not wanted)
    assert min(seen[key] for key in ("concern", "pride", "above", "below")) > 0


def test_the_overview_says_where_london_moved(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    page = page_text(plain_site, "index.html")
    moves = dict(
        road.execute(
            "select indicator_id, direction from london_moves"
            " inner join headlines using (indicator_id, definition_version, period_id)"
            " where headlines.filled > 0"
        ).fetchall()
    )
    good = dict(
        road.execute("select indicator_id, polarity from current_versions").fetchall()
    )
    sides: dict[str, set[str]] = defaultdict(set)
    for code, direction in moves.items():
        if direction[0] in "▲▼":
            low = direction[0] == "▼"
            better = {"low_is_good": low, "high_is_good": not low}.get(good[code])
            sides[{None: "look", True: "pride", False: "concern"}[better]].add(code)
    for side in ("concern", "pride", "look"):
        told = said_by(page, side) if f"says-{side}" in page else []
        codes = {code for text in told for code in in_order(text)}
        assert codes == sides[side]
    tested = sum(direction[0] in "▲▼●" for direction in moves.values())
    assert f"Tested:{tested}figure" in "".join(said_by(page, "sure"))
    spread = road.execute(
        "select indicator_id, count(funnel_position) as tested,"
        " count(*) filter (where funnel_position = 'High (0.001)') as above,"
        " count(*) filter (where funnel_position = 'Low (0.001)') as below"
        " from cells"
        " inner join headlines using (indicator_id, definition_version, period_id)"
        " where area_type = 'local_authority' group by 1 having above + below > 0"
        " order by above + below desc, indicator_id limit 3"
    ).fetchall()
    assert [
        (in_order(text)[0], *map(int, re.findall(r"(?:of|tested,|and)(\d+)", text)))
        for text in said_by(page, "spread")
    ] == spread
    assert spread and tested


def test_coverage_quality_and_changes_count_as_the_file_does(
    plain_site: Path, road: duckdb.DuckDBPyConnection
) -> None:
    due, whole = road.execute(
        "with sent as (select extract, submitter, period_id,"
        " max(list_position(['not due', 'on time', 'late', 'partial', 'refused',"
        " 'missing'], coverage_status)) as grave from mart.fct_coverage group by all)"
        " select count(*) filter (where grave > 1), count(*) filter (where grave = 2)"
        " from sent"
    ).fetchone()
    told = said_by(page_text(plain_site, "coverage.html"), "says")
    share = as_people_round(100 * whole / due, 0)
    assert told[0] == tight(
        f"Of {due:,} returns due, {whole:,} came whole and on time ({share} %)."
    )
    assert sum(int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", told[1])) == (
        due - whole
    )
    flags, errors, aside = road.execute(
        "select count(*), count(*) filter (where severity = 'error'),"
        " (select count(*) from mart.fct_set_aside)"
        " from mart.fct_quality_flags where state <> 'resolved'"
    ).fetchone()
    told = said_by(page_text(plain_site, "quality.html"), "says")
    assert told[0].startswith(f"Open:{flags:,}flag")
    assert (f"({errors}error" in told[0]) == bool(errors)
    assert any(text.startswith(f"Setaside:{aside:,}line") for text in told)
    tested, moving = road.execute(
        "select count(*), count(*) filter (where has_trend) from last_tested"
    ).fetchone()
    told = said_by(page_text(plain_site, "changes.html"), "says")
    assert told[1].startswith(f"Of{tested:,}trendstested,{moving}significant:")
    assert min(errors, aside, moving) > 0


def test_sentences_are_whole_and_in_grammar(plain_site: Path) -> None:
    several = "|".join(
        re.escape(both.split("|")[1]) for both in WORDS["says_counted"].values()
    )
    pages = [path for path in plain_site.rglob("*.html") if "search" not in path.name]
    begun = 0
    for path in sorted(pages):
        page = path.read_text(encoding="utf-8")
        if '<div class="says">' not in page:
            continue
        begun += 1
        for text in re.findall(r"<li>.*?</li>", within(page, "says", "</div>"), re.S):
            said = text_of(text)
            assert said.endswith((".", "?")), (path, said)
            assert not re.search(rf"\b1 ({several})\b", said), (path, said)
            assert not re.search(r"[{}]|None|\(\s*\)|: ?[.;]|,\s*,", said), (path, said)
    assert begun > 80


def changed(published: Path, file: Path, *statements: str) -> Facts:
    """The facts of a copy of the published file, changed."""
    with changing(published, file) as connection:
        for statement in statements:
            connection.execute(statement)
    return Facts(Published.open(file))


def parts_of(facts: Facts, code: str) -> dict[str, list[str]]:
    """What a borough's page says, by part."""
    area = next(area for area in facts.authorities if area["area_code"] == code)
    says = borough_pages.page_of(facts, area).context["says"]
    return {part.name: [text_of(text) for text in part.sentences] for part in says}


def test_a_borough_of_which_nothing_can_be_said_is_told_so(
    published: Path, tmp_path: Path
) -> None:
    code = "E09000007"
    facts = changed(
        published,
        tmp_path / "nothing.duckdb",
        "update mart.fct_comparisons set benchmark_998 = null,"
        " benchmark_998_reason = 'no_limits', previous_value = null,"
        " change_deviates = null"
        f" where area_code = '{code}'",
    )
    told = parts_of(facts, code)
    assert told["concern"] == told["pride"] == [SAYS["untested"]]
    assert told["sure"][0] == SAYS["untested"]
    assert "look" not in told
    alike = changed(
        published,
        tmp_path / "alike.duckdb",
        "update mart.fct_comparisons set change_deviates = null,"
        " benchmark_998 = case when benchmark_998 is not null then 'similar' end,"
        " london_value = (select indicator_value from mart.fct_indicator_values as v"
        " where v.indicator_id = fct_comparisons.indicator_id"
        " and v.definition_version = fct_comparisons.definition_version"
        " and v.area_code = fct_comparisons.area_code"
        " and v.period_id = fct_comparisons.period_id)"
        f" where area_code = '{code}'",
    )
    told = parts_of(alike, code)
    assert told["concern"] == [SAYS["none_concern"]]
    assert told["pride"] == [SAYS["none_pride"]]


def test_of_many_matters_five_are_told_and_the_others_named(
    published: Path, tmp_path: Path
) -> None:
    code = "E09000007"
    facts = changed(
        published,
        tmp_path / "many.duckdb",
        "update mart.fct_comparisons set benchmark_998 = 'worst',"
        " london_value = 0.0001, change_deviates = null"
        f" where area_code = '{code}' and benchmark_998 in"
        " ('best', 'better', 'similar', 'worse', 'worst')",
    )
    told = parts_of(facts, code)
    assert len(told["concern"]) == 6
    count, names = re.fullmatch(r"And (\d+) more: (.*)\.", told["concern"][5]).groups()
    assert len(in_order(names)) == int(count) > 1
    assert told["pride"] == [SAYS["none_pride"]]


def test_what_a_sender_explained_of_a_figure_is_told_once(
    published: Path, tmp_path: Path
) -> None:
    """Two rules asked about the same figure, and its sender gave both one reason."""
    with duckdb.connect(str(published), read_only=True) as connection:
        code, indicator, period = connection.execute(
            "select area_code, indicator_id, period_id from mart.fct_quality_flags"
            " inner join mart.dim_areas using (area_code)"
            " where area_type = 'local_authority' and indicator_id is not null"
            " and state <> 'resolved'"
            " group by all having count(distinct rule_code) > 1 order by all limit 1"
        ).fetchone()
    facts = changed(
        published,
        tmp_path / "explained.duckdb",
        "update mart.fct_quality_flags set explained_reason = 'a made-up reason'"
        f" where area_code = '{code}' and indicator_id = '{indicator}'"
        f" and period_id = '{period}'",
    )
    (said,) = (
        sentence
        for part in parts_of(facts, code).values()
        for sentence in part
        if "a made-up reason" in sentence
    )
    assert in_order(said) == [indicator]


@pytest.mark.parametrize("state", ["partial", "provisional"])
def test_a_figure_that_is_not_final_is_left_out(
    published: Path, tmp_path: Path, state: str, plain_site: Path
) -> None:
    """The first concern of a borough, made partial or provisional, is no more one."""
    first, area = next(
        (in_order(found[0])[0], path.stem)
        for path in sorted((plain_site / "boroughs").iterdir())
        if in_order((found := said_by(path.read_text("utf-8"), "concern"))[0])
    )
    change = {
        "partial": "value_status = 'partial'",
        "provisional": "is_provisional = true",
    }[state]
    facts = changed(
        published,
        tmp_path / "changed.duckdb",
        f"update mart.fct_indicator_values set {change}"
        f" where area_code = '{area}' and indicator_id = '{first}'",
    )
    told = parts_of(facts, area)
    listed = [
        in_order(text)[0]
        for side in ("concern", "pride", "look")
        for text in told.get(side, [])
        if in_order(text)
    ]
    assert first not in listed
    (said,) = (text for text in told["missing"] if text.lower().startswith(state))
    assert first in in_order(said)
