"""Match the lists of what boards already collect to the catalogue: what all could send.

    lscb common-ground Barnet.csv Enfield.xlsx --report common-ground.xlsx

A list has a row a measure: a column `measure` (or title, indicator, name) and perhaps a
column `code`. A measure is an indicator for certain where it has its code, of this
catalogue or of the national indicators, or its title. It is likely one where its words
are nearly those of the title, or of what the indicator is also called, and of no other,
and it names no number that the title does not. What could be one of several is asked,
with the nearest. What is likely is told apart from what is certain throughout.

Exit code 0: every list was read. 2: one could not be, and the sentence says why.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import pandas as pd
import yaml
from rapidfuzz import fuzz, process
from rich.console import Console
from rich.table import Table

from lscb.errors import UserError
from lscb.exporting.workbook import Book
from lscb.harmless import harmless, printable
from lscb.landing.reference import read_seed
from lscb.pages.facts import WORDS
from lscb.settings import Settings

MEASURE = ("measure", "title", "indicator", "name", "description")
CODE = ("code", "pi", "ni", "reference", "pi code", "ni code")
#: How alike two texts are, from 0 to 100: likely one, perhaps one, and how far the
#: nearest must be ahead of the next to be likely.
LIKELY, PERHAPS, AHEAD = 80, 70, 10
SAME = 85
"""How alike two measures of two boards are that count as one."""
MOST_ASKED = 3
STOP_WORDS = {
    "of",
    "the",
    "a",
    "an",
    "and",
    "or",
    "to",
    "in",
    "for",
    "who",
    "are",
    "by",
}


class Sureness(StrEnum):
    """How sure it is that a measure is an indicator."""

    CERTAIN = "certain"
    LIKELY = "likely"
    ASKED = "to be asked"
    NONE = "not in the catalogue"


@dataclass(frozen=True)
class Match:
    """A measure of a board's list, and which indicator it is, as far as can be said."""

    board: str
    measure: str
    code: str
    sureness: Sureness
    indicators: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Indicator:
    """An indicator as lists may call it."""

    indicator_id: str
    title: str
    codes: frozenset[str]
    names: tuple[str, ...]


