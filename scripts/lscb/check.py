"""Check files before they are sent: what landing and the rules would say of them.

    lscb check lado_referrals__Barnet__2008-09Q1__v1.csv
    lscb check new.xlsx --earlier sent_before/ --report report/

The files are landed into a folder of their own and built by the same code as any
others, without a warehouse, a network or another sender's data; nothing is kept but the
report. `--earlier` names files or folders that the same sender sent before: what is
checked is compared with them. `--report` names a folder for the return sheet, as a page
and as a workbook. LSCB_AS_OF is the date as at which files are due.

Exit code 0: nothing to correct and nothing to ask. 1: there is. 2: it could not run.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from lscb.dbt import messages_of, parse_undescribed, run_dbt
from lscb.errors import UserError
from lscb.harmless import harmless, printable
from lscb.landing.names import files_sent, is_passed_by, names_a_file
from lscb.landing.reference import Reference, load_reference
from lscb.parsed import take_over_parsed
from lscb.quality.suites import Rule, load_rules
from lscb.settings import WAREHOUSE_NAME, Settings, in_project, places_below
from lscb.sheets.returns import (
    LISTS,
    open_warehouse,
    said_of_check,
    tables_of,
    write_sheet,
)
from lscb.sql import read_query

BESIDE = Path(__file__).parent
FOUND = 1
MOST_SHOWN = 20
"""Rows of a section that the terminal shows; the report has all."""

RECEIVED, NOTICED = "What we received", "What we noticed"
MISSING = "What is missing, and due when"
NOBODY = "unknown"
"""The sheet of files whose names give no sender."""


@dataclass(frozen=True)
class Checked:
    """What is said of the files of one sender: the sections of its return sheet."""

    code: str
    name: str
    data_note: str
    as_of: date
    tables: list[dict[str, Any]]
    is_refused: bool

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to correct or to ask; remarks are neither."""
        remarks = (RECEIVED, NOTICED)
        said = (each["rows"] for each in self.tables if each["title"] not in remarks)
        return not self.is_refused and not any(said)


def check_files(
    files: Sequence[Path], earlier: Sequence[Path] = (), report: Path | None = None
) -> int:
    """Check files; see the exit codes above."""
    settings = Settings.from_environment()
    files = [path.absolute() for path in files]
    earlier = [path.absolute() for path in earlier]
    report = report.absolute() if report else None
    with tempfile.TemporaryDirectory(prefix="check-") as scratch:
        found = check(files, earlier, settings, Path(scratch).resolve())
    console = Console()
    for checked in found:
        show(checked, console)
    for said in {said_of_check(checked.as_of) for checked in found}:
        console.print(said, markup=False, soft_wrap=True)
    if report is not None:
        report.mkdir(parents=True, exist_ok=True)
        for checked in found:
            write_sheet(
                report, checked.code, checked.name, checked.data_note,
                checked.as_of, checked.tables, said_of_check(checked.as_of),
            )  # fmt: skip
        console.print(f"The report is in {report}.", markup=False, soft_wrap=True)
    return 0 if all(checked.is_clean for checked in found) else FOUND


def check(
    files: list[Path], earlier: list[Path], settings: Settings, scratch: Path
) -> list[Checked]:
    """Land and build files in a scratch folder; what is said of them, by sender.

    UserError where a file is not there, or its name is none of a submission.
    """
    names = build_alone(files, earlier, settings, scratch)
    warehouse = scratch / WAREHOUSE_NAME
    with duckdb.connect(str(warehouse)) as connection:
        keep_silent(connection, load_rules())
    with open_warehouse(warehouse) as connection:
        return list(said_of(names, connection))


def build_alone(
    files: list[Path], earlier: list[Path], settings: Settings, scratch: Path
) -> set[str]:
    """Land and build files into the warehouse of a scratch folder; their names there.

    UserError as above, and where the build fails.
    """
    reference = load_reference(settings.seeds)
    landing = scratch / "landing"
    for path in files:
        place(path, landing, reference)
    # As landing shows them: a name may hold what no text can.
    names = {PurePosixPath(shown).name for shown, _ in files_sent(landing)}
    for path in files_of_before(earlier, reference):
        if not (landing / place_of(path, reference)).exists():
            place(path, landing, reference)
    take_over_parsed(scratch / "target")
    wanted = settings.as_environment() | places_below(scratch)
    wanted |= {
        "LSCB_LANDING_MODE": "",
        "DBT_TARGET_PATH": scratch / "target",
        "DBT_LOG_PATH": scratch / "logs",
    }
    with in_project(wanted):
        # Nobody reads what dbt writes of the project in a folder that goes.
        result = run_dbt(
            *("build", "--exclude-resource-type", "test", "unit_test"),
            "--no-write-json",
            manifest=parse_undescribed(),
        )
    if not result.success:
        raise UserError(f"The files could not be checked: {messages_of(result)}")
    return names


