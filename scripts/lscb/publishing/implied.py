"""Comparisons beside hidden counts: nothing that a reader could not work out alone.

A check of a finished publication from outside. A quartile may stand beside hidden
counts only where it is the same for every value that their marks allow;
a figure of neighbours only where it is that of the neighbours whose counts are shown;
one of complete authorities only where their sum follows from the sums that are shown.
The guard settles all three in SQL; here they are worked out again.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from lscb.publishing.cells import (
    AUTHORITY,
    DENOMINATOR,
    HIDDEN_STATUSES,
    NUMERATOR,
    RowKey,
    neighbours_sql,
)
from lscb.sql import read_query
from lscb.statuses import FIGURES, statuses

SQL = Path(__file__).with_name("sql")

ANSWERED = statuses(FIGURES, "answer")
"""Where one of these stands without a count, its source hid it, or a part of it."""

BEYOND = 1e300
"""Stands for a value without upper bound; still halves and quarters without error."""

NEAR = 1e-9
"""Two figures this near to each other, relatively, are the same."""


@dataclass(frozen=True)
class _Places:
    """Which areas make up which, and which totals are said to be no sums."""

    types: Mapping[str, str]
    parents: Mapping[str, str]
    apart: frozenset[tuple[RowKey, str]]

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> "_Places":
        """As the published file has them."""
        areas = connection.execute(
            "select area_code, area_type, parent_area_code from mart.dim_areas"
        ).fetchall()
        apart = connection.execute(
            "select indicator_id, definition_version, area_code, period_id, measure"
            " from mart.fct_totals_apart where relation = 'areas'"
        ).fetchall()
        return cls(
            {area: kind for area, kind, _ in areas},
            {area: parent for area, _, parent in areas if parent},
            frozenset((RowKey(*key), measure) for *key, measure in apart),
        )


@dataclass(frozen=True)
class Compared:
    """A published figure and how it is said to stand among others."""

    key: RowKey
    polarity: str | None
    value_type: str
    multiplier: float
    numerator: float | None
    denominator: float | None
    value: float | None
    value_status: str
    is_denominator_hidden: bool
    is_ranked: bool
    is_withheld: bool
    quartile: int | None
    neighbours_value: float | None
    complete_value: float | None
    threshold: int

    @property
    def is_hidden(self) -> bool:
        """Whether a count behind the figure is hidden, or the row withheld."""
        has_hidden = self.value_status in HIDDEN_STATUSES or self.is_denominator_hidden
        return has_hidden or self.is_withheld

    def count(self, measure: str) -> float | None:
        """A count as it is shown, 0 where there is none; None where it is not told."""
        if measure == NUMERATOR:
            is_answered = self.value_status in ANSWERED
            figure, is_untold = self.numerator, self.is_hidden or is_answered
        else:
            figure, is_untold = self.denominator, self.is_denominator_hidden
        return 0.0 if figure is None and not is_untold else figure

    @property
    def box(self) -> tuple[float, float]:
        """The least and the greatest value that the row itself leaves possible."""
        if not self.is_hidden:
            return self.value, self.value
        is_small = self.value_status == "suppressed"
        most = float(self.threshold) if is_small else BEYOND
        if self.value_type == "count":
            return 1, most
        if self.denominator is None:
            return 0, self.multiplier if self.value_type == "proportion" else BEYOND
        if self.value_type == "proportion":
            most = min(most, self.denominator)
        unit = self.multiplier / self.denominator
        return unit, most if most == BEYOND else unit * most


def not_implied(
    connection: duckdb.DuckDBPyConnection, seeds: Path
) -> dict[str, list[RowKey]]:
    """The quartiles and figures of neighbours that disclose something hidden."""
    groups: dict[tuple, list[Compared]] = defaultdict(list)
    for code, version, area, period, *rest in connection.execute(
        read_query(SQL, "compared")
    ).fetchall():
        cell = Compared(RowKey(code, version, area, period), *rest)
        groups[code, version, period].append(cell)
    neighbours: dict[str, list[str]] = defaultdict(list)
    for area, other in connection.execute(neighbours_sql(seeds)).fetchall():
        neighbours[area].append(other)
    places = _Places.read(connection)
    found: dict[str, list[RowKey]] = {"quartile": [], "neighbours": [], "complete": []}
    for group in groups.values():
        if any(cell.is_hidden for cell in group):
            found["quartile"] += _quartiles_told(group)
            found["neighbours"] += _neighbours_told(group, neighbours)
        found["complete"] += _complete_told(group, places)
    return {name: keys for name, keys in found.items() if keys}


def _quartiles_told(group: Sequence[Compared]) -> Iterable[RowKey]:
    ranked = [cell for cell in group if cell.is_ranked]
    if not any(cell.is_hidden for cell in ranked):
        return
    lows, highs = np.array([cell.box for cell in ranked]).T
    for place, cell in enumerate(ranked):
        if cell.quartile is None:
            continue
        ends = set()
        for own, others in ((highs, lows), (lows, highs)):
            figures = others.copy()
            figures[place] = own[place]
            ends.add(_quartile(own[place], figures, cell.polarity))
        if ends != {cell.quartile}:
            yield cell.key


def _quartile(own: float, figures: np.ndarray, polarity: str | None) -> int:
    bounds = np.quantile(figures, [0.25, 0.5, 0.75])
    if polarity == "high_is_good":
        return 1 + int(sum(own < bound for bound in bounds))
    return 1 + int(sum(own > bound for bound in bounds))


def _neighbours_told(
    group: Sequence[Compared], neighbours: Mapping[str, Sequence[str]]
) -> Iterable[RowKey]:
    by_area = {cell.key.area_code: cell for cell in group}
    for cell in group:
        if cell.neighbours_value is None:
            continue
        around = [by_area.get(area) for area in neighbours[cell.key.area_code]]
        around = [other for other in around if other is not None and other.is_ranked]
        if not any(other.is_hidden for other in around):
            continue
        shown = [other for other in around if not other.is_hidden]
        numerator = sum(other.numerator for other in shown)
        if cell.value_type == "count":
            figure = numerator / len(shown) if shown else math.nan
        else:
            denominator = sum(other.denominator for other in shown)
            figure = cell.multiplier * numerator / denominator if shown else math.nan
        if not math.isclose(figure, cell.neighbours_value, rel_tol=NEAR):
            yield cell.key


def _complete_told(group: Sequence[Compared], places: _Places) -> Iterable[RowKey]:
    """Where the figure said to be of all that are complete is not what follows."""
    told = [cell for cell in group if cell.complete_value is not None]
    if not told:
        return
    figure = _sum_implied(group, places, NUMERATOR)
    if told[0].value_type != "count" and figure is not None:
        whole = _sum_implied(group, places, DENOMINATOR)
        figure = told[0].multiplier * figure / whole if whole else None
    for cell in told:
        if figure is None or not math.isclose(
            figure, cell.complete_value, rel_tol=NEAR, abs_tol=NEAR
        ):
            yield cell.key


def _sum_implied(
    group: Sequence[Compared], places: _Places, measure: str
) -> float | None:
    """The sum of a count over those that are complete, if the shown sums settle it.

    Counts that are not told are the unknowns, totals and their parts the equations: the
    sum is settled where it is a combination of these.
    """
    by_area = {cell.key.area_code: cell for cell in group}
    counts = {area: cell.count(measure) for area, cell in by_area.items()}
    unknown = [area for area, count in counts.items() if count is None]

    def split(terms: Mapping[str, int]) -> tuple[list[int], float]:
        shown = sum(
            times * counts[area]
            for area, times in terms.items()
            if counts[area] is not None
        )
        return [terms.get(area, 0) for area in unknown], shown

    own = {
        area: 1
        for area, cell in by_area.items()
        if cell.is_ranked and places.types[area] == AUTHORITY
    }
    wanted, figure = split(own)
    if not any(wanted):
        return figure
    sums = []
    for total in set(places.parents.values()) & by_area.keys():
        parts = [area for area in by_area if places.parents.get(area) == total]
        # What has no count is no total of anything.
        has_count = counts[total] is None or _has(by_area[total], measure)
        if parts and has_count and (by_area[total].key, measure) not in places.apart:
            sums.append(split({total: 1} | dict.fromkeys(parts, -1)))
    if not sums:
        return None
    rows = np.array([row for row, _ in sums], dtype=float)
    times, *_ = np.linalg.lstsq(rows.T, np.array(wanted, dtype=float), rcond=None)
    if not np.allclose(times @ rows, wanted, atol=NEAR):
        return None
    return figure - float(times @ np.array([shown for _, shown in sums]))


def _has(cell: Compared, measure: str) -> bool:
    return (cell.numerator if measure == NUMERATOR else cell.denominator) is not None
