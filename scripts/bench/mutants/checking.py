"""How a change is held against the tests: in a copy of the project, on its own.

The tree itself is never touched. One copy serves all changes one after the other: the
changed file is written, the tests are asked, the file is put back. What the tests need
built (the sample's warehouse, its publication and exports) is built once, of the copy
as it is, and a change of a model builds again what hangs on it, in a copy of that.

Each question is asked in a forked process that loads the project's code anew: what is
slow to load (dbt, DuckDB, pytest) is there already. A process that works too long is
ended, and the change counts as seen.
"""

import hashlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bench.mutants.drawing import Area
from bench.mutants.edits import Mutant
from lscb.settings import PREFIX, PROJECT

# What a copy of the project needs; all else can be made again.
PARTS = (
    *("models", "macros", "seeds", "scripts", "tests", "analyses", "docs"),
    "expectations",
)
FILES = ("dbt_project.yml", "profiles.yml", "pyproject.toml", "README.md")
FILES += ("CONTRIBUTING.md", "Makefile", "requirements.lock")
# What the base is made of: another of these asks for another base.
MADE_OF = ("models", "macros", "seeds", "scripts/lscb", "expectations")

# Tests that ask a warehouse, in rising order of cost.
ASK_THE_WAREHOUSE = (
    "tests/python/test_truth.py tests/python/test_marts_second_road.py",
    "tests/python/test_statistics_second_road.py tests/python/test_lines_cited.py",
)
# Models that look for faults, and the tests of those that were planted.
FINDS = re.compile(r"/quality/|fct_quality_")
FAULTS = "tests/python/quality/test_faults_planted.py"
SEEN, MISSED = "killed", "survived"
LONGEST = 600
"""Seconds of work, not of the clock: another's work beside it makes no test fail."""
PATIENCE = 6
"""Times as long by the clock may one wait that does not work at all."""
MOST_WORDS = 160


@dataclass(frozen=True)
class Found:
    """What became of a change: which question saw it, and what that said."""

    result: str
    by: str
    said: str
    seconds: float


@dataclass(frozen=True)
class Answer:
    """How a process ended: whether all held, and the last that it said."""

    held: bool
    said: str


