"""Decide what to hide: the small counts, and as few others as an attack demands.

Repair by attack. A hidden count is safe when there are two whole-number tables that
fit all a reader knows and that differ in it by the width. Counts without such a pair
get one: a linear programme finds the cheapest way to move the count while everything
that stays shown stands still, and the cells it had to move are hidden too. Hiding more
never makes a safe count unsafe, so each is repaired once. At the end every extra cell
is shown again, dearest first, if all hidden counts stay safe without it.

All is calculated as displacement from the true table, which the reader cannot tell from
any other that fits.

Two kinds of reader are guarded against: the one who knows what is published and no
more, and the insiders, each of whom knows the counts of its own area besides. Against
the first every hidden count keeps the width; against insiders the counts of the other
areas keep the width for insiders, and totals need not.
"""

import itertools
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from lscb.disclosure.intervals import (
    MILP_SECONDS,
    NO_BOUND,
    WHOLE,
    ContradictionError,
    Polytope,
    Reach,
    explore,
    settle,
)
from lscb.disclosure.problem import (
    Cell,
    CellId,
    Kind,
    Pattern,
    Problem,
    Relation,
    Rule,
    shown_range,
)
from lscb.disclosure.statistics import Statistic, narrows

FAR = 10_000
"""A displacement that stands for no bound; the width needed is far smaller."""

NO_COST = 1e-3
"""The cost of moving a cell that is open: small, so that short ways are preferred."""

CHANGED_MARK = 0.1
"""The cost of not saying that a hidden count is small, against that of hiding it."""

AT_ONCE = 50
"""Groups of unknown counts that are asked at once whether any numbers fit."""

HIDDEN_ANYWAY = (Kind.NEVER_SHOWN, Kind.STAYS_HIDDEN)


def protect(problem: Problem, rule: Rule | None = None) -> Pattern:
    """Find the cells and statistics to hide."""
    rule = rule or Rule()
    started = time.perf_counter()
    problem = _in_order(problem)
    reference = _reference(problem)
    primary = {
        cell.id
        for cell in problem.cells
        if cell.kind is Kind.MUST_HIDE
        or (
            cell.kind in (Kind.MAY_HIDE, Kind.STAYS_HIDDEN)
            and rule.is_small(reference[cell.id])
        )
    }
    opened: set[CellId] = set()
    unprotectable: set[CellId] = set()
    exposed: set[tuple[Hashable, CellId]] = set()
    programmes = 0
    for cells, relations in _components(problem, reference, primary):
        component = _Component(cells, relations, reference, primary, rule)
        component.repair()
        component.clean_up()
        opened |= component.opened_ids()
        unprotectable |= component.unprotectable_ids()
        exposed |= component.exposed_ids()
        programmes += component.programmes
    may_be_told = {
        cell.id
        for cell in problem.cells
        if cell.kind is Kind.MAY_HIDE and rule.marks_tell_primary
    }
    return Pattern(
        primary=frozenset(primary),
        secondary=frozenset(opened - primary),
        marked_small=frozenset((primary & may_be_told) - opened),
        statistics=frozenset(
            _telling_statistics(problem, primary, opened, reference, rule)
        ),
        unprotectable=frozenset(unprotectable),
        exposed=frozenset(exposed),
        programmes=programmes,
        seconds=time.perf_counter() - started,
    )


