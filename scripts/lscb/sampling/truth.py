"""The truth: numerator and denominator of every cell, as the warehouse must find them.

Worked out from what the generators meant to send, by the rules of the counting
contract, and by no road that the warehouse takes. Where a cell has no figure it says
why. What a cell holds:

* a numerator only where the status is reported, partial or no_denominator;
* bounds only where something in it was suppressed at source;
* a denominator only where one is known and the status is one of the three above or
  suppressed_at_source;
* a value where numerator and denominator stand, or the numerator of a count.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lscb.sampling import survey as tellus
from lscb.sampling.admissions import Admissions
from lscb.sampling.counts import (
    Counts,
    count_admissions,
    count_missing_children,
    count_offences,
)
from lscb.sampling.missing import MissingChildren
from lscb.sampling.offences import Offences
from lscb.sampling.periods import Grid, Period, first_year, months
from lscb.sampling.published import Published
from lscb.sampling.reference import (
    UNALLOCATED,
    Mark,
    Reference,
)
from lscb.sampling.referrals import Referrals, allegations
from lscb.sampling.returns import Returns, Sent
from lscb.sampling.survey import Survey

REPORTED, PARTIAL, SUPPRESSED = "reported", "partial", "suppressed_at_source"
NO_DENOMINATOR, NOT_APPLICABLE = "no_denominator", "not_applicable"
REFUSED, NOT_SUBMITTED = "refused", "not_submitted"
NOT_AVAILABLE, NOT_DEFINED = "not_available", "not_defined"
WHEN_NO_PART_IS_IN = (
    REFUSED, NOT_SUBMITTED, SUPPRESSED, NOT_AVAILABLE, NOT_APPLICABLE,
)  # fmt: skip
RETURN, PUBLISHED_STATISTICS = "lscb_return", "ees_statistics"

COLUMNS = (
    "indicator_id", "definition_version", "area_code", "period_id", "numerator",
    "denominator", "value", "value_status", "numerator_low", "numerator_high",
    "areas_included", "source_extract", "is_expected",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell of the grid, or one part of it."""

    status: str
    numerator: int | None = None
    denominator: int | None = None
    low: int | None = None
    high: int | None = None
    source: str = ""
    percentage: int | None = None

    @property
    def is_in(self) -> bool:
        """Return whether the cell brings a figure to a total."""
        return self.status in (REPORTED, PARTIAL) and self.numerator is not None

    @property
    def is_hidden(self) -> bool:
        """Return whether the cell brings bounds instead of a figure."""
        return self.status == SUPPRESSED or (
            self.status == PARTIAL and self.numerator is None
        )


def _added(numbers: Iterable[int | None]) -> int | None:
    """Return the sum, or None when one of the numbers is unknown."""
    known = list(numbers)
    return None if None in known else sum(number or 0 for number in known)


def combine(parts: Sequence[Cell]) -> Cell:
    """Return the whole that parts make: a year of quarters, a total of areas.

    Parts to which the measure does not apply are not expected. A part without
    denominator makes the whole partial and stays out of it.
    """
    expected = [part for part in parts if part.status != NOT_APPLICABLE]
    known = [part for part in expected if part.is_in]
    bare = [part for part in expected if part.status == NO_DENOMINATOR]
    hidden = [part for part in expected if part.is_hidden]
    is_whole = len(known) + len(hidden) == len(expected) and all(
        part.status != PARTIAL for part in expected
    )
    numerator = sum(part.numerator or 0 for part in known)
    denominators = [part.denominator for part in known if part.denominator is not None]
    denominator = sum(denominators) if denominators else None
    if hidden:
        whole = Cell(
            SUPPRESSED if is_whole else PARTIAL,
            denominator=denominator,
            low=_added([numerator, *(part.low for part in hidden)]),
            high=_added([numerator, *(part.high for part in hidden)]),
        )
        if is_whole or known or any(part.status == PARTIAL for part in hidden):
            return whole
    elif known:
        return Cell(REPORTED if is_whole else PARTIAL, numerator, denominator)
    elif bare:
        return Cell(NO_DENOMINATOR, sum(part.numerator or 0 for part in bare))
    statuses = {part.status for part in parts}
    return Cell(next(word for word in WHEN_NO_PART_IS_IN if word in statuses))


