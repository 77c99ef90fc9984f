"""How the figures of a return come about: by recipe, or as the catalogue lets guess.

seeds/sample/return_recipes.csv has a row an indicator, definition and measure, in the
order of a return: in which files it stands (Q quarterly, F yearly, A academic years;
none where a few returns give it beside an extract), what it is a share of and how much
of a thousand, or how many of 100,000 of an age band in a year, and what happens to it
alone (`story`). An indicator of the catalogue that has no recipe gets a
general one, and a recipe of none that the catalogue knows is not used.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lscb.sampling.periods import Period
from lscb.sampling.reference import Reference

RECIPES, STRANGERS = "sample/return_recipes", "sample/return_strangers"
RETURN = "lscb_return"

# What may happen to one indicator alone: the words of the column `story`.
SENDS_POPULATION = "sends_population"
CONTRADICTED = "contradicted"
JOINT_TEAM_MARK, JOINT_TEAM_SILENT = "joint_team_mark", "joint_team_silent"
YEAR_EXCEEDS_QUARTERS = "year_exceeds_quarters"
PLAIN_IN_SOME = "plain_in_some"
ALLEGATIONS_TOO, ADMISSIONS_TOO = "allegations_too", "admissions_too"

# What an indicator without a recipe is a share of; how much, and how often it happens,
# where the catalogue calls nothing plausible.
GENERAL_BASE, GENERAL_STOCK = "children known", "children on the books"
GENERAL_SHARE = (300, 600)
GENERAL_RATE = 400
CHILDREN_OF_A_BOROUGH = 50_000


@dataclass(frozen=True)
class Recipe:
    """How an indicator's figures come about: a share of a base, or a rate."""

    pi: str
    version: str
    measure: str
    files: str  # Q quarterly, F yearly, A academic year
    base: str = ""
    share: tuple[int, int] = (0, 0)  # of a thousand
    rate: int = 0  # per 100,000 of the band, a year
    band: str = "0-17"
    is_stock: bool = False
    counts: str = ""  # a base of other indicators, which this one counts
    story: frozenset[str] = frozenset()

    @property
    def sends_denominator(self) -> bool:
        return bool(self.base)


@dataclass(frozen=True)
class Stranger:
    """A row that no return of a quarter may hold."""

    pi: str
    version: str
    because: str
    column: str = "pi_code"


class Recipes:
    """All that a return of the catalogue holds."""

    def __init__(self, reference: Reference) -> None:
        self.story = reference.story
        self._catalogue = {
            (row["indicator_id"], row["definition_version"]): row
            for row in reference.indicators
        }
        self._versions = Counter(row["indicator_id"] for row in reference.indicators)
        own = [
            recipe
            for recipe in map(_recipe, reference.rows(RECIPES))
            if (recipe.pi, recipe.version) in self._catalogue
        ]
        self.beside = [recipe for recipe in own if not recipe.files]
        self.filled = [recipe for recipe in own if recipe.files]
        self.filled += self._general(reference)
        self._strangers = reference.rows(STRANGERS)

    def __iter__(self) -> Iterator[Recipe]:
        return iter(self.filled)

    def of_story(self, word: str) -> list[Recipe]:
        """Return the recipes to which something happens alone."""
        return [
            recipe for recipe in (*self.filled, *self.beside) if word in recipe.story
        ]

    def has_versions(self, recipe: Recipe) -> bool:
        """Return whether the catalogue has defined the indicator more than once."""
        return self._versions[recipe.pi] > 1

    def is_in_force(self, pi: str, version: str, period: Period) -> bool:
        """Return whether a definition is the one for a period: that of its last day."""
        row = self._catalogue[(pi, version)]
        day = period.end.isoformat()
        return (row["valid_from"] or day) <= day <= (row["valid_to"] or day)

    def own_multiplier(self, pi: str, version: str) -> int | None:
        """Return by how much a borough multiplies a share; None of what is no share."""
        row = self._catalogue[(pi, version)]
        divides = row["denominator_basis"] == "sent"
        return int(float(row["multiplier"])) if divides else None

    def is_named_measure(self, recipe: Recipe) -> bool:
        """Return whether a measure is the one that the catalogue means."""
        row = self._catalogue[(recipe.pi, recipe.version)]
        return recipe.measure == row["measure_qualifier"]

    def _general(self, reference: Reference) -> list[Recipe]:
        """Return recipes of what the boroughs send and nobody wrote a recipe for.

        What a department publishes for whole years is left to it: the year then
        comes from there.
        """
        has_recipe = {(recipe.pi, recipe.version): recipe for recipe in self.filled}
        published = {
            row["indicator_id"]
            for row in reference.rows("reference/statistic_columns")
            if row["role"] == "numerator"
        } - {recipe.pi for recipe in self.filled}
        made: list[Recipe] = []
        for (pi, version), row in self._catalogue.items():
            is_known = (pi, version) in has_recipe or pi in published
            if row["extract"] != RETURN or is_known:
                continue
            if row["definition_status"] == "not_defined":
                continue
            earlier = [recipe for key, recipe in has_recipe.items() if key[0] == pi]
            made.append(
                replace(earlier[-1], version=version) if earlier else _guess(row)
            )
        return made

    def strangers(self, period_type: str) -> Iterator[Stranger]:
        """Return the rows of the seed that a return of such periods may not hold."""
        for row in self._strangers:
            pi, version = row["indicator_id"], row["definition_version"]
            known = [line for key, line in self._catalogue.items() if key[0] == pi]
            if not known:
                yield Stranger(pi, version, "the catalogue does not know it")
            elif all(line["definition_status"] == "not_defined" for line in known):
                yield Stranger(pi, version, "it has no definition")
            elif not any(period_type in line["periods"].split("|") for line in known):
                yield Stranger(pi, version, "it has no such period")
            elif version and (pi, version) not in self._catalogue:
                because = "it has no such definition"
                yield Stranger(pi, version, because, "definition")