class Catalogue:
    """The indicators in force, and how a measure is found among them."""

    def __init__(self, rows: list[dict[str, str]], also_called: dict[str, str]) -> None:
        self.indicators: dict[str, Indicator] = {}
        for row in rows:
            title = row["title"]
            names = {title}
            for words, said in also_called.items():
                if words.lower() in title.lower():
                    start = title.lower().index(words.lower())
                    head, tail = title[:start], title[start + len(words) :]
                    names |= {f"{head}{other}{tail}" for other in said.split(", ")}
            # Of several versions the last is the one in force.
            self.indicators[row["indicator_id"]] = Indicator(
                row["indicator_id"],
                title,
                frozenset({code_of(row["indicator_id"])} | national(row)),
                tuple(sorted(normal(name) for name in names)),
            )

    @cached_property
    def _by_code(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for each in self.indicators.values():
            for code in each.codes:
                found[code].append(each.indicator_id)
        return found

    @cached_property
    def _names(self) -> list[tuple[str, str]]:
        return [
            (name, each.indicator_id)
            for each in self.indicators.values()
            for name in each.names
        ]

    def match(self, board: str, measure: str, code: str) -> Match:
        """Say which indicator a measure is."""
        coded = self._by_code.get(code_of(code), []) if code else []
        if len(coded) == 1:
            return Match(board, measure, code, Sureness.CERTAIN, (*coded,), "its code")
        titled = [
            each.indicator_id
            for each in self.indicators.values()
            if normal(each.title) == normal(measure)
        ]
        if len(titled) == 1:
            return Match(
                board, measure, code, Sureness.CERTAIN, (*titled,), "its title"
            )
        return self._alike(board, measure, code)

    def _alike(self, board: str, measure: str, code: str) -> Match:
        text = normal(measure)
        names = [name for name, _ in self._names]
        near = process.cdist([text], names, scorer=fuzz.token_sort_ratio)[0]
        far = process.cdist([text], names, scorer=fuzz.token_set_ratio)[0]
        likeness: dict[str, tuple[float, str]] = {}
        for (name, indicator), one, other in zip(self._names, near, far, strict=True):
            score = (float((one + other) / 2), name)
            likeness[indicator] = max(likeness.get(indicator, score), score)
        ranked = sorted(likeness.items(), key=lambda each: (-each[1][0], each[0]))
        ranked += [("", (0, ""))] * 2
        (best, (score, name)), (_, (next_score, _)) = ranked[:2]
        # Seven days are not thirty-five: then it is a question.
        has_its_numbers = numbers(text) <= numbers(name)
        if score >= LIKELY and score - next_score >= AHEAD and has_its_numbers:
            why = f"its words are nearly those of {best}"
            return Match(board, measure, code, Sureness.LIKELY, (best,), why)
        near_ones = [one for one, (how, _) in ranked if how >= PERHAPS][:MOST_ASKED]
        if near_ones:
            why = f"its words are like those of {' and of '.join(near_ones)}"
            return Match(board, measure, code, Sureness.ASKED, (*near_ones,), why)
        why = "no title has such words"
        return Match(board, measure, code, Sureness.NONE, (), why)


def code_of(text: str) -> str:
    """A code without blanks and signs, in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def national(row: dict[str, str]) -> set[str]:
    """The national indicator that an indicator is, as a code."""
    found = re.fullmatch(r"NI \d+", row["ni_reference"].strip())
    return {code_of(found[0])} if found else set()


def normal(text: str) -> str:
    """The words of a measure, as they are compared."""
    said = text.lower().replace("%", " percent ").replace("per cent", "percent")
    said = re.sub(r"(?<=\d),(?=\d{3})", "", said)
    words = re.findall(r"[a-z]+|\d+", said)
    kept = [word[:-1] if len(word) > 3 and word[-1] == "s" else word for word in words]
    return " ".join(word for word in kept if word not in STOP_WORDS)


def numbers(text: str) -> set[str]:
    """The numbers that a text names."""
    return set(re.findall(r"\d+", text))


def read_list(path: Path) -> list[tuple[str, str]]:
    """The measures of a list, with their codes; a row without a measure is none."""
    frame = _frame(path)
    columns = {
        re.sub(r"[\s_]+", " ", str(each)).strip().lower(): each for each in frame
    }
    measure = next((columns[name] for name in MEASURE if name in columns), None)
    code = next((columns[name] for name in CODE if name in columns), None)
    if measure is None:
        raise UserError(
            f"{path} has no column that names what is collected: call one `measure`."
            f" Its columns are {', '.join(printable(name) for name in columns)}."
        )
    codes = frame[code] if code is not None else [""] * len(frame)
    found = [
        (" ".join(said.split()), str(coded).strip())
        for said, coded in zip(frame[measure], codes, strict=True)
        if said.strip()
    ]
    if not found:
        raise UserError(f"{path} names no measure: its column {measure} is empty.")
    return found


def _frame(path: Path) -> pd.DataFrame:
    """All cells of a list as text."""
    if not path.is_file():
        raise UserError(f"{path} does not exist, or is not a file.")
    as_text = {"dtype": str, "keep_default_na": False}
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, engine="calamine", **as_text)
        try:
            return pd.read_csv(path, encoding="utf-8-sig", **as_text)
        except UnicodeDecodeError:
            return pd.read_csv(path, encoding="cp1252", **as_text)
    except Exception as error:
        raise UserError(
            f"{path} cannot be read as a list, CSV or .xlsx, with a header: {error}."
        ) from error


def common_ground(files: Sequence[Path], report: Path | None = None) -> int:
    """Match lists, one a board; see the exit codes above."""
    if report is not None and report.suffix.lower() != ".xlsx":
        raise UserError(f"The report is a workbook: call {report} by a name in .xlsx.")
    seeds = Settings.from_environment().seeds
    rows = [
        row
        for row in read_seed(seeds / "catalogue" / "indicators.csv")
        if row["is_context"] == "false" and row["definition_status"] != "withdrawn"
    ]
    words = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    catalogue = Catalogue(rows, words["also_called"])
    boards = [path.stem for path in files]
    if len(set(boards)) < len(boards):
        raise UserError("Two lists have one name: a list is called after its board.")
    matches = [
        catalogue.match(path.stem, measure, code)
        for path in files
        for measure, code in read_list(path)
    ]
    held = indicators_held(matches, catalogue)
    lacking = measures_lacking(matches)
    show(held, lacking, matches, len(boards))
    if report is not None:
        write_report(report, held, lacking, matches)
    return 0


@dataclass(frozen=True)
class Held:
    """An indicator, and the boards that could send it today, or perhaps could."""

    indicator_id: str
    title: str
    certain: tuple[str, ...]
    likely: tuple[str, ...]
    asked: tuple[str, ...]


def indicators_held(matches: list[Match], catalogue: Catalogue) -> list[Held]:
    """Each indicator that some list has, the one that most have first."""
    boards: dict[str, dict[Sureness, set[str]]] = defaultdict(lambda: defaultdict(set))
    for match in matches:
        for indicator in match.indicators:
            boards[indicator][match.sureness].add(match.board)
    found = []
    for indicator, of in boards.items():
        certain = of[Sureness.CERTAIN]
        likely = of[Sureness.LIKELY] - certain
        asked = of[Sureness.ASKED] - certain - likely
        title = catalogue.indicators[indicator].title
        found.append(
            Held(
                indicator, title, *(tuple(sorted(o)) for o in (certain, likely, asked))
            )
        )
    return sorted(
        found,
        key=lambda each: (
            -len(each.certain) - len(each.likely), -len(each.asked), each.indicator_id
        ),
    )  # fmt: skip


def measures_lacking(matches: list[Match]) -> list[tuple[str, tuple[str, ...]]]:
    """What the catalogue lacks, with the boards that collect it, what most do first."""
    groups: list[tuple[str, set[str]]] = []
    for match in matches:
        if match.sureness is not Sureness.NONE:
            continue
        for said, boards in groups:
            if fuzz.token_sort_ratio(normal(said), normal(match.measure)) >= SAME:
                boards.add(match.board)
                break
        else:
            groups.append((match.measure, {match.board}))
    found = [(said, tuple(sorted(boards))) for said, boards in groups]
    return sorted(found, key=lambda each: (-len(each[1]), each[0]))


def show(
    held: list[Held],
    lacking: list[tuple[str, tuple[str, ...]]],
    matches: list[Match],
    boards: int,
) -> None:
    """Print what boards have, what the catalogue lacks, and what is to be asked."""
    console = Console()
    table = Table("indicator", "certain", "likely", "to be asked", "of", box=None)
    for each in held:
        numbers_of = (each.certain, each.likely, each.asked)
        name = printable(f"{each.indicator_id} {each.title}")
        table.add_row(name, *(str(len(each)) for each in numbers_of), str(boards))
    console.print("What boards could send today", markup=False)
    console.print(table)
    console.print("\nWhat the catalogue lacks", markup=False)
    for said, holders in lacking:
        console.print(f"  {len(holders)} of {boards}  {printable(said)}", markup=False)
    console.print("\nWhich is meant?", markup=False)
    for match in matches:
        if match.sureness is Sureness.ASKED:
            text = f"  {match.board}: {match.measure} ({match.why})"
            console.print(printable(text), markup=False, soft_wrap=True)


def write_report(
    path: Path,
    held: list[Held],
    lacking: list[tuple[str, tuple[str, ...]]],
    matches: list[Match],
) -> None:
    """Write all of it as a workbook: three sheets, a header row each."""
    sheets = {
        "Indicators": (
            ("indicator", "title", "boards", "certain", "likely", "to be asked"),
            [
                (
                    each.indicator_id, each.title,
                    len(each.certain) + len(each.likely),
                    *(", ".join(o) for o in (each.certain, each.likely, each.asked)),
                )
                for each in held
            ],
        ),
        "Not in the catalogue": (
            ("measure", "boards", "which"),
            [(said, len(boards), ", ".join(boards)) for said, boards in lacking],
        ),
        "Measures": (
            ("board", "measure", "code", "is", "indicator", "because"),
            [
                (m.board, m.measure, m.code, m.sureness.value,
                 ", ".join(m.indicators), m.why)
                for m in matches
            ],
        ),
    }  # fmt: skip
    if not path.parent.is_dir():
        raise UserError(f"{path.parent} is no folder: the report cannot be written.")
    book = Book(path, "What boards already collect", date.today())
    for name, (header, rows) in sheets.items():
        told = [
            tuple(harmless(c) if isinstance(c, str) else c for c in row) for row in rows
        ]
        book.add(name, list(header), told)
    book.book.close()