@dataclass
class Evidence:
    """What the generators meant to send."""

    admissions: Admissions
    offences: Offences
    referrals: Referrals
    missing: MissingChildren
    survey: Survey
    returns: Returns
    published: Published


@dataclass(frozen=True)
class Indicator:
    """A row of the catalogue, as far as counting needs it."""

    pi: str
    version: str
    extract: str
    measure: str
    basis: str
    band: str
    qualifier: str
    multiplier: int
    value_type: str
    periods: frozenset[str]
    from_quarters: str
    year_denominator: str
    adds_over_areas: bool
    valid_from: str
    valid_to: str

    @classmethod
    def of(cls, row: dict[str, str]) -> "Indicator":
        return cls(
            row["indicator_id"], row["definition_version"], row["extract"],
            row["numerator_measure_id"], row["denominator_basis"],
            row["population_age_band"], row["measure_qualifier"],
            int(float(row["multiplier"] or 1)), row["value_type"],
            frozenset(row["periods"].split("|")), row["year_from_quarters"],
            row["year_denominator"], row["additive_over_areas"] == "true",
            row["valid_from"], row["valid_to"],
        )  # fmt: skip

    @property
    def is_counted(self) -> bool:
        """Return whether records or published counts, not a return, feed it."""
        return bool(self.measure)

    def is_in_force(self, period: Period) -> bool:
        day = period.end.isoformat()
        return (not self.valid_from or self.valid_from <= day) and (
            not self.valid_to or day <= self.valid_to
        )


