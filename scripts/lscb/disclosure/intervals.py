"""The whole-number solutions of a linear system, and how far each count can go.

Everything that protects or attacks a publication comes down to one question: given
what is known, how small and how large can this count be? HiGHS answers it. A linear
programme gives the outer bound; when its corner is a table of whole numbers, the
bound is attained and so exact; only when it is not does the integer programme run.

Every table of whole numbers that turns up is a witness for all its cells at once, and
is checked with integer arithmetic before it counts. So a claim that a cell cannot be
narrowed never rests on a tolerance of the solver.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy import sparse

WHOLE = 1e-6
"""A solver's number this near to a whole one is tried as that whole number."""

OUTWARD = 1e-4
"""A bound is moved out by this before it is cut to a whole number."""

MILP_SECONDS = 30.0
"""An integer programme that needs longer leaves its interval marked as not exact."""

SHAKES = 12
"""Programmes with many cells in the objective before cells are asked one by one."""


PRIMAL, DUAL = 4, 1
"""Simplex methods of HiGHS: from the last corner, the primal one goes on when costs
change, the dual one when bounds change."""

ENDED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)
INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
"""Every count has a bound on both sides, so nothing is ever unbounded."""

NO_BOUND = 2**61
"""A row's bound about this far out is none: from half of it on."""


class ContradictionError(ValueError):
    """What is published cannot be true of any table of whole numbers."""


@dataclass(frozen=True)
class Optimum:
    """The end of one programme.

    `bound` is a value that no whole-number table passes; `point` is a table that was
    checked in integer arithmetic, or None when the programme's corner was not whole.
    """

    bound: float
    point: np.ndarray | None