@dataclass
class _Component:
    """Cells that hang together, and what its readers know of them.

    Columns are cells, numbers are displacements from the true count. A cell is `tight`
    while the reader is told what its row can tell: the figure, or that the count is
    small. It is `open` when the row says only that the count is hidden. Opening a cell
    that is shown hides it; opening one that is marked small only changes its mark.
    """

    cells: list[Cell]
    relations: list[Relation]
    reference: dict[CellId, int]
    primary: set[CellId]
    rule: Rule

    def __post_init__(self) -> None:
        ranges = np.array([self._ranges(cell) for cell in self.cells], dtype=np.int64)
        self.tight_lows, self.tight_highs = ranges[:, 0], ranges[:, 1]
        self.open_lows, self.open_highs = ranges[:, 2], ranges[:, 3]
        self.is_primary = np.array([cell.id in self.primary for cell in self.cells])
        self.can_open = (self.open_lows < self.tight_lows) | (
            self.open_highs > self.tight_highs
        )
        self.stays_open = np.array(
            [cell.kind is Kind.STAYS_HIDDEN for cell in self.cells]
        )
        self.is_open = self.stays_open.copy()
        self.is_past = np.array([cell.kind is Kind.NEVER_SHOWN for cell in self.cells])
        self.needs_width = np.array([cell.needs_width for cell in self.cells])
        self.owners = np.array([cell.owner for cell in self.cells], dtype=object)
        self.has_owner = np.array([cell.owner is not None for cell in self.cells])
        weights = np.array([cell.weight for cell in self.cells])
        self.costs = np.where(self.is_primary, CHANGED_MARK * weights, weights)
        self.matrix, self.row_lows, self.row_highs = self._rows()
        columnwise = self.matrix.tocsc()
        self.rows_of = np.split(columnwise.indices, columnwise.indptr[1:-1])
        nobody = np.zeros(len(self.cells), dtype=bool)
        self.outside = _View(self, nobody, ~nobody, self.rule.width)
        self.insiders: dict[Hashable, _View] = {}

    @property
    def views(self) -> list["_View"]:
        """Every reader's view: the outsider's, then those of the insiders."""
        return [self.outside, *self.insiders.values()]

    @property
    def programmes(self) -> int:
        """How many programmes were solved so far."""
        return sum(view.programmes for view in self.views)

    def opened_ids(self) -> set[CellId]:
        """Cells of which the row may say no more than that they are hidden."""
        return {self.cells[column].id for column in np.flatnonzero(self.is_open)}

    def unprotectable_ids(self) -> set[CellId]:
        """Hidden counts for which no repair was found."""
        return {self.cells[column].id for column in self.outside.failed}

    def exposed_ids(self) -> set[tuple[Hashable, CellId]]:
        """Hidden counts that an insider can work out whatever else is hidden."""
        return {
            (owner, self.cells[column].id)
            for owner, view in self.insiders.items()
            for column in view.failed
        }

    def repair(self) -> None:
        """Open cells until no reader knows a hidden count more closely than allowed.

        What is opened for one reader is a hidden count for all others, so it goes
        round until nothing more is opened.
        """
        self.outside.repair()
        while self.rule.insider_width and self._repair_for_insiders():
            self.outside.repair()
        for view in self.views:
            view.forgive()

    def _repair_for_insiders(self) -> bool:
        before = self.is_open.copy()
        # Whoever has a count that others know less well: hidden, or shown rounded.
        unclear = self.is_hidden() | (self.tight_lows < self.tight_highs)
        owners = {each for each in self.owners[unclear] if each is not None}
        for owner in sorted(owners):
            if owner not in self.insiders:
                known = self.owners == owner
                is_of_others = self.has_owner & ~known
                view = _View(self, known, is_of_others, self.rule.insider_width)
                for point in self.outside.reach.witnesses:
                    if not point[known].any():
                        view.reach.see(point)
                self.insiders[owner] = view
            self.insiders[owner].repair()
        return bool((self.is_open & ~before).any())

    def clean_up(self) -> None:
        """Close again each opened cell that no reader's view needs, dearest first."""
        opened = np.flatnonzero(self.is_open & ~self.stays_open)
        for column in opened[np.argsort(-self.costs[opened], kind="stable")]:
            self._try_to_close(int(column))

    def is_hidden(self) -> np.ndarray:
        """For each cell, whether its count is hidden."""
        return self.is_primary | self.is_open | self.is_past

    def open(self, columns: Sequence[int]) -> None:
        """Say no more of cells than that they are hidden."""
        if len(columns):
            self.is_open[columns] = True
            for view in self.views:
                view.widen(columns)

    def _try_to_close(self, column: int) -> None:
        self.is_open[column] = False
        closed: list[tuple[_View, Reach]] = []
        for view in self.views:
            before = view.reach
            closed.append((view, before))
            if not view.try_to_narrow(column):
                self.is_open[column] = True
                for each, reach in closed:
                    each.restore(column, reach)
                return
        for view in self.views:
            view.repairs_update([column])

    def _ranges(self, cell: Cell) -> tuple[int, int, int, int]:
        """What a reader cannot exclude of a cell, tight and open."""
        count = self.reference[cell.id]
        tight = tight_range(cell, count, cell.id in self.primary, self.rule)
        is_fixed = cell.kind is not Kind.MAY_HIDE or count == 0
        wide = tight if is_fixed else open_range(cell)
        ends = (*tight, *wide)
        return tuple(
            FAR if end is None else min(max(end - count, -FAR), FAR) for end in ends
        )

    def _rows(self) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
        column_of = {cell.id: column for column, cell in enumerate(self.cells)}
        rows, columns, values = [], [], []
        row_lows = np.full(len(self.relations), -NO_BOUND, dtype=np.int64)
        row_highs = np.full(len(self.relations), NO_BOUND, dtype=np.int64)
        for row, relation in enumerate(self.relations):
            total = relation_sum(relation, self.reference)
            if relation.low is not None:
                row_lows[row] = relation.low - total
            if relation.high is not None:
                row_highs[row] = relation.high - total
            for cell_id, factor in relation.terms.items():
                if cell_id in column_of:
                    rows.append(row)
                    columns.append(column_of[cell_id])
                    values.append(factor)
        shape = (len(self.relations), len(self.cells))
        matrix = sparse.csr_array(
            (np.array(values, dtype=np.int64), (rows, columns)), shape=shape
        )
        return matrix, row_lows, row_highs


