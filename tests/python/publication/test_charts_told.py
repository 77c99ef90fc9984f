"""What the charts draw: each mark where its number says, under its own words.

The rows behind a chart are held against queries of the published file; the marks
against a list of what each kind of chart must draw, on which axis, from which column.
"""

import csv
import math
from collections import Counter, defaultdict
from typing import Any

import duckdb
import pytest
from scipy.stats import chi2, norm

from build_help import PROJECT
from lscb.pages import charts, funnels, indicator_pages
from lscb.pages.facts import Facts
from lscb.pages.figures import Figure, Page, parts_of
from publication.reading import as_people_round
from publication.road import WORDS, rows_of

LAYERS = {
    "tile_map": [
        ("rect", {"x": "tile_column", "y": "tile_row", "fill": "standing_label"}),
        ("text", {"x": "tile_column", "y": "tile_row", "text": "short_name"}),
        ("text", {"x": "tile_column", "y": "tile_row", "text": "figure"}),
        ("text", {"x": "tile_column", "y": "tile_row", "text": "mark"}),
    ],
    "tile_map by value": [
        ("rect", {"x": "tile_column", "y": "tile_row", "fill": "indicator_value"}),
        *[("rect", {"x": "tile_column", "y": "tile_row", "fill": "standing_label"})],
        ("text", {"x": "tile_column", "y": "tile_row", "text": "short_name"}),
        ("text", {"x": "tile_column", "y": "tile_row", "text": "figure"}),
        ("text", {"x": "tile_column", "y": "tile_row", "text": "mark"}),
    ],
    "ranked_intervals": [
        ("rule", {"y": "area_name", "x": "lower_limit", "x2": "upper_limit"}),
        (
            "point",
            {
                "y": "area_name",
                "x": "indicator_value",
                "fill": "standing_label",
                "shape": "standing_label",
                "strokeDash": "standing_label",
            },
        ),
        ("text", {"y": "area_name", "text": "figure"}),
        ("text", {"y": "area_name", "text": "absent"}),
    ],
    "ranked_intervals with London": [
        ("rule", {"x": "indicator_value"}),
        ("text", {"x": "indicator_value", "text": "text"}),
    ],
    "funnel": [
        ("line", {"x": "x", "y": "y", "detail": "curve", "strokeDash": "confidence"}),
        ("rule", {"y": "y"}),
        (
            "point",
            {
                "x": "denominator",
                "y": "on_scale",
                "fill": "standing_label",
                "shape": "standing_label",
            },
        ),
        ("text", {"x": "denominator", "y": "indicator_value", "text": "point_label"}),
    ],
    "small_multiples": [
        (
            "area",
            {
                "x": "period_id",
                "y": "lower_limit",
                "y2": "upper_limit",
                "detail": "run",
            },
        ),
        ("rule", {"x": "period_id", "y": "lower_limit", "y2": "upper_limit"}),
        ("line", {"x": "period_id", "y": "indicator_value", "detail": "run"}),
        (
            "point",
            {
                "x": "period_id",
                "y": "on_scale",
                "fill": "point",
                "shape": "point",
            },
        ),
    ],
    "small_multiples with partial": [
        ("text", {"x": "period_id", "y": "indicator_value", "text": "after"})
    ],
    "small_multiples with gaps": [("text", {"x": "period_id", "text": "sign"})],
    "small_multiples with breaks": [("rule", {"x": "period_id"})],
    "standings_bars": [
        ("bar", {"y": "indicator", "x": "from", "x2": "to", "fill": "standing_label"}),
        ("text", {"y": "indicator", "x": "middle", "text": "text"}),
    ],
    "coverage_map": [
        ("rect", {"x": "period_id", "y": "submitter_name", "fill": "status_label"}),
        ("text", {"x": "period_id", "y": "submitter_name", "text": "mark"}),
    ],
}
"""What each kind of chart draws: the marks in order, and the column of each channel."""

# The data that a layer reads, where it is not that of the rows.
OTHER_DATA = {
    "ranked_intervals with London": ["region", "region"],
    "funnel": ["curves", "region", "rows", "rows"],
}
LAYERS["tile_map by value alone"] = [
    layer for place, layer in enumerate(LAYERS["tile_map by value"]) if place != 1
]
CHANNELS = ("x", "x2", "y", "y2", "fill", "shape", "text", "detail", "strokeDash")


@pytest.fixture(scope="module")
def figures(all_pages: list[Page]) -> dict[str, list[Figure]]:
    """All figures by their kind of chart."""
    found: dict[str, list[Figure]] = defaultdict(list)
    for page in all_pages:
        for figure in parts_of(page, Figure):
            found[figure.drawing.chart].append(figure)
    return found


