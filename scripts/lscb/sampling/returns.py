"""The authorities' own returns: the completed model dataset, file by file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lscb.sampling import recipes as told
from lscb.sampling.draws import Stream
from lscb.sampling.files import (
    Fault,
    SampleFile,
    csv_bytes,
    received_after,
    workbook,
)
from lscb.sampling.periods import Grid, Period, first_year, quarters
from lscb.sampling.recipes import Recipe, Recipes
from lscb.sampling.reference import Reference
from lscb.sampling.referrals import submitter_names
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME, PILOT_YEAR, Story

EXTRACT = "lscb_return"
COLUMNS = (
    "pi_code", "definition", "numerator", "denominator", "value", "measure", "note",
)  # fmt: skip

# What shares are taken of: yearly number per 10,000 aged 0-17, and whether it is a
# stock, which a quarter holds whole.
STRATEGY = "strategy"
BASES = {
    "referrals": (480, False), "initial assessments": (290, False),
    "core assessments": (100, False), "conferences": (45, False),
    "plans started": (32, False), "plans ceased": (30, False),
    "children with a plan": (22, True), "convictions": (18, False),
    "looked after": (62, True), "pupils": (6_800, True),
    "secondary pupils": (2_800, True), "children in households": (9_500, True),
    STRATEGY: (240, True), "accepted by CAMHS": (90, False),
    "training": (9, True), "cohort": (14, True),
    told.GENERAL_BASE: (80, False), told.GENERAL_STOCK: (80, True),
}  # fmt: skip

# What stands in place of a numerator or denominator now and then: how often of
# 4,000 in the pilots' year, and of twenty times as many later.
ODD_NUMERATORS = (
    ("x", 6), ("..", 4), (":", 3), ("n/a", 4), ("-", 5), ("u", 3), ("z", 4), (".", 3),
    ("low", 3), ("~", 3), ("k", 3), ("c", 6), ("*", 4), ("", 6), ("1O", 4), ("#N/A", 3),
)  # fmt: skip
ODD_DENOMINATORS = (("", 12), ("0", 12), ("*", 9), ("x", 9), ("1 .4", 12))
LEFT_OUT = (("left out", 30),)
IN_PILOT_YEAR, LATER = 4_000, 80_000
SMALLEST_BASE = 3
FAULTY = ("1O", "#N/A", "1 .4")


@dataclass(frozen=True)
class Sent:
    """One row of a return as meant: the cells as written."""

    numerator: str
    denominator: str

    @property
    def numerator_is_faulty(self) -> bool:
        return self.numerator in FAULTY

    @property
    def denominator_is_faulty(self) -> bool:
        return self.denominator in FAULTY


CONTRADICTED = Sent(FAULTY[0], "")
Block = tuple[str, str]
Key = tuple[str, str, str, str, str]


@dataclass
class Returns:
    """All that was sent; `cells` by authority, period, PI, version and measure."""

    files: list[SampleFile] = field(default_factory=list)
    cells: dict[Key, Sent] = field(default_factory=dict)
    block_status: dict[Block, str] = field(default_factory=dict)


def _year_of(period: Period) -> str:
    return period.period_id.removeprefix("AY")[:7]


class _Desk:
    """Where one authority fills in its returns."""

    def __init__(self, reference: Reference, area: str, seed: int) -> None:
        self.reference = reference
        self.area = area
        self.seed = seed

    def tells(self, word: str) -> bool:
        """Return whether something happens to all that this authority sends."""
        return self.reference.story.tells(word, self.area)

    def _people(self, band: str, period: Period) -> int:
        year = first_year(_year_of(period))
        return self.reference.populations[(self.area, year, band)]

    def _stream(self, *names: str) -> Stream:
        return Stream(self.seed, EXTRACT, self.area, *names)

    def base(self, name: str, period: Period) -> int:
        """Return a base of the period, one and the same for every indicator."""
        if name == STRATEGY:
            return self._strategy(period)
        rate, is_stock = BASES[name]
        is_whole = is_stock or "Q" not in period.period_id
        expected = self._people("0-17", period) * rate // 10_000
        stream = self._stream(period.period_id, name)
        drawn = stream.near(expected if is_whole else expected // 4, 10)
        return max(SMALLEST_BASE, drawn)

    def _strategy(self, period: Period) -> int:
        """Return the yearly plan; some authorities revise it in the third quarter."""
        planned = self._people("0-17", period) * BASES[STRATEGY][0] // 10_000
        revised = self.tells("return_plan_revised")
        if revised and period.period_id[-1] in "34":
            planned += planned // 10
        return max(1, planned)

    def figures(self, recipe: Recipe, period: Period) -> tuple[int, int | None]:
        """Return numerator and denominator before marks and mishaps."""
        is_year = "Q" not in period.period_id
        if told.YEAR_EXCEEDS_QUARTERS in recipe.story and is_year:
            summed = self._year_from_quarters(recipe, period)
            return summed + self._stream(period.period_id, recipe.pi).one(1, 3), None
        stream = self._stream(
            period.period_id, recipe.pi, recipe.version, recipe.measure
        )
        whole = self.base(recipe.base, period) if recipe.base else None
        if recipe.counts:
            return self.base(recipe.counts, period), whole
        if whole is not None:
            share = stream.one(*recipe.share)
            return stream.rounded(whole * share, 1_000), whole
        yearly = self._people(recipe.band, period) * recipe.rate
        parts = 1 if recipe.is_stock or "Q" not in period.period_id else 4
        return stream.near(stream.rounded(yearly, 100_000 * parts), 12), None

    def _year_from_quarters(self, recipe: Recipe, year: Period) -> int:
        return sum(
            self.figures(recipe, quarter)[0] for quarter in quarters(year.period_id)
        )

    def fill(self, recipe: Recipe, period: Period) -> Sent | None:
        """Return the row as it is sent, or None when it is left out."""
        numerator, denominator = self.figures(recipe, period)
        is_of_joint_team = self.tells("return_of_joint_team")
        if is_of_joint_team and told.JOINT_TEAM_SILENT in recipe.story:
            return None
        if is_of_joint_team and told.JOINT_TEAM_MARK in recipe.story:
            return Sent("z", "")
        stream = self._stream(period.period_id, recipe.pi, recipe.measure, "mishaps")
        is_named = told.PLAIN_IN_SOME in recipe.story and any(
            self.tells(word)
            for word in ("return_plain", "return_plan_revised", "return_plan_blank")
        )
        year_as_such = recipe.files == "QF" and "Q" not in period.period_id
        if is_named or year_as_such:
            return self._plain(recipe, period, numerator, denominator)
        of = IN_PILOT_YEAR if PILOT_YEAR in period.period_id else LATER
        if _perhaps(LEFT_OUT, stream, of):
            return None
        top = self._marked(numerator, stream, of)
        bottom = self._bottom(recipe, period, denominator)
        is_planned = recipe.base == STRATEGY
        if top == str(numerator) and recipe.sends_denominator and not is_planned:
            odd = _perhaps(ODD_DENOMINATORS, stream, of)
            bottom = bottom if odd is None else odd
        return Sent(top, bottom)

    def _plain(
        self, recipe: Recipe, period: Period, numerator: int, denominator: int | None
    ) -> Sent:
        blank = (
            recipe.base == STRATEGY
            and self.tells("return_plan_blank")
            and period.period_id.endswith("Q4")
        )
        bottom = "" if blank else self._bottom(recipe, period, denominator)
        return Sent(str(numerator), bottom)

    def _bottom(self, recipe: Recipe, period: Period, denominator: int | None) -> str:
        """Return the denominator's cell; some send one where none is used."""
        if denominator is not None:
            return str(denominator)
        sends_anyway = (
            int(self.area[-2:]) % 4 == 2 and told.SENDS_POPULATION in recipe.story
        )
        return str(self._people(recipe.band, period) + 37) if sends_anyway else ""

    def _marked(self, numerator: int, stream: Stream, of: int) -> str:
        """Return the numerator's cell, suppressed by authorities that suppress."""
        if self.tells("return_hides_one_to_five") and 1 <= numerator <= 5:
            return "*"
        if self.tells("return_hides_one_to_four") and 1 <= numerator <= 4:
            return "<5"
        odd = _perhaps(ODD_NUMERATORS, stream, of)
        return str(numerator) if odd is None else odd