class _View:
    """What one reader knows of a component, and how far it lets each count go.

    The counts in `known` stand still: the reader has them from elsewhere. The hidden
    counts among those of others must be able to have values that lie `width` apart.
    """

    def __init__(
        self,
        component: _Component,
        known: np.ndarray,
        is_of_others: np.ndarray,
        width: int,
    ) -> None:
        self.component = component
        self.known = known
        self.is_of_others = is_of_others
        self.width = width
        nought = np.int64(0)
        self.tight_lows = np.where(known, nought, component.tight_lows)
        self.tight_highs = np.where(known, nought, component.tight_highs)
        self.open_lows = np.where(known, nought, component.open_lows)
        self.open_highs = np.where(known, nought, component.open_highs)
        is_open = component.is_open
        self.system = Polytope(
            np.where(is_open, self.open_lows, self.tight_lows),
            np.where(is_open, self.open_highs, self.tight_highs),
            component.matrix,
            component.row_lows,
            component.row_highs,
        )
        self.reach = Reach.unknown(self.system)
        self.reach.see(np.zeros(len(component.cells), dtype=np.int64))
        self.failed: set[int] = set()
        self.opened_for: dict[int, int] = {}
        self._repairs: _Repairs | None = None

    @property
    def programmes(self) -> int:
        """How many programmes were solved so far."""
        repairs = self._repairs.programmes if self._repairs else 0
        return self.system.programmes + repairs

    def repair(self) -> None:
        """Open cells until every hidden count can have values far enough apart."""
        queue = self._guarded()
        while queue:
            explore(self.system, queue, enough=self.width, reach=self.reach)
            narrow = [column for column in queue if self._is_narrow(column)]
            queue = []
            for column in sorted(narrow, key=self._room):
                if self._is_narrow(column):
                    queue.extend(self._repair_one(column))

    def forgive(self) -> None:
        """Look again at what failed: what was opened since may have helped.

        A count that its source hid and that can only be a zero is no secret.
        """
        for column in sorted(self.failed):
            settle(self.system, column, self.reach, self.width)
        spread = self.reach.spread()
        cells, reference = self.component.cells, self.component.reference
        self.failed = {
            each
            for each in self.failed
            if spread[each] < self.width
            and (spread[each] > 0 or reference[cells[each].id] != 0)
        }

    def widen(self, columns: Sequence[int]) -> None:
        """Take over that cells were opened."""
        self.system.set_bounds(
            columns, self.open_lows[columns], self.open_highs[columns]
        )
        self.repairs_update(columns)
        # A wider view excludes less than a narrower one did: forget the old limits.
        self.reach.low = self.system.lows.copy()
        self.reach.high = self.system.highs.copy()

    def repairs_update(self, columns: Sequence[int]) -> None:
        """Let the search for repairs know which cells are open."""
        if self._repairs is not None:
            self._repairs.update(columns)

    def try_to_narrow(self, column: int) -> bool:
        """Close a cell, if every hidden count keeps the width without it."""
        low, high = self.tight_lows[column], self.tight_highs[column]
        if low == high and self._leaves_one_alone(column):
            return False
        self.system.set_bounds([column], [low], [high])
        without = Reach.unknown(self.system)
        for point in self.reach.witnesses:
            if low <= point[column] <= high:
                without.see(point)
        spread = without.spread()
        doubtful = [each for each in self._guarded() if spread[each] < self.width]
        # Most likely to need the cell: the count that it was opened for.
        doubtful.sort(key=lambda each: each != self.opened_for.get(column))
        for each in doubtful:
            settle(self.system, each, without, self.width)
            if without.seen_high[each] - without.seen_low[each] < self.width:
                return False
        self.reach = without
        return True

    def restore(self, column: int, reach: Reach) -> None:
        """Go back to what was known while a cell was open."""
        self.reach = reach
        self.widen([column])

    def _guarded(self) -> list[int]:
        """Columns of the counts that are hidden and must keep the width."""
        component = self.component
        guarded = component.is_hidden() & component.needs_width & self.is_of_others
        return [
            column
            for column in np.flatnonzero(guarded).tolist()
            if column not in self.failed
        ]

    def _is_narrow(self, column: int) -> bool:
        return column not in self.failed and self.reach.spread()[column] < self.width

    def _room(self, column: int) -> int:
        return int(self.system.highs[column] - self.system.lows[column])

    def _repair_one(self, column: int) -> list[int]:
        """Open what the cheapest repair of one count needs; the newly opened."""
        if self._repairs is None:
            self._repairs = _Repairs(self)
        added: list[int] = []
        for whole in (False, True):
            found = self._repairs.cheapest(column, whole)
            if found is None:
                continue
            self.component.open(found.opened)
            added.extend(each for each in found.opened if self.is_of_others[each])
            self.opened_for |= dict.fromkeys(found.opened, column)
            for point in found.points:
                if self.system.holds(point):
                    self.reach.see(point)
            settle(self.system, column, self.reach, self.width)
            if not self._is_narrow(column):
                return added
        self.failed.add(column)
        return added

    def _leaves_one_alone(self, column: int) -> bool:
        """Whether closing a cell gives back a hidden count by mere subtraction.

        The programmes would find that too; this only saves most of them.
        """
        matrix, is_free = self.system.matrix, self.system.lows < self.system.highs
        guarded = set(self._guarded())
        for row in self.component.rows_of[column]:
            if self.system.row_lows[row] != self.system.row_highs[row]:
                continue
            members = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            free = [each for each in members[is_free[members]] if each != column]
            if len(free) == 1 and free[0] in guarded:
                return True
        return False


