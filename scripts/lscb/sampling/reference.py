"""The reference facts, read from the seeds that the warehouse reads too."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lscb.sampling.story import Story
from lscb.settings import PROJECT

SEEDS = PROJECT / "seeds"
UNALLOCATED = "UNALLOCATED"


@dataclass(frozen=True)
class CodeRange:
    """A span of ICD-10 codes that belongs to a set in one position of a record."""

    code_set: str
    position: str
    code_from: str
    code_to: str
    is_included: bool

    def holds(self, code: str) -> bool:
        """Return whether a code such as X65 or T436 lies in the span."""
        first = self.code_from.replace(".", "")
        last = self.code_to.replace(".", "")
        return first <= code[: len(first)] and code[: len(last)] <= last


@dataclass(frozen=True)
class Force:
    """A police force: whom it polices, and how much it records.

    `special_of_1000`: of the offences that an indicator may count, so many in 1,000.
    """

    code: str
    areas: frozenset[str]
    offences_a_year: int
    special_of_1000: int

    @property
    def has_one_area(self) -> bool:
        """Whether all that it records counts for one authority."""
        return len(self.areas) == 1


@dataclass(frozen=True)
class Mark:
    """What a publisher's mark stands for: a status, and bounds if it hides a count."""

    value_status: str
    low: int | None
    high: int | None