@pytest.fixture(scope="module")
def cells(road: duckdb.DuckDBPyConnection) -> dict[tuple, dict[str, Any]]:
    """Every value by its key."""
    return {key_of(row): row for row in rows_of(road, "select * from cells")}


def key_of(row: dict[str, Any]) -> tuple:
    names = ("indicator_id", "definition_version", "area_code", "period_id")
    return tuple(row[name] for name in names)


@pytest.fixture(scope="module")
def decimals(cells: dict[tuple, dict[str, Any]]) -> dict[str, int]:
    """About three figures of a typical value; none where all are whole numbers."""
    values: dict[str, list[float]] = defaultdict(list)
    for row in cells.values():
        if row["area_type"] == "local_authority":
            values[row["indicator_id"]].append(row["indicator_value"])
    found = {}
    for code, those in values.items():
        known = sorted(abs(value) for value in those if value is not None)
        if all(value == int(value) for value in known):
            found[code] = 0
        else:
            middle = known[len(known) // 2]
            found[code] = sum(middle < bound for bound in (10, 1, 0.1)) + 1
    return found


def shown(value: float, places: int) -> str:
    return as_people_round(value, places)


def sentence(row: dict[str, Any], places: int) -> str:
    """A value in words, as a chart says it of a mark."""
    name, status = row["area_name"], row["status_label"].lower()
    if row["indicator_value"] is None:
        return f"{name}: {status}"
    text = f"{name}: {shown(row['indicator_value'], places)}"
    if row["lower_limit"] is not None:
        low, high = (shown(row[f"{end}_limit"], places) for end in ("lower", "upper"))
        text += f" (95 % {low} to {high})"
    if row["standing"] not in SET_AGAINST_NOTHING:
        text += f", {row['standing_word']}"
    if row["value_status"] != "reported":
        text += f", {status}"
    return text + (", provisional" if row["is_provisional"] else "")


SET_AGAINST_NOTHING = ("not_compared", "partial", "hidden", "missing", "void")
NOTES = {
    "*": "* Partial: some of its months or areas are not in, so that it is neither"
    " ranked nor compared.",
    "†": "† Provisional: its days have not all passed, or it may yet be corrected.",
}


def mark_of(row: dict[str, Any]) -> str:
    """What stands after a figure that is not the last word."""
    if row["indicator_value"] is None:
        return ""
    partial = "*" if row["value_status"] == "partial" else ""
    return partial + ("†" if row["is_provisional"] else "")


def says_its_marks(note: str, rows: list[dict[str, Any]]) -> None:
    """A note has the sentence of each mark that some figure has, and of no other."""
    marks = {mark for row in rows for mark in mark_of(row)}
    assert {mark for mark, said in NOTES.items() if said in note} == marks


def layers_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The layers of a chart, of its panel where it has panels."""
    return spec["spec"]["layer"] if "spec" in spec else spec["layer"]


def encoded(layer: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The mark of a layer, and the column of each channel that has one."""
    found = {}
    for name in CHANNELS:
        channel = layer["encoding"].get(name, {})
        held = channel if "field" in channel else channel.get("condition", {})
        if isinstance(held, dict) and "field" in held:
            found[name] = held["field"]
    return layer["mark"]["type"], found


def kinds_of(figure: Figure) -> list[str]:
    """What a figure must draw, in order."""
    kind, given = figure.drawing.chart, figure.drawing.arguments
    if kind == "tile_map" and given["by_value"]:
        every = {row["standing"] for row in given["rows"]} == {"not_compared"}
        return ["tile_map by value alone" if every else "tile_map by value"]
    if kind == "ranked_intervals" and given["region"]:
        return ["ranked_intervals with London", kind]
    if kind == "small_multiples":
        has = {
            "partial": any(row["point"] == "partial" for row in given["rows"]),
            "gaps": given["gaps"],
            "breaks": given["breaks"],
        }
        return [kind, *(f"{kind} with {name}" for name, those in has.items() if those)]
    return [kind]


@pytest.mark.parametrize(
    "kind",
    [
        *("tile_map", "ranked_intervals", "funnel", "small_multiples"),
        *("standings_bars", "coverage_map"),
    ],
)
def test_a_chart_draws_its_columns_on_its_axes(
    kind: str, figures: dict[str, list[Figure]]
) -> None:
    seen = set()
    for figure in figures[kind]:
        kinds = kinds_of(figure)
        if tuple(kinds) in seen:
            continue
        seen.add(tuple(kinds))
        spec = getattr(charts, kind)(**figure.drawing.arguments)
        layers = layers_of(spec)
        wanted = [layer for each in kinds for layer in LAYERS[each]]
        if figure.drawing.arguments.get("domain", True) is None:
            # Without a top of the scale no point lies beyond it.
            wanted = [
                (mark, axes | ({"y": "indicator_value"} if mark == "point" else {}))
                for mark, axes in wanted
            ]
        assert [encoded(layer) for layer in layers] == wanted
        data = [
            name
            for each in kinds
            for name in OTHER_DATA.get(each, ["rows"] * len(LAYERS[each]))
        ]
        own = (spec.get("spec") or spec).get("data", spec.get("data"))
        assert [layer.get("data", own)["name"] for layer in layers] == data
        assert set(data) == {name for name, rows in spec["datasets"].items() if rows}
        named = [layer for layer in layers if layer.get("name") == "rows"]
        assert len(named) == 1
        assert named[0]["encoding"]["description"]["field"] == "hover"
        if kind == "small_multiples":
            assert spec["facet"]["field"] == "panel"
            heads = [" ".join(head.split("\n")) for head in spec["facet"]["sort"]]
            assert heads == figure.drawing.arguments["panels"]
            shared = "shared" if figure.drawing.arguments["shared"] else "independent"
            assert spec["resolve"]["scale"]["y"] == shared
    assert seen


def test_a_colour_and_a_shape_mean_one_standing(
    figures: dict[str, list[Figure]],
) -> None:
    words = {c: f"{w['mark']} {w['label']}" for c, w in WORDS["standing"].items()}
    for kind in ("tile_map", "ranked_intervals", "funnel"):
        figure = next(
            f for f in figures[kind] if not f.drawing.arguments.get("by_value")
        )
        given = figure.drawing.arguments
        spec = getattr(charts, kind)(**given)
        (layer,) = (each for each in layers_of(spec) if each.get("name") == "rows")
        present = {row["standing"] for row in given["rows"]}
        codes = [code for code in words if code in present]
        for channel, place in (("fill", 0), ("shape", 2)):
            if channel in layer["encoding"]:
                scale = layer["encoding"][channel]["scale"]
                assert scale["domain"] == [words[code] for code in codes]
                told = [charts.STANDINGS[c][place] for c in codes]
                if kind == "tile_map":
                    told = [charts.AREAS[c] for c in codes]
                assert scale["range"] == told
        for row in given["rows"]:
            assert row["standing_label"] == words[row["standing"]]


def test_the_tiles_say_figure_and_standing(
    figures: dict[str, list[Figure]], cells: dict, decimals: dict[str, int]
) -> None:
    partial = 0
    for figure in figures["tile_map"]:
        rows, drawn = figure.table.rows, figure.drawing.arguments["rows"]
        by_value = not any(
            row["standing"] not in SET_AGAINST_NOTHING
            for row in (cells[key_of(each)] for each in rows)
        )
        assert figure.drawing.arguments["by_value"] == by_value
        assert ("No comparison with London" in figure.note) == by_value
        if by_value:
            # The shade parts the values from one another, not from 0.
            fill = charts.tile_map(**figure.drawing.arguments)["layer"][0]["encoding"]
            assert fill["fill"]["condition"]["scale"]["zero"] is False
        absent = set()
        for row, tile in zip(rows, drawn, strict=True):
            true = cells[key_of(row)]
            places = decimals[true["indicator_id"]]
            value = true["indicator_value"]
            assert tile["indicator_value"] == value
            assert tile["hover"] == sentence(true, places)
            if value is None:
                symbol = true["gss_symbol"] or "-"
                assert tile["figure"] == symbol
                why = WORDS["why_no_figure"][true["value_status"]]
                assert tile["mark"].replace("\n", " ") == why
                assert max(map(len, tile["mark"].split("\n"))) < 11
                absent.add(f"{symbol} {true['status_label'].lower()}")
            else:
                assert tile["figure"] == shown(value, places) + mark_of(true)
                mark = WORDS["standing"][true["standing"]]["mark"]
                if true["value_status"] == "partial":
                    assert tile["mark"] == "partial"
                    partial += 1
                else:
                    assert tile["mark"] == ("" if by_value else mark)
        names = sorted(absent)
        listed = " and ".join(
            [*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]]
        )
        says_its_marks(figure.note, [cells[key_of(row)] for row in rows])
        dashed = "Tiles with a dashed edge have no figure"
        assert (dashed in figure.note) == bool(names)
        assert figure.note.endswith(f"{dashed}: {listed}.") or not names
    assert partial > 20


