"""The periods of the sample, named as the file names and the marts name them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

QUARTER_MONTHS = {1: (4, 5, 6), 2: (7, 8, 9), 3: (10, 11, 12), 4: (1, 2, 3)}


@dataclass(frozen=True)
class Period:
    """A stretch of days with its name in a mart and in a file name."""

    period_id: str
    file_label: str
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def first_year(financial_year: str) -> int:
    """Return the calendar year in which a financial year such as 2008-09 begins."""
    begins = int(financial_year[:4])
    if financial_year != f"{begins}-{(begins + 1) % 100:02d}":
        raise ValueError(
            f"{financial_year!r} is not a financial year; write it as 2008-09."
        )
    return begins


def _span(name: str, start: date, end_before: date) -> Period:
    return Period(name, name, start, end_before - timedelta(days=1))


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def financial_year(label: str) -> Period:
    begins = first_year(label)
    return _span(label, date(begins, 4, 1), date(begins + 1, 4, 1))


def academic_year(label: str) -> Period:
    begins = first_year(label)
    return _span(f"AY{label}", date(begins, 9, 1), date(begins + 1, 9, 1))


def quarters(label: str) -> list[Period]:
    """Return the four quarters of a financial year."""
    begins = first_year(label)
    return [
        _span(
            f"{label}Q{number}",
            _month_start(begins, 1 + 3 * number),
            _month_start(begins, 4 + 3 * number),
        )
        for number in (1, 2, 3, 4)
    ]


def months(label: str) -> list[Period]:
    """Return the twelve months of a financial year."""
    begins = first_year(label)
    spans = [
        (_month_start(begins, n), _month_start(begins, n + 1)) for n in range(4, 16)
    ]
    return [_span(f"M{start:%Y-%m}", start, stop) for start, stop in spans]


def calendar_year(year: int) -> Period:
    return _span(str(year), date(year, 1, 1), date(year + 1, 1, 1))


@dataclass(frozen=True)
class Grid:
    """Every period the sample covers, in order."""

    years: tuple[str, ...]

    @classmethod
    def of(cls, years: Sequence[str]) -> "Grid":
        return cls(tuple(sorted(set(years))))

    @property
    def financial_years(self) -> list[Period]:
        return [financial_year(year) for year in self.years]

    @property
    def academic_years(self) -> list[Period]:
        return [academic_year(year) for year in self.years]

    @property
    def quarters(self) -> list[Period]:
        return [quarter for year in self.years for quarter in quarters(year)]

    @property
    def months(self) -> list[Period]:
        return [month for year in self.years for month in months(year)]

    @property
    def mid_years(self) -> list[int]:
        """Return the mid-years whose populations the periods divide by."""
        return [first_year(year) for year in self.years]

    @property
    def wave_years(self) -> list[int]:
        """Return the calendar years that the financial years touch."""
        touched = {first_year(year) + extra for year in self.years for extra in (0, 1)}
        return sorted(touched)
