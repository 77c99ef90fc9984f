"""Attack chains of publications that went through real builds, from out- and inside.

    lscb bench builds --chains 20 --folder /tmp/builds
    lscb bench builds --twins 4 --folder /tmp/builds

A chain is three publications of a small landing: six boroughs, four quarters, records
of allegations and returns, most of their counts small, and populations. Between them
files are revised and revised back, refused and mended, withdrawn and sent again; people
are counted anew; everything is cleaned and built again; the files are landed anew in
another order. Each is landed, built and published by the real job, without the dbt
tests, which only read.

The attacker reads the published files, and guesses right which counts are as they once
were; each borough does so too, and knows its own counts besides. Chains that begin
alike share their first build. A line a chain; exits 1 where anything hidden was
recovered, narrowed, told to an insider or told by a side door.
"""

import csv
import itertools
import os
import random
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from bench.attacking.doors import told_by, try_doors
from bench.attacking.outsider import learn, learn_inside, read_published
from lscb.dbt import messages_of, run_dbt
from lscb.disclosure.presets import preset, preset_names
from lscb.disclosure.structure import Key
from lscb.errors import UserError
from lscb.publishing.history import Place
from lscb.publishing.publish import RefusedError, publish
from lscb.settings import PROJECT, places_below

AS_OF = "2009-12-31"
BOROUGHS = (
    *("E09000007", "E09000012", "E09000019"),
    *("E09000002", "E09000003", "E09000004"),
)
QUARTERS = ("2008-09Q1", "2008-09Q2", "2008-09Q3", "2008-09Q4")
SMALL = 5
PEOPLE = {area: 20_000 + 3_100 * place for place, area in enumerate(BOROUGHS)}
"""Aged 0 to 17, by the first estimate."""
LADO, RETURN = "lado_referrals", "lscb_return"
Block = tuple[str, str, str]


@dataclass
class Sent:
    """What stands in landing: a version and figures for each block, some away."""

    counts: dict[Block, dict[str, int]]
    versions: dict[Block, int] = field(default_factory=dict)
    refused: set[Block] = field(default_factory=set)
    away: set[Block] = field(default_factory=set)
    people: dict[str, int] = field(default_factory=lambda: dict(PEOPLE))
    estimate: int = 1

    def copy(self) -> "Sent":
        """The same, to change."""
        counts = {block: dict(figures) for block, figures in self.counts.items()}
        return replace(
            self,
            counts=counts,
            versions=dict(self.versions),
            refused=set(self.refused),
            away=set(self.away),
            people=dict(self.people),
        )


def first_sent(seed: int) -> Sent:
    """Counts of which about half are small."""
    dice = random.Random(f"first {seed}")
    counts: dict[Block, dict[str, int]] = {}
    for area in BOROUGHS:
        for quarter in QUARTERS:
            counts[LADO, area, quarter] = {"SG12": small(dice)}
            plans = dice.randint(6, 40)
            counts[RETURN, area, quarter] = {
                "SG10": min(small(dice), plans),
                "SG10 of": plans,
                "SG13": small(dice),
                "SG06": small(dice),
            }
    return Sent(counts, dict.fromkeys(counts, 1))


def small(dice: random.Random) -> int:
    """A count as boroughs have them: mostly few, at times none, at times many."""
    return dice.choice((0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 17, 26))


def some_blocks(sent: Sent, dice: random.Random, number: int) -> list[Block]:
    """Blocks that are in, drawn at random."""
    there = sorted(set(sent.counts) - sent.away - sent.refused)
    return dice.sample(there, number)


def revise(sent: Sent, dice: random.Random, _: Sent) -> None:
    """Four files come with other counts, as their next version."""
    for block in some_blocks(sent, dice, 4):
        figures = sent.counts[block]
        for code in figures.keys() - {"SG10 of"}:
            figures[code] = max(0, figures[code] + dice.choice((-2, -1, 1, 2, 5)))
        if "SG10" in figures:
            figures["SG10"] = min(figures["SG10"], figures["SG10 of"])
        sent.versions[block] += 1


def revise_back(sent: Sent, _: random.Random, before: Sent) -> None:
    """Whatever was revised comes again as it first was."""
    for block, figures in before.counts.items():
        if figures != sent.counts[block]:
            sent.counts[block] = dict(figures)
            sent.versions[block] += 1


