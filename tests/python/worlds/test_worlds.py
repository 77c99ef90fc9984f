"""Worlds drawn at random: each publishes, balances, and says what is true."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from bench.template import Template
from bench.worlds.drawing import World, draw_world
from bench.worlds.harness import Bench, Verdict, compare_cells
from bench.worlds.sending import Line
from bench.worlds.shrinking import Shrinking
from bench.worlds.truth import Cell, Truth
from lscb.sampling.reference import Reference

pytestmark = pytest.mark.long

# Small worlds, of different kinds; the bench draws others.
SEEDS = (7, 36, 74, 78, 81)


@pytest.fixture(scope="module")
def reference() -> Reference:
    """The facts of the seeds."""
    return Reference()


@pytest.fixture(scope="module")
def bench(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A bench with a warehouse that holds the seeds."""
    return Bench(template, tmp_path_factory.mktemp("worlds"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_world_publishes_and_is_true(seed: int, bench: Bench) -> None:
    world = replace(draw_world(seed, bench.reference), by_the_door=False)
    verdict = bench.judge(world)
    said = [f"{each.kind}: {each.what}" for each in verdict.failures]
    assert said == []
    assert verdict.cells > 0


def test_a_seed_draws_the_same_world_again(reference: Reference) -> None:
    for seed in range(1, 20):
        once, again = draw_world(seed, reference), draw_world(seed, reference)
        assert [one.content() for one in once.files if one.style.suffix == "csv"] == [
            one.content() for one in again.files if one.style.suffix == "csv"
        ]
        assert once.as_of == again.as_of


def test_the_worlds_are_of_many_kinds(reference: Reference) -> None:
    worlds = [draw_world(seed, reference) for seed in range(1, 201)]
    traits = {trait for world in worlds for trait in world.traits}
    assert {
        "before", "within", "just after", "long ago", "running", "vintages",
        "pseudo-areas", "in two blocks", "withdrawn", "rows withdrawn", "rivals",
        "damaged", "hostile files", "catalogue rows taken out", "population: single",
        "a slip of the period", "many set aside", "odd returns", "parts by measure",
    } <= traits  # fmt: skip
    extracts = {sent.extract for world in worlds for sent in world.files}
    assert len(extracts) == 9
    formats = {sent.style.suffix for world in worlds for sent in world.files}
    assert formats == {"csv", "csv.gz", "xlsx", "parquet"}
    doors = sum(world.by_the_door for world in worlds)
    assert doors >= len(worlds) // 20


def told(cells: dict[tuple, Cell]) -> duckdb.DuckDBPyConnection:
    """A mart that says what these cells say."""
    marts = duckdb.connect()
    marts.execute("create schema mart")
    marts.execute(
        "create table mart.fct_indicator_values (indicator_id varchar,"
        " definition_version bigint, area_code varchar, period_id varchar,"
        " value_status varchar, numerator double, denominator double,"
        " numerator_low double, numerator_high double, areas_included bigint,"
        " indicator_value double)"
    )
    marts.executemany(
        f"insert into mart.fct_indicator_values values ({', '.join('?' * 11)})",
        [
            (
                *key, cell.status, cell.numerator, cell.denominator, cell.low,
                cell.high, cell.included, cell.percentage,
            )
            for key, cell in cells.items()
        ],
    )  # fmt: skip
    return marts


@pytest.fixture(scope="module")
def cells(reference: Reference) -> dict[tuple, Cell]:
    """The true cells of a world with figures."""
    world = draw_world(SEEDS[0], reference)
    return Truth(reference, world.files, world.as_of).cells()


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("status", {"status": "refused"}),
        ("numerator", {"numerator": 987_654}),
        ("denominator", {"denominator": 987_654}),
        ("bounds", {"low": 987_654}),
        ("areas included", {"included": 99}),
    ],
)
def test_one_wrong_cell_is_seen(
    kind: str, change: dict, cells: dict[tuple, Cell], reference: Reference
) -> None:
    verdict = Verdict(draw_world(SEEDS[0], reference))
    compare_cells(cells, told(cells), verdict)
    assert verdict.failures == []
    key = sorted(cells)[len(cells) // 2]
    wrong = cells | {key: replace(cells[key], **change)}
    compare_cells(cells, told(wrong), verdict)
    assert verdict.kinds == [kind]


def test_a_cell_too_few_and_one_too_many_are_seen(
    cells: dict[tuple, Cell], reference: Reference
) -> None:
    key = sorted(cells)[0]
    fewer = {other: cell for other, cell in cells.items() if other != key}
    verdict = Verdict(draw_world(SEEDS[0], reference))
    compare_cells(cells, told(fewer), verdict)
    assert verdict.kinds == ["cells missing"]
    verdict = Verdict(draw_world(SEEDS[0], reference))
    compare_cells(fewer, told(cells), verdict)
    assert verdict.kinds == ["cells invented"]


def test_a_failing_world_is_made_small(reference: Reference, tmp_path: Path) -> None:
    """Only the line that the failure needs is left, of some forty files."""
    world = next(
        world
        for world in (draw_world(seed, reference) for seed in range(1, 99))
        if len(world.files) > 20 and any(len(one.lines) > 3 for one in world.files)
    )
    guilty = Line({"referral_id": "guilty"})
    place = max(range(len(world.files)), key=lambda n: len(world.files[n].lines))
    world.files[place].lines.insert(2, guilty)

    def judge(tried: World) -> Verdict:
        verdict = Verdict(tried)
        if any(guilty.cells.items() <= line.cells.items() or line is guilty
               for one in tried.files for line in one.lines):  # fmt: skip
            verdict.add("guilt", "here it is")
        return verdict

    small = Shrinking(judge, ["guilt"], seconds=60).small(world)
    assert [len(sent.lines) for sent in small.files] == [1]