@dataclass(frozen=True)
class _Repair:
    opened: list[int]
    cost: float
    points: tuple[np.ndarray, ...]


class _Repairs:
    """The cheapest way to move a count: a linear programme over displacements.

    Each cell may move up or down within what its row leaves possible at next to no
    cost, and beyond that at the cost of opening it.
    """

    def __init__(self, view: _View) -> None:
        self.view = view
        self.component = view.component
        self.count = len(view.component.cells)
        self.whole_programmes = 0
        system = view.system
        # Columns, a block each: up within, down within, up beyond, down beyond.
        self.polytope = Polytope(
            np.zeros(4 * self.count, dtype=np.int64),
            np.zeros(4 * self.count, dtype=np.int64),
            sparse.csr_array(sparse.hstack([system.matrix, -system.matrix] * 2)),
            system.row_lows,
            system.row_highs,
            has_fixed_costs=True,
        )
        cheap = np.full(2 * self.count, -NO_COST)
        prices = np.concatenate([cheap, *[-self.component.costs] * 2])
        self.polytope.set_costs(range(4 * self.count), prices)
        self.update(range(self.count))

    @property
    def programmes(self) -> int:
        """How many programmes were solved so far."""
        return self.polytope.programmes + self.whole_programmes

    def update(self, columns: Sequence[int]) -> None:
        """Take over which cells are open."""
        view = self.view
        index = np.asarray(columns)
        lows, highs = view.system.lows[index], view.system.highs[index]
        blocks = [
            highs,
            -lows,
            view.open_highs[index] - highs,
            lows - view.open_lows[index],
        ]
        self.polytope.set_bounds(
            np.concatenate([index + block * self.count for block in range(4)]),
            np.zeros(4 * len(index), dtype=np.int64),
            np.concatenate(blocks),
        )

    def cheapest(self, column: int, whole: bool) -> _Repair | None:
        """The cheapest repair of one count, or None if there is none.

        With `whole`, displacements are whole numbers and each cell that opens is
        paid once: dearer to find, and needed only where corners are not whole.
        """
        search = self._both_whole if whole else self._one_by_one
        best: _Repair | None = None
        for splits, least in self._splits(column):
            if best is not None and best.cost <= least + WHOLE:
                break
            for up, down in splits:
                found = search(column, up, down)
                if found and (best is None or found.cost < best.cost - WHOLE):
                    best = found
        return best

    def _splits(self, column: int) -> list[tuple[list[tuple[int, int]], float]]:
        """Ways to share the width between up and down, and what each costs at least.

        First those that the row of the count leaves possible, then those for which
        the count itself would have to be opened.
        """
        view, width = self.view, self.view.width
        every = [(up, width - up) for up in range(width, -1, -1)]
        within = _possible(every, view.system.lows[column], view.system.highs[column])
        opened = _possible(every, view.open_lows[column], view.open_highs[column])
        rest = [split for split in opened if split not in within]
        return [(within, 0.0), (rest, float(self.component.costs[column]))]

    def _one_by_one(self, column: int, up: int, down: int) -> _Repair | None:
        """Move up, then down, where what was opened for the one is free."""
        points, opened = [], np.zeros(self.count, dtype=bool)
        for step in (up, -down):
            if step == 0:
                continue
            free = np.flatnonzero(opened)
            self._price(free, np.full(len(free), NO_COST))
            blocks = self._move(column, step)
            self._price(free, self.component.costs[free])
            if blocks is None:
                return None
            points.append(blocks[0] - blocks[1] + blocks[2] - blocks[3])
            opened |= blocks[2] + blocks[3] > WHOLE
        return self._repair(opened, points)

    def _price(self, columns: np.ndarray, costs: np.ndarray) -> None:
        """Set what it costs to move cells beyond what their rows leave possible."""
        if len(columns):
            beyond = np.concatenate(
                [columns + 2 * self.count, columns + 3 * self.count]
            )
            self.polytope.set_costs(beyond, -np.tile(costs, 2))

    def _move(self, column: int, step: int) -> np.ndarray | None:
        """The cheapest displacement that moves one count by `step`, in blocks."""
        columns = column + np.arange(4) * self.count
        usual = self.polytope.highs[columns].copy()
        within, beyond = (0, 2) if step > 0 else (1, 3)
        fixed = np.zeros(4, dtype=np.int64)
        fixed[within] = min(abs(step), usual[within])
        fixed[beyond] = abs(step) - fixed[within]
        self.polytope.set_bounds(columns, fixed, fixed)
        try:
            return self.polytope.solve().reshape(4, self.count)
        except ContradictionError:
            return None
        finally:
            self.polytope.set_bounds(columns, np.zeros(4, np.int64), usual)

    def _both_whole(self, column: int, up: int, down: int) -> _Repair | None:
        """As `_one_by_one` over whole numbers, both tables at once, cells paid once.

        Columns: the table moved up, the table moved down, and for each cell whether
        it is open, which alone lets it pass its tight range.
        """
        component, view, count = self.component, self.view, self.count
        system = view.system
        farthest = 4 * view.width * max(1, int(abs(system.matrix).max()))
        low = np.maximum(view.open_lows, -farthest)
        high = np.minimum(view.open_highs, farthest)
        tight_low = np.maximum(view.tight_lows, -farthest)
        tight_high = np.minimum(view.tight_highs, farthest)
        lows, highs = [], []
        for step in (up, -down):
            below, above = low.copy(), high.copy()
            below[column] = above[column] = step
            lows.append(below)
            highs.append(above)
        lows.append(component.is_open.astype(np.int64))
        highs.append((component.is_open | component.can_open).astype(np.int64))
        same = sparse.eye_array(count)
        more = sparse.diags_array((high - tight_high).astype(float))
        less = sparse.diags_array((tight_low - low).astype(float))
        unlimited = np.full(count, np.inf)
        rows = sparse.block_array(
            [
                [system.matrix, None, None],
                [None, system.matrix, None],
                [same, None, -more],
                [None, same, -more],
                [same, None, less],
                [None, same, less],
            ]
        )
        least = [system.row_lows] * 2 + [-unlimited] * 2 + [tight_low] * 2
        most = [system.row_highs] * 2 + [tight_high] * 2 + [unlimited] * 2
        self.whole_programmes += 1
        solved = milp(
            np.concatenate([np.zeros(2 * count), component.costs]),
            integrality=np.ones(3 * count),
            bounds=Bounds(np.concatenate(lows), np.concatenate(highs)),
            constraints=LinearConstraint(
                rows.tocsr(), np.concatenate(least), np.concatenate(most)
            ),
            options={"time_limit": MILP_SECONDS},
        )
        if solved.x is None:
            return None
        up_table, down_table, opened = solved.x.reshape(3, count)
        return self._repair(opened > 0.5, [up_table, down_table])

    def _repair(self, opened: np.ndarray, points: list[np.ndarray]) -> _Repair:
        extra = np.flatnonzero(opened & ~self.component.is_open)
        rounded = [np.rint(point) for point in points]
        return _Repair(
            opened=extra.tolist(),
            cost=float(self.component.costs[extra].sum()),
            points=tuple(
                whole.astype(np.int64)
                for whole, point in zip(rounded, points, strict=True)
                if np.abs(whole - point).max(initial=0.0) <= WHOLE
            ),
        )


