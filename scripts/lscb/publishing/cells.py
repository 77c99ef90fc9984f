"""From rows of the value table to the counts in them, and how these hang together.

Used on the warehouse by the guard and on the published file by the attack: both read
the same columns, and the catalogue's additivity decides what adds up to what.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import duckdb

from lscb.disclosure.structure import Key, Structure
from lscb.sql import literal, read_query
from lscb.statuses import FIGURES, statuses

SQL = Path(__file__).with_name("sql")
NUMERATOR, DENOMINATOR = "numerator", "denominator"
HIDDEN_STATUSES = statuses(FIGURES, "hidden")
TOTAL_AREAS = ("region", "sub_region")
AUTHORITY = "local_authority"


class RowKey(NamedTuple):
    """The four keys of a value."""

    indicator_id: str
    definition_version: int
    area_code: str
    period_id: str


@dataclass(frozen=True)
class Row:
    """A row of fct_indicator_values, as far as its counts go."""

    key: RowKey
    numerator: int | None
    denominator: int | None
    low: int | None
    high: int | None
    value_status: str
    is_denominator_hidden: bool = False

    @property
    def known_numerator(self) -> int | None:
        """The count, also where it stands in the bounds alone."""
        if self.numerator is None and self.low is not None and self.low == self.high:
            return self.low
        return self.numerator


@dataclass(frozen=True)
class Indicator:
    """What the catalogue says of an indicator's counts."""

    value_type: str
    denominator_basis: str
    adds_over_areas: bool
    year_from_quarters: str
    year_denominator: str


@dataclass(frozen=True)
class Link:
    """A row of disclosure_links."""

    kind: str
    first: tuple[str, str]
    second: tuple[str, str]


@dataclass(frozen=True)
class Facts:
    """Areas, periods, catalogue and links: what everybody can look up."""

    area_types: Mapping[str, str]
    parents: Mapping[str, str]
    period_types: Mapping[str, str]
    years: Mapping[str, str]
    indicators: Mapping[tuple[str, int], Indicator]
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Cells:
    """Where each count of each row stands among the keys of the engine."""

    keys: Mapping[tuple[RowKey, str], Key]
    structure: Structure
    unknown_totals: tuple[RowKey, ...]
    """Totals over counts suppressed at their source: bounds, and no number."""


def read_facts(
    connection: duckdb.DuckDBPyConnection, schema: str, links: Iterable[Link]
) -> Facts:
    """The facts as the dimension tables of a schema give them."""
    areas = connection.execute(
        f"select area_code, area_type, parent_area_code from {schema}.dim_areas"
    ).fetchall()
    periods = connection.execute(
        f"select period_id, period_type, year_period_id from {schema}.dim_periods"
    ).fetchall()
    indicators = connection.execute(
        "select indicator_id, definition_version, value_type, denominator_basis,"
        " additive_over_areas, year_from_quarters, year_denominator"
        f" from {schema}.dim_indicators"
    ).fetchall()
    return Facts(
        area_types={code: kind for code, kind, _ in areas},
        parents={code: parent for code, _, parent in areas if parent},
        period_types={period: kind for period, kind, _ in periods},
        years={
            period: year for period, kind, year in periods if kind == "quarter" and year
        },
        indicators={
            (code, version): Indicator(*rest) for code, version, *rest in indicators
        },
        links=tuple(links),
    )


def own_areas(facts: Facts) -> frozenset[str]:
    """The areas whose people know their own counts: every authority."""
    return frozenset(
        area for area, kind in facts.area_types.items() if kind == AUTHORITY
    )


def neighbours_sql(seeds: Path) -> str:
    """A query of every authority's statistical neighbours in the region."""
    file = literal(str(seeds / "reference" / "statistical_neighbours.csv"))
    return (
        "select area_code, neighbour_area_code"
        f" from read_csv({file}, header = true, all_varchar = true)"
        " where neighbour_area_code is not null"
        " qualify edition = max(edition) over ()"
    )


def read_links(connection: duckdb.DuckDBPyConnection, relation: str) -> list[Link]:
    """The links that a table or a CSV file lists."""
    return [
        Link(kind, (first, one), (second, other))
        for kind, first, one, second, other in connection.execute(
            "select kind, first_indicator_id, first_measure, second_indicator_id,"
            f" second_measure from {relation} order by all"
        ).fetchall()
    ]


def read_rows(
    connection: duckdb.DuckDBPyConnection, schema: str, *, is_published: bool
) -> list[Row]:
    """All rows of the value table, with their counts as whole numbers."""
    flag = "is_denominator_hidden" if is_published else "false"
    return [
        Row(
            RowKey(*values[:4]),
            *(_whole(each) for each in values[4:8]),
            *values[8:],
        )
        for values in connection.execute(
            read_query(SQL, "counts", schema=schema, denominator_hidden=flag)
        ).fetchall()
    ]


def _whole(number: float | None) -> int | None:
    """The whole count by which a number is protected.

    An estimate may have a fraction, and a spreadsheet leaves dust: it is protected as
    the nearest whole number, and as 1 where it is more than nothing.
    """
    if number is None or number == 0:
        return None if number is None else 0
    return max(1, math.floor(number + 0.5))


