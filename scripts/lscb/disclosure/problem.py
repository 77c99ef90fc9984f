"""What is to be protected: cells, what ties them together, and the rule in force."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lscb.disclosure.statistics import Statistic

CellId = Hashable


class Kind(StrEnum):
    """What may be done with a cell."""

    MUST_HIDE = "must_hide"
    """Hidden whatever its count, such as a count that its source suppressed; its mark
    says no more than `low` and `high`."""

    MAY_HIDE = "may_hide"
    """Hidden when the rule says so, or to protect another."""

    STAYS_HIDDEN = "stays_hidden"
    """Hidden by an earlier publication and the same since: showing it now would undo
    what was done then."""

    NEVER_HIDE = "never_hide"
    """Public already, or known anyway, such as a structural zero."""

    NEVER_SHOWN = "never_shown"
    """In no table that is now published: hidden earlier, or merely implied."""


@dataclass(frozen=True)
class Rule:
    """The disclosure rule in force; presets.yml holds those of the publishers."""

    name: str = "default"
    threshold: int = 5
    """Counts from 1 to this are hidden."""

    width: int = 3
    """Largest less smallest value that a hidden count must be able to have."""

    insider_width: int = 1
    """The same to whoever knows the counts of one area already, for those of the other
    areas; at 1 nothing follows exactly, at 0 insiders are not guarded against."""

    marks_tell_primary: bool = True
    """Whether the published mark says that a hidden count is a small one."""

    count_rounding: int = 1
    """Counts that are shown are rounded to this base."""

    total_rounding: int = 1
    """Totals that are shown are rounded to this base."""

    rate_decimals: int | None = None
    percentage_decimals: int | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if self.threshold < 1 or self.width < 1:
            raise ValueError("threshold and width must be 1 or more")
        if not 0 <= self.insider_width <= self.width:
            raise ValueError("the width for insiders is from 0 to the width")
        if self.marks_tell_primary and self.width > self.threshold - 1:
            raise ValueError(
                f"the mark itself says that a count is 1 to {self.threshold}, so no "
                f"width above {self.threshold - 1} can be kept: lower the width or "
                "publish one mark for all hidden counts"
            )
        base = max(self.count_rounding, self.total_rounding)
        if base > 2 * (self.threshold + 1):
            raise ValueError(
                f"to base {base} some counts above {self.threshold} would be shown as "
                "0, and a shown 0 must be a true zero: choose a smaller base"
            )

    def is_small(self, count: int) -> bool:
        """Whether a count must be hidden for its own sake."""
        return 1 <= count <= self.threshold


@dataclass(frozen=True)
class Cell:
    """One count.

    `low` and `high` are what everybody knows of it beforehand (the range of a count
    suppressed at its source, what a released statistic gives away). `count` is None
    where not even we know it. `rounding` is the base to which it is shown.
    `needs_width` is false for a count that need not be protected.
    """

    id: CellId
    count: int | None
    kind: Kind = Kind.MAY_HIDE
    weight: float = 1.0
    low: int = 0
    high: int | None = None
    rounding: int = 1
    needs_width: bool = True
    owner: str | None = None
    """The area whose own people know the count; None where nobody does."""


@dataclass(frozen=True)
class Relation:
    """A sum of counts, each times a whole number, between two bounds.

    `total = parts` is `{total: -1, part: 1, ...}` between 0 and 0; `inner <= outer`
    is `{outer: 1, inner: -1}` from 0 up; None means no bound.
    """

    id: Hashable
    terms: Mapping[CellId, int]
    low: int | None = 0
    high: int | None = 0


@dataclass(frozen=True)
class Problem:
    """Cells, relations between them, and statistics published beside them."""

    cells: tuple[Cell, ...]
    relations: tuple[Relation, ...]
    statistics: tuple[Statistic, ...] = ()

    def __post_init__(self) -> None:
        known = {cell.id for cell in self.cells}
        if len(known) != len(self.cells):
            raise ValueError("two cells have the same id")
        for relation in self.relations:
            missing = set(relation.terms) - known
            if missing:
                raise ValueError(
                    f"relation {relation.id} names cells that do not exist: "
                    f"{sorted(map(str, missing))[:5]}"
                )
        for cell in self.cells:
            if cell.count is None and cell.kind not in (
                Kind.MUST_HIDE,
                Kind.NEVER_SHOWN,
            ):
                raise ValueError(f"cell {cell.id} has no count, so it must be hidden")


@dataclass(frozen=True)
class Pattern:
    """What to hide."""

    primary: frozenset[CellId]
    secondary: frozenset[CellId]
    marked_small: frozenset[CellId]
    """The primary cells whose mark may say that they are small. All other hidden
    cells get the mark that says only that they are hidden: 1 or more."""

    statistics: frozenset[Statistic]
    """Statistics to hide because they would narrow a hidden or rounded count."""

    unprotectable: frozenset[CellId]
    """Hidden counts that stay too narrow even if all that may be is hidden."""

    exposed: frozenset[tuple[Hashable, CellId]] = frozenset()
    """Hidden counts that an insider can work out even if all that may be is hidden:
    the owner who can, and the count."""

    programmes: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def hidden(self) -> frozenset[CellId]:
        """All hidden cells."""
        return self.primary | self.secondary

    @property
    def extra_per_primary(self) -> float:
        """How many more cells were hidden for each that had to be."""
        return len(self.secondary) / len(self.primary) if self.primary else 0.0


def shown_range(count: int, rounding: int, rule: Rule) -> tuple[int, int]:
    """The counts that a shown figure leaves possible.

    Halves round up, a zero is always a true zero, and whoever knows the rule knows
    that what is shown is not small.
    """
    if rounding == 1 or count == 0:
        return count, count
    if rule.is_small(count):
        raise ValueError(f"a count of 1 to {rule.threshold} is hidden, never rounded")
    figure = round_half_up(count, rounding)
    low = figure - rounding // 2
    high = figure + (rounding - 1) // 2
    return max(low, rule.threshold + 1), high


def round_half_up(count: int, base: int) -> int:
    """The nearest multiple of `base`; halves go up."""
    return (2 * count + base) // (2 * base) * base
