"""Periods as file names write them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from lscb.landing.refusals import Refused

EXAMPLES = {
    "month": "M2008-04",
    "quarter": "2008-09Q1",
    "financial_year": "2008-09",
    "academic_year": "AY2007-08",
    "calendar_year": "2008",
    "wave": "2008",
    "label": "letters, digits and hyphens",
}
YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
PATTERNS = {
    "month": re.compile(rf"M{YEAR}-(?P<part>0[1-9]|1[0-2])"),
    "quarter": re.compile(rf"{YEAR}-(?P<next>[0-9]{{2}})Q(?P<part>[1-4])"),
    "financial_year": re.compile(rf"{YEAR}-(?P<next>[0-9]{{2}})"),
    "academic_year": re.compile(rf"AY{YEAR}-(?P<next>[0-9]{{2}})"),
    "calendar_year": re.compile(YEAR),
}
TWO_WAYS = re.compile(
    r"(?:AY)?[0-9]{4}[/_ ][0-9]{2,4}(?:Q[1-4])?|[0-9]{6}|[0-9]{4}-(?:0[1-9]|1[0-2])"
)


@dataclass(frozen=True)
class Period:
    """A period: its id as the marts write it, its type, its first and last day."""

    period_id: str
    period_type: str
    start: date | None = None
    end: date | None = None


def parse_period(text: str, period_types: tuple[str, ...], extract: str) -> Period:
    """Read a period of one of these types, or refuse it with the reason."""
    expected = " or ".join(EXAMPLES[period_type] for period_type in period_types)
    if "label" in period_types:
        if re.fullmatch(r"[A-Za-z0-9-]+", text):
            return Period(text, "label")
        raise Refused("period_malformed", period=text, expected=expected)
    found = {
        period_type: period
        for period_type in PATTERNS
        if (period := _read_as(text.upper(), period_type)) is not None
    }
    if "calendar_year" in found:
        year = found["calendar_year"]
        found["wave"] = Period(f"W{text}", "wave", year.start, year.end)
    for period_type in period_types:
        if period_type in found:
            return found[period_type]
    if TWO_WAYS.fullmatch(text.upper()):
        raise Refused("period_ambiguous", period=text, expected=expected)
    code = "period_wrong_type" if found else "period_malformed"
    raise Refused(code, period=text, expected=expected, extract=extract)


def periods_of(years: range) -> dict[str, str]:
    """The quarters and years that begin in these years: their ids, and their types."""
    known = {}
    for year in years:
        split = f"{year}-{(year + 1) % 100:02d}"
        known |= {f"{split}Q{quarter}": "quarter" for quarter in range(1, 5)}
        known |= {split: "financial_year", f"AY{split}": "academic_year"}
    return known


def _read_as(text: str, period_type: str) -> Period | None:
    match = PATTERNS[period_type].fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts["year"])
    if "next" in parts and int(parts["next"]) != (year + 1) % 100:
        return None
    start, months = {
        "month": lambda: (date(year, int(parts["part"]), 1), 1),
        "quarter": lambda: (_quarter_start(year, int(parts["part"])), 3),
        "financial_year": lambda: (date(year, 4, 1), 12),
        "academic_year": lambda: (date(year, 9, 1), 12),
        "calendar_year": lambda: (date(year, 1, 1), 12),
    }[period_type]()
    return Period(text, period_type, start, _add_months(start, months))


def _quarter_start(year: int, quarter: int) -> date:
    return date(year + 1, 1, 1) if quarter == 4 else date(year, 1 + 3 * quarter, 1)


def _add_months(start: date, months: int) -> date:
    """The last day of the span that begins there and lasts so many months."""
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