class Bench:
    """The copy of the project, what is built of it, and how it is asked."""

    def __init__(self, work: Path) -> None:
        self.work = work.resolve()
        self.project = self.work / "project"
        self.base = self.work / "base"
        self.log = self.work / "log.txt"

    # what is there before

    def prepare(self) -> None:
        """The copy, brought up to the tree, and the base, built where it is not."""
        self.work.mkdir(parents=True, exist_ok=True)
        for name in PARTS:
            copy_folder(PROJECT / name, self.project / name)
        for name in FILES:
            if (PROJECT / name).exists():
                shutil.copy2(PROJECT / name, self.project / name)
        # Vectors and published files, where this checkout has them beside it.
        shared = PROJECT.parent / "shared"
        if shared.is_dir() and not (self.work / "shared").exists():
            (self.work / "shared").symlink_to(shared)
        note, made_of = self.base / "made_of.txt", digest_of(self.project)
        if note.exists() and note.read_text() == made_of:
            return
        shutil.rmtree(self.base, ignore_errors=True)
        self.base.mkdir(parents=True)
        answer = self.asked(lambda: build_base(self.base), 3 * LONGEST)
        if not answer.held:
            raise RuntimeError(f"The base cannot be built; see {self.log}.")
        note.write_text(made_of)

    # a process of its own

    def asked(self, question: Callable[[], bool], seconds: float) -> Answer:
        """Whether a question is answered with yes, in a process of its own."""
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            self.answer(question, seconds)
        until = time.monotonic() + PATIENCE * seconds
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                if code == -signal.SIGXCPU:
                    return Answer(False, f"no end after {seconds:.0f} s of work")
                return Answer(code == 0, self.last_said())
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return Answer(False, f"no end after {PATIENCE * seconds:.0f} s")

    def answer(self, question: Callable[[], bool], seconds: float) -> None:
        """In the process: the copy's own code, nothing on the screen; never returns."""
        code = 1
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 9))
            with self.log.open("wb") as log:
                os.dup2(log.fileno(), 1)
                os.dup2(log.fileno(), 2)
            for name in [each for each in os.environ if each.startswith(PREFIX)]:
                del os.environ[name]
            os.environ["DBT_TARGET_PATH"] = str(self.work / "target")
            os.environ["DBT_LOG_PATH"] = str(self.work / "logs")
            os.environ["PYTHONPATH"] = str(self.project / "scripts")
            os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
            sys.dont_write_bytecode = True
            os.chdir(self.project)
            sys.path[:] = [
                str(self.project / "scripts"),
                str(self.project / "tests" / "python"),
                *(each for each in sys.path if not each.startswith(str(PROJECT))
                  or "site-packages" in each),
            ]  # fmt: skip
            for name in list(sys.modules):
                if name.split(".")[0] in ("lscb", "bench"):
                    del sys.modules[name]
            code = 0 if question() else 1
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", flush=True)
        finally:
            sys.stdout.flush()
            os._exit(code)

    def last_said(self) -> str:
        """What tells most of the log: the line of what failed, else the last."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        telling = [
            line for line in lines if line.startswith(("FAILED", "ERROR", "E  "))
        ]
        return ([*lines[-1:], *telling[:1]] or [""])[-1][:MOST_WORDS]

    # the questions

    @contextmanager
    def changed(self, mutant: Mutant) -> Iterator[None]:
        """The copy with one change in it."""
        path = self.project / mutant.file
        text = path.read_text(encoding="utf-8")
        path.write_text(mutant.edit.applied(text), encoding="utf-8")
        try:
            yield
        finally:
            path.write_text(text, encoding="utf-8")

    def tests(
        self, built: Path, modules: str, planted: Path | None = None
    ) -> Callable[[], bool]:
        """Ask modules of tests, parted by blanks, until the first that fails."""
        published = self.base / "published"
        more = ["--planted", str(planted)] if planted else []

        def question() -> bool:
            import pytest

            shutil.rmtree(self.work / "tmp", ignore_errors=True)
            return pytest.main(
                [
                    "-x",
                    "-p",
                    "no:cacheprovider",
                    "--built",
                    str(built),
                    "--published",
                    str(published),
                    "--basetemp",
                    str(self.work / "tmp"),
                    *more,
                    *modules.split(),
                ]
            ) in (0, 5)

        return question

    def check(self, area: Area, mutant: Mutant) -> Found:
        """What the tests say of a change, the cheapest first."""
        started = time.monotonic()

        def found(result: str, by: str, said: str) -> Found:
            return Found(result, by, said, round(time.monotonic() - started, 1))

        with self.changed(mutant):
            for name, question in self.questions(area, mutant):
                answer = self.asked(question, LONGEST)
                if not answer.held:
                    return found(SEEN, name, answer.said)
        return found(MISSED, "", "")

    def questions(
        self, area: Area, mutant: Mutant
    ) -> Iterator[tuple[str, Callable[[], bool]]]:
        """What is asked of a change, in rising order of cost."""
        if area.is_built:
            yield from self.questions_of_a_model(mutant)
        asked = set()
        for check in area.checks:
            if any(part in mutant.file for part in check["files"]):
                for module in check["tests"]:
                    asked.add(module)
                    yield module, self.tests(self.base, module)
        for module in area.then:
            if module not in asked:
                yield module, self.tests(self.base, module)

    def questions_of_a_model(
        self, mutant: Mutant
    ) -> Iterator[tuple[str, Callable[[], bool]]]:
        """Its unit tests; then the warehouse, built again as far as the change goes."""
        nodes = Nodes.read(self.base / "manifest.json")
        models = nodes.models_of(mutant.file)
        again, planted = self.work / "again", self.work / "planted"
        if models:
            chosen = [name for name in models if name in nodes.with_unit_tests]
            if chosen:
                yield "unit tests", lambda: has_run(
                    again, "test", "--select",
                    *(f"{name},test_type:unit" for name in chosen),
                )  # fmt: skip
            if FINDS.search(mutant.file):
                self.copy_base(planted, "planted")
                yield (
                    "its run among faults",
                    lambda: has_run(
                        planted, "run", "--select", *sorted(nodes.below(models))
                    ),
                )
                yield FAULTS, self.tests(self.base, FAULTS, planted)
            self.copy_base(again)
            yield "its own run", lambda: has_run(again, "run", "--select", *models)
            moved = changed_tables(self.base, again, nodes, models)
            below = nodes.below(moved) - set(models)
            if below:
                yield (
                    "the runs below",
                    lambda: has_run(again, "run", "--select", *sorted(below)),
                )
            if moved:
                yield "dbt tests", lambda: no_test_fails(self.base, again)
                for module in ASK_THE_WAREHOUSE:
                    yield module, self.tests(again, module)
        tests = nodes.tests_of(mutant.file)
        if tests:
            if not models:
                self.copy_base(again)
            yield (
                "dbt tests of the macro",
                lambda: has_run(again, "test", "--select", *tests),
            )

    def copy_base(self, again: Path, which: str = "") -> None:
        """The built sample, or that with faults in it, to be built again in part."""
        shutil.rmtree(again, ignore_errors=True)
        again.mkdir()
        built = self.base / which / "warehouse.duckdb"
        shutil.copyfile(built, again / "warehouse.duckdb")
        for name in ("landing", "lake"):
            (again / name).symlink_to(self.base / name)


# What dbt knows of the project


@dataclass(frozen=True)
class Nodes:
    """Models, their tests and macros, as the manifest of the base has them."""

    manifest: dict[str, Any]
    with_unit_tests: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> "Nodes":
        """The manifest of the base."""
        manifest = json.loads(path.read_text(encoding="utf-8"))
        tested = {each["model"] for each in manifest["unit_tests"].values()}
        return cls(manifest, frozenset(tested))

    def macros_of(self, file: str) -> set[str]:
        """The macros of a file, and all that call them."""
        macros = self.manifest["macros"]
        found = {
            key for key, each in macros.items() if each["original_file_path"] == file
        }
        while more := {
            key
            for key, each in macros.items()
            if key not in found and found & set(each["depends_on"]["macros"])
        }:
            found |= more
        return found

    def users_of(self, file: str, kind: str) -> list[str]:
        """The nodes of a kind that stand in a file, or call a macro of it."""
        macros = self.macros_of(file)
        return sorted(
            each["name"]
            for each in self.manifest["nodes"].values()
            if each["resource_type"] == kind
            and (
                each["original_file_path"] == file
                or macros & set(each["depends_on"].get("macros", ()))
            )
        )

    def models_of(self, file: str) -> list[str]:
        """The models that a change of a file is about."""
        return self.users_of(file, "model")

    def tests_of(self, file: str) -> list[str]:
        """The data tests that a change of a macro is about."""
        return self.users_of(file, "test") if file.startswith("macros/") else []

    def below(self, names: Sequence[str]) -> set[str]:
        """All models that read these, or read what reads them."""
        models = {
            key: each
            for key, each in self.manifest["nodes"].items()
            if each["resource_type"] == "model"
        }
        found = {key for key, each in models.items() if each["name"] in names}
        while more := {
            key
            for key, each in models.items()
            if key not in found and found & set(each["depends_on"]["nodes"])
        }:
            found |= more
        return {models[key]["name"] for key in found}

    def table_of(self, name: str) -> str:
        """The table of a model."""
        node = self.manifest["nodes"][f"model.lscb.{name}"]
        return f'"{node["schema"]}"."{node["alias"]}"'


def changed_tables(
    base: Path, again: Path, nodes: Nodes, models: Sequence[str]
) -> list[str]:
    """The models whose rows are others than before."""
    with duckdb.connect(str(again / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{base / 'warehouse.duckdb'}' as base (read_only)")
        return [
            name
            for name in models
            if differs(connection, nodes.table_of(name), f"base.{nodes.table_of(name)}")
        ]


def differs(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    """Whether two tables have other rows; a view is asked as what it shows now."""
    try:
        return any(
            connection.execute(
                f"select 1 from (from {first} except all from {second}) limit 1"
            ).fetchone()
            for first, second in ((one, other), (other, one))
        )
    except duckdb.Error:
        return True


# What is asked within the process, of the copy's own code


def build_base(base: Path) -> bool:
    """The sample, built, published and exported, and every dbt test compiled."""
    from build_help import build
    from lscb.exporting.exports import write_exports
    from lscb.publishing.history import Place
    from lscb.publishing.publish import publish
    from lscb.quality.invariants import compile_project
    from lscb.sample import make_sample

    make_sample(base / "landing")
    built = build(base / "landing", base)
    built.marts.close()
    publish(built.warehouse, Place(base / "published", base / "history"))
    write_exports(base / "published" / "lscb.duckdb", base / "published" / "exports")
    manifest = compile_project(base / "compiled")
    shutil.copyfile(manifest, base / "manifest.json")
    return plant_faults(base)


def plant_faults(base: Path) -> bool:
    """The sample with a fault of every kind in it, built again."""
    from bench.faults import SEED, corpus, plant

    (base / "planted").mkdir()
    for name in ("landing", "lake"):
        (base / "planted" / name).symlink_to(base / name)
    copy = base / "planted" / "warehouse.duckdb"
    plant(base / "warehouse.duckdb", copy, corpus(), random.Random(SEED))
    return has_run(base / "planted", "run", "--exclude", "path:models/staging")


def has_run(folder: Path, *arguments: str) -> bool:
    """Whether dbt did what it was asked, in a warehouse that is built."""
    from build_help import environment, run_dbt

    os.environ["LSCB_LANDING_MODE"] = "lake_only"
    with environment(folder / "landing", folder / "lake", folder / "warehouse.duckdb"):
        run_dbt(*arguments, "--no-populate-cache")
    return True


def no_test_fails(base: Path, again: Path) -> bool:
    """Whether every dbt test of data holds in the warehouse as built again."""
    from lscb.quality.invariants import failing, read_invariants

    tests = read_invariants(base / "manifest.json")
    failures = failing(again / "warehouse.duckdb", tests)
    for each in failures[:3]:
        print(f"FAILED {each.invariant.name}", flush=True)
    return not failures


# Files


def copy_folder(source: Path, target: Path) -> None:
    """A folder as it stands, written only where it has changed."""
    wanted = {
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    for path in sorted(target.rglob("*")) if target.exists() else ():
        if path.is_file() and path.relative_to(target) not in wanted:
            path.unlink()
    for name in sorted(wanted):
        old, new = target / name, source / name
        if not old.exists() or old.read_bytes() != new.read_bytes():
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new, old)


def digest_of(project: Path) -> str:
    """One digest of all that the base is made of."""
    total = hashlib.sha256()
    for part in MADE_OF:
        for path in sorted((project / part).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                total.update(path.relative_to(project).as_posix().encode())
                total.update(path.read_bytes())
    return total.hexdigest()