def listed(names: list[str]) -> str:
    """Names as a sentence has them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def top_of(values: list[float]) -> float | None:
    """A quarter above the 90th percentile, where some value is 1.8 times as high."""
    known = sorted(values)
    usual = known[int(0.9 * (len(known) - 1))] if known else 0
    return usual * 1.25 if usual > 0 and known[-1] > 1.8 * usual else None


def who_stands_for_london(rows: list[dict[str, Any]]) -> str:
    """The sentence that says so; none where London is whole."""
    row = next(row for row in rows if row["london_basis"])
    if row["london_basis"] == "whole":
        return ""
    without = f", without {row['london_missing']}" if row["london_missing"] else ""
    return (
        f" London is not whole here: its {row['london_areas']} complete authorities"
        f" stand for it{without}."
    )


def test_intervals_are_drawn_as_they_are_told(
    figures: dict[str, list[Figure]], cells: dict, decimals: dict[str, int]
) -> None:
    offs = 0
    parts: Counter[str] = Counter()
    bases: Counter[bool] = Counter()
    for figure in figures["ranked_intervals"]:
        given, rows = figure.drawing.arguments, figure.table.rows
        every = [cells[key_of(row)] for row in rows]
        groups = ["rows", "Partial: not ranked", "No figure"]
        apart = {
            name: [row for row in every if group_of(row) == name] for name in groups
        }
        drawn_apart = {"rows": given["rows"], **given["apart"]}
        assert list(drawn_apart) == ["rows", *(n for n in groups[1:] if apart[n])]
        for name, those in drawn_apart.items():
            for one, drawn in zip(apart[name], those, strict=True):
                for key in ("area_name", "indicator_value", "lower_limit"):
                    assert drawn[key] == one[key]
                assert drawn["upper_limit"] == one["upper_limit"]
                places = decimals[one["indicator_id"]]
                assert drawn["hover"] == sentence(one, places)
                if one["indicator_value"] is None:
                    why = f"{one['gss_symbol'] or '-'} {one['status_label'].lower()}"
                    assert (drawn["figure"], drawn["absent"]) == ("", why)
                else:
                    figure_shown = shown(one["indicator_value"], places) + mark_of(one)
                    if given["top"] and one["indicator_value"] > given["top"]:
                        figure_shown = f"→ {figure_shown}"
                    assert (drawn["figure"], drawn["absent"]) == (figure_shown, "")
            parts[name] += len(those)
        says_its_marks(figure.note, every)
        true = apart["rows"]
        ranked = any(row["lower_limit"] is not None for row in true)
        assert figure.table.title.startswith(
            "Values with 95" if ranked else "Values in"
        )
        assert ("are not ranked" in figure.note) != ranked
        highest = [row["upper_limit"] or row["indicator_value"] for row in true]
        assert given["top"] == top_of(highest)
        is_count = true[0]["value_type"] == "count"
        assert ("These are counts" in figure.note) == is_count
        london = [row for row in true if row["london_value"] is not None]
        if is_count or not london:
            assert given["region"] is None
        else:
            number = london[0]["london_areas"]
            is_whole = london[0]["london_basis"] == "whole"
            assert given["region"] == {
                "indicator_value": london[0]["london_value"],
                "text": "London" if is_whole else f"London ({number} complete)",
            }
            assert who_stands_for_london(true) in figure.note
            bases[is_whole] += 1
        off = [
            row["area_name"]
            for row, high in zip(true, highest, strict=True)
            if given["top"] and high > given["top"]
        ]
        said = " Off the scale to the right: " + listed(off) if off else ""
        assert figure.note.partition(" Off the scale")[1:] == (
            (" Off the scale", f"{said[14:]}; the table has them.") if off else ("", "")
        )
        offs += len(off)
        unit = f"{true[0]['indicator_id']}, {true[0]['unit_of_period']}"
        assert given["unit"] == unit
        spec = charts.ranked_intervals(**given)
        order = layers_of(spec)[-1]["encoding"]["y"]["scale"]["domain"]
        assert order == [
            line
            for name in drawn_apart
            for line in [*([name] if name != "rows" else []), *names_of(apart[name])]
        ]
        # London's line ends where what is not set against it begins.
        if given["region"]:
            assert layers_of(spec)[0]["encoding"]["y2"]["value"] == 15 * len(true)
        point = layers_of(spec)[-3]["encoding"]["x"]
        assert point["title"] == unit
        assert point["scale"].get("domainMax") == given["top"]
        assert point["scale"]["zero"]
    assert offs
    assert bases[True] and bases[False]
    assert min(parts.values()) > 20 and len(parts) == 3


def names_of(rows: list[dict[str, Any]]) -> list[str]:
    return [row["area_name"] for row in rows]


def group_of(row: dict[str, Any]) -> str:
    """Where a ranking has a value: what is partial or absent has no place in it."""
    if row["indicator_value"] is None:
        return "No figure"
    is_partial = row["value_status"] == "partial"
    return "Partial: not ranked" if is_partial else "rows"


def short_names() -> dict[str, str]:
    """What the map of tiles calls the authorities."""
    with (PROJECT / "seeds" / "reference" / "tile_map.csv").open() as file:
        return {row["area_code"]: row["short_name"] for row in csv.DictReader(file)}


def apart_in_a_funnel(rows: list[dict[str, Any]], domain: tuple) -> list[str]:
    """Whose names do not lie over those before them, at the size of a funnel."""
    (left, right), (bottom, top) = domain
    short = short_names()
    taken: list[tuple[float, float, float]] = []
    named = []
    for row in rows:
        x = 430 * (row["denominator"] - left) / (right - left)
        y = 180 * (row["indicator_value"] - bottom) / (top - bottom)
        end = x + 6.6 * len(short[row["area_code"]])
        if all(abs(y - at) >= 12 or end <= a or x >= b for at, a, b in taken):
            taken.append((y, x, end))
            named.append(row["area_name"])
    return named


def test_a_funnel_shows_its_points_and_names_the_farthest(
    figures: dict[str, list[Figure]], cells: dict, decimals: dict[str, int]
) -> None:
    named = over = 0
    for figure in figures["funnel"]:
        given = figure.drawing.arguments
        true = [cells[key_of(row)] for row in figure.table.rows]
        london = true[0]["london_value"]
        assert given["baseline"] == london
        for one, drawn in zip(true, given["rows"], strict=True):
            assert drawn["denominator"] == one["denominator"]
            assert drawn["indicator_value"] == one["indicator_value"]
            place = WORDS["funnel_position"][one["funnel_position"]]
            text = sentence(one, decimals[one["indicator_id"]])
            assert drawn["hover"] == f"{text}; {place}"
        farthest = sorted(
            (
                row
                for row in true
                if row["funnel_position"] in ("High (0.001)", "Low (0.001)")
            ),
            key=lambda row: (
                -abs(row["indicator_value"] - london) * math.sqrt(row["denominator"])
            ),
        )[:8]
        (low, high), (bottom, top) = given["domain"]
        labels = {
            one["area_name"]
            for one, drawn in zip(true, given["rows"], strict=True)
            if drawn["point_label"]
        }
        assert labels == set(apart_in_a_funnel(farthest, given["domain"]))
        named += len(labels)
        over += len(farthest) - len(labels)
        denominators = [row["denominator"] for row in true]
        values = [row["indicator_value"] for row in true]
        assert low == 0.9 * min(denominators) and high == 1.06 * max(denominators)
        assert top == (top_of(values) or 1.12 * max(values))
        assert bottom == max(0, min(values) - 0.12 * (top - min(values)))
        off = [row["area_name"] for row in true if row["indicator_value"] > top]
        said = f" Off the scale: {listed(off)}; the table has them." if off else ""
        stands = who_stands_for_london(true)
        assert f"chance alone.{stands}" in figure.note
        assert figure.note.endswith(said)
        assert not any(row["value_status"] == "partial" for row in true)
        period = [
            cell
            for cell in cells.values()
            if cell["area_type"] == "local_authority"
            and all(cell[k] == true[0][k] for k in ("indicator_id", "period_id"))
            and cell["definition_version"] == true[0]["definition_version"]
        ]
        absent = sorted({*names_of(period)} - {*names_of(true)})
        not_drawn = " Not drawn, as not comparable or without a figure: "
        assert (not_drawn in figure.note) == bool(absent)
        assert not absent or f"{not_drawn}{listed(absent)}." in figure.note
        confidences = {(p["curve"][-5:], p["confidence"]) for p in given["curves"]}
        assert confidences == {("95.0%", "95 % limits"), ("99.8%", "99.8 % limits")}
        assert given["axis_titles"][1] == true[0]["unit_of_period"]
        spec = charts.funnel(**given)
        x, y = (layers_of(spec)[0]["encoding"][axis] for axis in "xy")
        assert (x["title"], y["title"]) == given["axis_titles"]
        assert (x["scale"]["domain"], y["scale"]["domain"]) == given["domain"]
    assert named > 10 and over


@pytest.mark.parametrize("baseline", [2.5, 40.0, 700.0])
def test_the_curve_of_a_rate_is_where_london_leaves_the_limits(baseline: float) -> None:
    """At each point a whole count has London's expectation as its limit."""
    curves = funnels.curves_of("rate", baseline, 10_000, 4_000, 90_000)
    assert set(curves) == {
        f"{side} {level}" for side in ("upper", "lower") for level in ("95.0%", "99.8%")
    }
    for name, points in curves.items():
        side, level = name.split()
        tail = {"95.0%": 0.025, "99.8%": 0.001}[level]
        assert points[0]["x"] <= 4_000 or points[0]["y"] == 0
        assert points[-1]["x"] >= 90_000
        assert [p["x"] for p in points] == sorted(p["x"] for p in points)
        for point in points:
            events = point["y"] * point["x"] / 10_000
            assert events == pytest.approx(round(events), abs=1e-6)
            expected = baseline * point["x"] / 10_000
            # Above London lies what has London below its own lower limit.
            other = "lower" if side == "upper" else "upper"
            assert expected == pytest.approx(limit_of(round(events), tail, other))
            assert (point["y"] > baseline) == (side == "upper")


