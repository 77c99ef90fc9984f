"""Plant faults in a built sample, one of each kind a round, and see which are flagged.

Each round works on a copy of the warehouse: faults go into its staging tables, every
model after staging is built again, and the flags are compared with those of the clean
sample. Faults of one round keep to files and cells of their own. A fault is caught when
one of its rules names the right keys with the right severity and category. A flag that
neither the clean sample nor a planted fault's own keys explain is a false alarm.

`--innocent N` draws N innocent worlds over the same tables instead (small boroughs,
equal small figures, files cut short, real changes of level): no finding of severity
error may speak of any, and no cell may be withheld.
"""

import os
import random
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml

from lscb.dbt import messages_of, run_dbt
from lscb.errors import UserError
from lscb.sample import make_sample
from lscb.settings import LAKE_ONLY, PROJECT, Settings
from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")
CORPUS = PROJECT / "tests" / "faults" / "corpus.yml"
INNOCENTS = PROJECT / "tests" / "faults" / "innocents.yml"
REPORT = PROJECT / "docs" / "fault-bench.md"
SEED = 20080729
# Rules that say what the sample's story holds: what is missing, late, refused, blank,
# by another definition or sent twice. A flag of any other rule on a clean sample is a
# false alarm.
STORY = frozenset(
    {
        "crime_figures_revised",
        "definition_out_of_force",
        "definitions_mixed",
        "denominator_missing",
        "figure_missing",
        "figure_not_available",
        "figure_revised_much",
        "figure_set_aside",
        "file_refused",
        "file_sent_twice",
        "number_unreadable",
        "records_set_aside_beside",
        "return_disagrees_with_extract",
        "submission_late",
        "submission_missing",
        "submission_refused",
        "year_incomplete",
    }
)
# Errors that state what became of a file, and withhold nothing that there is.
FACTS = frozenset({"file_refused", "submission_refused"})
MEANS = (1, 2, 5, 12, 40)
DRAWS_A_MEAN = 997
CLAUSES = {
    "line": "file_id = '{file_id}' and line_number = {line_number}",
    "crime": (
        "file_id = '{file_id}' and line_number = {line_number} and month_start_date"
        " = (select start_date from mart.dim_periods where period_id = '{period_id}')"
    ),
}


@dataclass(frozen=True)
class CleanSample:
    """A sample of another seed, and the false alarms that it raises."""

    seed: int
    cells: int
    alarms: Counter[str]

    @property
    def row(self) -> str:
        """The sample as a row of the report's table."""
        number = self.alarms.total()
        rules = ", ".join(f"{n} {rule}" for rule, n in sorted(self.alarms.items()))
        return (
            f"| {self.seed} | {self.cells:,} | {number} |"
            f" {100 * number / self.cells:.2f} | {rules or '-'} |"
        )


@dataclass
class Planted:
    """One fault as planted, and what became of it."""

    kind: dict[str, Any]
    place: dict[str, Any]
    round_number: int
    caught_by: list[str] = field(default_factory=list)
    named_wrongly: list[str] = field(default_factory=list)

    @property
    def wanted(self) -> dict[str, Any]:
        """The keys that a flag must name."""
        keys = {name: self.place[name] for name in self.kind["named"]}
        if "area" in self.kind:
            keys["area_code"] = self.place[self.kind["area"]]
        return keys


def _fill(text: str, place: dict[str, Any]) -> str:
    for name, clause in CLAUSES.items():
        text = text.replace("{" + name + "}", clause)

    def value(match: re.Match[str]) -> str:
        found = place[match[1]]
        return "null" if found is None or found != found else str(found)

    return re.sub(r"\{(\w+)\}", value, text)


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _draw(
    connection: duckdb.DuckDBPyConnection, kinds: list[dict], stream: random.Random,
    number: int,
) -> list[Planted]:  # fmt: skip
    """One place for each kind, none sharing a slot with another where that can be."""
    planted: list[Planted] = []
    used: set[str] = set()
    # kinds with the fewest places choose first
    choices = [(kind, _rows(connection, kind["places"])) for kind in kinds]
    for kind, places in sorted(choices, key=lambda choice: len(choice[1])):
        if not places:
            raise UserError(f"{kind['kind']}: the sample has no place for it.")
        free = [place for place in places if place["slot"] not in used]
        if not free:
            continue
        place = stream.choice(sorted(free, key=str))
        used.add(place["slot"])
        planted.append(Planted(kind, place, number))
    return planted