def refuse(sent: Sent, dice: random.Random, _: Sent) -> None:
    """Three files cannot be read any more."""
    sent.refused |= set(some_blocks(sent, dice, 3))


def mend(sent: Sent, dice: random.Random, _: Sent) -> None:
    """They can again, and one count of one is another."""
    for block in sorted(sent.refused):
        sent.versions[block] += 1
    block = dice.choice(sorted(sent.refused))
    code = dice.choice(sorted(sent.counts[block].keys() - {"SG10 of", "SG10"}))
    sent.counts[block][code] += dice.choice((0, 0, 1))
    sent.refused.clear()


def withdraw(sent: Sent, dice: random.Random, _: Sent) -> None:
    """Three files are taken out of landing."""
    sent.away |= set(some_blocks(sent, dice, 3))


def send_again(sent: Sent, _: random.Random, __: Sent) -> None:
    """They are put back as they were."""
    sent.away.clear()


def count_people_anew(sent: Sent, dice: random.Random, _: Sent) -> None:
    """A new estimate of every population, by a tenth more or less."""
    for area, persons in sent.people.items():
        sent.people[area] = round(persons * dice.uniform(0.9, 1.1))
    sent.estimate += 1


def clean(_: Sent, __: random.Random, ___: Sent) -> None:
    """Nothing new is sent; see `CLEANED`."""


def reorder(_: Sent, __: random.Random, ___: Sent) -> None:
    """Nothing new is sent; see `LANDED_ANEW`."""


Event = Callable[[Sent, random.Random, Sent], None]
CLEANED, LANDED_ANEW = {clean}, {reorder}
CHAINS: tuple[tuple[Event, Event], ...] = (
    (refuse, mend),
    (withdraw, send_again),
    (revise, revise_back),
    (revise, clean),
    (reorder, revise),
    (refuse, clean),
    (withdraw, revise),
    (revise, refuse),
    (count_people_anew, revise),
    (refuse, count_people_anew),
)


def write(sent: Sent, landing: Path, dice: random.Random) -> None:
    """Write the landing; the times of receipt are drawn anew."""
    shutil.rmtree(landing, ignore_errors=True)
    blocks = sorted(set(sent.counts) - sent.away)
    dice.shuffle(blocks)
    for place, block in enumerate(blocks):
        extract, area, quarter = block
        version = sent.versions[block]
        path = landing / extract / f"{extract}__{area}__{quarter}__v{version}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", newline="", encoding="utf-8") as lines:
            if block in sent.refused:
                lines.write("This file was broken on its way.\n")
            else:
                csv.writer(lines).writerows(rows_of(block, sent.counts[block]))
        moment = 1_242_000_000 + 600 * place
        os.utime(path, (moment, moment))
    counted = landing / "population" / f"population__ONS__2008__v{sent.estimate}.csv"
    counted.parent.mkdir(parents=True, exist_ok=True)
    with counted.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines).writerows(
            [
                ("gss_code", "age_band", "persons", "vintage"),
                *(
                    (area, "0-17", persons, f"estimate {sent.estimate}")
                    for area, persons in sent.people.items()
                ),
            ]
        )


def rows_of(block: Block, figures: Mapping[str, int]) -> list[tuple]:
    """The rows of a file, with its header."""
    extract, area, quarter = block
    if extract == RETURN:
        return [
            ("pi_code", "numerator", "denominator"),
            ("SG10", figures["SG10"], figures["SG10 of"]),
            ("SG13", figures["SG13"], ""),
            ("SG06", figures["SG06"], ""),
        ]
    year, month = (2008, 3 * int(quarter[-1]) + 1)
    year, month = (year, month) if month < 13 else (year + 1, month - 12)
    return [
        ("referral_id", "referral_date", "contact_type"),
        *(
            (f"{area}{quarter}{number}", f"{year}-{month:02d}-{1 + number}", "Referral")
            for number in range(figures["SG12"])
        ),
    ]


@dataclass(frozen=True)
class Told:
    """A publication of a chain: its file, and the true counts, for the bench alone."""

    file: Path
    true: dict[Key, int]


