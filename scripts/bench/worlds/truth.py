"""The truth of a world: every cell, worked out from what was drawn.

By the counting contract and by no road that the warehouse takes: plain records in,
plain arithmetic, one cell after another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from bench.worlds import calendar
from bench.worlds.calendar import Period
from bench.worlds.events import Counting
from bench.worlds.fates import ACCEPTED, RECORDS, SET_ASIDE, Fate, fates_of_files
from bench.worlds.places import CITY, INNER, LONDON, OUTER, TOTALS
from bench.worlds.sending import Line, Sent
from lscb.sampling.reference import UNALLOCATED, Reference
from lscb.sampling.truth import Indicator

REPORTED, PARTIAL, SUPPRESSED = "reported", "partial", "suppressed_at_source"
NO_DENOMINATOR, NOT_APPLICABLE = "no_denominator", "not_applicable"
REFUSED, NOT_SUBMITTED, NOT_DUE = "refused", "not_submitted", "not_due"
NOT_AVAILABLE, NOT_DEFINED = "not_available", "not_defined"
FIGURES = (REPORTED, PARTIAL, NO_DENOMINATOR, SUPPRESSED)
WHEN_NO_PART_IS_IN = (
    REFUSED, NOT_SUBMITTED, SUPPRESSED, NOT_AVAILABLE, NOT_DUE, NOT_APPLICABLE,
)  # fmt: skip
LEAST_SET_ASIDE, SHARE_SET_ASIDE = 5, 100
SINGLE_YEARS = {
    "0-15": range(16), "0-17": range(18), "0-19": range(20),
    "10-17": range(10, 18), "14-17": range(14, 18), "5-15": range(5, 16),
}  # fmt: skip
OWN, RETURN, STATISTICS, SILENCE = 1, 2, 3, 4
Key = tuple[str, int, str, str]


@dataclass(frozen=True)
class Cell:
    """One cell, or a part of one. `strays` are events of an area that is not in."""

    status: str
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    percentage: float | None = None
    strays: float = 0
    source: int = OWN
    included: int = 0
    set_aside: int = 0

    @property
    def is_known(self) -> bool:
        return self.status in (REPORTED, PARTIAL, NO_DENOMINATOR)

    @property
    def is_hidden(self) -> bool:
        return self.status == SUPPRESSED or (
            self.status == PARTIAL and self.numerator is None
        )


def is_short(set_aside: int, counted: float) -> bool:
    """Whether so many records were set aside that what was counted is but a part."""
    return set_aside >= LEAST_SET_ASIDE and set_aside * SHARE_SET_ASIDE > counted


def judged(cell: Cell) -> Cell:
    """The cell, partial where what was set aside beside it is too much of it."""
    is_part = cell.status == REPORTED and is_short(cell.set_aside, cell.numerator or 0)
    return replace(cell, status=PARTIAL) if is_part else cell


def roll_up(
    parts: Sequence[Cell],
    is_ratio: bool,
    expected: int | None = None,
    is_span: bool = True,
) -> Cell:
    """The whole that parts make: a quarter of months, a year, a total of areas.

    A part without denominator stays out of a ratio; `expected` counts parts of which
    there may be none to look at. A span of time of which nothing is in is not due
    while one of its parts is not.
    """
    awaited = [part for part in parts if part.status != NOT_APPLICABLE]
    expected = len(awaited) if expected is None else expected
    strays = sum(part.strays for part in parts)
    set_aside = sum(part.set_aside for part in parts)
    if expected <= 0:
        return Cell(NOT_APPLICABLE, strays=strays)
    known = [part for part in awaited if part.is_known]
    bare = [part for part in known if is_ratio and part.status == NO_DENOMINATOR]
    inside = [part for part in known if part not in bare]
    hidden = [part for part in awaited if part.is_hidden]
    whole = {REPORTED, SUPPRESSED, NO_DENOMINATOR}
    has_gap = len(awaited) < expected or any(
        part.status not in whole for part in awaited
    )
    statuses = {part.status for part in awaited}
    is_running = is_span and not known and NOT_DUE in statuses
    if is_running:
        return Cell(NOT_DUE, strays=strays, set_aside=set_aside)
    low = high = None
    silent = {REFUSED, NOT_SUBMITTED}
    if hidden and (known or not any(part.status in silent for part in awaited)):
        bounded = [part for part in awaited if part not in bare]
        low = sum(_first(part.low, part.numerator, 0) for part in bounded)
        if all(part.high is not None for part in hidden):
            high = sum(_first(part.high, part.numerator, 0) for part in bounded)
    if not known:
        status = next((one for one in WHEN_NO_PART_IS_IN if one in statuses), NOT_DUE)
        return Cell(status, low=low, high=high, strays=strays, set_aside=set_aside)
    figures = [part.numerator for part in inside if part.numerator is not None]
    below = [
        part.denominator
        for part in inside
        if part.status in (REPORTED, PARTIAL)
        and part.numerator is not None
        and part.denominator is not None
    ]
    denominator = sum(below) if below else None
    if hidden:
        status, numerator = PARTIAL if has_gap or bare else SUPPRESSED, None
    elif len(bare) == len(known):
        status, numerator = NO_DENOMINATOR, sum(part.numerator or 0 for part in bare)
    else:
        status = PARTIAL if has_gap or bare else REPORTED
        numerator = sum(figures)
    return Cell(
        status, numerator, denominator, low, high,
        strays=strays, included=len(figures), set_aside=set_aside,
    )  # fmt: skip


def _first(*numbers: float | None) -> float:
    return next(number for number in numbers if number is not None)


def _number(value: object) -> float | None:
    """A number as a return writes it, or None where it is none."""
    if isinstance(value, (int, float)):
        return float(value)
    text = str(value or "").replace(",", "")
    return float(text) if text.replace(".", "", 1).isdigit() else None


def _says(values: Sequence[object]) -> bool:
    return any(value not in (None, "") for value in values)


class Truth:
    """Every file's fate and every cell of a world as at a date."""

    def __init__(
        self,
        reference: Reference,
        files: Sequence[Sent],
        as_of: date,
        withheld: Iterable[Key] = (),
    ) -> None:
        self.reference = reference
        self.as_of = as_of
        self.withheld = set(withheld)
        self.fates = fates_of_files(files)
        self.standing = [
            fate
            for fate in self.fates
            if fate.status == ACCEPTED and self._is_kept(fate.sent)
        ]
        self.block_fates: dict[tuple, str] = {}
        for fate in self.fates:
            if fate.sent.damage != "name":
                block = fate.sent.block
                is_in = fate.status != REFUSED
                if is_in or block not in self.block_fates:
                    self.block_fates[block] = "in" if is_in else REFUSED
        counting = Counting(reference, self.standing)
        self.events = counting.counted.events
        self.set_aside = counting.counted.set_aside
        self.counted_elsewhere = counting.counted.counted_elsewhere
        self.indicators = [Indicator.of(row) for row in reference.indicators]
        self.due_days = {
            row["extract"]: int(row["due_days"]) if row["due_days"] else None
            for row in reference.rows("reference/extracts")
        }
        self.kinds = {
            row["extract"]: row["submitter_kind"]
            for row in reference.rows("reference/extracts")
        }
        self.waves = {
            int(row["wave"]): Period(
                row["period_id"], "wave", date.fromisoformat(row["start_date"]),
                date.fromisoformat(row["end_date"]), int(row["wave"]),
            )
            for row in reference.rows("reference/survey_waves")
        }  # fmt: skip
        self.returns = self._returns()
        self.crime = self._crime()
        self.statistics = self._statistics()
        self.populations = self._populations()
        self.answers = self._answers()
        self._made: dict[tuple, Cell] = {}

    def _is_kept(self, sent: Sent) -> bool:
        if self.kind_of(sent) == "label":
            return True
        return calendar.is_kept(calendar.year_of(sent.period), self.as_of)

    @staticmethod
    def kind_of(sent: Sent) -> str:
        """Whether the file's period is a label, which bounds nothing."""
        published = ("mps_borough_crime", "ees_statistics")
        return "label" if sent.extract in published else "period"

    def _held(self, extract: str) -> list[Fate]:
        return [fate for fate in self.standing if fate.sent.extract == extract]

    # -- what the aggregate extracts say

    def _returns(self) -> dict[tuple, dict[str, list[tuple[Line, bool]]]]:
        """Rows by authority, period, PI and version, each by its measure."""
        found: dict[tuple, dict] = defaultdict(lambda: defaultdict(list))
        for fate in self._held("lscb_return"):
            for line, met in zip(fate.sent.lines, fate.lines, strict=True):
                if met not in (ACCEPTED, SET_ASIDE) or line.fault == "pi_code":
                    continue
                cells = line.cells
                pi = str(cells["pi_code"])
                version = str(cells.get("definition") or "")
                version = version or self._in_force(pi, fate.sent.period)
                key = (fate.sent.submitter, fate.sent.period, pi, version)
                measure = str(cells.get("measure") or "")
                found[key][measure].append((line, met == ACCEPTED))
        return found

    def _in_force(self, pi: str, period_id: str) -> str:
        """The version in force on the period's last day."""
        end = self._period(period_id).end.isoformat()
        own = [one for one in self.indicators if one.pi == pi]
        current = [
            one
            for one in own
            if (not one.valid_from or one.valid_from <= end)
            and (not one.valid_to or end <= one.valid_to)
        ]
        return max(one.version for one in current or own)

    @staticmethod
    def _period(period_id: str) -> Period:
        year = calendar.year_of(period_id)
        if "Q" in period_id:
            return calendar.quarter(year, int(period_id[-1]))
        if period_id.startswith("AY"):
            return calendar.academic_year(year)
        return calendar.financial_year(year)

    def _crime(self) -> dict[tuple[str, str, str], Cell]:
        """Offences by classification, area and month, from the file received last."""
        held: dict[tuple, dict] = defaultdict(lambda: defaultdict(list))
        known = self._crime_names()
        running: set[tuple] = set()
        for fate in self._held("mps_borough_crime"):
            sent = fate.sent
            which = "2008" if sent.columns[0] == "Borough" else "2010"
            rank = (sent.received, sent.version, sent.name)
            for line in fate.held():
                area = known.get(str(line.cells[sent.columns[0]]).lower(), UNALLOCATED)
                area = UNALLOCATED if area == CITY else area
                for column in sent.columns[3:]:
                    year, number = int(column[:4]), int(column[4:])
                    name = f"M{year}-{number:02d}"
                    if calendar.is_kept(calendar.year_of(name), self.as_of):
                        place = (which, area, name)
                        held[place][rank].append(line.cells.get(column))
                        after = calendar.month_start(year, number + 1)
                        if sent.received.date() < after:
                            running.add((place, rank))
        months = {}
        for place, files in held.items():
            # A column left blank says nothing, and revises nothing.
            rank = max(
                files, key=lambda each, place=place: (_says(held[place][each]), each)
            )
            cell = self._crime_month(files[rank])
            if cell.status == REPORTED and (place, rank) in running:
                cell = replace(cell, status=PARTIAL)
            months[place] = cell
        return months

    def _crime_names(self) -> dict[str, str]:
        return {
            row["area_name"].lower(): code
            for code, row in self.reference.by_area.items()
        }

    @staticmethod
    def _crime_month(values: Sequence[object]) -> Cell:
        known = [value for value in values if isinstance(value, int)]
        if len(known) == len(values):
            return Cell(REPORTED, sum(known))
        if known:
            return Cell(PARTIAL, sum(known))
        faulty = [value for value in values if value not in (None, "", "n/a")]
        return Cell(REFUSED if faulty else NOT_AVAILABLE)

    def _statistics(self) -> dict[tuple[str, str, int], object]:
        """What the DfE prints, by statistic, area and year, from the latest file."""
        found: dict[tuple, tuple] = {}
        for fate in self._held("ees_statistics"):
            sent = fate.sent
            rank = (sent.received, sent.version, sent.name)
            for line in fate.held():
                for name in self._statistic_names():
                    if name not in sent.columns:
                        continue
                    place = (
                        name,
                        str(line.cells["new_la_code"]),
                        int(line.cells["time_period"]),
                    )
                    if place not in found or found[place][0] < rank:
                        found[place] = (rank, line.cells.get(name))
        return {place: value for place, (_, value) in found.items()}

    def _statistic_names(self) -> set[str]:
        return {
            row["statistic"]
            for row in self.reference.rows("reference/statistic_columns")
        }

    def _populations(self) -> dict[tuple[str, int, str], float]:
        """People by area, mid-year and band: as sent, summed, else as printed."""
        sent: dict[tuple, float] = {}
        for fate in self._held("population"):
            year = int(fate.sent.period)
            for line in fate.held():
                area, band = str(line.cells["gss_code"]), str(line.cells["age_band"])
                sent[(area, year, band)] = float(line.cells["persons"])
        people: dict[tuple, float] = {}
        for (name, area, year), value in self.statistics.items():
            if name == "population_estimate" and isinstance(value, int):
                people[(area, year, "0-17")] = float(value)
        for area, year in {(area, year) for area, year, _ in sent}:
            for band, ages in SINGLE_YEARS.items():
                single = [sent.get((area, year, str(age))) for age in ages]
                if None not in single:
                    people[(area, year, band)] = sum(one or 0 for one in single)
        return people | sent

    def _answers(self) -> dict[tuple[int, str, str], dict[str, Line]]:
        by_number = {
            row["dfe_code"]: code for code, row in self.reference.by_area.items()
        }
        found: dict[tuple, dict] = defaultdict(dict)
        for fate in self._held("tellus_survey"):
            for line in fate.held():
                area = by_number[str(line.cells["la_code"])]
                place = (int(fate.sent.period), area, str(line.cells["question_id"]))
                found[place][str(line.cells["response"]).lower()] = line
        return found

    # -- which cells there are

    def _years(self, indicator: Indicator) -> list[int]:
        """The years of an indicator's cells: those that all share, and its own."""
        shared = {
            calendar.year_of(block[2])
            for block in self.block_fates
            if block[0] in (*RECORDS, "lscb_return")
        }
        for name, _, year in self.statistics:
            if name in self._numerators():
                shared.add(year - 1)
        own = set()
        if indicator.extract == "tellus_survey":
            own = {
                int(block[2])
                for block in self.block_fates
                if block[0] == "tellus_survey"
            }
        if indicator.measure.startswith("mps_offences"):
            own = {
                calendar.year_of(month)
                for which, _, month in self.crime
                if indicator.measure.endswith(which)
            }
        years = {year for year in shared | own if calendar.is_kept(year, self.as_of)}
        gaps = pairwise(sorted(years))
        return sorted(
            years.union(
                *(
                    range(before, after)
                    for before, after in gaps
                    if after - before - 1 <= calendar.LONGEST_GAP
                )
            )
        )

    def _numerators(self) -> set[str]:
        return {
            row["statistic"]
            for row in self.reference.rows("reference/statistic_columns")
            if row["role"] == "numerator"
        }

    def cells(self) -> dict[Key, Cell]:
        """Every cell of the mart."""
        found: dict[Key, Cell] = {}
        for indicator in self.indicators:
            for period in self._periods(indicator):
                found |= self._cells_of(indicator, period)
        return found

    def _periods(self, indicator: Indicator) -> list[Period]:
        years = self._years(indicator)
        kinds = {
            "quarter": lambda year: calendar.quarters_of(year),
            "financial_year": lambda year: [calendar.financial_year(year)],
            "academic_year": lambda year: [calendar.academic_year(year)],
            "wave": lambda year: [self.waves[year]] if year in self.waves else [],
        }
        return [
            period
            for year in years
            for kind in indicator.periods
            for period in kinds[kind](year)
        ]

    def _cells_of(self, indicator: Indicator, period: Period) -> dict[Key, Cell]:
        areas = self.reference.area_codes
        if not indicator.is_in_force(period):
            areas = [area for area in areas if self._is_sent(indicator, area, period)]
        cells = {area: self._area_cell(indicator, area, period) for area in areas}

        def key(area: str) -> Key:
            return indicator.pi, int(indicator.version), area, period.period_id

        found = {
            key(area): judged(replace(cell, included=int(self._is_included(cell))))
            for area, cell in cells.items()
        }
        if indicator.value_type == "undefined":
            return found
        extra = None
        is_placed = indicator.is_counted and (
            self.kinds[indicator.extract] != "local_authority"
        )
        if is_placed and areas:
            extra = self._unallocated(indicator, period)
            found[key(UNALLOCATED)] = extra
        if indicator.adds_over_areas and cells:
            for total in (LONDON, INNER, OUTER):
                members = [
                    cells[area]
                    for area in self.reference.members(total)
                    if area in cells
                ]
                if members:
                    whole = self._total(indicator, total, cells, extra)
                    found[key(total)] = judged(whole)
        return found

    @staticmethod
    def _is_included(cell: Cell) -> bool:
        has_figure = cell.numerator is not None or cell.percentage is not None
        return cell.status in (REPORTED, PARTIAL) and has_figure

    def _is_sent(self, indicator: Indicator, area: str, period: Period) -> bool:
        if period.kind == "wave":
            question, _ = self.reference.survey_responses.get(
                (indicator.pi, indicator.version), ("", [])
            )
            return (period.year, area, question) in self.answers
        key = (area, period.period_id, indicator.pi, indicator.version)
        return key in self.returns

    # -- one authority

    def _is_exception(self, indicator: Indicator, area: str) -> bool:
        return (indicator.pi, area) in self.reference.exceptions

    def _area_cell(self, indicator: Indicator, area: str, period: Period) -> Cell:
        cell = self._settled(indicator, area, period)
        if indicator.basis != "population":
            return cell
        people = self.populations.get((area, period.year, indicator.band))
        has_number = cell.status in (REPORTED, PARTIAL) and cell.numerator is not None
        if has_number and not people:
            return replace(cell, status=NO_DENOMINATOR, denominator=None)
        if cell.status in (REPORTED, PARTIAL, SUPPRESSED) and people:
            return replace(cell, denominator=people)
        return replace(cell, denominator=None)

    def _settled(self, indicator: Indicator, area: str, period: Period) -> Cell:
        """A cell before a population is put under it."""
        known = (indicator, area, period)
        if known not in self._made:
            self._made[known] = self._settle(indicator, area, period)
        return self._made[known]

    def _settle(self, indicator: Indicator, area: str, period: Period) -> Cell:
        chosen = self._chosen(indicator, area, period)
        has_quarters = "quarter" in indicator.periods and indicator.from_quarters in (
            "sum",
            "last",
        )
        if period.kind != "financial_year" or not has_quarters:
            return chosen
        derived = self._of_quarters(indicator, area, period)
        if chosen.status in (NOT_APPLICABLE, NOT_DEFINED) and chosen.source in (
            OWN,
            SILENCE,
        ):
            return chosen
        if derived.status == NOT_APPLICABLE:
            return derived
        if derived.status == REPORTED and derived.source == OWN:
            return derived
        if chosen.source == RETURN and chosen.status in FIGURES:
            return chosen
        if derived.status in FIGURES:
            return derived
        if chosen.status in FIGURES:
            return chosen
        if chosen.source == RETURN:
            return chosen
        if derived.status == REFUSED:
            return derived
        if chosen.status == REFUSED and chosen.source == SILENCE:
            return chosen
        if chosen.source == STATISTICS:
            return chosen
        return derived

    def _of_quarters(self, indicator: Indicator, area: str, year: Period) -> Cell:
        quarters = [
            self._settled(indicator, area, quarter)
            for quarter in calendar.quarters_of(year.year)
        ]
        if indicator.from_quarters == "last":
            return self._last_quarter(indicator, quarters, year)
        is_ratio = indicator.year_denominator == "sum"
        whole = roll_up(quarters, is_ratio)
        sources = [part.source for part in quarters if part.status in FIGURES]
        source = SILENCE
        if sources:
            source = OWN if set(sources) == {OWN} else RETURN
        if indicator.year_denominator == "last_sent":
            sent = [part.denominator for part in quarters if part.denominator]
            has_figure = whole.status in FIGURES
            status = whole.status
            is_bare = whole.numerator is not None and not sent
            if status in (REPORTED, PARTIAL) and is_bare:
                status = NO_DENOMINATOR
            last = sent[-1] if sent and has_figure else None
            whole = replace(whole, status=status, denominator=last)
        return replace(whole, source=source)

    def _last_quarter(
        self, indicator: Indicator, quarters: Sequence[Cell], year: Period
    ) -> Cell:
        """A stock's year is its last quarter."""
        return quarters[-1]

    def _chosen(self, indicator: Indicator, area: str, period: Period) -> Cell:
        """The figure that stands among those of all who may give it."""
        if self._is_exception(indicator, area):
            return Cell(NOT_APPLICABLE)
        if indicator.value_type == "undefined":
            return Cell(NOT_DEFINED)
        candidates = []
        if indicator.is_counted and period.kind == "quarter":
            candidates.append(self._counted(indicator, area, period))
        if indicator.extract == "tellus_survey":
            candidates.append(self._surveyed(indicator, area, period))
        sent = self._sent_cell(indicator, area, period)
        if sent is not None:
            candidates.append(sent)
        if period.kind == "financial_year":
            printed = self._printed(indicator, area, period)
            if printed is not None:
                candidates.append(printed)
        standing = [one for one in candidates if one.status in FIGURES]
        is_own = indicator.extract not in ("", "lscb_return")
        if standing:
            cell = standing[0]
        elif is_own:
            own = [one for one in candidates if one.source == OWN]
            cell = own[0] if own else self._silence(area, period, is_own)
            if not own and candidates:
                cell = candidates[0]
        else:
            cell = candidates[0] if candidates else self._silence(area, period, is_own)
        if (indicator.pi, int(indicator.version), area, period.period_id) in (
            self.withheld
        ):
            status = REFUSED if cell.status in FIGURES else cell.status
            return Cell(status, source=cell.source)
        return cell

    def _is_due(self, period: Period, extract: str) -> bool:
        days = self.due_days[extract]
        return days is not None and period.end + timedelta(days=days) < self.as_of

    def _absent(self, block: tuple[str, str, str], period: Period) -> str:
        """Why a block that is not in brings nothing."""
        if self.block_fates.get(block) == REFUSED:
            return REFUSED
        return NOT_SUBMITTED if self._is_due(period, block[0]) else NOT_DUE

    def _silence(self, area: str, period: Period, is_own: bool) -> Cell:
        """What a return says that holds nothing; refused, of its own alone."""
        block = ("lscb_return", area, period.period_id)
        if self.block_fates.get(block) in ("in", REFUSED if is_own else "in"):
            return Cell(NOT_SUBMITTED, source=SILENCE)
        return Cell(self._absent(block, period), source=SILENCE)

    def _counted(self, indicator: Indicator, area: str, quarter: Period) -> Cell:
        """A quarter from records, or from published counts by month."""
        if indicator.extract == "mps_borough_crime":
            which = indicator.measure[-4:]
            months = [
                self.crime.get((which, area, one.period_id), Cell(NOT_SUBMITTED))
                for one in calendar.months_of(quarter)
            ]
            return replace(roll_up(months, False), source=OWN)
        by_month = indicator.extract == "police_offences"
        parts = calendar.months_of(quarter) if by_month else [quarter]
        whole = roll_up([self._part(indicator, area, part) for part in parts], False)
        return replace(whole, source=OWN)

    def _part(self, indicator: Indicator, area: str, part: Period) -> Cell:
        place = (indicator.measure, area, part.period_id)
        events, aside = self.events[place], self.set_aside[place]
        block = (indicator.extract, self._sender(indicator, area), part.period_id)
        if self.block_fates.get(block) == "in":
            return Cell(REPORTED, events, set_aside=aside)
        return Cell(self._absent(block, part), strays=events, set_aside=aside)

    def _sender(self, indicator: Indicator, area: str) -> str:
        row = self.reference.by_area[area]
        return {
            "pct_admissions": row["pct_code"],
            "police_offences": row["police_force_code"],
            "lado_referrals": area,
            "missing_children": "MPS",
        }[indicator.extract]

    def _sent_cell(
        self, indicator: Indicator, area: str, period: Period
    ) -> Cell | None:
        key = (area, period.period_id, indicator.pi, indicator.version)
        if key not in self.returns:
            return None
        measures = self.returns[key]
        rows = measures.get(indicator.qualifier)
        if rows is None:
            sent = [row for by_measure in measures.values() for row in by_measure]
            line, is_good = sent[0]
            if not indicator.qualifier and len(sent) > 1:
                return Cell(REFUSED, source=RETURN)
            if not indicator.qualifier:
                return self._read(indicator, line, is_good)
            return Cell(NOT_AVAILABLE if is_good else REFUSED, source=RETURN)
        line, is_good = rows[0]
        return self._read(indicator, line, is_good)

    def _read(self, indicator: Indicator, line: Line, is_good: bool) -> Cell:
        """A row of a return: a number, a mark, a blank or a fault in each cell."""
        if not is_good:
            return Cell(REFUSED, source=RETURN)
        return self._of_two(
            line.cells.get("numerator"),
            line.cells.get("denominator"),
            indicator.basis == "sent",
            RETURN,
        )

    def _of_two(
        self, top_sent: object, bottom_sent: object, is_ratio: bool, source: int
    ) -> Cell:
        marks = self.reference.return_marks
        top, bottom = _number(top_sent), _number(bottom_sent)
        below = str(bottom_sent or "").strip()
        is_faulty = bottom is None and below and below not in marks
        if is_ratio and is_faulty:
            return Cell(REFUSED, source=source)
        if top is None:
            mark = marks[str(top_sent or "").strip() or "(blank)"]
            is_divided = is_ratio and mark.value_status == SUPPRESSED and bottom
            return Cell(
                mark.value_status, None, bottom if is_divided else None, mark.low,
                mark.high, source=source,
            )  # fmt: skip
        if not is_ratio:
            return Cell(REPORTED, top, source=source)
        if not below or bottom == 0:
            return Cell(NO_DENOMINATOR, top, source=source)
        if bottom is not None:
            return Cell(REPORTED, top, bottom, source=source)
        mark = marks[below]
        bound = top if mark.value_status == SUPPRESSED else None
        return Cell(mark.value_status, low=bound, high=bound, source=source)

    def _printed(self, indicator: Indicator, area: str, year: Period) -> Cell | None:
        """The DfE's figure for a year."""
        values = {}
        for row in self.reference.rows("reference/statistic_columns"):
            names = (row["indicator_id"], row["definition_version"])
            if names == (indicator.pi, indicator.version):
                place = (row["statistic"], area, year.year + 1)
                if place in self.statistics:
                    values[row["role"]] = self.statistics[place]
        if "numerator" not in values:
            return None
        return self._of_two(
            values["numerator"],
            values.get("denominator"),
            indicator.basis == "sent",
            STATISTICS,
        )

    def _surveyed(self, indicator: Indicator, area: str, wave: Period) -> Cell:
        question, counting = self.reference.survey_responses[
            (indicator.pi, indicator.version)
        ]
        answers = self.answers.get((wave.year, area, question), {})
        block = ("tellus_survey", "OFSTED", str(wave.year))
        if not any(response in answers for response in counting):
            if self.block_fates.get(block) != "in":
                return Cell(self._absent(block, wave))
            is_asked = any(key[:2] == (wave.year, area) for key in self.answers)
            is_absent = area == CITY and not is_asked
            return Cell(NOT_APPLICABLE if is_absent else NOT_SUBMITTED)
        values = [
            answers[response].cells["weighted_percent"]
            for response in counting
            if response in answers
        ]
        base = float(next(iter(answers.values())).cells["base_unweighted"])
        if "*" in values:
            return Cell(SUPPRESSED, None, base)
        if any(not isinstance(value, (int, float)) for value in values):
            return Cell(NOT_AVAILABLE)
        total = float(sum(values))
        if len(values) < len(counting):
            return Cell(PARTIAL, None, base, percentage=total)
        return Cell(REPORTED, None, base, percentage=total)

    # -- totals and the unallocated

    def _unallocated(self, indicator: Indicator, period: Period) -> Cell:
        """What belongs to no borough: a numerator and nothing else."""
        months = calendar.months_of(period)
        if indicator.extract == "mps_borough_crime":
            which = indicator.measure[-4:]
            # Of a month in which no figure could be read, nothing is known.
            held = {
                month
                for (name, _, month), cell in self.crime.items()
                if name == which and cell.numerator is not None
            }
            is_in = any(month.period_id in held for month in months)
            cells = [
                self.crime.get((which, UNALLOCATED, month.period_id))
                for month in months
            ]
            number = sum(cell.numerator or 0 for cell in cells if cell)
        else:
            parts = {month.period_id for month in months}
            parts |= {
                one.period_id
                for one in calendar.quarters_of(period.year)
                if period.kind == "financial_year" or one == period
            }
            is_in = any(
                extract == indicator.extract
                and part in parts
                and state == "in"
                and not self._is_out_of_scope(indicator, submitter)
                for (extract, submitter, part), state in self.block_fates.items()
            )
            number = sum(
                self.events[(indicator.measure, UNALLOCATED, part)] for part in parts
            )
        if is_in:
            return Cell(NO_DENOMINATOR, number)
        days = self.due_days[indicator.extract]
        is_due = days is None or self._is_due(period, indicator.extract)
        return Cell(NOT_SUBMITTED if is_due else NOT_DUE)

    def _is_out_of_scope(self, indicator: Indicator, submitter: str) -> bool:
        """Whether the sender sends for the City alone, to which it does not apply."""
        return submitter == "COLP" and self._is_exception(indicator, CITY)

    def _total(
        self,
        indicator: Indicator,
        total: str,
        cells: dict[str, Cell],
        unallocated: Cell | None,
    ) -> Cell:
        members = self.reference.members(total)
        expected = sum(not self._is_exception(indicator, area) for area in members)
        parts = [cells[area] for area in members if area in cells]
        expected -= sum(
            cell.status == NOT_APPLICABLE and not self._is_exception(indicator, area)
            for area, cell in cells.items()
            if area in members
        )
        whole = roll_up(parts, True, expected, is_span=False)
        extra = whole.strays
        if total == LONDON and unallocated is not None:
            extra += unallocated.numerator or 0

        def more(number: float | None) -> float | None:
            return None if number is None else number + extra

        numerator = more(whole.numerator)
        return replace(
            whole, numerator=numerator, low=more(whole.low),
            high=more(whole.high),
        )  # fmt: skip


__all__ = ["TOTALS", "Cell", "Key", "Truth"]