class Reference:
    """Areas, codes, populations and the catalogue."""

    def __init__(self, seeds: Path = SEEDS) -> None:
        self._seeds = seeds

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a seed such as reference/areas."""
        path = self._seeds / f"{name}.csv"
        if not path.exists():
            raise FileNotFoundError(
                f"The seed {path} is missing; the sample takes its facts from it."
            )
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def authorities(self) -> list[dict[str, str]]:
        """Return the authorities in the order of their codes."""
        found = [
            row
            for row in self.rows("reference/areas")
            if row["area_type"] == "local_authority"
        ]
        return sorted(found, key=lambda row: row["area_code"])

    @cached_property
    def area_codes(self) -> list[str]:
        return [row["area_code"] for row in self.authorities]

    @cached_property
    def by_area(self) -> dict[str, dict[str, str]]:
        return {row["area_code"]: row for row in self.authorities}

    @cached_property
    def region(self) -> dict[str, str]:
        """Return the row of the region that all areas are in."""
        [found] = [
            row for row in self.rows("reference/areas") if row["area_type"] == "region"
        ]
        return found

    @cached_property
    def totals(self) -> list[str]:
        """Return the codes of the region and its parts, in their order."""
        found = [
            row
            for row in self.rows("reference/areas")
            if row["area_type"] in ("region", "sub_region")
        ]
        found.sort(key=lambda row: int(row["sort_order"]))
        return [row["area_code"] for row in found]

    def members(self, total: str) -> list[str]:
        """Return the authorities of the region or of one of its parts."""
        if total == self.region["area_code"]:
            return self.area_codes
        return [
            row["area_code"] for row in self.authorities if row["parent_code"] == total
        ]

    @cached_property
    def story(self) -> Story:
        """Return to whom what happens in the sample."""
        return Story(self.rows("sample/story"))

    @cached_property
    def forces(self) -> list[Force]:
        """Return the police forces, in the order of their seed."""
        return [
            Force(
                code=row["police_force_code"],
                areas=frozenset(
                    area["area_code"]
                    for area in self.authorities
                    if area["police_force_code"] == row["police_force_code"]
                ),
                offences_a_year=int(row["offences_a_year"]),
                special_of_1000=int(row["special_of_1000"]),
            )
            for row in self.rows("sample/police_forces")
        ]

    def senders(self, extract: str) -> list[str]:
        """Return the senders that an extract names, in its order."""
        [row] = [
            row for row in self.rows("reference/extracts") if row["extract"] == extract
        ]
        return row["fixed_submitters"].split("|")

    @cached_property
    def aliases(self) -> dict[str, list[str]]:
        """Return the names under which each authority is known without doubt."""
        known: dict[str, list[str]] = defaultdict(list)
        for row in self.rows("reference/area_aliases"):
            if row["is_ambiguous"] == "false" and row["area_code"] in self.by_area:
                known[row["area_code"]].append(row["alias"])
        return known

    def ambiguous_alias(self, area: str) -> str:
        """Return an alias that can be the name of another authority too."""
        return next(
            row["alias"]
            for row in self.rows("reference/area_aliases")
            if row["is_ambiguous"] == "true" and row["area_code"] == area
        )

    @cached_property
    def pct_areas(self) -> dict[str, list[str]]:
        """Return the authorities that each primary care trust serves."""
        served: dict[str, list[str]] = defaultdict(list)
        for row in self.rows("reference/pct_areas"):
            served[row["pct_code"]].append(row["area_code"])
        return {pct: sorted(served[pct]) for pct in sorted(served)}

    @cached_property
    def borough_commands(self) -> dict[str, tuple[str, str]]:
        """Return the letter code and name of each authority's police command."""
        return {
            row["area_code"]: (row["bocu_code"], row["bocu_name"])
            for row in self.rows("reference/bocus")
            if row["area_code"] in self.by_area and row["bocu_code"]
        }

    @cached_property
    def command_of_nowhere(self) -> tuple[str, str]:
        """Return the code and name that the police give what is in no authority."""
        return next(
            (row["bocu_code"], row["bocu_name"])
            for row in self.rows("reference/bocus")
            if row["area_code"] == UNALLOCATED
        )

    @cached_property
    def pseudo_area(self) -> str:
        """Return a place that is no authority."""
        return self.rows("reference/pseudo_areas")[0]["pseudo_area"]

    @cached_property
    def populations(self) -> dict[tuple[str, int, str], int]:
        """Return persons by authority, mid-year and age band."""
        return {
            (row["area_code"], int(row["mid_year"]), row["age_band"]): int(
                row["persons"]
            )
            for row in self.rows("reference/populations")
        }

    @cached_property
    def icd10_sets(self) -> list[CodeRange]:
        return [
            CodeRange(
                row["code_set"],
                row["position"],
                row["code_from"],
                row["code_to"],
                row["is_included"] == "true",
            )
            for row in self.rows("reference/icd10_code_sets")
        ]

    @cached_property
    def offence_sets(self) -> dict[str, tuple[str, str]]:
        """Return the code set of each offence class and the condition on it."""
        return {
            row["offence_class"]: (row["code_set"], row["condition"])
            for row in self.rows("reference/offence_code_sets")
        }

    @cached_property
    def return_marks(self) -> dict[str, Mark]:
        """Return what each mark means in an authority's return."""
        return {
            row["mark"]: Mark(
                row["value_status"],
                int(row["low"]) if row["low"] else None,
                int(row["high"]) if row["high"] else None,
            )
            for row in self.rows("reference/marks")
            if row["is_in_return"] == "true"
        }

    @cached_property
    def indicators(self) -> list[dict[str, str]]:
        """Return the catalogue, one row per indicator and definition version."""
        return self.rows("catalogue/indicators")

    @cached_property
    def survey_responses(self) -> dict[tuple[str, str], tuple[str, list[str]]]:
        """Return the question of a version and the responses that count."""
        found: dict[tuple[str, str], tuple[str, list[str]]] = {}
        for row in self.rows("reference/survey_responses"):
            key = (row["indicator_id"], row["definition_version"])
            found.setdefault(key, (row["question_id"], []))[1].append(row["response"])
        return found

    @cached_property
    def exceptions(self) -> set[tuple[str, str]]:
        """Return the indicators that do not apply to an authority."""
        return self._exceptions("always")

    @cached_property
    def exceptions_where_absent(self) -> set[tuple[str, str]]:
        """Return those that do not apply to it where a survey has no row for it."""
        return self._exceptions("when_absent")

    def _exceptions(self, applies: str) -> set[tuple[str, str]]:
        return {
            (row["indicator_id"], row["area_code"])
            for row in self.rows("reference/area_exceptions")
            if row["applies"] == applies
        }
