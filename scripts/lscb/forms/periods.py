"""Which periods a form can be of, and when it is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lscb.landing.periods import Period, parse_period
from lscb.landing.reference import Extract

QUARTERS, MONTHS = range(1, 5), range(1, 13)


@dataclass(frozen=True)
class Span:
    """A period as a file name writes it, its days, and the day it is due."""

    written: str
    period: Period
    start: date
    end: date
    due: date

    @property
    def mid_year(self) -> int:
        """The year by which the calendar keeps it, as `dim_periods` has it."""
        is_before_april = self.start.month < 4
        by_year = self.period.period_type in ("calendar_year", "wave")
        return self.start.year - (is_before_april and not by_year)

    @property
    def label(self) -> str:
        """The period in words."""
        written = self.written.removeprefix("AY")
        return {
            "quarter": f"Quarter {written[-1]} of {written[:7]}",
            "financial_year": f"Financial year {written}",
            "academic_year": f"Academic year {written}",
            "month": f"{self.start:%B %Y}",
            "wave": f"Wave of {written}",
        }.get(self.period.period_type, written)

    @property
    def days(self) -> str:
        """Its first and last day in words."""
        return f"{in_words(self.start)} to {in_words(self.end)}"


def in_words(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def written_in(period_type: str, year: int) -> Iterator[str]:
    """The periods of a type that begin in a year, as file names write them."""
    split = f"{year}-{(year + 1) % 100:02}"
    if period_type == "quarter":
        yield from (f"{split}Q{quarter}" for quarter in QUARTERS)
    elif period_type == "month":
        yield from (f"M{year}-{month:02}" for month in MONTHS)
    elif period_type in ("financial_year", "academic_year"):
        yield f"AY{split}" if period_type == "academic_year" else split
    elif period_type in ("calendar_year", "wave"):
        yield str(year)


def span_of(
    written: str, extract: Extract, due_days: int, waves: dict[str, tuple[date, date]]
) -> Span | None:
    """A period of an extract; None for a wave that no survey had.

    Refused where it is none of the extract's kinds.
    """
    period = parse_period(written, extract.period_types, extract.name)
    start, end = period.start, period.end
    if period.period_type == "wave":
        start, end = waves.get(written, (None, None))
    if start is None or end is None:
        return None
    return Span(written, period, start, end, end + timedelta(days=due_days))


def spans_of(
    extract: Extract,
    years: Sequence[int],
    due_days: int,
    waves: dict[str, tuple[date, date]],
) -> list[Span]:
    """All periods of an extract that begin in some years, in the order they are due."""
    found = (
        span_of(written, extract, due_days, waves)
        for period_type in extract.period_types
        for year in years
        for written in written_in(period_type, year)
    )
    return sorted((s for s in found if s is not None), key=lambda s: (s.due, s.written))


def before(span: Span, spans: Sequence[Span]) -> Span | None:
    """The period of the same kind that ends where another begins."""
    day = span.start - timedelta(days=1)
    of_kind = (s for s in spans if s.period.period_type == span.period.period_type)
    return next((s for s in of_kind if s.end == day), None)