def _possible(
    splits: list[tuple[int, int]], low: int, high: int
) -> list[tuple[int, int]]:
    """The ways to go up and down that stay between two displacements."""
    return [(up, down) for up, down in splits if up <= high and -down >= low]


def tight_range(
    cell: Cell, count: int, is_primary: bool, rule: Rule
) -> tuple[int, int | None]:
    """What a reader knows of a count whose row says as much as it may.

    A shown count is known up to its rounding. The mark of a small count says that it
    is 1 to the threshold; under a rule with one mark for all that is hidden it says
    only that the count is no zero, because zeros are shown.
    """
    low, high = cell.low, cell.high
    if cell.kind is Kind.NEVER_SHOWN:
        return low, high
    if cell.kind is Kind.MUST_HIDE:
        # Its source may have hidden a zero; we do not.
        return low if cell.count is None else max(low, min(count, 1)), high
    if cell.kind is Kind.STAYS_HIDDEN:
        return open_range(cell)
    if not is_primary:
        shown_low, shown_high = shown_range(count, cell.rounding, rule)
        return max(low, shown_low), _least(high, shown_high)
    if rule.marks_tell_primary:
        return max(low, 1), _least(high, rule.threshold)
    return open_range(cell)


def open_range(cell: Cell) -> tuple[int, int | None]:
    """What a reader knows of a count of which the row says only that it is hidden."""
    return max(cell.low, 1), cell.high


