"""Hold what `lscb check` says of files against what landing and a build say of them.

    lscb bench check --folder /tmp/checked
    lscb bench check --folder /tmp/checked ../shared/cases/*/

Each landing folder is landed and built whole. Then its files are checked together, as
if none had been sent: status, reason and counts of each, every line and value set
aside, every notice and every finding must be the same. Then each file is landed alone,
as check takes it, and must fare as it did in company, but where another file has its
bytes. `--alone` also checks so many files one by one, with the build that takes, and
counts what rules find of a file in company only: they need more than the file.

Files have no counterpart in check that lie elsewhere than their name says, or of which
another in the folder has the name. A row a landing; exits 1 where anything differs.
"""

import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import duckdb

from lscb.check import Checked, check, place, place_of
from lscb.dbt import messages_of, run_dbt
from lscb.errors import UserError
from lscb.harmless import harmless
from lscb.landing import land
from lscb.landing.names import files_sent
from lscb.landing.reference import Reference, load_reference
from lscb.sample import make_sample
from lscb.settings import PROJECT, Settings, in_project, places_below
from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")
SEED = 20080729
LANDED = ("received", "set_aside", "noticed")
FOUND = "found"
TITLES = {
    "What we received": "received",
    "What was set aside, and why": "set_aside",
    "What we noticed": "noticed",
    "What looks wrong": FOUND,
    "What we ask you": FOUND,
}
"""Where the report has what is compared; what is missing needs other files."""

Said = dict[str, dict[str, set[tuple[str, ...]]]]
"""By name of file and section: rows, each cell as text."""


@dataclass
class Compared:
    """What came of one landing folder: how many files, and where they differ."""

    files: int
    without: list[str]
    findings: int = 0
    differences: list[str] = field(default_factory=list)
    in_company: Counter[str] = field(default_factory=Counter)


def counterparts(
    landing: Path, reference: Reference
) -> tuple[dict[str, Path], list[str]]:
    """Files that check would place as they lie, by their name; and those it would not.

    A name that a second file has is taken of neither.
    """
    by_place: dict[Path, list[tuple[str, Path]]] = defaultdict(list)
    without = []
    for shown, path in files_sent(landing):
        try:
            found = place_of(path, reference)
        except UserError:
            found = None
        lies = PurePosixPath(shown).parts[0]
        if found is None or str(found.parent) != lies or not path.is_file():
            without.append(shown)
        else:
            by_place[found].append((shown, path))
    files = {}
    for same in by_place.values():
        if len(same) > 1:
            without += [shown for shown, _ in same]
        else:
            [(shown, path)] = same
            files[harmless(PurePosixPath(shown).name)] = path
    return files, without


def built(landing: Path, folder: Path) -> Path:
    """The warehouse of a landing folder, built below another."""
    variables = places_below(folder) | {"LSCB_LANDING": str(landing)}
    with in_project(variables | {"LSCB_LANDING_MODE": ""}):
        result = run_dbt("build", "--exclude-resource-type", "test", "unit_test")
    if not result.success:
        raise UserError(f"The build failed: {messages_of(result)}")
    return folder / "warehouse.duckdb"


def by_build(warehouse: Path) -> Said:
    """What a build says of each file."""
    said: Said = defaultdict(lambda: defaultdict(set))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for section in (*LANDED, FOUND):
            query = read_query(SQL, section)
            for name, *cells in connection.execute(query).fetchall():
                said[harmless(name)][section].add(_row(cells))
    return said


def by_check(found: Iterable[Checked]) -> Said:
    """What check says of each file."""
    said: Said = defaultdict(lambda: defaultdict(set))
    for table in (table for checked in found for table in checked.tables):
        section = TITLES.get(table["title"])
        if section is None:
            continue
        for row in table["rows"]:
            told = dict(zip(table["columns"], row, strict=True))
            said[told["file"]][section].add(_row(_cells_of(section, told)))
    # what names no file is about all of a sender's
    said.pop("", None)
    return said


def _cells_of(section: str, told: dict) -> list:
    if section == "received":
        counts = ("lines", "accepted", "set aside", "repeated", "out of scope")
        return [told[name] for name in ("status", "why", *counts)]
    if section == FOUND:
        what, to_do = ("what", "what to do") if "what" in told else (
            "question", "if it is wrong",
        )  # fmt: skip
        return [told["rule"], told[what], told[to_do], told["lines"]]
    return [cell for name, cell in told.items() if name != "file"]