def limit_of(events: int, tail: float, side: str) -> float:
    """The limit of a count on one side: exact below ten, Byar's from ten."""
    if events < 10:
        if side == "lower":
            return chi2.ppf(tail, 2 * events) / 2 if events else 0.0
        return chi2.ppf(1 - tail, 2 * events + 2) / 2
    z = norm.ppf(1 - tail)
    n = events if side == "lower" else events + 1
    return n * (1 - 1 / (9 * n) + (z if side == "upper" else -z) / (3 * n**0.5)) ** 3


def test_the_curve_of_a_proportion_is_normal_and_within_its_bounds() -> None:
    for baseline, multiplier in ((40.0, 100), (2.0, 100), (99.5, 100), (100.0, 100)):
        curves = funnels.curves_of("proportion", baseline, multiplier, 20, 500)
        share = baseline / multiplier
        for name, points in curves.items():
            side, level = name.split()
            z = norm.ppf({"95.0%": 0.975, "99.8%": 0.999}[level])
            assert points[0]["x"] == pytest.approx(20)
            assert points[-1]["x"] == pytest.approx(500)
            assert len(points) > 50
            for point in points:
                width = z * math.sqrt(share * (1 - share) / point["x"])
                at = share + (width if side == "upper" else -width)
                assert point["y"] == pytest.approx(multiplier * min(1, max(0, at)))