def _least(high: int | None, other: int) -> int:
    return other if high is None else min(high, other)


def relation_sum(relation: Relation, counts: dict[CellId, int]) -> int:
    """The weighted sum of a relation in a table of counts."""
    return sum(factor * counts[each] for each, factor in relation.terms.items())


def _in_order(problem: Problem) -> Problem:
    """The same problem in an order of its own, so that the same pattern comes out."""
    return Problem(
        cells=tuple(sorted(problem.cells, key=lambda cell: repr(cell.id))),
        relations=tuple(
            sorted(
                (
                    Relation(
                        each.id,
                        dict(sorted(each.terms.items(), key=repr)),
                        each.low,
                        each.high,
                    )
                    for each in problem.relations
                ),
                key=repr,
            )
        ),
        statistics=problem.statistics,
    )


def _reference(problem: Problem) -> dict[CellId, int]:
    """A table that fits everything: the true counts, filled in where unknown."""
    counts = {cell.id: cell.count for cell in problem.cells if cell.count is not None}
    unknown = [cell for cell in problem.cells if cell.count is None]
    if unknown:
        counts |= _fill_in(problem.relations, counts, unknown)
    for relation in problem.relations:
        total = relation_sum(relation, counts)
        if (relation.low is not None and total < relation.low) or (
            relation.high is not None and total > relation.high
        ):
            raise ContradictionError(
                f"relation {relation.id} does not hold: its sum is {total}, which is "
                f"not between {relation.low} and {relation.high}; correct the counts, "
                "or leave the relation out if readers cannot rely on it"
            )
    for cell in problem.cells:
        count = counts[cell.id]
        if count < cell.low or (cell.high is not None and count > cell.high):
            raise ContradictionError(
                f"cell {cell.id} has {count}, outside what is said to be known of it: "
                f"{cell.low} to {cell.high}"
            )
    return counts