def _recipe(row: dict[str, str]) -> Recipe:
    return Recipe(
        row["indicator_id"], row["definition_version"], row["measure"], row["files"],
        row["base"], (int(row["share_low"] or 0), int(row["share_high"] or 0)),
        int(row["rate"] or 0), row["band"] or "0-17", row["is_stock"] == "true",
        row["counts"], frozenset(row["story"].split("|")) - {""},
    )  # fmt: skip


def _guess(row: dict[str, str]) -> Recipe:
    """Return a recipe that a row of the catalogue alone lets write."""
    periods = row["periods"].split("|")
    comes_from_quarters = row["year_from_quarters"] != "none"
    is_stock = row["year_from_quarters"] == "last"
    files = "Q" if "quarter" in periods else ""
    files += "F" if "financial_year" in periods and not comes_from_quarters else ""
    files += "A" if "academic_year" in periods else ""
    divides = row["denominator_basis"] == "sent"
    return Recipe(
        row["indicator_id"], row["definition_version"], row["measure_qualifier"], files,
        base=(GENERAL_STOCK if is_stock else GENERAL_BASE) if divides else "",
        share=_share(row) if divides else (0, 0),
        rate=0 if divides else _rate(row),
        band=row["population_age_band"] or "0-17",
        is_stock=is_stock,
    )  # fmt: skip


def _middle(row: dict[str, str]) -> tuple[float, float] | None:
    """Return the middle third of what the catalogue calls plausible."""
    if not row["range_basis"]:
        return None
    low, high = float(row["plausible_low"]), float(row["plausible_high"])
    third = (high - low) / 3
    return low + third, high - third


def _share(row: dict[str, str]) -> tuple[int, int]:
    """Return a plausible share, of a thousand."""
    middle = _middle(row)
    if middle is None:
        return GENERAL_SHARE
    low, high = (int(1_000 * end / float(row["multiplier"])) for end in middle)
    return max(1, low), max(2, high)


def _rate(row: dict[str, str]) -> int:
    """Return a plausible number a year, of 100,000."""
    middle = _middle(row)
    if middle is None:
        return GENERAL_RATE
    of = (
        float(row["multiplier"])
        if row["value_type"] == "rate"
        else CHILDREN_OF_A_BOROUGH
    )
    parts = 4 if row["range_basis"] == "quarter" else 1
    return max(1, int(100_000 * parts * sum(middle) / 2 / of))