def test_trends_run_unbroken_and_break_where_the_series_does(
    figures: dict[str, list[Figure]],
    cells: dict,
    decimals: dict[str, int],
    road: duckdb.DuckDBPyConnection,
) -> None:
    broken = set(road.execute("from broken").fetchall())
    seen_breaks = seen_gaps = seen_partial = seen_signs = seen_cut = 0
    for figure in figures["small_multiples"]:
        given = figure.drawing.arguments
        is_london = not given["shared"]
        true = [cells[key_of(row)] for row in figure.table.rows]
        by_key = {
            (one["indicator_id"] if is_london else one["area_name"], key_of(one)): one
            for one in true
        }
        points = given["rows"]
        assert len(points) == len(by_key)
        start = {one["period_id"]: (one["start_date"], one["end_date"]) for one in true}
        if not is_london:
            starts = [start[point["period_id"]] for point in points]
            assert starts == sorted(starts)
        panels: dict[str, list[dict]] = defaultdict(list)
        for one in true:
            name = one["indicator_id"] if is_london else one["area_name"]
            panels[name].append(one)
        drawn: dict[str, list[dict]] = defaultdict(list)
        for point in points:
            name = point["panel"].split()[0] if is_london else point["panel"]
            drawn[name].append(point)
        breaks = defaultdict(set)
        for each in given["breaks"]:
            assert each["kind"] == "break"
            name = each["panel"].split()[0] if is_london else each["panel"]
            breaks[name].add(each["period_id"])
        # Of the region's it is said once, for all that the overview shows.
        said = "A dashed rule marks" in figure.note
        assert said == (bool(breaks) and not is_london)
        for name, those in panels.items():
            those.sort(key=lambda one: (one["start_date"], one["definition_version"]))
            own = sorted(drawn[name], key=lambda point: start[point["period_id"]])
            for one, point in zip(those, own, strict=True):
                assert point["kind"] == "value"
                is_partial = one["value_status"] == "partial"
                form = "provisional" if one["is_provisional"] else "whole"
                assert point["point"] == ("partial" if is_partial else form)
                assert point["after"] == mark_of(one)
                seen_partial += is_partial
                for column in ("indicator_value", "lower_limit", "upper_limit"):
                    assert point[column] == one[column]
                text = sentence(one, decimals[one["indicator_id"]])
                assert point["hover"] == f"{one['period_id']}, {text}"
            for (one, left), (other, right) in zip(
                list(zip(those, own, strict=True)),
                list(zip(those, own, strict=True))[1:],
                strict=False,
            ):
                key = tuple(other[n] for n in ("indicator_id", "definition_version"))
                is_break = one["definition_version"] != other["definition_version"] or (
                    (*key, other["period_id"]) in broken
                    if is_london
                    else other["change_reason"] == "series_break"
                )
                between = (
                    [
                        cell
                        for cell in cells.values()
                        if cell["indicator_value"] is None
                        and cell["indicator_id"] == one["indicator_id"]
                        and cell["area_code"] == one["area_code"]
                        and cell["period_type"] == one["period_type"]
                        and one["start_date"] < cell["start_date"] < other["start_date"]
                    ]
                    if left["run"] != right["run"]
                    and not is_break
                    and "partial" not in (one["value_status"], other["value_status"])
                    else []
                )
                is_partial = "partial" in (one["value_status"], other["value_status"])
                assert (left["run"] == right["run"]) == (
                    not is_break and not between and not is_partial
                )
                if is_break:
                    assert other["period_id"] in breaks[name]
                seen_breaks += is_break
                seen_gaps += bool(between)
        values = [point["indicator_value"] for point in points]
        if is_london:
            assert given["domain"] is None
        else:
            top = top_of(values) or 1.08 * max(*values, 1e-9)
            assert given["domain"] == [0, top]
            off = sorted({p["panel"] for p in points if p["indicator_value"] > top})
            said = f" Off the scale: {listed(off)}; the table has them." if off else ""
            assert figure.note.partition(" Off")[1] == (" Off" if off else "")
            assert said in figure.note
            ends = [p["upper_limit"] for p in points if p["indicator_value"] <= top]
            is_cut = max((end for end in ends if end is not None), default=0) > top
            assert ("the upper edge goes on beyond it." in figure.note) == is_cut
            seen_cut += is_cut
        says_its_marks(figure.note, [] if is_london else true)
        if not is_london:
            code, kind = true[0]["indicator_id"], true[0]["period_type"]
            charted = {
                row[0].replace("_", " ")
                for row in road.execute(
                    "select period_type from charted where indicator_id = ?", [code]
                ).fetchall()
            }
            point = kind.replace("_", " ").replace("wave", "survey wave")
            assert figure.note.startswith(f"Each point is one {point}")
            other = "; map, ranking and a borough's scorecard are of the {}."
            for whole in charted:
                whole = whole.replace("wave", "survey wave")
                assert (other.format(whole) in figure.note) == (whole != point)
        signs = {
            (
                gap["panel"].split()[0] if is_london else gap["panel"],
                gap["period_id"],
            ): gap
            for gap in given["gaps"]
        }
        known = set(given["periods"])
        wanted = {}
        for cell in cells.values():
            name = cell["indicator_id"] if is_london else cell["area_name"]
            kind = true[0]["period_type"]
            is_own = name in panels if is_london else name in given["panels"]
            if (
                is_own
                and cell["indicator_value"] is None
                and cell["period_type"] == kind
                and cell["period_id"] in known
                and (cell["area_code"] == "E12000007") == is_london
                and (is_london or cell["indicator_id"] == true[0]["indicator_id"])
                and cell["area_type"] in ("region", "local_authority")
            ):
                wanted[name, cell["period_id"]] = cell["standing"]
        assert {key: gap["standing"] for key, gap in signs.items()} == wanted
        for gap in given["gaps"]:
            word = WORDS["standing"][gap["standing"]]
            assert gap["kind"] == "gap"
            assert gap["sign"] == word["mark"]
            assert is_london or f"{word['mark']} {word['label']}" in figure.note
        seen_signs += len(wanted)
    assert min(seen_breaks, seen_gaps, seen_partial, seen_signs, seen_cut) > 0