def relations_to_give_up(
    problem: Problem, choose: Callable[[Sequence[Relation]], Relation]
) -> list[Relation]:
    """Relations without which some whole numbers for the unknown counts fit the rest.

    What different senders say need not agree, and shows where a count between their
    figures was suppressed at its source. `choose` says which of a few that cannot all
    hold, and of which no single one can be spared, is given up.
    """
    counts = {cell.id: cell.count for cell in problem.cells if cell.count is not None}
    unknown = [cell for cell in problem.cells if cell.count is None]
    given_up = []
    for cells, tied in _misfits(unknown, problem.relations, counts):
        relations = list(tied)
        while not _fits(relations, counts, cells):
            gone = choose(_clash(relations, counts, cells))
            relations = [each for each in relations if each is not gone]
            given_up.append(gone)
    return given_up


def _misfits(
    unknown: Sequence[Cell], among: Iterable[Relation], counts: dict[CellId, int]
) -> Iterable[tuple[list[Cell], list[Relation]]]:
    """The unknown counts that relations tie together, where no whole numbers fit.

    Mostly some do, so that many are asked at once.
    """
    groups = iter(_tied(unknown, among))
    while batch := list(itertools.islice(groups, AT_ONCE)):
        cells = [cell for group, _ in batch for cell in group]
        relations = [relation for _, tied in batch for relation in tied]
        if not _fits(relations, counts, cells):
            yield from batch


def _clash(
    relations: Sequence[Relation], counts: dict[CellId, int], unknown: list[Cell]
) -> list[Relation]:
    """A few of the relations that cannot all hold; none of them can be spared.

    The last of the fewest first ones that do not fit is one; so is, with it put first,
    the last of the fewest of those that are then needed.
    """
    needed: list[Relation] = []
    others = list(relations)
    while others and (not needed or _fits(needed, counts, unknown)):
        fewest, most = 1, len(others)
        while fewest < most:
            middle = (fewest + most) // 2
            if _fits([*needed, *others[:middle]], counts, unknown):
                fewest = middle + 1
            else:
                most = middle
        needed.append(others[fewest - 1])
        others = others[: fewest - 1]
    return needed


def _fits(
    relations: Sequence[Relation], counts: dict[CellId, int], unknown: list[Cell]
) -> bool:
    try:
        _fill_in(relations, counts, unknown)
    except ContradictionError:
        return False
    return True