def lay_out(rows: Iterable[Row], facts: Facts) -> Cells:
    """Give every count that is or would be printed its key, and say what adds up."""
    layout = _Layout(facts)
    ordered = sorted(
        rows, key=lambda row: facts.period_types[row.key.period_id] != "quarter"
    )
    for row in ordered:
        layout.place(row)
    return layout.finish()


class _Layout:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.keys: dict[tuple[RowKey, str], Key] = {}
        self.unknown_totals: list[RowKey] = []
        self.quarters: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        self.last_parts: dict[str, tuple[str, ...]] = {}

    def place(self, row: Row) -> None:
        if self._has_numerator(row):
            self._add(row, NUMERATOR)
        if self._has_denominator(row):
            self._add(row, DENOMINATOR)

    def _indicator(self, key: RowKey) -> Indicator:
        return self.facts.indicators[key.indicator_id, key.definition_version]

    def _has_numerator(self, row: Row) -> bool:
        if row.known_numerator is not None:
            return True
        if row.value_status in HIDDEN_STATUSES:
            return True
        is_unknown = row.value_status == "suppressed_at_source" or row.low is not None
        if is_unknown and self._is_total(row.key):
            self.unknown_totals.append(row.key)
            return False
        return is_unknown

    def _has_denominator(self, row: Row) -> bool:
        if self._indicator(row.key).denominator_basis != "sent":
            return False
        return row.denominator is not None or row.is_denominator_hidden

    def _is_total(self, key: RowKey) -> bool:
        if self.facts.area_types[key.area_code] in TOTAL_AREAS:
            return True
        rule = self._year_rule(key, NUMERATOR)
        return rule != "none" and bool(self._quarters(key, NUMERATOR))

    def _year_rule(self, key: RowKey, measure: str) -> str:
        if self.facts.period_types[key.period_id] != "financial_year":
            return "none"
        return year_rule(self._indicator(key), measure)

    def _quarters(self, key: RowKey, measure: str) -> list[str]:
        series = series_of(key, measure)
        return self.quarters.get((series, key.area_code, key.period_id), [])

    def _add(self, row: Row, measure: str) -> None:
        key, period = row.key, row.key.period_id
        series = series_of(key, measure)
        if period in self.facts.years:
            year = self.facts.years[period]
            self.quarters[series, key.area_code, year].append(period)
        quarters = self._quarters(key, measure)
        if self._year_rule(key, measure) == "last" and quarters:
            period = f"{key.period_id}={max(quarters)}"
            self.last_parts[period] = (max(quarters),)
        self.keys[key, measure] = Key(series, key.area_code, period)

    def finish(self) -> Cells:
        facts = self.facts
        series = {series_of(key, measure): (key, measure) for key, measure in self.keys}
        return Cells(
            self.keys,
            Structure(
                area_parts=_area_parts(facts),
                period_parts=_period_parts(facts) | self.last_parts,
                adds_over_areas=frozenset(
                    name
                    for name, (key, _) in series.items()
                    if self._indicator(key).adds_over_areas
                ),
                adds_over_periods=frozenset(
                    name
                    for name, (key, measure) in series.items()
                    if year_rule(self._indicator(key), measure) != "none"
                ),
                sums=_sums(facts),
                within=tuple(_pairs(facts, "nested"))
                + tuple(
                    (series_of(key, NUMERATOR), name)
                    for name, (key, measure) in sorted(series.items())
                    if measure == DENOMINATOR
                    and self._indicator(key).value_type == "proportion"
                ),
                same=tuple((*pair, 0) for pair in _pairs(facts, "same")),
            ),
            tuple(self.unknown_totals),
        )


def series_of(key: RowKey, measure: str) -> str:
    """The name of a series: indicator, definition version and measure."""
    return f"{key.indicator_id}/{key.definition_version}/{measure}"


def year_rule(indicator: Indicator, measure: str) -> str:
    """How a year's count follows from its quarters': sum, last or none."""
    rule = (
        indicator.year_from_quarters
        if measure == NUMERATOR
        else indicator.year_denominator
    )
    return {"sum": "sum", "last": "last", "last_sent": "last"}.get(rule, "none")


def _area_parts(facts: Facts) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for area, parent in sorted(facts.parents.items()):
        parts[parent].append(area)
    return {total: tuple(areas) for total, areas in parts.items()}


def _period_parts(facts: Facts) -> dict[str, tuple[str, ...]]:
    parts: dict[str, list[str]] = defaultdict(list)
    for quarter, year in sorted(facts.years.items()):
        parts[year].append(quarter)
    return {year: tuple(quarters) for year, quarters in parts.items()}


def _pairs(facts: Facts, kind: str) -> Iterable[tuple[str, str]]:
    """Pairs of series that links of a kind tie; every version with every other."""
    for link in facts.links:
        if link.kind == kind:
            for one in _series_named(facts, *link.first):
                for other in _series_named(facts, *link.second):
                    yield one, other


def _sums(facts: Facts) -> dict[str, tuple[str, ...]]:
    sums: dict[str, list[str]] = defaultdict(list)
    for part, total in _pairs(facts, "sum"):
        sums[total].append(part)
    return {total: tuple(parts) for total, parts in sums.items()}


def _series_named(facts: Facts, indicator_id: str, measure: str) -> list[str]:
    return [
        f"{code}/{version}/{measure}"
        for code, version in sorted(facts.indicators)
        if code == indicator_id
    ]