def test_a_chart_calls_an_indicator_by_its_short_title(
    figures: dict[str, list[Figure]], road: duckdb.DuckDBPyConnection
) -> None:
    names = {
        f"{row['indicator_id']} {row['short_title']}"
        for row in rows_of(road, "from current_versions")
    }
    assert max(map(len, names)) < len("SG42a ") + 40
    said = {
        row[key]
        for kind, key in (("strips", "indicator"), ("standings_bars", "indicator"))
        for figure in figures[kind]
        for row in figure.drawing.arguments["rows"]
    } | {
        panel
        for figure in figures["small_multiples"]
        if not figure.drawing.arguments["shared"]
        for panel in figure.drawing.arguments["panels"]
    }
    assert said and said <= names


def test_bars_and_coverage_say_what_their_tables_say(
    figures: dict[str, list[Figure]],
) -> None:
    (bars,) = figures["standings_bars"]
    for row, drawn in zip(bars.table.rows, bars.drawing.arguments["rows"], strict=True):
        word = WORDS["standing"][drawn["standing"]]
        assert drawn["standing_label"] == f"{word['mark']} {word['label']}"
        assert drawn["text"] == str(row["areas"]) == str(drawn["areas"])
        assert drawn["hover"] == f"{drawn['indicator']}: {row['areas']} {word['label']}"
        assert drawn["position"] == list(WORDS["standing"]).index(drawn["standing"])
    for figure in figures["coverage_map"]:
        rows, given = figure.table.rows, figure.drawing.arguments
        for row, drawn in zip(rows, given["rows"], strict=True):
            word = WORDS["coverage_status"][row["coverage_status"]]
            assert drawn["mark"] == word["mark"]
            assert drawn["status_label"] == f"{word['mark']} {word['label']}"
            who = f"{row['submitter_name']}, {row['period_id']}"
            assert drawn["hover"] == f"{who}: {word['label']}"
        spec = charts.coverage_map(**given)
        rect = layers_of(spec)[0]["encoding"]
        periods = list(dict.fromkeys(row["period_id"] for row in rows))
        senders = list(dict.fromkeys(row["submitter_name"] for row in rows))
        assert (rect["x"]["sort"], rect["y"]["sort"]) == (periods, senders)
        assert figure.note.startswith("The latest 16 of ") or not figure.note
        assert (len(periods) == 16) or not figure.note