class Truth:
    """Every cell of the sample."""

    def __init__(self, reference: Reference, grid: Grid, evidence: Evidence) -> None:
        self.reference = reference
        self.grid = grid
        self.evidence = evidence
        self.marks: dict[str, Mark] = reference.return_marks
        self.counts = self._count()
        known = [Indicator.of(row) for row in reference.indicators]
        self.left_out = {
            indicator: because
            for indicator in known
            if (because := self._cannot_tell(indicator))
        }
        self.indicators = [each for each in known if each not in self.left_out]

    def _cannot_tell(self, indicator: Indicator) -> str:
        """Return why the truth is silent about an indicator; nothing where it is not.

        What is counted from records it counts by a road of its own, written here: an
        indicator that is new to the catalogue is not on it.
        """
        if indicator.value_type == "undefined":
            return ""
        if indicator.extract == tellus.EXTRACT:
            has_responses = (indicator.pi, indicator.version) in (
                self.reference.survey_responses
            )
            return "" if has_responses else "no response counts for it"
        if indicator.is_counted and indicator.measure not in self.counts:
            return f"no second road counts {indicator.measure}"
        if not indicator.is_counted and indicator.extract != RETURN:
            return f"no file of the sample is of {indicator.extract}"
        return ""

    # -- what was counted, by measure, area and quarter

    def _count(self) -> Counts:
        """Return events by measure, area and quarter."""
        by_month = count_offences(self.reference, self.evidence.offences)
        counts = {
            measure: self._in_quarters(counter) for measure, counter in by_month.items()
        }
        counts |= count_admissions(self.reference, self.evidence.admissions)
        counts |= count_missing_children(self.evidence.missing)
        counts["lado_allegations"] = allegations(self.evidence.referrals)
        for classification in ("2008", "2010"):
            monthly = Counter(
                {
                    (area, month): count
                    for (which, area, month), count in (
                        self.evidence.published.offences.items()
                    )
                    if which == classification
                }
            )
            counts[f"mps_offences_{classification}"] = self._in_quarters(monthly)
        return counts

    def _in_quarters(self, by_month: Counter) -> Counter:
        quarterly: Counter = Counter()
        for (area, month), count in by_month.items():
            quarterly[(area, self._quarter_of(month))] += count
        return quarterly

    def _quarter_of(self, month: str) -> str:
        year, number = int(month[1:5]), int(month[6:])
        begins = year - (number < 4)
        return f"{begins}-{(begins + 1) % 100:02d}Q{(number - 4) % 12 // 3 + 1}"

    def _months_of(self, quarter: str) -> list[str]:
        return [
            month.period_id
            for month in months(quarter[:7])
            if self._quarter_of(month.period_id) == quarter
        ]

    # -- who was expected to send, and whether it came

    def _arrival(self, indicator: Indicator, area: str, quarter: str) -> str:
        """Return `in`, or why the extract brings nothing or not all of it."""
        if indicator.extract == "pct_admissions":
            trust = self.reference.by_area[area]["pct_code"]
            return self.evidence.admissions.block_status[(trust, quarter)]
        if indicator.extract == "lado_referrals":
            return self.evidence.referrals.block_status[(area, quarter)]
        if indicator.extract == "missing_children":
            force = self.reference.by_area[area]["police_force_code"]
            return self.evidence.missing.block_status[(force, quarter)]
        if indicator.extract == "police_offences":
            force = self.reference.by_area[area]["police_force_code"]
            sent = self.evidence.offences.block_status
            return self._of_months(
                [sent[(force, month)] for month in self._months_of(quarter)]
            )
        held = self.evidence.published.offences
        classification = indicator.measure[-4:]
        return self._of_months(
            [
                "in" if (classification, area, month) in held else NOT_SUBMITTED
                for month in self._months_of(quarter)
            ]
        )

    @staticmethod
    def _of_months(arrivals: list[str]) -> str:
        if all(arrival == "in" for arrival in arrivals):
            return "in"
        if "in" in arrivals:
            return PARTIAL
        return REFUSED if REFUSED in arrivals else NOT_SUBMITTED

    # -- one cell of one authority

    def _population(self, indicator: Indicator, area: str, period: str) -> int | None:
        """Return the people of the mid-year in which the period's year begins."""
        year = first_year(period.removeprefix("AY")[:7])
        return self.evidence.published.populations.get((area, year, indicator.band))

    def _divided(
        self, indicator: Indicator, cell: Cell, area: str, period: str
    ) -> Cell:
        """Return the cell with its population, where one divides it."""
        if indicator.basis != "population":
            return cell
        people = self._population(indicator, area, period)
        has_number = cell.status in (REPORTED, PARTIAL) and cell.numerator is not None
        if has_number and not people:
            return replace(cell, status=NO_DENOMINATOR)
        if cell.status in (REPORTED, PARTIAL, SUPPRESSED):
            return replace(cell, denominator=people)
        return cell

    def _counted_quarter(self, indicator: Indicator, area: str, quarter: str) -> Cell:
        """Return a quarter from records; the return's figure where they are absent."""
        arrival = self._arrival(indicator, area, quarter)
        if arrival in ("in", PARTIAL):
            number = self.counts[indicator.measure][(area, quarter)]
            status = REPORTED if arrival == "in" else PARTIAL
            cell = Cell(status, number, source=indicator.extract)
            return self._divided(indicator, cell, area, quarter)
        sent = self._sent(indicator, area, quarter)
        if sent is not None:
            return self._from_return(indicator, sent, area, quarter)
        return Cell(arrival, source=indicator.extract)

    def _sent(self, indicator: Indicator, area: str, period: str) -> Sent | None:
        key = (area, period, indicator.pi, indicator.version, indicator.qualifier)
        return self.evidence.returns.cells.get(key)

    def _sent_cell(self, indicator: Indicator, area: str, period: str) -> Cell:
        """Return a cell of a return, or why there is none."""
        block = self.evidence.returns.block_status[(area, period)]
        if block != "in":
            return Cell(block, source=RETURN)
        sent = self._sent(indicator, area, period)
        if sent is not None:
            return self._from_return(indicator, sent, area, period)
        other_measures = indicator.qualifier and any(
            key[:4] == (area, period, indicator.pi, indicator.version)
            for key in self.evidence.returns.cells
        )
        return Cell(NOT_AVAILABLE if other_measures else NOT_SUBMITTED, source=RETURN)

    def _from_return(
        self, indicator: Indicator, sent: Sent, area: str, period: str
    ) -> Cell:
        """Read a row of a return: a number, a mark, a blank or a fault in each cell."""
        if sent.numerator_is_faulty or sent.denominator_is_faulty:
            return Cell(REFUSED, source=RETURN)
        bottom = int(sent.denominator) if sent.denominator.isdigit() else None
        if not sent.numerator.isdigit():
            mark = self.marks[sent.numerator or "(blank)"]
            cell = Cell(mark.value_status, None, None, mark.low, mark.high, RETURN)
            if mark.value_status == SUPPRESSED and indicator.basis == "sent":
                cell = replace(cell, denominator=bottom)
            return self._divided(indicator, cell, area, period)
        top = int(sent.numerator)
        cell = Cell(REPORTED, top, source=RETURN)
        if indicator.basis != "sent":
            return self._divided(indicator, cell, area, period)
        if not sent.denominator or bottom == 0:
            return replace(cell, status=NO_DENOMINATOR)
        if bottom is not None:
            return replace(cell, denominator=bottom)
        mark = self.marks[sent.denominator]
        bounds = top if mark.value_status == SUPPRESSED else None
        return Cell(mark.value_status, low=bounds, high=bounds, source=RETURN)

    # -- the periods of one authority

    def _quarter(self, indicator: Indicator, area: str, quarter: str) -> Cell:
        if (indicator.pi, area) in self.reference.exceptions:
            return Cell(NOT_APPLICABLE, source=indicator.extract)
        if indicator.is_counted:
            return self._counted_quarter(indicator, area, quarter)
        return self._sent_cell(indicator, area, quarter)

    def _year(self, indicator: Indicator, area: str, year: str) -> Cell:
        """Return a financial year: as sent, else of quarters, else as published."""
        if (indicator.pi, area) in self.reference.exceptions:
            return Cell(NOT_APPLICABLE, source=indicator.extract)
        if indicator.from_quarters == "none" or "quarter" not in indicator.periods:
            cell = self._sent_cell(indicator, area, year)
            return self._unless_published(cell, indicator, area, year)
        if not indicator.is_counted:
            sent = self._sent(indicator, area, year)
            if sent is not None:
                return self._from_return(indicator, sent, area, year)
        quarters = [
            self._quarter(indicator, area, quarter.period_id)
            for quarter in self.grid.quarters
            if quarter.period_id.startswith(year)
        ]
        if indicator.from_quarters == "last":
            cell = quarters[-1]
        else:
            cell = self._sum_of_quarters(indicator, quarters, area, year)
        return self._unless_published(cell, indicator, area, year)

    def _unless_published(
        self, cell: Cell, indicator: Indicator, area: str, year: str
    ) -> Cell:
        """Return a year's cell, as the department publishes it where nothing came."""
        if cell.status in (NOT_SUBMITTED, REFUSED):
            return self._as_published(indicator, area, year) or cell
        return cell

    def _sum_of_quarters(
        self, indicator: Indicator, quarters: list[Cell], area: str, year: str
    ) -> Cell:
        """Return the year that quarters make, with the year's own denominator."""
        sources = {cell.source for cell in quarters if cell.is_in or cell.is_hidden}
        source = sources.pop() if len(sources) == 1 else indicator.extract
        if indicator.year_denominator == "last_sent":
            # A quarter needs no denominator of its own: the year has one.
            last = [cell.denominator for cell in quarters if cell.denominator]
            quarters = [
                replace(cell, status=REPORTED)
                if cell.status == NO_DENOMINATOR
                else cell
                for cell in quarters
            ]
            cell = combine(quarters)
            if cell.is_in and not last:
                return replace(cell, status=NO_DENOMINATOR, source=source)
            bottom = last[-1] if last and (cell.is_in or cell.is_hidden) else None
            return replace(cell, denominator=bottom, source=source)
        cell = replace(combine(quarters), source=source)
        return self._divided(indicator, cell, area, year)

    def _as_published(self, indicator: Indicator, area: str, year: str) -> Cell | None:
        """Return the department's figure for a year of which nothing was returned."""
        figures = {
            row["role"]: self.evidence.published.statistics.get(
                (row["statistic"], area, year)
            )
            for row in self.reference.rows("reference/statistic_columns")
            if (row["indicator_id"], row["definition_version"])
            == (indicator.pi, indicator.version)
        }
        if figures.get("numerator") is None:
            return None
        sent = Sent(figures["numerator"] or "", figures.get("denominator") or "")
        cell = self._from_return(indicator, sent, area, year)
        # what is taken of nothing is printed as taken of 0
        bottom = cell.denominator or None
        return replace(cell, denominator=bottom, source=PUBLISHED_STATISTICS)

    def _wave(self, indicator: Indicator, area: str, wave: int) -> Cell:
        """Return a survey percentage: the sum over the responses that count."""
        question, counting = self.reference.survey_responses[
            (indicator.pi, indicator.version)
        ]
        answer = self.evidence.survey.answers.get((wave, area, question))
        source = tellus.EXTRACT
        if answer is None:
            asked_here = any(
                key[:2] == (wave, area) for key in self.evidence.survey.answers
            )
            is_exception = (indicator.pi, area) in (
                self.reference.exceptions_where_absent
            )
            absent = is_exception and not asked_here
            return Cell(NOT_APPLICABLE if absent else NOT_SUBMITTED, source=source)
        percents = [
            percent
            for response, percent in answer.percents.items()
            if response.lower() in counting
        ]
        total = _added(percents)
        status = SUPPRESSED if total is None else REPORTED
        return Cell(status, None, answer.base, source=source, percentage=total)

    # -- totals and the unallocated

    def _total(
        self,
        indicator: Indicator,
        total: str,
        cells: dict[str, Cell],
        periods: list[str],
    ) -> tuple[Cell, int]:
        """Return the region or a part of it, and how many areas are in it."""
        parts = [cells[area] for area in self.reference.members(total)]
        whole = replace(combine(parts), source=indicator.extract)
        included = sum(part.is_in for part in parts)
        if not indicator.is_counted:
            return whole, included
        extra = sum(self._beside(indicator, total, period) for period in periods)
        if whole.is_in:
            return replace(whole, numerator=(whole.numerator or 0) + extra), included
        if whole.is_hidden:
            low, high = _added([whole.low, extra]), _added([whole.high, extra])
            return replace(whole, low=low, high=high), included
        return whole, included

    def _beside(self, indicator: Indicator, total: str, quarter: str) -> int:
        """Return what belongs to a total but to no area that is in.

        The unallocated, in the whole region alone, and residents whom other trusts sent
        though their own borough's trust is silent and no return speaks for it.
        """
        counter = self.counts[indicator.measure]
        is_region = total == self.reference.region["area_code"]
        extra = counter[(UNALLOCATED, quarter)] if is_region else 0
        for area in self.reference.members(total):
            if indicator.extract != "pct_admissions":
                break
            if self._arrival(indicator, area, quarter) in ("in", PARTIAL):
                continue
            if self._sent(indicator, area, quarter) is None:
                extra += counter[(area, quarter)]
        return extra

    def _unallocated(self, indicator: Indicator, periods: list[str]) -> Cell:
        """Return what belongs to no borough: a numerator and nothing else."""
        counter = self.counts[indicator.measure]
        if indicator.extract == "mps_borough_crime":
            came = [self._arrival(indicator, UNALLOCATED, name) for name in periods]
            if "in" not in came:
                return Cell(NOT_SUBMITTED, source=indicator.extract)
        number = sum(counter[(UNALLOCATED, period)] for period in periods)
        return Cell(NO_DENOMINATOR, number, source=indicator.extract)

    # -- the table

    def rows(self) -> list[list[str]]:
        """Return every row of the truth as text, in order, without the header."""
        return [
            row for indicator in self.indicators for row in self._rows_of(indicator)
        ]

    def _rows_of(self, indicator: Indicator) -> list[list[str]]:
        if indicator.value_type == "undefined":
            return [
                self._row(indicator, area, year.period_id, Cell(NOT_DEFINED), 0)
                for year in self.grid.financial_years
                for area in self.reference.area_codes
            ]
        rows: list[list[str]] = []
        if "quarter" in indicator.periods:
            for period in self.grid.quarters:
                names = [period.period_id]
                rows += self._in_force(indicator, period, names, self._quarter)
        if "financial_year" in indicator.periods:
            for period in self.grid.financial_years:
                names = [
                    quarter.period_id
                    for quarter in self.grid.quarters
                    if quarter.period_id.startswith(period.period_id)
                ]
                rows += self._in_force(indicator, period, names, self._year)
        if "academic_year" in indicator.periods:
            for period in self.grid.academic_years:
                rows += self._in_force(indicator, period, [], self._sent_cell)
        if "wave" in indicator.periods:
            rows += self._waves(indicator)
        return rows

    def _period(
        self,
        indicator: Indicator,
        period: Period,
        quarters: list[str],
        find: Callable[[Indicator, str, str], Cell],
    ) -> list[list[str]]:
        """Return a period's rows: authorities, the unallocated, totals."""
        name = period.period_id
        cells = {
            area: find(indicator, area, name) for area in self.reference.area_codes
        }
        rows = [
            self._row(indicator, area, name, cell, int(cell.is_in))
            for area, cell in cells.items()
        ]
        if indicator.is_counted and indicator.extract != "lado_referrals":
            cell = self._unallocated(indicator, quarters)
            rows.append(self._row(indicator, UNALLOCATED, name, cell, 0))
        if indicator.adds_over_areas:
            for total in self.reference.totals:
                cell, included = self._total(indicator, total, cells, quarters)
                rows.append(self._row(indicator, total, name, cell, included))
        return rows

    def _in_force(
        self,
        indicator: Indicator,
        period: Period,
        quarters: list[str],
        find: Callable[[Indicator, str, str], Cell],
    ) -> list[list[str]]:
        """Return the rows of the definition in force, and what was sent of another."""
        rows = self._period(indicator, period, quarters, find)
        if indicator.is_in_force(period):
            return rows
        sent = {
            key[0]
            for key in self.evidence.returns.cells
            if key[1:4] == (period.period_id, indicator.pi, indicator.version)
        }
        return [
            [*row[:-1], "false"]
            for row in rows
            if row[2] in sent
            or (
                row[2] in self.reference.totals
                and sent.intersection(self.reference.members(row[2]))
            )
        ]

    def _waves(self, indicator: Indicator) -> list[list[str]]:
        rows = []
        for wave in self.evidence.survey.waves:
            end = tellus.wave_end(self.reference, wave)
            name = f"W{wave}"
            if not indicator.is_in_force(Period(name, str(wave), end, end)):
                continue
            for area in self.reference.area_codes:
                cell = self._wave(indicator, area, wave)
                included = int(cell.status == REPORTED)
                rows.append(self._row(indicator, area, name, cell, included))
        return rows

    def _row(
        self, indicator: Indicator, area: str, period: str, cell: Cell, included: int
    ) -> list[str]:
        """Return one row of the table as text."""
        return [
            indicator.pi, indicator.version, area, period, _text(cell.numerator),
            _text(cell.denominator), _value(indicator, cell), cell.status,
            _text(cell.low), _text(cell.high), str(included),
            cell.source or indicator.extract, "true",
        ]  # fmt: skip


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _value(indicator: Indicator, cell: Cell) -> str:
    """Return the value, rounded only as a double is."""
    if cell.percentage is not None:
        return repr(float(cell.percentage))
    if not cell.is_in:
        return ""
    if indicator.basis == "none":
        return repr(float(cell.numerator or 0))
    if not cell.denominator:
        return ""
    top = indicator.multiplier * (cell.numerator or 0)
    return repr(float(Fraction(top, cell.denominator)))
