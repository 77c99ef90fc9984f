"""The periods that the warehouse keeps, as the counting contract bounds them."""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_YEAR = 1990
LONGEST_GAP = 3


@dataclass(frozen=True)
class Period:
    """A period with its days; `year` is the year in which its financial year begins."""

    period_id: str
    kind: str
    start: date
    end: date
    year: int


def month_start(year: int, month: int) -> date:
    """The first day of a month; months beyond December lie in the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def label(year: int) -> str:
    """A financial year as it is written."""
    return f"{year}-{(year + 1) % 100:02d}"


def _until(day: date) -> date:
    return day - timedelta(days=1)


def quarter(year: int, number: int) -> Period:
    """A quarter of a financial year."""
    start, after = month_start(year, 1 + 3 * number), month_start(year, 4 + 3 * number)
    return Period(f"{label(year)}Q{number}", "quarter", start, _until(after), year)


def month(year: int, number: int) -> Period:
    """A calendar month."""
    start, after = month_start(year, number), month_start(year, number + 1)
    begins = year if number >= 4 else year - 1
    return Period(f"M{start:%Y-%m}", "month", start, _until(after), begins)


def financial_year(year: int) -> Period:
    """A financial year."""
    end = date(year + 1, 3, 31)
    return Period(label(year), "financial_year", date(year, 4, 1), end, year)


def academic_year(year: int) -> Period:
    """An academic year."""
    end = date(year + 1, 8, 31)
    return Period(f"AY{label(year)}", "academic_year", date(year, 9, 1), end, year)


def months_of(period: Period) -> list[Period]:
    """The months of a quarter or year."""
    first = period.start
    count = {"quarter": 3}.get(period.kind, 12)
    starts = [month_start(first.year, first.month + n) for n in range(count)]
    return [month(start.year, start.month) for start in starts]


def quarters_of(year: int) -> list[Period]:
    """The four quarters of a financial year."""
    return [quarter(year, number) for number in (1, 2, 3, 4)]


def financial_year_of(day: date) -> int:
    """The year in which the financial year of a day begins."""
    return day.year if day.month >= 4 else day.year - 1


def year_of(period_id: str) -> int:
    """The year in which the financial year of a period of a file name begins."""
    if period_id.startswith("M"):
        begun, part = int(period_id[1:5]), int(period_id[6:8])
        return begun if part >= 4 else begun - 1
    return int(period_id.removeprefix("AY").removeprefix("W")[:4])


def is_kept(year: int, as_of: date) -> bool:
    """Whether the warehouse keeps periods of that year."""
    return FIRST_YEAR <= year <= financial_year_of(as_of)