def _perhaps(odds: Sequence[tuple[str, int]], stream: Stream, of: int) -> str | None:
    """Return an odd cell now and then, mostly none."""
    drawn = stream.one(0, of - 1)
    for text, often in odds:
        drawn -= often
        if drawn < 0:
            return text
    return None


def _is_sent(recipes: Recipes, recipe: Recipe, area: str, period: Period) -> bool:
    """Return whether an authority sends this version and measure at all."""
    key = (area, period.period_id)
    if not recipes.is_in_force(recipe.pi, recipe.version, period):
        if not recipes.has_versions(recipe):
            return False
        if recipe.version == "1":
            return recipes.story.tells("return_old_definition_still", *key)
        return recipes.story.tells("return_new_definition_early", *key)
    if recipe.measure and recipes.story.tells("return_measure_unnamed", area):
        return recipes.is_named_measure(recipe)
    if recipe.measure and recipes.story.tells("return_other_measure", area):
        return not recipes.is_named_measure(recipe)
    return True


def _from_elsewhere(recipes: Recipes, stream: Stream, key: Block) -> dict[str, Sent]:
    """Return the extract-fed indicators that a few returns give as well."""
    given = {}
    for word, happening in (
        (told.ALLEGATIONS_TOO, "return_counts_allegations"),
        (told.ADMISSIONS_TOO, "return_counts_admissions"),
    ):
        is_told = recipes.story.tells(happening, *key)
        for recipe in recipes.of_story(word) if is_told else ():
            given[recipe.pi] = Sent(str(stream.one(*recipe.share)), "")
    return given


