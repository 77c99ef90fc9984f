"""Comparisons beside hidden counts: nothing that a reader could not work out alone.

A check of a finished publication from outside. A quartile may stand beside hidden
counts only where it is the same for every value that their marks allow;
a figure of neighbours only where it is that of the neighbours whose counts are shown.
The guard settles both in SQL; here they are worked out again.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from lscb.publishing.cells import HIDDEN_STATUSES, RowKey, neighbours_sql
from lscb.sql import read_query

SQL = Path(__file__).with_name("sql")

BEYOND = 1e300
"""Stands for a value without upper bound; still halves and quarters without error."""

NEAR = 1e-9
"""Two figures this near to each other, relatively, are the same."""


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
    threshold: int

    @property
    def is_hidden(self) -> bool:
        """Whether a count behind the figure is hidden, or the row withheld."""
        has_hidden = self.value_status in HIDDEN_STATUSES or self.is_denominator_hidden
        return has_hidden or self.is_withheld

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
    found: dict[str, list[RowKey]] = {"quartile": [], "neighbours": []}
    for group in groups.values():
        if any(cell.is_hidden for cell in group):
            found["quartile"] += _quartiles_told(group)
            found["neighbours"] += _neighbours_told(group, neighbours)
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