def _row(cells: Iterable) -> tuple[str, ...]:
    return tuple("" if cell is None else harmless(str(cell)) for cell in cells)


def by_ledger(lake: Path) -> dict[str, tuple]:
    """What a lake's ledger says of each file that is no duplicate."""
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            read_query(SQL, "said_by_ledger"),
            {
                "sent": str(lake / "ledger" / "files.parquet"),
                "set_aside": str(lake / "ledger" / "set_aside.parquet"),
                "notices": str(lake / "ledger" / "notices.parquet"),
            },
        ).fetchall()
    return {harmless(name): tuple(said) for name, *said in rows}


def landed_alone(path: Path, reference: Reference) -> dict[str, tuple]:
    """What the ledger says of a file that check would take, and of nothing else."""
    with tempfile.TemporaryDirectory(prefix="alone-") as scratch:
        folder = Path(scratch).resolve()
        place(path, folder / "landing", reference)
        settings = Settings(landing=folder / "landing", lake=folder / "lake")
        land(settings=settings, say=lambda _: None, reference=reference)
        return by_ledger(settings.lake)


def differing(name: str, there: Said, here: Said, sections: Sequence[str]) -> list[str]:
    """Where two say other things of a file."""
    return [
        f"{name}, {section}: {who} only {row}"
        for section in sections
        for who, rows in (
            ("the build", there[name][section] - here[name][section]),
            ("check", here[name][section] - there[name][section]),
        )
        for row in sorted(rows)
    ]


def compare(
    landing: Path, folder: Path, settings: Settings, alone: int = 0
) -> Compared:
    """Land, build and check the files of a landing folder; what is not the same."""
    reference = load_reference(PROJECT / "seeds")
    files, without = counterparts(landing, reference)
    compared = Compared(len(files), without)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    whole = by_build(built(landing, folder))
    compared.findings = sum(len(whole[name][FOUND]) for name in files)
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        together = by_check(
            check(list(files.values()), [], settings, Path(scratch).resolve())
        )
    compared.differences += [
        each
        for name in files
        for each in differing(name, whole, together, (*LANDED, FOUND))
    ]
    ledger = by_ledger(folder / "lake")
    for name, path in files.items():
        said = landed_alone(path, reference).get(name)
        if name in ledger and said != ledger[name]:
            compared.differences.append(
                f"{name}, alone: {said}, in company {ledger[name]}"
            )
    # The files of which most is said; of alike ones, any.
    chosen = sorted(files)
    random.Random(SEED).shuffle(chosen)
    chosen.sort(key=lambda name: -len({row[0] for row in whole[name][FOUND]}))
    for name in chosen[:alone]:
        compared.in_company.update(_alone(files[name], name, whole, settings, compared))
    return compared


def _alone(
    path: Path, name: str, whole: Said, settings: Settings, compared: Compared
) -> Iterator[str]:
    """The rules that find less of a file alone; what they find more is a difference."""
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        said = by_check(check([path], [], settings, Path(scratch).resolve()))
    for rule, *told in said[name][FOUND] - whole[name][FOUND]:
        compared.differences.append(f"{name}, alone only: {rule} {told}")
    for rule, *_ in whole[name][FOUND] - said[name][FOUND]:
        yield rule


def run(folder: Path, landings: Sequence[Path], alone: int) -> int:
    """Compare landing folders, the default sample without any; gives the exit code."""
    settings = Settings.from_environment()
    folder = folder.resolve()
    if not landings:
        make_sample(folder / "sample")
        landings = [folder / "sample"]
    differ = False
    for landing in landings:
        if not landing.is_dir():
            raise UserError(f"{landing} is not a folder.")
        compared = compare(
            landing.resolve(), folder / f"built-{landing.name}", settings, alone
        )
        differ |= bool(compared.differences)
        print(
            f"{landing.name}: {compared.files} files, {compared.findings} findings,"
            f" {len(compared.differences)} differences; without counterpart"
            f" {len(compared.without)}",
            flush=True,
        )
        for each in compared.differences:
            print(f"  {each}")
        for rule, number in sorted(compared.in_company.items()):
            print(f"  {rule}: {number} findings in company only")
    return int(differ)