def keep_silent(connection: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Take findings out that come of seeing the files of one sender alone."""
    connection.execute(
        "create or replace temporary table rules"
        " (suite varchar, rule_code varchar, needs_more varchar)"
    )
    connection.executemany(
        "insert into rules values (?, ?, ?)",
        [(rule.suite, rule.rule_code, rule.needs_more) for rule in rules],
    )
    connection.execute(read_query(BESIDE, "needs_more"))


def place(path: Path, landing: Path, reference: Reference) -> None:
    """Put a copy of a file where its name says that it belongs, with its time."""
    if not path.is_file():
        raise UserError(f"{path} does not exist, or is not a file.")
    if is_passed_by(path.name):
        raise UserError(
            f"{path} is named like files that programs leave behind, and landing"
            " ignores it: rename it."
        )
    copy = landing / place_of(path, reference)
    if copy.exists():
        raise UserError(
            f"Two files are called {path.name}: check them one after the other."
        )
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copy2(path, copy)
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def place_of(path: Path, reference: Reference) -> Path:
    """Where a file goes below landing: into the folder of the extract it names."""
    extracts = {name.lower(): name for name in reference.extracts}
    named = path.name.split("__")[0].strip().lower()
    folder = extracts.get(named) or extracts.get(path.parent.name.lower())
    if folder is None:
        raise UserError(
            f"{path} is not named as a submission, <extract>__<submitter>__<period>"
            "__v<n>, and does not begin with an extract:"
            f" {', '.join(sorted(extracts))}."
        )
    return Path(folder) / path.name


def files_of_before(earlier: list[Path], reference: Reference) -> Iterator[Path]:
    """The files that are named as submissions, of those given and below folders."""
    for path in earlier:
        if not path.exists():
            raise UserError(f"{path} does not exist.")
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in below:
            named = file.name.split("__")[0].strip().lower()
            if file.is_file() and names_a_file(f"{named}/{file.name}", reference):
                yield file


def said_of(
    names: set[str], connection: duckdb.DuckDBPyConnection
) -> Iterator[Checked]:
    """The sheet of each sender of the files, without what is said of other files."""
    data_note, as_of = connection.execute(
        "select data_note, as_of_date from mart.dim_about"
    ).fetchone()
    senders = connection.execute(
        "select files.submitter, coalesce(any_value(areas.area_name), files.submitter),"
        " bool_or(files.status = 'refused') from mart.fct_submissions as files"
        " left join mart.dim_areas as areas on files.submitter = areas.area_code"
        " where list_contains(?, files.file_name)"
        " group by files.submitter order by files.submitter",
        [sorted(names)],
    ).fetchall()
    written = {harmless(name) for name in names}
    for code, name, is_refused in senders:
        # What names no file is about all files of its sender.
        about = written if code is None else {*written, ""}
        tables = []
        for table in tables_of(connection, code, LISTS):
            if table["title"] != MISSING:
                at = table["columns"].index("file")
                rows = [row for row in table["rows"] if row[at] in about]
                tables.append(table | {"rows": rows})
        yield Checked(
            code or NOBODY, name or NOBODY, data_note, as_of, tables, is_refused
        )


def show(checked: Checked, console: Console) -> None:
    """Print what is said, section by section, a paragraph a row."""

    def say(text: str, indent: int) -> None:
        said = Text(printable(text))
        console.print(Padding(said, (0, 0, 0, indent)))

    say(checked.name, 0)
    for section in checked.tables:
        rows = [
            dict(zip(section["columns"], row, strict=True)) for row in section["rows"]
        ]
        say(section["title"] if rows else f"{section['title']}: {section['none']}", 2)
        for row in rows[:MOST_SHOWN]:
            where, what, to_do = words_of(row)
            say(f"{where}: {what}" if where else what, 4)
            if to_do:
                say(to_do, 8)
        if len(rows) > MOST_SHOWN:
            say(f"and {len(rows) - MOST_SHOWN:,} more: --report has all.", 4)


def words_of(row: dict[str, Any]) -> tuple[str, str, str]:
    """Where, what, and what to do, of a row of whichever section."""
    if "status" in row:
        counts = ", ".join(
            f"{row[name]:,} {name}"
            for name in ("lines", "accepted", "set aside", "repeated", "out of scope")
            if row[name] != ""
        )
        return row["file"], f"{row['status']}. {row['why'] or counts}", ""
    line = row.get("line") or row.get("lines")
    where = ", ".join(
        str(each)
        for each in (row["file"], line and f"line {line}", row.get("column"))
        if each
    )
    what = row.get("what is wrong") or row.get("what") or row.get("question")
    severity = f"{row['severity']}: " if "severity" in row else ""
    return where, f"{severity}{what}", row.get("what to do") or row["if it is wrong"]
