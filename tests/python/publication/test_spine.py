"""The spine of a borough, and boroughs side by side: each mark where its figure says.

Read from the page as a browser would, and held against the published file asked anew.
"""

import csv
import html
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from build_help import PROJECT
from lscb.pages.facts import Facts
from publication.reading import as_people_round
from publication.road import WORDS, rows_of

CITY = "E09000001"
# How a standing looks: filled or not, and its path.
DIAMOND, SQUARE = "M0,-6.5L6,0L0,6.5L-6,0Z", "M-4.6,-4.6H4.6V4.6H-4.6Z"
UP, DOWN = "M0,-5.5L6,5H-6Z", "M0,5.5L6,-5H-6Z"
CIRCLE, BESIDE = "M-5,0A5,5 0 1 0 5,0A5,5 0 1 0 -5,0Z", "M5.5,0L-5,5.5V-5.5Z"
PATHS = {
    **{"best": DIAMOND, "better": DIAMOND, "worse": SQUARE, "worst": SQUARE},
    **{"highest": UP, "higher": UP, "lower": DOWN, "lowest": DOWN},
    **{"similar": CIRCLE, "partial": CIRCLE, "not_compared": BESIDE},
}

Row = dict[str, Any]


def text_of(source: str) -> str:
    """What a reader reads of a piece of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", source)).split())


def lines_of(page: str) -> dict[str, dict[str, str]]:
    """The lines of the spine by indicator, each its cells by what they are."""
    table = page.split('<table id="spine"', 1)[1].split("</table>", 1)[0]
    found = {}
    for row in re.findall(r'<tr role="row"[^>]* id="i-.*?</tr>', table, re.DOTALL):
        code = re.search(r'id="i-(\w+)"', row)[1]
        found[code] = {"row": row.split(">", 1)[0]} | dict(
            re.findall(
                r'class="s-(\w+)(?: n| screen)?"[^>]*>(.*?)</t[dh]>', row, re.DOTALL
            )
        )
    return found


@pytest.fixture(scope="module")
def scorecards(road: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """The rows of each borough's scorecard, with how they moved."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(
        road,
        "select scorecards.*, beside.direction, beside.before_value,"
        " beside.before_period, beside.before_mark, now_.short_title from scorecards"
        " inner join beside"
        " using (indicator_id, definition_version, area_code, period_id)"
        " inner join current_versions as now_ using (indicator_id)"
        " order by area_code, comes_last, indicator_id",
    ):
        found[row["area_code"]].append(row)
    return found