def _fill_in(
    among: Iterable[Relation], counts: dict[CellId, int], unknown: list[Cell]
) -> dict[CellId, int]:
    column_of = {cell.id: column for column, cell in enumerate(unknown)}
    relations = [each for each in among if not column_of.keys().isdisjoint(each.terms)]
    matrix = sparse.lil_array((len(relations), len(unknown)), dtype=np.int64)
    lows = np.full(len(relations), -NO_BOUND, dtype=np.int64)
    highs = np.full(len(relations), NO_BOUND, dtype=np.int64)
    for row, relation in enumerate(relations):
        known = 0
        for cell_id, factor in relation.terms.items():
            if cell_id in column_of:
                matrix[row, column_of[cell_id]] = factor
            else:
                known += factor * counts[cell_id]
        if relation.low is not None:
            lows[row] = relation.low - known
        if relation.high is not None:
            highs[row] = relation.high - known
    polytope = Polytope(
        np.array([cell.low for cell in unknown], dtype=np.int64),
        np.array(
            [FAR if cell.high is None else cell.high for cell in unknown],
            dtype=np.int64,
        ),
        sparse.csr_array(matrix),
        lows,
        highs,
    )
    point = polytope.maximise_whole([], []).point
    if point is None:
        raise ContradictionError(
            "no whole numbers for the counts suppressed at their source fit the sums "
            f"they belong to, such as relation {relations[0].id}"
        )
    return {cell.id: int(point[column_of[cell.id]]) for cell in unknown}


def _components(
    problem: Problem,
    reference: dict[CellId, int],
    primary: set[CellId],
) -> Iterable[tuple[list[Cell], list[Relation]]]:
    """Groups of cells that can move together and hold at least one hidden count."""
    movable = [cell for cell in problem.cells if _can_move(cell, reference, primary)]
    for cells, tied in _tied(movable, problem.relations):
        if any(cell.id in primary or cell.kind in HIDDEN_ANYWAY for cell in cells):
            yield cells, tied


def _tied(
    cells: Sequence[Cell], among: Iterable[Relation]
) -> Iterable[tuple[list[Cell], list[Relation]]]:
    """Groups of cells that relations tie together, each with those relations."""
    column_of = {cell.id: column for column, cell in enumerate(cells)}
    ties: list[tuple[int, int]] = []
    relations: list[tuple[int, Relation]] = []
    for relation in among:
        columns = [column_of[each] for each in relation.terms if each in column_of]
        if columns:
            relations.append((columns[0], relation))
            ties.extend((columns[0], each) for each in columns)
    starts, ends = zip(*ties, strict=True) if ties else ((), ())
    graph = sparse.coo_array(
        (np.ones(len(ties)), (starts, ends)), shape=(len(cells), len(cells))
    )
    number, labels = connected_components(graph, directed=False)
    cells_of: list[list[Cell]] = [[] for _ in range(number)]
    relations_of: list[list[Relation]] = [[] for _ in range(number)]
    for cell, label in zip(cells, labels, strict=True):
        cells_of[label].append(cell)
    for column, relation in relations:
        relations_of[labels[column]].append(relation)
    return zip(cells_of, relations_of, strict=True)


def _can_move(cell: Cell, reference: dict[CellId, int], primary: set[CellId]) -> bool:
    """Whether a reader may come to doubt a count: hidden, hideable, or rounded."""
    if cell.id in primary or cell.kind in HIDDEN_ANYWAY:
        return True
    if reference[cell.id] == 0:
        return False
    return cell.kind is Kind.MAY_HIDE or cell.rounding > 1


def _telling_statistics(
    problem: Problem,
    primary: set[CellId],
    opened: set[CellId],
    reference: dict[CellId, int],
    rule: Rule,
) -> Iterable[Statistic]:
    """Statistics that would narrow what is known of a hidden or rounded count."""
    cells = {cell.id: cell for cell in problem.cells}
    for statistic in problem.statistics:
        cell = cells[statistic.cell]
        if cell.kind is Kind.NEVER_SHOWN:
            continue
        if cell.id in opened:
            low, high = open_range(cell)
        else:
            count = reference[cell.id]
            low, high = tight_range(cell, count, cell.id in primary, rule)
        if high is None or narrows(statistic, low, high):
            yield statistic