def plant(
    clean: Path,
    copy: Path,
    kinds: list[dict],
    stream: random.Random,
    number: int = 0,
) -> list[Planted]:
    """Plant one fault of each kind in the staging tables of a copy; builds nothing."""
    shutil.copy(clean, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(read_query(SQL, "fault_places"))
        faults = _draw(connection, kinds, stream, number)
        for fault in faults:
            for statement in fault.kind["plant"]:
                connection.execute(_fill(statement, fault.place))
        connection.execute("drop schema bench cascade")
    return faults


def judged(faults: list[Planted], clean: Path, spoilt: Path) -> list[dict[str, Any]]:
    """Mark what was caught in what was spoilt; the flags that no fault explains."""
    return _judge(faults, _flags(clean), _flags(spoilt))


def corpus() -> list[dict[str, Any]]:
    """Every kind of fault."""
    return yaml.safe_load(CORPUS.read_text("utf-8"))["kinds"]


def _run_dbt(*arguments: str) -> None:
    result = run_dbt(*arguments)
    if not result.success:
        raise UserError(messages_of(result))


def _build_again(warehouse: Path) -> None:
    os.environ["LSCB_WAREHOUSE"] = str(warehouse)
    os.environ["LSCB_LANDING_MODE"] = LAKE_ONLY
    _run_dbt("run", "--exclude", "path:models/staging")


def _cells(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select count(*) from mart.fct_indicator_values"
        ).fetchone()[0]


def _poisson(stream: random.Random, mean: float) -> int:
    """One Poisson count: how many exponential gaps fit into the mean."""
    count, left = -1, mean
    while left >= 0:
        left -= stream.expovariate(1)
        count += 1
    return count


@dataclass(frozen=True)
class InnocentWorld:
    """One innocent world, and what the rules found in it all the same."""

    seed: int
    errors: Counter[str]
    withheld: Counter[str]
    others: Counter[str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was called certainly wrong, and nothing withheld."""
        return not self.errors and not self.withheld


def innocent_world(
    clean: Path, seed: int, folder: Path, again: Callable[[Path], None] = _build_again
) -> InnocentWorld:
    """Draw an innocent world over a copy of a built sample, and judge it.

    `again` builds a warehouse again from its staging tables on.
    """
    copy = folder / clean.name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(clean, copy)
    stream = random.Random(seed)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("create schema bench")
        connection.execute(
            "create table bench.draws (mean integer, place integer, drawn integer)"
        )
        connection.executemany(
            "insert into bench.draws values (?, ?, ?)",
            [
                (mean, place, _poisson(stream, mean))
                for mean in MEANS
                for place in range(DRAWS_A_MEAN)
            ],
        )
        connection.execute(read_query(SQL, "innocent_draws"))
        for world in yaml.safe_load(INNOCENTS.read_text("utf-8"))["worlds"]:
            for statement in world["draw"]:
                connection.execute(statement.replace("{seed}", str(seed)))
        connection.execute("drop schema bench cascade")
    again(copy)
    flags = _flags(copy).values()
    with duckdb.connect(str(copy), read_only=True) as connection:
        withheld = connection.execute(
            "select refused_by_rule, count(*) from mart.fct_indicator_values"
            " where refused_by_rule is not null group by 1"
        ).fetchall()
    return InnocentWorld(
        seed,
        Counter(
            flag["rule_code"]
            for flag in flags
            if flag["severity"] == "error" and flag["rule_code"] not in FACTS
        ),
        Counter(dict(withheld)),
        Counter(
            flag["rule_code"]
            for flag in flags
            if flag["severity"] == "warning" and flag["rule_code"] not in STORY
        ),
    )


def judge_innocents(clean: Path, worlds: int, seed: int, folder: Path) -> int:
    """Draw innocent worlds; 1 where one of them was called wrong."""
    blamed = 0
    for number in range(seed, seed + worlds):
        world = innocent_world(clean, number, folder / f"innocent{number}")
        blamed += not world.is_clean
        print(
            f"innocent world {number}: errors {dict(world.errors) or 0}, cells withheld"
            f" {dict(world.withheld) or 0}, questions {dict(world.others) or 0}",
            flush=True,
        )
        shutil.rmtree(folder / f"innocent{number}")
    print(f"{worlds - blamed} of {worlds} innocent worlds were called wrong in nothing")
    return 1 if blamed else 0


def _alarms(flags: Iterable[dict[str, Any]]) -> Counter[str]:
    """Of the flags on a clean sample, those that its story does not hold, by rule."""
    return Counter(
        flag["rule_code"] for flag in flags if flag["rule_code"] not in STORY
    )


def clean_sample(seed: int, folder: Path) -> CleanSample:
    """Draw a sample with a seed, build it, and count its false alarms."""
    os.environ.pop("LSCB_LANDING_MODE", None)
    for name in ("landing", "lake"):
        os.environ[f"LSCB_{name.upper()}"] = str(folder / name)
    warehouse = folder / "warehouse.duckdb"
    os.environ["LSCB_WAREHOUSE"] = str(warehouse)
    make_sample(folder / "landing", seed=seed)
    _run_dbt("build", "--exclude-resource-type", "test", "unit_test")
    return CleanSample(seed, _cells(warehouse), _alarms(_flags(warehouse).values()))


def _flags(warehouse: Path) -> dict[str, dict[str, Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {
            flag["flag_id"]: flag
            for flag in _rows(
                connection,
                "select * from mart.fct_quality_flags where state <> 'resolved'",
            )
        }


def _explains(fault: Planted, flag: dict[str, Any]) -> bool:
    """Whether a flag can be that fault's doing: its file, or its area and period."""
    place = fault.place
    areas = {
        place.get(name) for name in ("area_code", "borough", "other_borough", "other")
    }
    same_area = (
        flag["area_code"] in areas
        or flag["area_code"] is None
        # what is wrong with a force's or trust's file is wrong wherever it serves
        or fault.kind.get("touches") == "all it serves"
    )
    if flag["file_id"] is not None and flag["file_id"] == place.get("file_id"):
        return True
    # what a fault of one extract does to the cells of its borough
    touched = {"return": {"lscb_return", "fct_coverage"}}
    extract = place["slot"].split(" ")[0]
    if extract == "population":
        return same_area
    suites = touched.get(
        extract, {extract, "fct_coverage", "submissions", "lscb_return"}
    )
    return same_area and (
        flag["suite"] in suites or flag["period_id"] == place.get("period_id")
    )


def _judge(
    planted: list[Planted], clean: dict[str, dict], flags: dict[str, dict]
) -> list[dict[str, Any]]:
    """Mark what was caught; gives the flags that no fault explains."""
    fresh = [flag for flag_id, flag in flags.items() if flag_id not in clean]
    for fault in planted:
        wanted = fault.kind["caught"]
        for flag in fresh:
            if flag["rule_code"] not in wanted["rules"] or any(
                flag[name] != value for name, value in fault.wanted.items()
            ):
                continue
            first = flag["rule_code"] == wanted["rules"][0]
            right = (
                flag["severity"] == wanted["severity"]
                and flag["category"] == wanted["category"]
            )
            target = fault.caught_by if right or not first else fault.named_wrongly
            target.append(flag["rule_code"])
    return [
        flag for flag in fresh if not any(_explains(fault, flag) for fault in planted)
    ]


def _about_others(others: list[CleanSample]) -> list[str]:
    if not others:
        return []
    alarms = sum(sample.alarms.total() for sample in others)
    cells = sum(sample.cells for sample in others)
    return [
        f"**On {len(others)} samples drawn with other seeds: {alarms} false alarms on"
        f" {cells:,} cells ({100 * alarms / cells:.2f} per cent).**",
        "",
        "| seed | cells | false alarms | per cent | rules |",
        "|---|---|---|---|---|",
        *(sample.row for sample in others),
        "",
    ]


def report(
    planted: list[Planted], false_alarms: list[dict], clean: dict[str, dict],
    cells: int, rounds: int, seed: int, others: list[CleanSample],
) -> str:  # fmt: skip
    """The bench's table, as it stands in docs/fault-bench.md."""
    by_kind: dict[str, list[Planted]] = defaultdict(list)
    for fault in planted:
        by_kind[fault.kind["kind"]].append(fault)
    caught = sum(bool(fault.caught_by) for fault in planted)
    rows = [
        f"| {kind} | {faults[0].kind['caught']['severity']} |"
        f" {faults[0].kind['caught']['category']} | {len(faults)} |"
        f" {sum(bool(f.caught_by) for f in faults)} |"
        f" {', '.join(sorted({rule for f in faults for rule in f.caught_by})) or '-'} |"
        for kind, faults in sorted(by_kind.items())
    ]
    clean_rules = Counter(
        (flag["severity"], flag["rule_code"]) for flag in clean.values()
    )
    statistical = _alarms(clean.values()).total()
    alarms = Counter(flag["rule_code"] for flag in false_alarms)
    return "\n".join(
        [
            "# The fault bench",
            "",
            f"`make faults` planted {len(planted)} faults of {len(by_kind)} kinds in"
            f" {rounds} round{'s' if rounds > 1 else ''} (seed {seed}) in the sample's"
            " staging tables and built everything after staging again. The corpus is"
            " [data](../tests/faults/corpus.yml). One round holds one fault of each"
            " kind, each in a file or borough of its own.",
            "",
            f"**Caught: {caught} of {len(planted)}"
            f" ({100 * caught / max(1, len(planted)):.1f} per cent)**, with the keys,"
            " severity and category that the corpus asks for.",
            "",
            f"**False alarms in the planted rounds: {len(false_alarms)}** flags that"
            " neither the clean sample nor a planted fault explains"
            + (
                f" ({', '.join(f'{n} {rule}' for rule, n in alarms.most_common())})."
                if alarms
                else "."
            ),
            "",
            f"**False alarms on the clean sample: {statistical} on {cells:,}"
            f" cells ({100 * statistical / cells:.2f} per cent).** The other flags"
            " there name what the sample's story holds: files that are missing, late or"
            " refused, cells that are empty.",
            "",
            *_about_others(others),
            "| kind of fault | severity | category | planted | caught | by |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            "## Flags on the clean sample",
            "",
            "| rule | severity | flags |",
            "|---|---|---|",
            *(
                f"| {rule} | {severity} | {count} |"
                for (severity, rule), count in sorted(clean_rules.items())
            ),
            "",
        ]
    )


def run(
    warehouse: Path | None,
    rounds: int,
    seed: int,
    seeds: int,
    innocent: int,
    only: str | None,
    into: Path | None,
) -> int:
    """Run the bench; 1 where fewer than 98 per cent are caught.

    `seeds`: count false alarms on so many samples drawn with other seeds as well.
    `innocent`: draw so many innocent worlds, and plant no fault. `only`: kinds whose
    name holds this text. `into`: where the report is written.
    """
    warehouse = (warehouse or Settings.from_environment().warehouse).absolute()
    into = (into or REPORT).absolute()
    if not warehouse.is_file():
        raise UserError(
            f"{warehouse} does not exist: run `make build` on the sample first."
        )
    os.chdir(PROJECT)
    kinds = [kind for kind in corpus() if only is None or only in kind["kind"]]
    stream = random.Random(seed)
    planted: list[Planted] = []
    false_alarms: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        clean_copy = Path(folder) / "clean" / warehouse.name
        clean_copy.parent.mkdir()
        shutil.copy(warehouse, clean_copy)
        _build_again(clean_copy)
        if innocent:
            return judge_innocents(clean_copy, innocent, seed, Path(folder))
        clean = _flags(clean_copy)
        cells = _cells(clean_copy)
        for number in range(rounds):
            copy = Path(folder) / f"round{number}" / warehouse.name
            copy.parent.mkdir()
            faults = plant(clean_copy, copy, kinds, stream, number)
            _build_again(copy)
            strays = _judge(faults, clean, _flags(copy))
            planted += faults
            false_alarms += strays
            missed = [fault for fault in faults if not fault.caught_by]
            print(
                f"round {number + 1}: {len(faults)} planted,"
                f" {len(faults) - len(missed)} caught, {len(strays)} false alarms",
                flush=True,
            )
            for fault in missed:
                keys = ", ".join(f"{k} {v}" for k, v in fault.wanted.items())
                print(f"  missed: {fault.kind['kind']} ({keys})", flush=True)
            for flag in strays:
                print(f"  false alarm: {flag['rule_code']}: {flag['message']}")
            shutil.rmtree(copy.parent)
    others: list[CleanSample] = []
    for other in range(seed + 1, seed + 1 + seeds):
        with tempfile.TemporaryDirectory() as folder:
            others.append(clean_sample(other, Path(folder)))
        print(f"clean sample: {others[-1].row}", flush=True)
    into.write_text(
        report(planted, false_alarms, clean, cells, rounds, seed, others),
        "utf-8",
    )
    caught = sum(bool(fault.caught_by) for fault in planted)
    print(f"{caught} of {len(planted)} caught; see {into}")
    return 0 if caught >= 0.98 * len(planted) else 1