@dataclass
class Polytope:
    """Whole numbers between `lows` and `highs` with rows between their own bounds.

    With `has_fixed_costs` the solver expects bounds to change between programmes,
    else costs.
    """

    lows: np.ndarray
    highs: np.ndarray
    matrix: sparse.csr_array
    row_lows: np.ndarray
    row_highs: np.ndarray
    has_fixed_costs: bool = False
    programmes: int = field(default=0, init=False)
    integer_programmes: int = field(default=0, init=False)
    _solver: highspy.Highs = field(init=False, repr=False)
    _costed: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._solver = _new_solver(DUAL if self.has_fixed_costs else PRIMAL)
        _check(self._solver.passModel(self._model(integer=False)), "passModel")
        self._costed = np.empty(0, dtype=np.int32)

    @property
    def size(self) -> int:
        """How many counts the system has."""
        return len(self.lows)

    def set_bounds(
        self, columns: Sequence[int], lows: Sequence[int], highs: Sequence[int]
    ) -> None:
        """Change what is known of single counts."""
        index = np.asarray(columns, dtype=np.int32)
        self.lows[index] = lows
        self.highs[index] = highs
        _check(
            self._solver.changeColsBounds(
                len(index),
                index,
                self.lows[index].astype(float),
                self.highs[index].astype(float),
            ),
            "changeColsBounds",
        )

    def holds(self, point: np.ndarray) -> bool:
        """Whether a table of whole numbers satisfies everything, without tolerance."""
        if (point < self.lows).any() or (point > self.highs).any():
            return False
        sums = self.matrix @ point
        return bool((sums >= self.row_lows).all() and (sums <= self.row_highs).all())

    def maximise(self, columns: Sequence[int], costs: Sequence[float]) -> Optimum:
        """The greatest value of a weighted sum, by linear programme."""
        solution = self.corner(columns, costs)
        return Optimum(
            self._solver.getInfo().objective_function_value, self._whole(solution)
        )

    def corner(self, columns: Sequence[int], costs: Sequence[float]) -> np.ndarray:
        """The corner at which a weighted sum is greatest, whole or not."""
        if len(self._costed):
            self.set_costs(self._costed, np.zeros(len(self._costed)))
        self._costed = np.asarray(columns, dtype=np.int32)
        self.set_costs(self._costed, costs)
        return self.solve()

    def set_costs(self, columns: Sequence[int], costs: Sequence[float]) -> None:
        """Change what single counts contribute to the sum that is to be greatest."""
        index = np.asarray(columns, dtype=np.int32)
        weights = np.asarray(costs, dtype=float)
        _check(
            self._solver.changeColsCost(len(index), index, weights), "changeColsCost"
        )

    def solve(self) -> np.ndarray:
        """The corner at which the sum as set by `set_costs` is greatest."""
        self.programmes += 1
        _run(self._solver)
        return np.asarray(self._solver.getSolution().col_value)

    def maximise_whole(self, columns: Sequence[int], costs: Sequence[float]) -> Optimum:
        """The same over whole numbers; the bound is attained unless time ran out."""
        solver = _new_solver(DUAL)
        solver.setOptionValue("presolve", "on")
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 1e-6)
        solver.setOptionValue("time_limit", MILP_SECONDS)
        _check(solver.passModel(self._model(integer=True)), "passModel")
        index = np.asarray(columns, dtype=np.int32)
        solver.changeColsCost(len(index), index, np.asarray(costs, dtype=float))
        self.integer_programmes += 1
        _run(solver)
        solution = np.asarray(solver.getSolution().col_value)
        point = self._whole(solution) if len(solution) else None
        return Optimum(solver.getInfo().mip_dual_bound, point)

    def _whole(self, solution: np.ndarray) -> np.ndarray | None:
        rounded = np.rint(solution)
        if np.abs(solution - rounded).max(initial=0.0) > WHOLE:
            return None
        point = rounded.astype(np.int64)
        return point if self.holds(point) else None

    def _model(self, integer: bool) -> highspy.HighsLp:
        columnwise = self.matrix.tocsc()
        model = highspy.HighsLp()
        model.num_col_ = self.size
        model.num_row_ = self.matrix.shape[0]
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.zeros(self.size)
        model.col_lower_ = self.lows.astype(float)
        model.col_upper_ = self.highs.astype(float)
        model.row_lower_ = np.where(
            2 * self.row_lows <= -NO_BOUND, -np.inf, self.row_lows
        ).astype(float)
        model.row_upper_ = np.where(
            2 * self.row_highs >= NO_BOUND, np.inf, self.row_highs
        ).astype(float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = columnwise.indptr.astype(np.int32)
        model.a_matrix_.index_ = columnwise.indices.astype(np.int32)
        model.a_matrix_.value_ = columnwise.data.astype(float)
        if integer:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        return model


@dataclass
class Reach:
    """How far each count was seen to go, and how far it can go at most.

    `seen_low` and `seen_high` are attained by witnesses; `low` and `high` cannot be
    passed. Where they meet, the interval is exact.
    """

    low: np.ndarray
    high: np.ndarray
    seen_low: np.ndarray
    seen_high: np.ndarray
    witnesses: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def unknown(cls, polytope: Polytope) -> "Reach":
        """Nothing seen yet: the bounds of the system, and no witness."""
        return cls(
            low=polytope.lows.copy(),
            high=polytope.highs.copy(),
            seen_low=np.full(polytope.size, np.iinfo(np.int64).max),
            seen_high=np.full(polytope.size, np.iinfo(np.int64).min),
        )

    def see(self, point: np.ndarray) -> None:
        """Take in one checked table of whole numbers."""
        self.witnesses.append(point)
        np.minimum(self.seen_low, point, out=self.seen_low)
        np.maximum(self.seen_high, point, out=self.seen_high)

    def spread(self) -> np.ndarray:
        """For each count, largest less smallest value seen; negative: none seen."""
        if not self.witnesses:
            return np.full(len(self.low), -1)
        return self.seen_high - self.seen_low

    def is_open(self, column: int, enough: int | None) -> bool:
        """Whether there is still something to find out about a count."""
        if not self.witnesses or enough is None:
            return True
        seen = self.seen_high[column] - self.seen_low[column]
        return seen < enough <= self.high[column] - self.low[column]

    def can_grow(self, column: int, sign: int) -> bool:
        """Whether a count may go further up (+1) or down (-1) than was seen."""
        if not self.witnesses:
            return True
        if sign > 0:
            return bool(self.seen_high[column] < self.high[column])
        return bool(self.seen_low[column] > self.low[column])


def explore(
    polytope: Polytope,
    columns: Iterable[int],
    *,
    enough: int | None = None,
    reach: Reach | None = None,
) -> Reach:
    """Find the tightest whole-number interval of each of `columns`.

    With `enough`, a count whose witnesses lie at least that far apart is left there:
    it is wide enough, and how wide exactly is not asked. So is one that cannot get
    that wide.
    """
    reach = reach or Reach.unknown(polytope)
    wanted = np.asarray(sorted(columns), dtype=np.int64)
    _shake(polytope, wanted, enough, reach)
    for column in wanted:
        settle(polytope, int(column), reach, enough)
    return reach


def settle(
    polytope: Polytope, column: int, reach: Reach, enough: int | None = None
) -> None:
    """Find how far one count goes: by corners where they are whole, else by search."""
    for maximise in (polytope.maximise, polytope.maximise_whole):
        for sign in (1, -1):
            if reach.is_open(column, enough) and reach.can_grow(column, sign):
                _take(maximise([column], [float(sign)]), column, sign, reach)


def _shake(
    polytope: Polytope, wanted: np.ndarray, enough: int | None, reach: Reach
) -> None:
    """Push many counts at once, each in a direction that it has not gone yet."""
    random = np.random.default_rng(20080729)
    barren = 0
    for _ in range(SHAKES):
        if not reach.witnesses:
            unsettled = wanted
            signs = random.choice([-1.0, 1.0], size=len(wanted))
        else:
            up = reach.seen_high[wanted] < reach.high[wanted]
            down = reach.seen_low[wanted] > reach.low[wanted]
            unmet = up | down
            if enough is not None:
                unmet &= reach.spread()[wanted] < enough
            if not unmet.any():
                return
            unsettled = wanted[unmet]
            coin = random.choice([-1.0, 1.0], size=len(unsettled))
            signs = np.where(up & down, 0.0, np.where(up, 1.0, -1.0))[unmet]
            signs = np.where(signs == 0.0, coin, signs)
        if len(unsettled) == 0:
            return
        before = reach.spread()[wanted].sum()
        weights = signs * random.uniform(0.5, 1.5, size=len(unsettled))
        point = polytope.maximise(unsettled, weights).point
        if point is not None:
            reach.see(point)
        barren = barren + 1 if reach.spread()[wanted].sum() == before else 0
        if barren == 3:
            return


def _take(optimum: Optimum, column: int, sign: int, reach: Reach) -> None:
    """Take in what one programme says about one count."""
    if math.isfinite(optimum.bound):
        limit = math.floor(optimum.bound + OUTWARD)
        if sign > 0:
            reach.high[column] = min(reach.high[column], limit)
        else:
            reach.low[column] = max(reach.low[column], -limit)
    if optimum.point is not None:
        reach.see(optimum.point)


class _QuietHighs(highspy.Highs):
    """HiGHS without the banner that it prints on setting up its callbacks."""

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def _new_solver(simplex: int) -> highspy.Highs:
    solver = _QuietHighs()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.setOptionValue("random_seed", 29)
    solver.setOptionValue("simplex_strategy", simplex)
    return solver


def _run(solver: highspy.Highs) -> None:
    """Solve; a verdict other than optimal stands only if a fresh start confirms it.

    From the last corner HiGHS now and then ends without any verdict.
    """
    _check(solver.run(), "run")
    if solver.getModelStatus() not in ENDED:
        _, simplex = solver.getOptionValue("simplex_strategy")
        solver.clearSolver()
        solver.setOptionValue("simplex_strategy", DUAL)
        _check(solver.run(), "run")
        solver.setOptionValue("simplex_strategy", simplex)
    status = solver.getModelStatus()
    if status in INFEASIBLE:
        raise ContradictionError("no table of whole numbers fits what is known")
    if status not in ENDED:
        raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(status)}")


def _check(status: highspy.HighsStatus, step: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused the step {step}")
