"""What all pages draw on, read once: words, areas, indicators, values, coverage."""

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from lscb.digits import decimals_for
from lscb.pages.charts import STANDINGS
from lscb.pages.figures import rounded
from lscb.pages.published import Published, Row
from lscb.settings import PROJECT
from lscb.statuses import COVERAGE, statuses

TILE_MAP = PROJECT / "seeds" / "reference" / "tile_map.csv"
SENDERS = PROJECT / "seeds" / "reference" / "senders.csv"
WORDS = Path(__file__).resolve().parent / "words.yml"

# How many of an indicator's latest whole periods are drawn; its table has them all.
CHARTED_PERIODS = 2
# Fewer authorities than this make no chart.
FEWEST_AREAS = 4

# An authority of less than this share of the middle one is far smaller than the rest.
FAR_SMALLER = 0.1

# Standings of what is set against nothing, and the reason for which there is no figure
# by its GSS symbol.
WITHOUT_FIGURE = {"c": "hidden", "x": "missing", "z": "void"}
NOT_SET_AGAINST = ("not_compared", "partial", *WITHOUT_FIGURE.values())

REGION, AUTHORITY = "region", "local_authority"

Key = tuple[str, int, str]


def in_words(code: str) -> str:
    """A code that is made of words, as a reader says it."""
    return code.replace("_", " ").capitalize()


class Words(dict[str, dict[str, Any]]):
    """The words for codes, by subject."""

    def of(self, subject: str, code: str | None) -> str:
        """The word for a code, empty for none; a code without one is an error.

        Extracts are a user's to add: one without a word is called by its own name.
        """
        if code is None:
            return ""
        if subject == "extract" and code not in self[subject]:
            return in_words(code)
        try:
            word = self[subject][code]
        except KeyError:
            raise KeyError(
                f"{code!r} has no word under {subject!r} in {WORDS.name}: add it there."
            ) from None
        return word["label"] if isinstance(word, dict) else word


@dataclass
class Indicator:
    """One indicator: its definitions, the newest first, and the periods it has."""

    indicator_id: str
    versions: list[Row] = field(default_factory=list)
    periods: list[Row] = field(default_factory=list)

    @cached_property
    def current(self) -> Row:
        """The definition in force; the newest where none is."""
        return next((v for v in self.versions if v["is_current"]), self.versions[0])

    def version(self, number: int) -> Row:
        """The definition of that number."""
        return next(v for v in self.versions if v["definition_version"] == number)

    @cached_property
    def headline(self) -> Row | None:
        """The latest whole period of the current definition that has numbers."""
        current = self.current["definition_version"]
        own = [p for p in self.periods if p["definition_version"] == current]
        return next((p for p in own if p["areas_with_number"]), own[0] if own else None)

    @cached_property
    def charted(self) -> list[Row]:
        """The latest periods of the coarsest kind that enough authorities fill."""
        enough = [p for p in self.periods if p["areas_with_number"] >= FEWEST_AREAS]
        coarsest = min((p["coarseness"] for p in enough), default=0)
        return [p for p in enough if p["coarseness"] == coarsest][:CHARTED_PERIODS]

    @property
    def has_intervals(self) -> bool:
        """Whether an interval can be given at all."""
        return self.current["value_type"] not in ("ratio", "undefined")

    @property
    def name(self) -> str:
        """What a chart calls it."""
        return f"{self.indicator_id} {self.current['short_title']}"

    @property
    def page(self) -> str:
        """Path of its page."""
        return f"indicators/{self.indicator_id}.html"