def _kind(period: Period) -> str:
    """Return the letter of a period's files: quarterly, yearly, academic years."""
    if period.period_id.startswith("AY"):
        return "A"
    return "Q" if "Q" in period.period_id else "F"


def _cells(
    reference: Reference, recipes: Recipes, area: str, period: Period, seed: int
) -> dict[Key, Sent]:
    """Return what one authority sends for one period."""
    desk = _Desk(reference, area, seed)
    key = (area, period.period_id)
    cells: dict[Key, Sent] = {}
    for recipe in recipes:
        if _kind(period) not in recipe.files:
            continue
        if not _is_sent(recipes, recipe, area, period):
            continue
        sent = desk.fill(recipe, period)
        unnamed = recipe.measure and desk.tells("return_measure_unnamed")
        measure = "" if unnamed else recipe.measure
        if sent is not None:
            cells[(*key, recipe.pi, recipe.version, measure)] = sent
    elsewhere = Stream(seed, EXTRACT, *key, "elsewhere")
    for pi, sent in _from_elsewhere(recipes, elsewhere, key).items():
        cells[(*key, pi, "1", "")] = sent
    return cells


def _own_value(sent: Sent, multiplier: int | None) -> str:
    """Return what the borough worked out itself, to one decimal."""
    if not (sent.numerator.isdigit() and sent.denominator.isdigit()):
        return ""
    bottom = int(sent.denominator)
    if bottom == 0 or multiplier is None:
        return ""
    tenths = (int(sent.numerator) * multiplier * 20 + bottom) // (2 * bottom)
    return f"{tenths // 10}.{tenths % 10}"


def _thousands(text: str, area: str) -> str:
    """Return a number with commas where an authority writes them."""
    writes_commas = int(area[-2:]) % 3 == 0 and text.isdigit()
    return f"{int(text):,}" if writes_commas else text


class _Sheet:
    """The rows of one return and what is wrong with them."""

    def __init__(
        self, cells: dict[Key, Sent], recipes: Recipes, period: Period
    ) -> None:
        self.rows: list[list[str]] = [list(COLUMNS)]
        self.faults: list[Fault] = []
        self.accepted = 0
        for key, sent in cells.items():
            self._add(key, sent, recipes, period)
        if self.rows[1:]:
            self.rows[1][-1] = "Synthetic data, not real; café, paper £0"

    def _add(self, key: Key, sent: Sent, recipes: Recipes, period: Period) -> None:
        area, _, pi, version, measure = key
        is_reversed = recipes.story.tells("return_reversed", area)
        blank_is_right = recipes.is_in_force(pi, version, period)
        row = [
            pi.lower() if is_reversed else pi,
            "" if blank_is_right and int(area[-2:]) % 2 == 0 else version,
            _thousands(sent.numerator, area),
            _thousands(sent.denominator, area),
            _own_value(sent, recipes.own_multiplier(pi, version)),
            measure.title() if is_reversed else measure,
            "",
        ]
        if sent is CONTRADICTED:
            for figure in ("3", "8"):
                self.rows.append([*row[:2], figure, *row[3:]])
                self._fault("pi_code", "record", "two records share the key")
            return
        self.rows.append(row)
        if sent.numerator_is_faulty:
            self._fault("numerator", "record", "no number and no mark")
            return
        self.accepted += 1
        if sent.denominator_is_faulty:
            self._fault("denominator", "value", "no number and no mark")

    def _fault(self, column: str, level: str, what: str) -> None:
        self.faults.append(Fault(len(self.rows), column, level, what))

    def add_strangers(self, recipes: Recipes) -> None:
        """Add rows that no return of a quarter may hold."""
        for stranger in recipes.strangers("quarter"):
            row = [stranger.pi, stranger.version, "12", "40", "", "", ""]
            self.rows.append(row)
            self._fault(stranger.column, "record", stranger.because)

    @property
    def set_aside(self) -> int:
        return sum(fault.level == "record" for fault in self.faults)


