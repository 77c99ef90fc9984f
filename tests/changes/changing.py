"""What the tests of changes share: a copy of the project, and what a page tells."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from build_help import AS_OF, PROJECT, Build
from lscb.settings import places_below

# A small share of London, of both years: the returns and the survey are whole.
SIZE = "0.02"
# A file's name in code, words, and a fenced block: a line to add to the file.
BLOCK = re.compile(
    r"`([\w./-]+\.(?:csv|sql|yml|py))`([^`]*)\n```\w*\n(.*?)\n```\n", re.DOTALL
)
PAGE = "CONTRIBUTING.md"
# How many columns are the key of a seed that begins so; of others a row is its own key.
KEYS = {("indicator_id", "definition_version", "title"): 2, ("extract", "agency"): 1}
SECTIONS = (
    "An indicator, from an extract that already arrives: three lines",
    "An indicator of another kind",
    "A changed definition, and one withdrawn",
)

EXTRACT_SECTIONS = (
    "An extract: five files",
    "A file of published statistics",
    "Another sender of an extract",
)


@dataclass(frozen=True)
class Change:
    """Lines that a page tells to put into a file."""

    path: str
    text: str


def copy_project(to: Path) -> Path:
    """The files that git tracks or would, as they stand, without what was made."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=PROJECT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source = PROJECT / name
        if source.is_file() and not source.is_symlink():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, to / name)
    return to


def changes_of(*sections: str) -> list[Change]:
    """What sections of the page tell to put where, in its order."""
    text = (PROJECT / PAGE).read_text(encoding="utf-8")
    parts = re.split(r"^## (.*)$", text, flags=re.M)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [
        Change(path, block)
        for section in sections
        for path, _, block in BLOCK.findall(told[section])
    ]


def make(project: Path, change: Change) -> None:
    """Do what a page tells: a row of a seed by its key, a line of a list at its end.

    A file that is not there yet is all that the page says, and prose goes to the end.
    """
    path = project / change.path
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{change.text}\n", encoding="utf-8")
        return
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        path.write_text(f"{text}{change.text}\n", encoding="utf-8")
        return
    if path.suffix == ".csv":
        path.write_text(with_rows(text, change.text), encoding="utf-8")
        return
    assert path.suffix == ".sql", f"no one knows how to change {path.name}"
    head, end, tail = text.partition("\n}")
    assert end, f"{change.path} has no list to add to"
    path.write_text(f"{head}\n{change.text}{end}{tail}", encoding="utf-8")


def with_rows(text: str, added: str) -> str:
    """A table with rows added, in place of one of the same key where it has a key."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    wide = next(
        (n for columns, n in KEYS.items() if tuple(header[: len(columns)]) == columns),
        len(header),
    )
    for row in csv.reader(io.StringIO(added, newline="")):
        assert len(row) == len(header), f"{row[:2]} has {len(row)} cells"
        same = [n for n, each in enumerate(rows) if each[:wide] == row[:wide]]
        if same:
            rows[same[0]] = row
        else:
            rows.append(row)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([header, *rows])
    return written.getvalue()


def run(project: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the copy on folders of its own."""
    settled = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LSCB_", "DBT_", "PYTEST_"))
    }
    return subprocess.run(
        (sys.executable, "-m", *command),
        cwd=project,
        env=settled
        | places_below(folder)
        | {
            "LSCB_AS_OF": AS_OF,
            "PYTHONPATH": str(project / "scripts"),
            "DBT_PROFILES_DIR": str(project),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass
class World:
    """A copy of the project that was changed, and what it made of its sample."""

    project: Path
    folder: Path
    said: dict[str, str] = field(default_factory=dict)

    @property
    def landing(self) -> Path:
        """Where the copy's sample, with its truth, was written."""
        return self.folder / "landing"

    @contextmanager
    def warehouse(self) -> Iterator[Build]:
        """What the copy built, for the tests of the sample's truth."""
        name = "warehouse.duckdb"
        with self.opened(name) as marts:
            yield Build(self.landing, self.folder / "lake", self.folder / name, marts)

    @contextmanager
    def opened(self, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database that the copy made, to read."""
        with duckdb.connect(str(self.folder / name), read_only=True) as connection:
            yield connection

    def do(self, *command: str) -> str:
        """Run a command of `lscb` that must go well; return what it said."""
        done = run(self.project, self.folder, "lscb", *command)
        assert done.returncode == 0, (command, (done.stdout + done.stderr)[-6000:])
        self.said[command[0]] = done.stdout + done.stderr
        return self.said[command[0]]

    def test(self, *modules: str, is_of_what_was_built: bool = False) -> str:
        """Run tests of the copy, which must all pass; return what pytest said."""
        paths = [f"tests/python/{module}" for module in modules]
        built = ("--built", str(self.folder)) if is_of_what_was_built else ()
        done = run(self.project, self.folder, "pytest", "-q", "-rs", *built, *paths)
        assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
        return done.stdout