@dataclass
class Facts:
    """The published file as the pages need it."""

    published: Published

    @cached_property
    def about(self) -> Row:
        """What the publication says of itself."""
        return self.published.about

    @cached_property
    def words(self) -> Words:
        """The words for codes."""
        words = Words(yaml.safe_load(WORDS.read_text(encoding="utf-8")))
        words["reason"] = {
            code: word.replace("{region}", self.region)
            for code, word in words["reason"].items()
        }
        return words

    @cached_property
    def standing_labels(self) -> dict[str, str]:
        """The word for each standing, with the mark that says it without colour."""
        return {
            code: f"{word['mark']} {word['label']}"
            for code, word in self.words["standing"].items()
        }

    @cached_property
    def areas(self) -> list[Row]:
        """All areas in their order, authorities with the place of their tile."""
        with TILE_MAP.open(encoding="utf-8", newline="") as handle:
            tiles = {row["area_code"]: row for row in csv.DictReader(handle)}
        areas = self.published.rows("select * from mart.dim_areas order by sort_order")
        for area in areas:
            tile = tiles.get(area["area_code"], {})
            area["short_name"] = tile.get("short_name", area["area_name"])
            area["tile_row"] = int(tile.get("tile_row", 0))
            area["tile_column"] = int(tile.get("tile_column", 0))
        return areas

    @cached_property
    def area(self) -> dict[str, Row]:
        """The areas by code."""
        return {area["area_code"]: area for area in self.areas}

    @cached_property
    def region_code(self) -> str:
        """The code of the region."""
        return next(
            area["area_code"] for area in self.areas if area["area_type"] == REGION
        )

    @cached_property
    def region(self) -> str:
        """What the region is called."""
        return self.area[self.region_code]["area_name"]

    @cached_property
    def parts(self) -> list[str]:
        """The words for the parts of the region, in their order."""
        ordered = sorted(
            self.authorities,
            key=lambda area: self.area[area["parent_area_code"]]["sort_order"],
        )
        return list(dict.fromkeys(area["ons_inner_outer"] for area in ordered))

    @property
    def against(self) -> str:
        """The heading of what compares with the region."""
        return f"Against {self.region}"

    def region_of(self, row: Row) -> str:
        """The region as a value is set against it: marked where it is not whole."""
        return self._said_of(row, "label") or self.region

    def stands_for_region(self, rows: list[Row]) -> str:
        """Who stands for the region in a period, as a sentence; empty where it does."""
        row = next((row for row in rows if row["london_basis"]), None)
        if row is None or not (said := self._said_of(row, "note")):
            return ""
        if row["london_missing"]:
            said += self._said_of(row, "without")
        return f" {said}."

    def _said_of(self, row: Row, kind: str) -> str:
        words = self.words["london_basis"].get(row["london_basis"])
        if words is None:
            return ""
        return words[kind].format(
            region=self.region,
            areas=row["london_areas"],
            missing=row["london_missing"],
        )

    @cached_property
    def authorities(self) -> list[Row]:
        """The local authorities by name."""
        return sorted(
            (area for area in self.areas if area["area_type"] == AUTHORITY),
            key=lambda area: area["area_name"],
        )

    @cached_property
    def far_smaller(self) -> set[str]:
        """The authorities whose denominators are far below the middle one's."""
        shares: dict[str, list[float]] = defaultdict(list)
        for rows in self.by_period.values():
            known = {
                row["area_code"]: row["denominator"]
                for row in rows
                if row["area_type"] == AUTHORITY and row["denominator"]
            }
            for code, denominator in known.items():
                shares[code].append(denominator / median(known.values()))
        return {code for code, those in shares.items() if median(those) < FAR_SMALLER}

    @cached_property
    def statuses(self) -> list[Row]:
        """The value statuses and what they say."""
        return self.published.rows(
            "select * from mart.dim_value_statuses order by value_status"
        )

    @cached_property
    def values(self) -> list[Row]:
        """Every published value, with its standing in a word and a mark."""
        rows = self.published.query("values")
        for row in rows:
            standing = row["benchmark_998"] if row["benchmark_998"] else "not_compared"
            if row["benchmark_998_reason"] or standing not in STANDINGS:
                standing = "not_compared"
            if row["indicator_value"] is None:
                standing = WITHOUT_FIGURE.get(row["gss_symbol"], "missing")
            elif row["value_status"] == "partial":
                standing = "partial"
            row["standing"] = standing
            row["after"] = self.mark_after(row)
            row["standing_label"] = self.standing_labels[standing]
            row["ink"] = STANDINGS[standing][1]
        return rows

    def mark_after(self, row: Row) -> str:
        """What is put after a figure that is partial or provisional."""
        return "".join(
            self.words["mark_of_figure"][kind]["mark"] for kind in self.kinds_of(row)
        )

    @staticmethod
    def kinds_of(row: Row) -> list[str]:
        """In which ways a figure is not the last word."""
        if row["indicator_value"] is None:
            return []
        kinds = {
            "partial": row["value_status"] == "partial",
            "provisional": row["is_provisional"],
        }
        return [kind for kind, is_so in kinds.items() if is_so]

    def marks_said(self, rows: list[Row]) -> str:
        """The sentences of the marks that some figures carry; empty where none does."""
        present = {kind for row in rows for kind in self.kinds_of(row)}
        return "".join(
            f" {word['mark']} {word['note']}."
            for kind, word in self.words["mark_of_figure"].items()
            if kind in present
        )

    @cached_property
    def by_period(self) -> dict[Key, list[Row]]:
        """The values by indicator, version and period."""
        groups: dict[Key, list[Row]] = defaultdict(list)
        for row in self.values:
            groups[
                row["indicator_id"], row["definition_version"], row["period_id"]
            ].append(row)
        return groups

    @cached_property
    def broken(self) -> set[Key]:
        """The periods that some authority may not compare with the one before."""
        return {
            key
            for key, rows in self.by_period.items()
            if any(row["change_reason"] == "series_break" for row in rows)
        }

    def breaks_at(self, row: Row) -> bool:
        """Whether a series breaks here; a total breaks where any authority does."""
        if row["area_type"] == AUTHORITY:
            return row["change_reason"] == "series_break"
        return (
            row["indicator_id"],
            row["definition_version"],
            row["period_id"],
        ) in self.broken

    @cached_property
    def by_area(self) -> dict[tuple[str, str], list[Row]]:
        """The values by indicator and area, in order of time."""
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.values:
            groups[row["indicator_id"], row["area_code"]].append(row)
        return groups

    def before(self, row: Row) -> Row | None:
        """The last value of the same kind and definition that ended before this one."""
        earlier = [
            cell
            for cell in self.by_area[row["indicator_id"], row["area_code"]]
            if cell["period_type"] == row["period_type"]
            and cell["definition_version"] == row["definition_version"]
            and cell["end_date"] < row["start_date"]
        ]
        return earlier[-1] if earlier else None

    @cached_property
    def looked_at(self) -> int:
        """Among how many tests a page shares its false alarms, as the marts have it."""
        return self.values[0]["looked_at"]

    def direction_of(self, row: Row) -> Row:
        """How a figure moved since the period before of the same kind, in words."""
        before = None if row["previous_value"] is None else self.before(row)
        said = row["change_among_all"] or row["change_alone_reason"]
        return {
            "direction": self.moved_said("direction", row, said),
            "before": row["previous_value"],
            "before_period": before["period_id"] if before else None,
        }

    def moved_said(self, subject: str, row: Row, said: str | None) -> str:
        """A direction, or why none is said: of what was before, its status."""
        word = self.words.of(subject, said)
        if "{status}" not in word:
            return word
        return word.format(status=self.before(row)["status_label"].lower())

    def beside(self, row: Row) -> Row:
        """The figure of the period before as it stands beside a figure.

        `before` is given where the two may be compared; else `before_mark` stands for
        it: the symbol of a figure that is not there or may not be compared, or a word.
        """
        before, mark = self.before(row), ""
        if row["previous_value"] is None:
            mark = self.words["other_mark"]["not_comparable"]["mark"]
            if before is None or row["change_alone_reason"] == "no_previous_period":
                before, mark = None, self.words.of("before", "none")
            elif before["indicator_value"] is None:
                mark = before["gss_symbol"] or "-"
        return {
            "before": row["previous_value"],
            "before_period": before["period_id"] if before else None,
            "before_mark": mark,
        }

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The indicators, performance indicators before context."""
        found: dict[str, Indicator] = {}
        for row in self.published.rows(
            "select * from mart.dim_indicators"
            " order by is_context, indicator_id, definition_version desc"
        ):
            found.setdefault(
                row["indicator_id"], Indicator(row["indicator_id"])
            ).versions.append(row)
        for row in self.published.query("periods_with_figures"):
            found[row["indicator_id"]].periods.append(row)
        return list(found.values())

    @cached_property
    def themes(self) -> dict[str, list[Indicator]]:
        """The indicators by theme, themes in the order of the catalogue."""
        themes: dict[str, list[Indicator]] = defaultdict(list)
        for indicator in self.indicators:
            themes[indicator.current["theme"]].append(indicator)
        return themes

    def authorities_in(self, period: Row) -> list[Row]:
        """The values of the authorities in one period of an indicator."""
        return [row for row in self.cells_of(period) if row["area_type"] == AUTHORITY]

    def cells_of(self, period: Row) -> list[Row]:
        """The values of all areas in one period of an indicator."""
        return self.by_period[
            period["indicator_id"], period["definition_version"], period["period_id"]
        ]

    def cell(self, period: Row, area_code: str) -> Row | None:
        """The value of one area in one period of an indicator, None where not held."""
        return next(
            (row for row in self.cells_of(period) if row["area_code"] == area_code),
            None,
        )

    @cached_property
    def decimals(self) -> dict[str, int]:
        """Decimals in which the values of each indicator are shown."""
        values: dict[str, list[float]] = defaultdict(list)
        for row in self.values:
            if row["area_type"] == AUTHORITY:
                values[row["indicator_id"]].append(row["indicator_value"])
        return {name: decimals_for(known) for name, known in values.items()}

    def shown(self, row: Row, key: str = "indicator_value") -> str:
        """A value of an indicator as a reader sees it."""
        return rounded(row[key], self.decimals.get(row["indicator_id"], 1))

    def said(self, row: Row) -> str:
        """A value in words: area, figure, interval, standing; or why there is none."""
        name = row["area_name"]
        if row["indicator_value"] is None:
            return f"{name}: {row['status_label'].lower()}"
        text = f"{name}: {self.shown(row)}"
        if row["lower_limit"] is not None:
            text += (
                f" (95 % {self.shown(row, 'lower_limit')}"
                f" to {self.shown(row, 'upper_limit')})"
            )
        if row["standing"] not in NOT_SET_AGAINST:
            text += f", {self.words.of('standing', row['standing'])}"
        for kind in self.kinds_of(row):
            text += f", {self.words.of('mark_of_figure', kind)}"
        return text

    @cached_property
    def flags_by_area(self) -> Counter[str]:
        """How many open quality flags touch each area."""
        flags = self.published.table("fct_quality_flags") or []
        return Counter(row["area_code"] for row in flags if row["state"] != "resolved")

    @cached_property
    def explained(self) -> list[Row]:
        """The figures that were asked about, and the reasons that senders gave."""
        if "fct_quality_flags" not in self.published.relations:
            return []
        return self.published.query("explained")

    @cached_property
    def coverage(self) -> list[Row]:
        """Who sent what: one row per extract, submitter and period."""
        rows = self.published.query("coverage", by_gravity=statuses(COVERAGE))
        for row in rows:
            code = row["submitter"]
            row["submitter_name"] = self.sender_names.get(code, row["submitter_name"])
        return rows

    @cached_property
    def not_in_order(self) -> dict[str, list[Row]]:
        """The returns of each area that are late, partial, refused or missing."""
        names = {row["submitter"]: row["submitter_name"] for row in self.coverage}
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.published.query(
            "not_in_order",
            by_gravity=statuses(COVERAGE),
            in_order=statuses(COVERAGE, "in_order"),
        ):
            row["submitter_name"] = names[row["submitter"]]
            found[row["area_code"]].append(row)
        return found

    @cached_property
    def sender_names(self) -> dict[str, str]:
        """What senders that are no authority are called, by their codes."""
        with SENDERS.open(encoding="utf-8", newline="") as handle:
            return {
                row["sender_code"]: row["sender_name"] for row in csv.DictReader(handle)
            }

    @cached_property
    def targets(self) -> list[Row]:
        """Every target, by indicator, period and area; none where there are none."""
        if "fct_targets" not in self.published.relations:
            return []
        return self.published.query("targets")