def _content(
    story: Story, area: str, rows: list[list[str]], period: Period, suffix: str
) -> tuple[bytes, int]:
    """Return the file's bytes and how many lines stand above the header."""
    if suffix == "xlsx":
        title = [
            [f"LSCB model dataset {period.period_id}"],
            ["SYNTHETIC DATA, made by a generator"],
            [],
        ]
        typed = [
            [int(cell) if n in (2, 3) and cell.isdigit() else cell
             for n, cell in enumerate(row)]
            for row in rows
        ]  # fmt: skip
        book = workbook([*title, *typed], EXTRACT, ("Guidance",), "Synthetic data")
        return book, len(title)
    if story.tells("return_with_semicolons", area):
        return csv_bytes(rows, ";", "cp1252", "\r\n"), 0
    if story.tells("return_in_utf_16", area):
        return b"\xff\xfe" + csv_bytes(rows, "\t", "utf-16-le"), 0
    if story.tells("return_with_tabs", area):
        return csv_bytes(rows, "\t", "utf-8-sig"), 0
    if story.tells("return_with_bars", area):
        return csv_bytes(rows, "|"), 0
    if story.tells("return_reversed", area):
        head = [f" {name.upper()}" for name in rows[0]]
        return csv_bytes([[*reversed(row)] for row in (head, *rows[1:])]), 0
    return csv_bytes(rows), 0


def _file(
    cells: dict[Key, Sent],
    recipes: Recipes,
    place: tuple[str, Period, str],
    version: int = 1,
    suffix: str = "",
) -> SampleFile:
    area, period, submitter = place
    sheet = _Sheet(cells, recipes, period)
    story = recipes.story
    if story.tells("return_with_strangers", area) and "Q" in period.period_id:
        sheet.add_strangers(recipes)
    as_book = story.tells("return_in_workbooks", area)
    suffix = suffix or ("xlsx" if as_book else "csv")
    content, above = _content(story, area, sheet.rows, period, suffix)
    for fault in sheet.faults:
        fault.line_number += above
    late = story.tells("return_late", area, period.period_id)
    days = DAYS_LATE if late else DAYS_ON_TIME
    return SampleFile(
        EXTRACT, submitter, period.file_label, suffix, content,
        received_after(period.end, days + 15 * (version - 1)), version,
        accepted=sheet.accepted, set_aside=sheet.set_aside, is_late=late,
        faults=sheet.faults,
    )  # fmt: skip


def make_returns(reference: Reference, grid: Grid, seed: int) -> Returns:
    """Return every authority's returns and the cells that stand."""
    made = Returns()
    recipes = Recipes(reference)
    periods = [*grid.quarters, *grid.financial_years, *grid.academic_years]
    for area in reference.area_codes:
        names = submitter_names(reference, area)
        for number, period in enumerate(periods):
            place = (area, period, names[number % len(names)])
            _add_block(made, reference, recipes, place, seed)
    return made


def _add_block(
    made: Returns,
    reference: Reference,
    recipes: Recipes,
    place: tuple[str, Period, str],
    seed: int,
) -> None:
    area, period, _ = place
    key = (area, period.period_id)
    story = recipes.story
    if story.tells("return_silent", *key):
        made.block_status[key] = "not_submitted"
        return
    cells = _cells(reference, recipes, area, period, seed)
    if story.tells("return_contradicts_itself", *key):
        for recipe in recipes.of_story(told.CONTRADICTED):
            if not recipes.is_in_force(recipe.pi, recipe.version, period):
                continue
            cells[(*key, recipe.pi, recipe.version, "")] = CONTRADICTED
    sent = _file(cells, recipes, place)
    made.files.append(sent)
    if story.tells("return_broken", *key):
        sent.content = sent.content[: len(sent.content) // 2]
        _refuse(sent, "the workbook breaks off")
        made.block_status[key] = "refused"
        return
    if story.tells("return_contested", *key):
        other = _cells(reference, recipes, area, period, seed + 1)
        rival = _file(other, recipes, place, suffix="xlsx")
        made.files.append(rival)
        for file in (sent, rival):
            # both are read to their end, so of their lines one is told
            file.status, file.accepted = "refused", None
            file.because = "two different files claim this block and version"
        made.block_status[key] = "refused"
        return
    if story.tells("return_corrected", *key):
        sent.status, sent.because = "superseded", "version 2 replaces it"
        cells = _cells(reference, recipes, area, period, seed + 1)
        made.files.append(_file(cells, recipes, place, version=2))
    made.block_status[key] = "in"
    made.cells |= cells


def _refuse(file: SampleFile, because: str) -> None:
    file.status, file.because = "refused", because
    file.accepted, file.faults = None, []
