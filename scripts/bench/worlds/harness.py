"""Land, build, publish and judge one world, quickly and again and again.

The project is parsed once and the seeds are loaded once; each world gets a copy. dbt's
unit tests and data tests are left to their own places: the invariants are asked of each
world over one connection, and publishing is the real step, audit included.
"""

import csv
import math
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from bench.template import Template
from bench.worlds.drawing import World
from bench.worlds.truth import Cell, Key, Truth
from lscb.dbt import messages_of
from lscb.publishing.history import Place
from lscb.publishing.publish import RefusedError, publish
from lscb.quality.invariants import as_at, failing
from lscb.sampling.reference import Reference
from lscb.settings import PROJECT, in_project, places_below
from lscb.statuses import FILES, statuses

PARTS_OF_THE_PROJECT = (
    "analyses", "docs", "expectations", "macros", "models", "scripts", "seeds", "tests",
    "dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.in",
    "requirements.lock",
)  # fmt: skip
COUNTS = ("rows_accepted", "rows_set_aside", "rows_duplicate", "rows_passed_over")
MOST_SHOWN = 12
AUDIT = "the disclosure audit found"


@dataclass
class Failure:
    """One thing that is not as it must be: its kind, and what was found."""

    kind: str
    what: str


@dataclass
class Verdict:
    """What came of a world."""

    world: World
    failures: list[Failure] = field(default_factory=list)
    cells: int = 0
    seconds: float = 0
    cpu_seconds: float = 0
    withheld: int = 0
    #: What the audit refused to publish: the one lawful refusal that can be drawn.
    audits: list[str] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """The kinds of failure, each once."""
        return sorted({failure.kind for failure in self.failures})

    def add(self, kind: str, what: str) -> None:
        """Note a failure."""
        self.failures.append(Failure(kind, what))


