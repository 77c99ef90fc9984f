"""What a form needs to know: of the seeds, and of what its sender sent before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import yaml

from lscb.forms.periods import Span
from lscb.landing.reference import Reference, load_reference, read_seed
from lscb.sql import literal, quoted, read_query

HERE = Path(__file__).resolve().parent
SQL = HERE / "sql"
FOLDERS = ("catalogue", "reference")


@dataclass(frozen=True)
class Sender:
    """Who owes an extract, and how many days after a period's end."""

    extract: str
    code: str
    name: str
    area_code: str | None
    due_days: int


@dataclass(frozen=True)
class Owed:
    """An indicator that a sender owes: its words, and what its figures may be."""

    indicator_id: str
    definition_version: int
    title: str
    numerator_text: str
    denominator_text: str
    denominator_basis: str
    measure: str
    unit: str
    multiplier: float
    is_part: bool
    is_estimate: bool
    persons: int | None
    low: float | None
    high: float | None

    @property
    def asks_denominator(self) -> bool:
        """Whether the sender has to say what the count is taken of."""
        return self.denominator_basis == "sent"


Cell = float | str | None


@dataclass(frozen=True)
class Mark:
    """A mark that a form offers, and what it means."""

    mark: str
    value_status: str
    meaning: str


@dataclass(frozen=True)
class Before:
    """What the same sender sent for the period before; why there is nothing, if so."""

    cells: dict[tuple[str, int, str], tuple[Cell, Cell]]
    said: str


class Seeds:
    """The seeds as tables, and as landing reads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reference: Reference = load_reference(folder)
        self._connection = duckdb.connect()
        for path in sorted(p for f in FOLDERS for p in (folder / f).glob("*.csv")):
            self._connection.execute(
                f"create table {quoted(path.stem)} as"
                " select row_number() over () as seed_line, * from"
                f" read_csv({literal(str(path))}, header = true, all_varchar = true)"
            )

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of one of the reference lists."""
        return read_seed(self.folder / "reference" / f"{name}.csv")

    def senders(self) -> list[Sender]:
        """Everybody from whom something is due, by extract."""
        found = self._connection.execute(read_query(SQL, "senders")).fetchall()
        return [Sender(*row) for row in found]

    def owed(self, returns: Sequence[tuple[Sender, Span]]) -> list[list[Owed]]:
        """What authorities owe in returns of periods, each as the catalogue orders."""
        found = self._connection.execute(
            read_query(SQL, "owed"),
            {
                "places": [*range(len(returns))],
                "extracts": [sender.extract for sender, _ in returns],
                "areas": [sender.area_code for sender, _ in returns],
                "types": [span.period.period_type for _, span in returns],
                "ends": [span.end for _, span in returns],
                "years": [span.written.removeprefix("AY")[:4] for _, span in returns],
            },
        ).fetchall()
        by_place: list[list[Owed]] = [[] for _ in returns]
        for place, *row in found:
            by_place[place].append(Owed(*row))
        return by_place

    def marks(self) -> list[Mark]:
        """The marks that a form offers."""
        return [
            Mark(row["mark"], row["value_status"], row["meaning"])
            for row in self.rows("marks")
            if row["is_on_form"] == "true"
        ]

    def reasons(self) -> list[tuple[str, str]]:
        """The reasons of which an explanation gives one, and what they mean."""
        return [(r["reason"], r["meaning"]) for r in self.rows("explanation_reasons")]

    def waves(self) -> dict[str, tuple[date, date]]:
        """The days of each wave of the survey, by the year that names it."""
        return {
            row["wave"]: tuple(
                date.fromisoformat(row[name]) for name in ("start_date", "end_date")
            )
            for row in self.rows("survey_waves")
        }


class Sent:
    """What has been landed and built, if anything has."""

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse if warehouse.is_file() else None
        self._connection = (
            duckdb.connect(str(warehouse), read_only=True) if self._warehouse else None
        )

    def before(self, sender: Sender, span: Span | None) -> Before:
        """The figures that the same sender sent for a period."""
        if span is None or self._connection is None:
            return Before({}, "No earlier return is known here, so nothing is shown.")
        rows = self._connection.execute(
            read_query(SQL, "sent_before"),
            {
                "of_extract": sender.extract,
                "of_submitter": sender.code,
                "of_period": span.period.period_id,
            },
        ).fetchall()
        if not rows:
            return Before({}, f"You sent no return for {span.written}.")
        return Before(
            {
                (code, version, measure): (_cell(*top), _cell(*bottom))
                for code, version, measure, *sent in rows
                for top, bottom in [(sent[:2], sent[2:])]
            },
            f"As you sent them for {span.written}.",
        )

    def close(self) -> None:
        """Let go of the warehouse."""
        if self._connection is not None:
            self._connection.close()


def _cell(number: float | None, mark: str | None) -> Cell:
    return mark if number is None else number


@cache
def words() -> dict[str, Any]:
    """What the forms say that no list says."""
    return yaml.safe_load((HERE / "words.yml").read_text(encoding="utf-8"))
