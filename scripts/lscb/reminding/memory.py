"""Who was reminded of what, and when: a list for the owner alone."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path

from lscb.errors import UserError
from lscb.private import make_private
from lscb.reminding.arrived import Block

NAME = "reminded.csv"


@dataclass(frozen=True)
class Reminded:
    """A reminder: when, of which block and its day, at which stage, in which text."""

    reminded_on: str
    extract: str
    sender: str
    period_id: str
    due_date: str
    stage: int
    text: str

    @property
    def block(self) -> Block:
        """Of what it was."""
        return self.extract, self.sender, self.period_id


NAMES = [each.name for each in fields(Reminded)]


class Memory:
    """The reminders that were written, in a folder for the owner alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / NAME
        self._all: list[Reminded] = []
        self._by_block: dict[Block, list[Reminded]] = defaultdict(list)
        self._take(self._read())

    def stage_of(self, block: Block, due: date) -> int | None:
        """The last stage at which a block was reminded of, for the day it is due."""
        stages = (r.stage for r in self._of(block) if r.due_date == due.isoformat())
        return max(stages, default=None)

    def last_of(self, block: Block) -> date | None:
        """When a block was last reminded of."""
        days = (date.fromisoformat(r.reminded_on) for r in self._of(block))
        return max(days, default=None)

    def add(self, reminders: Iterable[Reminded]) -> None:
        """Remember reminders; the list is there in whole or as it was."""
        self._take(reminders)
        make_private(self.folder)
        unfinished = self._path.with_name(f".{NAME}.new")
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            lines = csv.DictWriter(file, NAMES, lineterminator="\n")
            lines.writeheader()
            lines.writerows(map(asdict, self._all))
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o600)
        unfinished.replace(self._path)

    def _take(self, reminders: Iterable[Reminded]) -> None:
        for reminder in reminders:
            self._all.append(reminder)
            self._by_block[reminder.block].append(reminder)

    def _of(self, block: Block) -> list[Reminded]:
        return self._by_block.get(block, [])

    def _read(self) -> Iterable[Reminded]:
        if not self._path.is_file():
            return
        with self._path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file)
            try:
                if lines.fieldnames != NAMES:
                    raise ValueError("another header")
                for row in lines:
                    date.fromisoformat(row["reminded_on"])
                    yield Reminded(**row | {"stage": int(row["stage"])})
            except (ValueError, TypeError) as error:
                raise UserError(
                    f"{self._path}, line {lines.line_num}: it cannot be read. Put it"
                    " back from a backup, or remove it: everybody who owes something is"
                    " then reminded once more."
                ) from error
