"""What is expected, from whom and when: by the calendar, and by named rounds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lscb.forms.asking import Seeds
from lscb.forms.periods import span_of
from lscb.forms.writing import Due, due_between
from lscb.reminding.arrived import Arrived, Block, Came


@dataclass(frozen=True)
class Round:
    """A round of collection that has a name: of what, from whom, and by when.

    Where nobody says which senders they are, only their number is known.
    """

    name: str
    extract: str
    period: str
    due: date
    senders: tuple[str, ...]
    expected: int


@dataclass(frozen=True)
class Expected:
    """One extract, sender and period, with the day it is due and what came."""

    due: Due
    came: Came
    ending: str

    @property
    def day(self) -> date:
        """The day on which it is due."""
        return self.due.span.due

    @property
    def block(self) -> Block:
        """How the marts name it."""
        return block_of(self.due)

    @property
    def is_received(self) -> bool:
        """Whether a file came that was not refused."""
        return self.came.received_on is not None

    @property
    def is_late(self) -> bool:
        """Whether it came after the day on which it was due."""
        return self.came.received_on is not None and self.came.received_on > self.day

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed, and it has not come."""
        return not self.is_received and self.day < today

    @property
    def file_name(self) -> str:
        """The name under which it is sent: after one that was refused, the next."""
        name = self.due.name(self.ending)
        return name.replace("__v1.", f"__v{self.came.version + 1}.")


def block_of(due: Due) -> Block:
    """Extract, sender and period as the marts name them."""
    return due.sender.extract, due.sender.code, due.span.period.period_id


class Calendar:
    """What is expected of everybody, by the seeds."""

    def __init__(self, seeds: Seeds, arrived: Arrived) -> None:
        self._seeds = seeds
        self._arrived = arrived
        self._by_workbook = {row["extract"] for row in seeds.rows("form_sheets")}
        self._senders = {(s.extract, s.code): s for s in seeds.senders()}
        self.rounds = [
            Round(
                row["title"],
                row["extract"],
                row["period"],
                date.fromisoformat(row["due_date"]),
                tuple(filter(None, row["senders"].split("|"))),
                int(row["senders_expected"]),
            )
            for row in seeds.rows("collection_rounds")
        ]

    def between(self, first: date, last: date) -> list[Expected]:
        """What is due from one day to another, in the order of the days.

        Who is named in a round owes its periods by its day, where that is the earlier.
        """
        found = {block_of(due): due for due in due_between(self._seeds, first, last)}
        for each in self.rounds:
            for due in self._of_round(each):
                known = found.get(block_of(due), due)
                if first <= due.span.due <= last and due.span.due <= known.span.due:
                    found[block_of(due)] = due
        return sorted(
            map(self._expected, self._that_are_owed([*found.values()])),
            key=lambda each: (each.day, each.block),
        )

    def came_of_round(self, of: Round) -> list[Came]:
        """What came of a round: from those it names, or else from anybody."""
        extract = self._seeds.reference.extracts[of.extract]
        span = span_of(of.period, extract, 0, self._seeds.waves())
        if span is None:
            return []
        codes = of.senders or [
            code for name, code in self._senders if name == of.extract
        ]
        period = span.period.period_id
        return [self._arrived.of((of.extract, code, period)) for code in codes]

    def _of_round(self, of: Round) -> Iterator[Due]:
        extract = self._seeds.reference.extracts[of.extract]
        span = span_of(of.period, extract, 0, self._seeds.waves())
        for code in of.senders:
            if span is not None:
                yield Due(self._senders[of.extract, code], replace(span, due=of.due))

    def _expected(self, due: Due) -> Expected:
        ending = "xlsx" if due.sender.extract in self._by_workbook else "csv"
        return Expected(due, self._arrived.of(block_of(due)), ending)

    def _that_are_owed(self, found: Sequence[Due]) -> Iterator[Due]:
        """Without forms that ask for nothing, as of a year that quarters make."""
        forms = [each for each in found if each.sender.extract in self._by_workbook]
        owed = self._seeds.owed([(each.sender, each.span) for each in forms])
        empty = {
            block_of(form) for form, asked in zip(forms, owed, strict=True) if not asked
        }
        return (each for each in found if block_of(each) not in empty)
