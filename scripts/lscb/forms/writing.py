"""Write the forms of senders and periods, each sender's into a folder of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lscb.forms.asking import Seeds, Sender, Sent
from lscb.forms.periods import Span, before, span_of, spans_of
from lscb.forms.template import write_page, write_template
from lscb.forms.workbook import Content, write_form
from lscb.landing.refusals import Refused
from lscb.private import make_private
from lscb.settings import LAST_YEAR

#: Beyond the years of the periods asked for: the period before, and a long due time.
YEARS_BEFORE, YEARS_AFTER = 3, 1


@dataclass(frozen=True)
class Due:
    """A sender, and a period of which it owes an extract."""

    sender: Sender
    span: Span

    def name(self, ending: str) -> str:
        """The name under which the form is sent."""
        who = self.sender.name if self.sender.area_code else self.sender.code
        parts = (self.sender.extract, who.replace(" ", "-"), self.span.written, "v1")
        return f"{'__'.join(parts)}.{ending}"


def due_between(seeds: Seeds, first: date, last: date) -> Iterator[Due]:
    """What falls due from one day to another, of periods that have begun by then."""
    waves = seeds.waves()
    last_year = min(last.year + YEARS_AFTER, LAST_YEAR)
    years = range(first.year - YEARS_BEFORE, last_year + 1)
    for sender in seeds.senders():
        extract = seeds.reference.extracts[sender.extract]
        for span in spans_of(extract, years, sender.due_days, waves):
            if first <= span.due <= last:
                yield Due(sender, span)


def due_of(seeds: Seeds, written: str) -> Iterator[Due]:
    """What is owed of one period, whenever that is due.

    Refused where no extract has such a period.
    """
    refused: list[Refused] = []
    is_known = False
    for sender in seeds.senders():
        extract = seeds.reference.extracts[sender.extract]
        try:
            span = span_of(written, extract, sender.due_days, seeds.waves())
        except Refused as error:
            refused.append(error)
            continue
        is_known = True
        if span is not None:
            yield Due(sender, span)
    if refused and not is_known:
        raise min(refused, key=lambda each: each.code)


class Writer:
    """Writes forms below a folder that is for the owner alone."""

    def __init__(self, seeds: Seeds, sent: Sent, folder: Path) -> None:
        self._seeds = seeds
        self._sent = sent
        self._folder = folder
        self._sheets = seeds.rows("form_sheets")
        self._columns = seeds.rows("form_columns")

    def write(self, due: Due) -> list[Path]:
        """Write the form of a sender and period; nothing where it owes nothing."""
        sheets, columns = (
            [row for row in rows if row["extract"] == due.sender.extract]
            for rows in (self._sheets, self._columns)
        )
        if sheets:
            return self._write_workbook(due, sheets, columns)
        return self._write_template(due)

    def _write_workbook(
        self, due: Due, sheets: list[dict[str, str]], columns: list[dict[str, str]]
    ) -> list[Path]:
        (owed,) = self._seeds.owed([(due.sender, due.span)])
        if not owed:
            return []
        path = self._place(due, "xlsx")
        content = Content(
            due.sender,
            due.span,
            owed,
            self._sent.before(due.sender, self._before(due)),
            self._seeds.marks(),
            self._seeds.reasons(),
            sheets,
            columns,
        )
        write_form(path, content)
        return [path]

    def _write_template(self, due: Due) -> list[Path]:
        path = self._place(due, "csv")
        page = path.with_name(f"{path.stem} columns.html")
        write_template(path, due.sender, due.span, self._seeds)
        write_page(page, due.sender, due.span, self._seeds)
        return [path, page]

    def _before(self, due: Due) -> Span | None:
        extract = self._seeds.reference.extracts[due.sender.extract]
        years = range(due.span.start.year - 2, due.span.start.year + 1)
        spans = spans_of(extract, years, due.sender.due_days, self._seeds.waves())
        return before(due.span, spans)

    def _place(self, due: Due, ending: str) -> Path:
        folder = self._folder / due.sender.code
        make_private(folder)
        return folder / due.name(ending)