def test_a_chart_has_values_that_differ(all_pages: list[Page]) -> None:
    """Where they do not, a sentence stands in its place and says so."""
    kinds = ("tile_map", "ranked_intervals", "funnel", "small_multiples")
    seen = 0
    for page in all_pages:
        if page.kind != "Indicator":
            continue
        for figure in parts_of(page, Figure):
            assert figure.drawing.chart in kinds
            values = {row["indicator_value"] for row in figure.table.rows} - {None}
            assert len(values) > 1, figure.table.name
            seen += 1
    assert seen > 150


def test_a_period_without_a_chart_says_why(
    all_pages: list[Page], road: duckdb.DuckDBPyConnection
) -> None:
    """Who has the one value is named, and how many have none is counted."""
    seen = 0
    for page in all_pages:
        for section in page.context.get("sections", []):
            cells = road.execute(
                "select area_name, indicator_value from mart.indicator_scorecard"
                " where indicator_id = ? and period_id = ? and definition_version = ?"
                " and area_type = 'local_authority' order by area_name",
                [section["period"][key] for key in PERIOD],
            ).fetchall()
            named = [name for name, value in cells if value is not None]
            if len({value for _, value in cells} - {None}) > 1:
                assert isinstance(section["map"], Figure)
                assert isinstance(section["ranked"], Figure)
                continue
            said = section["ranked"]
            assert all(name in said for name in named)
            assert f"{len(named)} authorities have it" in said
            assert f"The other {len(cells) - len(named)} have no figure." in said
            assert section["map"].startswith(
                f"No map for {section['period']['period_label']}: "
            )
            seen += 1
    assert seen


PERIOD = ("indicator_id", "period_id", "definition_version")


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([None, None], "No map for 2009: no authority has a figure."),
        ([3.0, None], "one authority alone has a figure, A with 3.0."),
        ([0.0, 0.0, None], "No map for 2009: every figure that there is equals 0.0."),
        ([7.5, 7.5], "every figure that there is equals 7.5."),
        ([0.0, 1.0, None], ""),
    ],
)
def test_values_that_do_not_differ_are_told_in_a_sentence(
    told: Facts, values: list[float | None], wanted: str
) -> None:
    cells = [
        {
            **{"area_name": name, "area_code": name, "after": ""},
            **{"indicator_id": "-", "indicator_value": value},
        }
        for name, value in zip("ABC", values, strict=False)
    ]
    said = indicator_pages.nothing_to_draw(told, cells, "map", "2009")
    assert said.endswith(wanted) and bool(said) == bool(wanted)