def build_and_publish(folder: Path, preset_name: str) -> Told | None:
    """Land, build and publish what stands there; None where the audit refused."""
    os.environ |= places_below(folder) | {"LSCB_AS_OF": AS_OF}
    result = run_dbt("build", "--exclude-resource-type", "test", "unit_test")
    if not result.success:
        raise UserError(f"The build failed: {messages_of(result)}")
    place = Place(folder / "published", folder / "history")
    try:
        publish(folder / "warehouse.duckdb", place, preset(preset_name))
    except RefusedError as refusal:
        print(f"  refused: {refusal}", flush=True)
        return None
    told = folder / "told"
    told.mkdir(exist_ok=True)
    file = told / f"{len(list(told.iterdir()))}.duckdb"
    shutil.copyfile(place.file, file)
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as db:
        true = {
            Key(f"{code}/{version}/{measure}", area, period): int(count)
            for measure in ("numerator", "denominator")
            for code, version, area, period, count in db.execute(
                "select indicator_id, definition_version, area_code, period_id,"
                f" {measure} from mart.fct_indicator_values where {measure} is not null"
            ).fetchall()
        }
    return Told(file, true)


def first_build(seed: int, home: Path, preset_name: str) -> None:
    """Build and publish what chains and twins of one seed begin with, once."""
    base = home / f"base{seed}"
    if (base / "told" / "0.duckdb").exists():
        return
    shutil.rmtree(base, ignore_errors=True)
    write(first_sent(seed), base / "landing", random.Random(f"order {seed}"))
    if build_and_publish(base, preset_name) is None:
        raise UserError(f"The first publication of base {seed} was refused.")


def run_chain(number: int, bases: int, home: Path, preset_name: str) -> dict:
    """Three publications one after the other, then all attacked."""
    seed = number % bases
    base, folder = home / f"base{seed}", home / "chain"
    started = time.process_time()
    sent = first_sent(seed)
    first_build(seed, home, preset_name)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    dice = random.Random(f"chain {number}")
    events = CHAINS[number % len(CHAINS)]
    before = sent.copy()
    told = [true_of(folder)]
    refused = 0
    for event in events:
        event(sent, dice, before)
        write(sent, folder / "landing", dice)
        if event in CLEANED:
            shutil.rmtree(folder / "published")
            (folder / "warehouse.duckdb").unlink()
        if event in LANDED_ANEW:
            shutil.rmtree(folder / "lake")
        found = build_and_publish(folder, preset_name)
        refused += found is None
        if found is not None:
            told.append(found)
    built = time.process_time()
    result = attacked(told, preset_name)
    shutil.rmtree(folder)
    return {
        "number": number,
        "events": ", ".join(event.__name__.replace("_", " ") for event in events),
        "publications": len(told),
        "refused": refused,
        "build seconds": built - started,
        "attack seconds": time.process_time() - built,
    } | result


def true_of(folder: Path) -> Told:
    """The first publication, with the counts that the history keeps of it."""
    (counts,) = (folder / "history").glob("[!.]*/counts.parquet")
    with duckdb.connect(":memory:") as db:
        true = {
            Key(series, area, period): number
            for series, area, period, number in db.execute(
                "select series, area, period, number from read_parquet(?)"
                " where number is not null",
                [str(counts)],
            ).fetchall()
        }
    return Told(folder / "told" / "0.duckdb", true)


def attacked(told: list[Told], preset_name: str) -> dict:
    """What the attacker learns from the files of a chain."""
    rule = preset(preset_name)
    published, structure = read_published([each.file for each in told])
    first: dict[tuple[Key, int], int] = {}
    taken = []
    for place, each in enumerate(told):
        names = {}
        for key, count in each.true.items():
            is_part = key.area in BOROUGHS and key.period in QUARTERS
            if is_part:
                names[key] = first.setdefault((key, count), place)
        taken.append(names)
    found = learn(published, taken, structure, rule.threshold, rule.width)
    inside = []
    if rule.insider_width:
        own = {
            area: [
                {key: count for key, count in each.true.items() if key.area == area}
                for each in told
            ]
            for area in BOROUGHS
        }
        inside = learn_inside(published, taken, structure, rule, own)
    for each in (*found, *inside):
        true = told[each.release].true[each.key]
        if not each.low <= true <= each.high:
            raise ValueError(f"the attack learnt what is not so: {each}, {true}")
    return {
        "hidden": sum(
            1 for each in published for cell in each.cells if cell.count is None
        ),
        "exact": sum(each.width == 0 for each in found),
        "narrow": sum(each.width > 0 for each in found),
        "by insiders": len(inside),
        "told by doors": sum(
            sum(told_by(try_doors(each.file)).values()) for each in told
        ),
    }