@pytest.fixture(scope="module")
def scales(scorecards: dict[str, list[Row]]) -> dict[str, dict[str, float]]:
    """The whole figures of each indicator by area, those that make a scale."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for rows in scorecards.values():
        for row in rows:
            if row["value_status"] == "reported":
                found[row["indicator_id"]][row["area_code"]] = row["indicator_value"]
    for values in found.values():
        ends = (min(values.values()), max(values.values()))
        if values.get(CITY) in ends:
            del values[CITY]
    return found


def numbers(drawn: str, name: str) -> list[float]:
    """The numbers of the path of a class in a drawing."""
    (path,) = re.findall(rf'<path class="{name}[^"]*" d="([^"]*)"', drawn)
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_a_spine_lies_where_its_figures_say(
    plain_site: Path,
    scorecards: dict[str, list[Row]],
    scales: dict[str, dict[str, float]],
) -> None:
    seen: Counter[str] = Counter()
    for area, rows in scorecards.items():
        page = (plain_site / "boroughs" / f"{area}.html").read_text(encoding="utf-8")
        lines = lines_of(page)
        assert list(lines) == [row["indicator_id"] for row in rows] or set(lines) == {
            row["indicator_id"] for row in rows
        }
        for row in rows:
            drawn = lines[row["indicator_id"]]["line"]
            known = list(scales[row["indicator_id"]].values())
            london = None if row["is_count"] else row["london_value"]
            value = row["indicator_value"]
            middle = london if london is not None else (np.median(known or [0]))
            half = max([abs(each - middle) for each in known], default=0)
            if value is None or len(known) < 4 or half == 0:
                assert "<svg" not in drawn
                seen["without"] += 1
                continue

            def at(figure: float, middle: float = middle, half: float = half) -> Any:
                share = min(1, max(0, 0.5 + (figure - middle) / half / 2))
                return pytest.approx(8 + 224 * share, abs=0.051)

            low, _, high = numbers(drawn, "range")
            assert (low, high) == (at(min(known)), at(max(known)))
            first, _, third, *_ = numbers(drawn, "half")
            quartiles = np.quantile(known, [0.25, 0.75])
            assert (first, third) == (at(quartiles[0]), at(quartiles[1]))
            assert ('class="centre median"' in drawn) == (london is None)
            if row["neighbours_value"] is not None:
                (left, *_) = numbers(drawn, "around")
                assert left + 4 == at(row["neighbours_value"])
            else:
                assert 'class="around"' not in drawn
            is_partial = row["value_status"] == "partial"
            if row["lower_limit"] is not None:
                start, _, stop = numbers(drawn, "interval")
                assert (start, stop) == (at(row["lower_limit"]), at(row["upper_limit"]))
                assert ('class="interval partial"' in drawn) == is_partial
            (extra, path, x, fill) = re.search(
                r'<path class="dot( partial)?" d="([^"]*)"'
                r' transform="translate\(([\d.]+),12\)" fill="([^"]*)"',
                drawn,
            ).groups()
            assert float(x) == at(value)
            assert path == PATHS[row["standing"]]
            # Hollow and dashed, and nothing else is.
            assert (fill == "#ffffff") == bool(extra) == is_partial
            is_off = bool(abs(value - middle) > half)
            end = "L239,12" if value > middle else "L1,12"
            assert ('class="off"' in drawn) == is_off
            assert not is_off or end in drawn
            seen.update(partial=is_partial, off=is_off, drawn=1)
            seen["median"] += london is None
    assert min(seen[name] for name in ("without", "partial", "off", "median")) > 3
    assert seen["drawn"] > 800


def test_a_spine_says_its_figures(
    plain_site: Path,
    scorecards: dict[str, list[Row]],
    scales: dict[str, dict[str, float]],
    told: Facts,
) -> None:
    beside: Counter[str] = Counter()
    for area, rows in scorecards.items():
        page = (plain_site / "boroughs" / f"{area}.html").read_text(encoding="utf-8")
        lines = lines_of(page)
        for row in rows:
            line = {
                name: text_of(cell) for name, cell in lines[row["indicator_id"]].items()
            }
            places = told.decimals[row["indicator_id"]]

            def shown(value: float | None, places: int = places) -> str:
                return "" if value is None else as_people_round(value, places)

            value = row["indicator_value"]
            is_partial = value is not None and row["value_status"] == "partial"
            assert line["name"] == f"{row['indicator_id']} {row['short_title']}"
            assert line["period"] == row["period_id"]
            figure = shown(value) + "*" * is_partial
            assert line["value"] == (figure or row["gss_symbol"] or "-")
            low, high = shown(row["lower_limit"]), shown(row["upper_limit"])
            assert line["interval"] == (f"{low} to {high}" if low else "")
            london = "" if row["is_count"] else shown(row["london_value"])
            is_whole = row["london_basis"] == "whole"
            before = ""
            if value is not None:
                was = shown(row["before_value"]) or row["before_mark"]
                before = f"{was} {row['before_period'] or ''}".strip()
            assert line["before"] == before
            beside[row["before_mark"] or "figure"] += value is not None
            assert line["region"] == london + "‡" * bool(london and not is_whole)
            assert line["around"] == shown(row["neighbours_value"])
            if "<svg" in lines[row["indicator_id"]]["line"]:
                known = scales[row["indicator_id"]].values()
                assert line["low"] == shown(min(known))
                assert line["high"] == shown(max(known))
            else:
                assert line["low"] == line["high"] == ""
            word = row["standing_label"]
            if value is None:
                word = f"{row['gss_symbol'] or '-'} {row['status_label'].lower()}"
            assert line["standing"] == word
            rank = f"{row['rank']} of {row['ranked_areas']}"
            is_ranked = row["has_rank"] and row["rank"] is not None
            assert line["rank"] == (rank if is_ranked else "")
            assert not (is_partial and line["rank"])
            assert line["direction"] == ("" if value is None else row["direction"])
            assert ("partial" in line["row"]) == is_partial
    assert min(beside[kind] for kind in ("figure", "none", "c", "x", "≠")) > 5


def test_a_spine_says_whose_scale_it_has_and_who_the_neighbours_are(
    plain_site: Path,
    road: duckdb.DuckDBPyConnection,
    scorecards: dict[str, list[Row]],
    scales: dict[str, dict[str, float]],
) -> None:
    names = dict(
        road.execute(
            "select area_code, area_name from mart.dim_areas"
            " where area_type = 'local_authority'"
        ).fetchall()
    )
    around: dict[str, list[str]] = defaultdict(list)
    seed = PROJECT / "seeds/reference/statistical_neighbours.csv"
    with seed.open(newline="", encoding="utf-8") as lines:
        for row in sorted(
            csv.DictReader(lines), key=lambda row: int(row["neighbour_rank"])
        ):
            around[row["area_code"]].append(row["neighbour_area_code"])
    with_neighbours = 0
    city = {row["indicator_id"]: row for row in scorecards[CITY]}
    for area, rows in scorecards.items():
        page = (plain_site / "boroughs" / f"{area}.html").read_text(encoding="utf-8")
        left_out = [
            row["indicator_id"]
            for row in rows
            if row["indicator_value"] is not None
            and city[row["indicator_id"]]["value_status"] == "reported"
            and CITY not in scales[row["indicator_id"]]
            and "<svg" in lines_of(page)[row["indicator_id"]]["line"]
        ]
        *first, last = left_out
        note = text_of(page.split('<p class="key">', 1)[1].split("</p>", 1)[0])
        assert (
            "City of London, far smaller than the rest, would alone set the scale of"
            f" {', '.join(first)} and {last}: there the scale is that of the others."
        ) in note
        some = any(row["standing"] == "partial" for row in rows)
        assert ("* Partial:" in note) == some
        stood_for = "‡ London is not whole here: its complete authorities stand for it."
        assert (stood_for in note) == any(
            "‡" in line["region"] for line in lines_of(page).values()
        )
        inside = [code for code in around[area] if code in names]
        said = ", ".join(names[code] for code in inside)
        sentence = (
            f"Statistical neighbours in London: {said}"
            f" ({len(inside)} of {len(around[area])}, edition 2025)."
        )
        link = f'href="../compare.html#{area}+{"+".join(inside)}"'
        assert (sentence in text_of(page)) == (link in page) == bool(inside)
        with_neighbours += bool(inside)
        legend = page.split('<ul class="legend"', 1)[1].split("</ul>", 1)[0]
        forms = {
            row["standing"]
            for row in rows
            if "<svg" in lines_of(page)[row["indicator_id"]]["line"]
        }
        for code, word in WORDS["standing"].items():
            in_legend = f"{word['mark']} {word['label']}</li>" in legend
            assert in_legend == (code in forms)
    assert with_neighbours > 25


def test_boroughs_stand_side_by_side(
    plain_site: Path,
    scorecards: dict[str, list[Row]],
    road: duckdb.DuckDBPyConnection,
    told: Facts,
) -> None:
    page = (plain_site / "compare.html").read_text(encoding="utf-8")
    table = page.split('<table id="side-by-side">', 1)[1].split("</table>", 1)[0]
    london = {
        row["indicator_id"]: row
        for row in rows_of(
            road,
            "select cells.* from cells inner join headlines"
            " using (indicator_id, definition_version, period_id)"
            " where area_code = 'E12000007'",
        )
    }
    complete = dict(
        road.execute(
            "select indicator_id, any_value(london_value) from scorecards"
            " where london_basis = 'complete_boroughs' and not is_count group by 1"
        ).fetchall()
    )
    cells = {(r["indicator_id"], a): r for a, rows in scorecards.items() for r in rows}
    heads = re.findall(r'<th[^>]* data-area="(\w+)"', table)
    assert set(heads) == set(scorecards)
    seen: Counter[str] = Counter()

    def said(row: Row) -> str:
        if row["indicator_value"] is None:
            why = WORDS["why_no_figure"][row["value_status"]]
            return f"{row['gss_symbol'] or '-'} {why}"
        places = told.decimals[row["indicator_id"]]
        text = as_people_round(row["indicator_value"], places)
        if row["value_status"] == "partial":
            return f"{text}*"
        mark = WORDS["standing"][row["standing"]]["mark"]
        return text if row["standing"] == "not_compared" else f"{text} {mark}"

    for line in re.findall(r'<tr>\s*<th scope="row">.*?</tr>', table, re.DOTALL):
        found = re.findall(r"<t([hd])([^>]*)>(.*?)</t[hd]>", line, re.DOTALL)
        texts = [text_of(source) for _, _, source in found]
        code = texts[0].split()[0]
        row = cells[code, heads[0]]
        good = {"low_is_good": "low", "high_is_good": "high"}
        assert texts[0] == f"{code} {row['short_title']}"
        assert texts[1:3] == [row["period_id"], good.get(row["polarity"], "neither")]
        whole = said(london[code]) if code in london else ""
        if code in complete:
            # The boroughs' marks are against that of the complete ones.
            whole = as_people_round(complete[code], told.decimals[code]) + "‡"
        assert texts[3] == whole
        for area, text, (_, attributes, _) in zip(
            heads, texts[4:], found[4:], strict=True
        ):
            cell = cells[code, area]
            assert text == said(cell), (code, area)
            assert f'data-area="{area}"' in attributes
            seen[cell["standing"]] += 1
    assert sum(seen.values()) == len(cells) and len(complete) > 5
    assert WORDS["other_mark"]["complete"]["note"] in text_of(page)
    assert seen["partial"] and seen["hidden"] and seen["missing"]