class Bench:
    """Folders of one worker, in which one world after another is built."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.template = template
        self.folder = folder
        self.landing = folder / "landing"
        self.lake = folder / "lake"
        self.warehouse = folder / "warehouse.duckdb"
        self.published = folder / "published"
        self.reference = Reference()

    def variables(self, world: World) -> dict[str, object]:
        """The settings under which a world is built."""
        return places_below(self.folder) | {
            "LSCB_AS_OF": world.as_of.isoformat(),
            "DBT_TARGET_PATH": self.folder / "target",
            "DBT_LOG_PATH": self.folder / "logs",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }  # fmt: skip

    def judge(self, world: World) -> Verdict:
        """Build a world in as many rounds as it takes, and judge each."""
        verdict = Verdict(world)
        began, used = time.time(), time.process_time()
        self._empty()
        try:
            for number in range(1, world.rounds + 1):
                self._write(world, number)
                if not self._build(world, verdict):
                    break
                self._look(world, number, verdict)
        except Exception:
            verdict.add("bench", traceback.format_exc(limit=-6))
        verdict.seconds = time.time() - began
        verdict.cpu_seconds = time.process_time() - used
        return verdict

    def _empty(self) -> None:
        # What dbt parsed stays: only what has changed since is parsed again.
        for name in ("landing", "lake", "published", "history", "returns"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for path in (self.warehouse, self.warehouse.with_suffix(".duckdb.wal")):
            path.unlink(missing_ok=True)
        self.landing.mkdir(parents=True)

    def _write(self, world: World, number: int) -> None:
        for sent in world.files:
            path = self.landing / sent.path
            if 0 < sent.leaves_in <= number:
                path.unlink(missing_ok=True)
            elif sent.arrives_in == number:
                sent.write_below(self.landing)
        if world.hostile and number == 1:
            write_hostile(self.landing, world.hostile)

    # -- building

    def _build(self, world: World, verdict: Verdict) -> bool:
        if world.by_the_door or world.taken_out:
            return self._build_by_the_door(world, verdict)
        with in_project(self.variables(world)):
            result = self.template.build(self.warehouse)
            if not result.success:
                verdict.add("build", messages_of(result))
                return False
            try:
                publish(self.warehouse, Place(self.published, self.folder / "history"))
            except RefusedError as refusal:
                self._refused(str(refusal), verdict)
        return True

    @staticmethod
    def _refused(said: str, verdict: Verdict) -> None:
        """The audit alone may refuse; the warehouse is looked at all the same."""
        if AUDIT in said:
            verdict.audits.append(said)
        else:
            verdict.add("publish", said)

    def _build_by_the_door(self, world: World, verdict: Verdict) -> bool:
        """The whole job, as `make build` starts it."""
        project = self._project_of(world)
        wanted = {name: str(value) for name, value in self.variables(world).items()}
        wanted |= {"PYTHONPATH": "scripts", "DBT_PROFILES_DIR": str(project)}
        done = subprocess.run(
            [sys.executable, "-m", "lscb", "build"],
            cwd=project, env=os.environ | wanted, capture_output=True, text=True,
            check=False, umask=0o077,
        )  # fmt: skip
        if not done.returncode:
            return True
        said = (done.stdout + done.stderr)[-3000:]
        if done.returncode == 1 and AUDIT in said:
            verdict.audits.append(said)
            return True
        verdict.add("door", f"exit {done.returncode}: {said}")
        return False

    def _project_of(self, world: World) -> Path:
        """The project, or a copy of it from whose catalogue some rows are taken out."""
        if not world.taken_out:
            return PROJECT
        copy = self.folder / "project"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in PARTS_OF_THE_PROJECT:
            source = PROJECT / name
            if source.is_dir():
                shutil.copytree(source, copy / name)
            else:
                shutil.copyfile(source, copy / name)
        for seed in (copy / "seeds").rglob("*.csv"):
            take_out(seed, world.taken_out)
        return copy

    # -- judging

    def _look(self, world: World, number: int, verdict: Verdict) -> None:
        with duckdb.connect(str(self.warehouse), read_only=True) as marts:
            self._balance(world, number, marts, verdict)
            if not world.hostile:
                truth = self._truth(world, number, marts, verdict)
                compare_files(truth, marts, verdict)
                self._withdrawn(world, number, marts, verdict)
                compare_cells(truth.cells(), marts, verdict)
            self._ask_invariants(world, marts, verdict)

    def _truth(
        self, world: World, number: int, marts: duckdb.DuckDBPyConnection,
        verdict: Verdict,
    ) -> Truth:  # fmt: skip
        withheld = marts.execute(
            "select indicator_id, definition_version, area_code, period_id, rule_code"
            " from intermediate.int_quality__withheld_cells"
        ).fetchall()
        verdict.withheld += len(withheld)
        for rule, count in Counter(row[4] for row in withheld).items():
            first = next(row[:4] for row in withheld if row[4] == rule)
            verdict.add("withheld", f"{rule} withholds {count} cells, such as {first}")
        keys = [tuple(row[:4]) for row in withheld]
        reference = self.reference
        if world.taken_out:
            reference = Reference(self.folder / "project" / "seeds")
        return Truth(reference, world.present_in(number), world.as_of, keys)

    def _withdrawn(
        self, world: World, number: int, marts: duckdb.DuckDBPyConnection,
        verdict: Verdict,
    ) -> None:  # fmt: skip
        """A file that was taken out of landing says nothing any more."""
        here = world.present_in(number)
        gone = {each.path for each in world.taken_by(number) if each not in here}
        told = dict(
            marts.execute(
                "select relative_path, status from mart.fct_submissions"
            ).fetchall()
        )
        for path in sorted(gone):
            if told.get(path) not in statuses(FILES, "void"):
                verdict.add("files", f"{path} was taken out, and is {told.get(path)}")

    def _balance(
        self, world: World, number: int, marts: duckdb.DuckDBPyConnection,
        verdict: Verdict,
    ) -> None:  # fmt: skip
        """Every file is in the ledger, and every line of it has one fate."""
        told = {
            path
            for (path,) in marts.execute(
                "select relative_path from mart.fct_submissions"
            ).fetchall()
        }
        sent = {each.path for each in world.files if each.arrives_in <= number}
        for path in sorted(sent - told):
            verdict.add("ledger", f"{path} is in no submission")
        if not world.hostile:
            for path in sorted(told - sent):
                verdict.add("ledger", f"{path} was never sent")
        odd = marts.execute(
            "select relative_path, lines_read, rows_accepted, rows_set_aside,"
            " rows_duplicate, rows_passed_over from mart.fct_submissions"
            " where status = any($counted)"
            " and records_removed_on is null and (lines_read is null or lines_read"
            " <> rows_accepted + rows_set_aside + rows_duplicate + rows_passed_over)",
            {"counted": statuses(FILES, "counted")},
        ).fetchall()
        for row in odd:
            verdict.add("ledger", f"lines without a fate: {row}")

    def _ask_invariants(
        self, world: World, marts: duckdb.DuckDBPyConnection, verdict: Verdict
    ) -> None:
        """Every invariant holds on every world."""
        day = world.as_of.isoformat()
        for failure in failing(marts, as_at(self.template.invariants, day)):
            verdict.add("invariant", str(failure))


def take_out(seed: Path, indicators: tuple[str, ...]) -> None:
    """Take every row out of a seed that is about one of the indicators."""
    with seed.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    places = [n for n, name in enumerate(rows[0]) if name.endswith("indicator_id")]
    kept = [
        row for row in rows if not any(row[place] in indicators for place in places)
    ]
    if len(kept) < len(rows):
        with seed.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows(kept)


def write_hostile(landing: Path, chosen: tuple[int, ...]) -> None:
    """Put some cases of the hostile corpus into a landing folder."""
    tests = str(PROJECT / "tests" / "python")
    if tests not in sys.path:
        sys.path.append(tests)
    from hostile.corpus import CASES

    for place in chosen:
        case = CASES[place % len(CASES)]
        path = landing / case.path
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(case.content):
            case.content(path)
        else:
            path.write_bytes(case.content)


def compare_files(
    truth: Truth, marts: duckdb.DuckDBPyConnection, verdict: Verdict
) -> None:
    """Every file met its true fate, and so did its lines."""
    found = {
        row[0]: row[1:]
        for row in marts.execute(
            f"select relative_path, status, {', '.join(COUNTS)}, is_in_landing"
            " from mart.fct_submissions"
        ).fetchall()
    }
    twins: dict[tuple, list[tuple[str, str]]] = defaultdict(list)
    elsewhere = Counter(id(sent) for sent, _ in truth.counted_elsewhere)
    for fate in truth.fates:
        if fate.sent.path not in found:
            continue
        status, accepted, set_aside, twice, passed, _ = found[fate.sent.path]
        twins[(*fate.sent.block, fate.sent.version)].append((fate.status, status))
        if status not in statuses(FILES, "counted") or status != fate.status:
            continue
        moved = elsewhere[id(fate.sent)]
        true = (
            fate.count("accepted"), fate.count("set_aside"), fate.count("duplicate"),
            fate.count("passed_over"),
        )  # fmt: skip
        moved_on = (true[0] - moved, true[1] + moved, *true[2:])
        if (accepted, set_aside, twice, passed) not in (true, moved_on):
            verdict.add(
                "lines",
                f"{fate.sent.path}: accepted, set aside, duplicate, out of scope are"
                f" {accepted, set_aside, twice, passed}, not {true}",
            )
    for block, pairs in twins.items():
        true, told = sorted(p[0] for p in pairs), sorted(p[1] for p in pairs)
        if true != told:
            verdict.add("files", f"{block} is {told}, not {true}")


def _same(true: float | None, found: float | None) -> bool:
    if true is None or found is None:
        return true is found
    return math.isclose(true, found, rel_tol=0, abs_tol=1e-9)


def compare_cells(
    truth: dict[Key, Cell], marts: duckdb.DuckDBPyConnection, verdict: Verdict
) -> None:
    """Every cell is there, with its true status, numbers and bounds."""
    found = {
        tuple(row[:4]): row[4:]
        for row in marts.execute(
            "select indicator_id, definition_version, area_code, period_id,"
            " value_status, numerator, denominator, numerator_low, numerator_high,"
            " areas_included, indicator_value from mart.fct_indicator_values"
        ).fetchall()
    }
    verdict.cells += len(found)
    wrong: dict[str, list[str]] = defaultdict(list)
    for key in sorted(truth.keys() - found.keys()):
        wrong["cells missing"].append(f"{key} is missing: {truth[key]}")
    for key in sorted(found.keys() - truth.keys()):
        wrong["cells invented"].append(f"{key} is not expected: {found[key]}")
    for key in sorted(truth.keys() & found.keys()):
        cell, row = truth[key], found[key]
        if cell.status != row[0]:
            wrong["status"].append(f"{key} is {row}, not {cell}")
            continue
        for name, true, told in (
            ("numerator", cell.numerator, row[1]),
            ("denominator", cell.denominator, row[2]),
            ("bounds", cell.low, row[3]),
            ("bounds", cell.high, row[4]),
            ("areas included", cell.included, row[5]),
        ):
            if not _same(true, told):
                wrong[name].append(f"{key} has {name} {told}, not {true}: {row}")
        if cell.percentage is not None and not _same(cell.percentage, row[6]):
            wrong["percentage"].append(f"{key} is {row[6]}, not {cell.percentage}")
    for kind, said in wrong.items():
        shown = "\n".join(said[:MOST_SHOWN])
        verdict.add(kind, f"{len(said)} cells:\n{shown}")