def run_twins(seed: int, home: Path, preset_name: str) -> list[str] | None:
    """Tables that differ between twins; None where other cells came to be hidden."""
    base, folder = home / f"base{seed}", home / "twin"
    first_build(seed, home, preset_name)
    sent = first_sent(seed)
    file = base / "told" / "0.duckdb"
    moved = move_around(sent, marks_of(file))
    print(f"  twins {seed}: {moved} counts changed", flush=True)
    if not moved:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    write(sent, folder / "landing", random.Random(f"order {seed}"))
    twin = build_and_publish(folder, preset_name)
    if twin is None or marks_of(twin.file) != marks_of(file):
        return None
    one, other = (tables_of(each) for each in (file, twin.file))
    return sorted(name for name in one if one[name] != other[name])


def marks_of(file: Path) -> dict[tuple, tuple]:
    """What is hidden of each value, and by which mark."""
    with duckdb.connect(str(file), read_only=True) as db:
        return {
            tuple(keys): (status, is_hidden)
            for *keys, status, is_hidden in db.execute(
                "select indicator_id, area_code, period_id, value_status,"
                " is_denominator_hidden from mart.fct_indicator_values"
                " where value_status like 'suppressed%' or is_denominator_hidden"
            ).fetchall()
        }


def move_around(sent: Sent, marks: Mapping[tuple, tuple]) -> int:
    """Move a child around two boroughs and two quarters, wherever all is hidden.

    Each count stays small, or large, so that nothing shown changes. Returns how many
    changed.
    """
    changed: set[tuple] = set()
    for code, extract in (("SG12", LADO), ("SG13", RETURN)):
        for areas in (BOROUGHS[:3], BOROUGHS[3:]):
            for one, other in itertools.combinations(areas, 2):
                for early, late in itertools.combinations(QUARTERS, 2):
                    corners = {
                        (one, early): 1,
                        (one, late): -1,
                        (other, early): -1,
                        (other, late): 1,
                    }
                    may = all(
                        (code, *corner) in marks
                        and (code, *corner) not in changed
                        and is_alike(sent.counts[extract, *corner][code], step)
                        for corner, step in corners.items()
                    )
                    if may:
                        for corner, step in corners.items():
                            sent.counts[extract, *corner][code] += step
                            changed.add((code, *corner))
    return len(changed)


def is_alike(count: int, step: int) -> bool:
    """Whether a count that changes so is hidden for the same reason."""
    return count > 0 < count + step and (count <= SMALL) == (count + step <= SMALL)


def tables_of(file: Path) -> dict[str, list[tuple]]:
    """Every published table but what names the publication itself."""
    with duckdb.connect(str(file), read_only=True) as db:
        return {
            name: db.execute(f'select * from mart."{name}" order by all').fetchall()
            for (name,) in db.execute(
                "select table_name from duckdb_tables()"
            ).fetchall()
            if name != "about_publication"
        }


def run(
    folder: Path, chains: int, first: int, bases: int, rule: str, twins: int | None
) -> int:
    """Run chains, or pairs of twins; 0 where nothing was learnt."""
    if rule not in preset_names():
        raise UserError(
            f"No rule is called {rule}: choose of {', '.join(preset_names())}."
        )
    home = folder.resolve()
    os.chdir(PROJECT)
    home.mkdir(parents=True, exist_ok=True)
    if twins:
        found = [run_twins(seed, home, rule) for seed in range(first, first + twins)]
        for seed, tables in enumerate(found, first):
            said = "other cells hidden" if tables is None else ", ".join(tables)
            print(f"twins {seed}: {said or 'every table the same'}")
        return 1 if any(found) else 0
    learnt = ("exact", "narrow", "by insiders", "told by doors")
    total = dict.fromkeys(("publications", "refused", "hidden", *learnt), 0)
    for number in range(first, first + chains):
        found = run_chain(number, bases, home, rule)
        said = ", ".join(
            f"{name} {value:.0f}"
            for name, value in found.items()
            if isinstance(value, int | float) and name != "number"
        )
        print(f"chain {number} ({found['events']}): {said}", flush=True)
        for name in total:
            total[name] += found[name]
    print(", ".join(f"{name} {value:,}" for name, value in total.items()))
    return 1 if any(total[name] for name in learnt) else 0
