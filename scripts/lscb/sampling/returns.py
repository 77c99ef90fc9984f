"""The authorities' own returns: the completed model dataset, file by file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lscb.sampling import story
from lscb.sampling.draws import Stream
from lscb.sampling.files import (
    Fault,
    SampleFile,
    csv_bytes,
    received_after,
    workbook,
)
from lscb.sampling.periods import Grid, Period, first_year, quarters
from lscb.sampling.reference import CITY, Reference
from lscb.sampling.referrals import submitter_names

EXTRACT = "lscb_return"
COLUMNS = (
    "pi_code", "definition", "numerator", "denominator", "value", "measure", "note",
)  # fmt: skip

# What shares are taken of: yearly number per 10,000 aged 0-17, and whether it is a
# stock, which a quarter holds whole.
BASES = {
    "referrals": (480, False), "initial assessments": (290, False),
    "core assessments": (100, False), "conferences": (45, False),
    "plans started": (32, False), "plans ceased": (30, False),
    "children with a plan": (22, True), "convictions": (18, False),
    "looked after": (62, True), "pupils": (6_800, True),
    "secondary pupils": (2_800, True), "children in households": (9_500, True),
    "strategy": (240, True), "accepted by CAMHS": (90, False),
    "training": (9, True), "cohort": (14, True),
}  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """How an indicator's figures come about: a share of a base, or a rate."""

    pi: str
    files: str  # Q quarterly, F yearly, A academic year
    base: str = ""
    share: tuple[int, int] = (0, 0)  # of a thousand
    rate: int = 0  # per 100,000 of the band, a year
    band: str = "0-17"
    is_stock: bool = False
    sends_denominator: bool = True
    version: str = "1"
    measure: str = ""
    counts: str = ""  # a base of other indicators, which this one counts


RECIPES = (
    Recipe("SG01", "Q", counts="referrals", sends_denominator=False),
    Recipe("SG02", "Q", "referrals", (180, 300)),
    Recipe("SG03", "Q", "initial assessments", (600, 850)),
    Recipe("SG04", "Q", "core assessments", (700, 920)),
    Recipe("SG05", "Q", "referrals", counts="initial assessments"),
    Recipe("SG06", "Q", rate=900, sends_denominator=False),
    Recipe("SG07", "Q", "conferences", (550, 880)),
    Recipe("SG08", "Q", rate=300, is_stock=True, sends_denominator=False),
    Recipe("SG09", "Q", "plans started", (80, 200)),
    Recipe("SG10", "Q", "plans ceased", (30, 100)),
    Recipe("SG11", "Q", "children with a plan", (920, 1000)),
    Recipe("SG13", "Q", rate=14, sends_denominator=False),
    Recipe("SG14", "Q", "referrals", (200, 360)),
    Recipe("SG17", "F", "cohort", (700, 1500)),
    Recipe("SG18", "QF", rate=1_600, band="10-17", sends_denominator=False),
    Recipe("SG20", "Q", rate=20, sends_denominator=False),
    Recipe("SG22", "Q", "convictions", (40, 110)),
    Recipe("SG26", "F", rate=55, sends_denominator=False),
    Recipe("SG30", "A", "pupils", (1, 2)),
    Recipe("SG31", "A", "secondary pupils", (40, 76)),
    Recipe("SG32", "Q", rate=420, band="5-15", is_stock=True, sends_denominator=False),
    Recipe("SG33", "A", "pupils", (30, 90), version="1"),
    Recipe("SG33", "A", "pupils", (4, 25), version="2"),
    Recipe("SG34", "F", "children in households", (80, 210),
           measure="bedroom standard"),
    Recipe("SG34", "F", "children in households", (200, 340),
           measure="persons per room"),
    Recipe("SG34", "F", "children in households", (10, 30), measure="statutory"),
    Recipe("SG35", "Q", rate=1_900, is_stock=True, sends_denominator=False),
    Recipe("SG36", "F", "looked after", (70, 150)),
    Recipe("SG37", "QF", "looked after", (850, 970)),
    Recipe("SG39", "Q", "strategy", (40, 130)),
    Recipe("SG40", "Q", rate=160, is_stock=True, sends_denominator=False),
    Recipe("SG41", "Q", "accepted by CAMHS", (520, 810)),
    Recipe("SG42b", "F", rate=1, sends_denominator=False),
    Recipe("SG44", "Q", "training", (300, 820)),
)  # fmt: skip
YOUTH_OFFENDING = ("SG17", "SG18", "SG22")
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
Key = tuple[str, str, str, str, str]


@dataclass
class Returns:
    """All that was sent; `cells` by authority, period, PI, version and measure."""

    files: list[SampleFile] = field(default_factory=list)
    cells: dict[Key, Sent] = field(default_factory=dict)
    block_status: dict[tuple[str, str], str] = field(default_factory=dict)


def _year_of(period: Period) -> str:
    return period.period_id.removeprefix("AY")[:7]


class _Desk:
    """Where one authority fills in its returns."""

    def __init__(self, reference: Reference, area: str, seed: int) -> None:
        self.reference = reference
        self.area = area
        self.seed = seed

    def _people(self, band: str, period: Period) -> int:
        year = first_year(_year_of(period))
        return self.reference.populations[(self.area, year, band)]

    def _stream(self, *names: str) -> Stream:
        return Stream(self.seed, EXTRACT, self.area, *names)

    def base(self, name: str, period: Period) -> int:
        """Return a base of the period, one and the same for every indicator."""
        if name == "strategy":
            return self._strategy(period)
        rate, is_stock = BASES[name]
        is_whole = is_stock or "Q" not in period.period_id
        expected = self._people("0-17", period) * rate // 10_000
        stream = self._stream(period.period_id, name)
        drawn = stream.near(expected if is_whole else expected // 4, 10)
        return max(SMALLEST_BASE, drawn)

    def _strategy(self, period: Period) -> int:
        """Return the yearly plan; some authorities revise it in the third quarter."""
        planned = self._people("0-17", period) * BASES["strategy"][0] // 10_000
        revised = self.area in story.STRATEGY_REVISED
        if revised and period.period_id[-1] in "34":
            planned += planned // 10
        return max(1, planned)

    def figures(self, recipe: Recipe, period: Period) -> tuple[int, int | None]:
        """Return numerator and denominator before marks and mishaps."""
        if recipe.pi == "SG18" and "Q" not in period.period_id:
            summed = self._year_from_quarters(recipe, period)
            return summed + self._stream(period.period_id, "SG18").one(1, 3), None
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
        if self.area == CITY and recipe.pi in YOUTH_OFFENDING:
            return None if recipe.pi == "SG18" else Sent("z", "")
        stream = self._stream(period.period_id, recipe.pi, recipe.measure, "mishaps")
        is_named = recipe.pi in ("SG18", "SG37", "SG39") and self.area in (
            story.BARKING,
            *story.STRATEGY_REVISED,
            *story.STRATEGY_LAST_BLANK,
            story.MERTON,
        )
        year_as_such = recipe.files == "QF" and "Q" not in period.period_id
        if is_named or year_as_such:
            return self._plain(recipe, period, numerator, denominator)
        of = IN_PILOT_YEAR if story.PILOT_YEAR in period.period_id else LATER
        if _perhaps(LEFT_OUT, stream, of):
            return None
        top = self._marked(numerator, stream, of)
        bottom = self._bottom(recipe, period, denominator)
        if top == str(numerator) and recipe.sends_denominator and recipe.pi != "SG39":
            odd = _perhaps(ODD_DENOMINATORS, stream, of)
            bottom = bottom if odd is None else odd
        return Sent(top, bottom)

    def _plain(
        self, recipe: Recipe, period: Period, numerator: int, denominator: int | None
    ) -> Sent:
        blank = (
            recipe.pi == "SG39"
            and self.area in story.STRATEGY_LAST_BLANK
            and period.period_id.endswith("Q4")
        )
        bottom = "" if blank else self._bottom(recipe, period, denominator)
        return Sent(str(numerator), bottom)

    def _bottom(self, recipe: Recipe, period: Period, denominator: int | None) -> str:
        """Return the denominator's cell; some send one where none is used."""
        if denominator is not None:
            return str(denominator)
        sends_anyway = int(self.area[-2:]) % 4 == 2 and recipe.pi in ("SG01", "SG40")
        return str(self._people(recipe.band, period) + 37) if sends_anyway else ""

    def _marked(self, numerator: int, stream: Stream, of: int) -> str:
        """Return the numerator's cell, suppressed by authorities that suppress."""
        if self.area in story.HIDES_ONE_TO_FIVE and 1 <= numerator <= 5:
            return "*"
        if self.area in story.HIDES_ONE_TO_FOUR and 1 <= numerator <= 4:
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


def _is_sent(recipe: Recipe, area: str, period: Period) -> bool:
    """Return whether an authority sends this version and measure at all."""
    key = (area, period.period_id)
    if recipe.pi == "SG33":
        in_force = "1" if period.period_id < "AY2008" else "2"
        early = recipe.version == "2" and key in story.SENDS_NEW_MOVES_EARLY
        late = recipe.version == "1" and key in story.SENDS_OLD_MOVES_STILL
        return recipe.version == in_force or early or late
    if recipe.pi == "SG34" and area in story.MEASURE_NOT_NAMED:
        return recipe.measure == "bedroom standard"
    if recipe.pi == "SG34" and area in story.OTHER_MEASURE_ONLY:
        return recipe.measure != "bedroom standard"
    return True


def _from_elsewhere(
    reference: Reference, area: str, period: Period, seed: int
) -> dict[str, Sent]:
    """Return the extract-fed indicators that a few returns give as well."""
    key = (area, period.period_id)
    stream = Stream(seed, EXTRACT, *key, "elsewhere")
    given = {}
    if key in story.RETURN_COUNTS_ALLEGATIONS:
        given["SG12"] = Sent(str(stream.one(9, 24)), "")
    if key in story.RETURN_COUNTS_ADMISSIONS:
        given["SG24"] = Sent(str(stream.one(14, 22)), "")
    return given


def _cells(
    reference: Reference, area: str, period: Period, seed: int
) -> dict[Key, Sent]:
    """Return what one authority sends for one period."""
    kind = "Q" if "Q" in period.period_id else "F"
    kind = "A" if period.period_id.startswith("AY") else kind
    desk = _Desk(reference, area, seed)
    cells: dict[Key, Sent] = {}
    for recipe in RECIPES:
        if kind not in recipe.files or not _is_sent(recipe, area, period):
            continue
        sent = desk.fill(recipe, period)
        unnamed = recipe.pi == "SG34" and area in story.MEASURE_NOT_NAMED
        measure = "" if unnamed else recipe.measure
        if sent is not None:
            cells[(area, period.period_id, recipe.pi, recipe.version, measure)] = sent
    for pi, sent in _from_elsewhere(reference, area, period, seed).items():
        cells[(area, period.period_id, pi, "1", "")] = sent
    return cells


def _own_value(pi: str, sent: Sent, multipliers: dict[str, int]) -> str:
    """Return what the borough worked out itself, to one decimal."""
    if not (sent.numerator.isdigit() and sent.denominator.isdigit()):
        return ""
    bottom = int(sent.denominator)
    if bottom == 0 or pi in ("SG01", "SG40"):
        return ""
    tenths = (int(sent.numerator) * multipliers[pi] * 20 + bottom) // (2 * bottom)
    return f"{tenths // 10}.{tenths % 10}"


def _thousands(text: str, area: str) -> str:
    """Return a number with commas where an authority writes them."""
    writes_commas = int(area[-2:]) % 3 == 0 and text.isdigit()
    return f"{int(text):,}" if writes_commas else text


class _Sheet:
    """The rows of one return and what is wrong with them."""

    def __init__(
        self, cells: dict[Key, Sent], multipliers: dict[str, int], period: Period
    ) -> None:
        self.rows: list[list[str]] = [list(COLUMNS)]
        self.faults: list[Fault] = []
        self.accepted = 0
        for key, sent in cells.items():
            self._add(key, sent, multipliers, period)
        if self.rows[1:]:
            self.rows[1][-1] = "Synthetic data, not real; café, paper £0"

    def _add(
        self, key: Key, sent: Sent, multipliers: dict[str, int], period: Period
    ) -> None:
        area, _, pi, version, measure = key
        blank_is_right = pi != "SG33" or (version == "1") == (
            period.period_id < "AY2008"
        )
        row = [
            pi.lower() if area == story.CAMDEN else pi,
            "" if blank_is_right and int(area[-2:]) % 2 == 0 else version,
            _thousands(sent.numerator, area),
            _thousands(sent.denominator, area),
            _own_value(pi, sent, multipliers),
            measure.title() if area == story.CAMDEN else measure,
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

    def add_strangers(self, wrong_period: str) -> None:
        """Add rows that no return may hold."""
        for pi, version, what in (
            ("SG99", "", "the catalogue does not know it"),
            ("SG43", "", "it has no definition"),
            (wrong_period, "", "it has no such period"),
            ("SG02", "7", "it has no such definition"),
        ):
            self.rows.append([pi, version, "12", "40", "", "", ""])
            column = "definition" if version else "pi_code"
            self._fault(column, "record", what)

    @property
    def set_aside(self) -> int:
        return sum(fault.level == "record" for fault in self.faults)


def _content(
    area: str, rows: list[list[str]], period: Period, suffix: str
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
    if area == story.KENSINGTON:
        return csv_bytes(rows, ";", "cp1252", "\r\n"), 0
    if area == story.TOWER_HAMLETS:
        return b"\xff\xfe" + csv_bytes(rows, "\t", "utf-16-le"), 0
    if area == story.NEWHAM:
        return csv_bytes(rows, "\t", "utf-8-sig"), 0
    if area == story.HARINGEY:
        return csv_bytes(rows, "|"), 0
    if area == story.CAMDEN:
        head = [f" {name.upper()}" for name in rows[0]]
        return csv_bytes([[*reversed(row)] for row in (head, *rows[1:])]), 0
    return csv_bytes(rows), 0


def _suffix(area: str) -> str:
    books = (story.WESTMINSTER, story.BARNET, story.WANDSWORTH)
    return "xlsx" if area in books else "csv"


def _file(
    cells: dict[Key, Sent],
    multipliers: dict[str, int],
    place: tuple[str, Period, str],
    version: int = 1,
    suffix: str = "",
) -> SampleFile:
    area, period, submitter = place
    sheet = _Sheet(cells, multipliers, period)
    if area == story.LAMBETH and "Q" in period.period_id:
        sheet.add_strangers("SG30")
    suffix = suffix or _suffix(area)
    content, above = _content(area, sheet.rows, period, suffix)
    for fault in sheet.faults:
        fault.line_number += above
    late = (area, period.period_id) in story.RETURN_LATE
    days = story.DAYS_LATE if late else story.DAYS_ON_TIME
    return SampleFile(
        EXTRACT, submitter, period.file_label, suffix, content,
        received_after(period.end, days + 15 * (version - 1)), version,
        accepted=sheet.accepted, set_aside=sheet.set_aside, is_late=late,
        faults=sheet.faults,
    )  # fmt: skip


def make_returns(reference: Reference, grid: Grid, seed: int) -> Returns:
    """Return every authority's returns and the cells that stand."""
    made = Returns()
    multipliers = {
        row["indicator_id"]: int(float(row["multiplier"] or 1))
        for row in reference.indicators
    }
    periods = [*grid.quarters, *grid.financial_years, *grid.academic_years]
    for area in reference.area_codes:
        names = submitter_names(reference, area)
        for number, period in enumerate(periods):
            place = (area, period, names[number % len(names)])
            _add_block(made, reference, multipliers, place, seed)
    return made


def _add_block(
    made: Returns,
    reference: Reference,
    multipliers: dict[str, int],
    place: tuple[str, Period, str],
    seed: int,
) -> None:
    area, period, _ = place
    key = (area, period.period_id)
    if key in story.RETURN_SILENT:
        made.block_status[key] = "not_submitted"
        return
    cells = _cells(reference, area, period, seed)
    if key in story.CONTRADICTS_ITSELF:
        cells[(*key, "SG13", "1", "")] = CONTRADICTED
    sent = _file(cells, multipliers, place)
    made.files.append(sent)
    if key in story.RETURN_BROKEN:
        sent.content = sent.content[: len(sent.content) // 2]
        _refuse(sent, "the workbook breaks off")
        made.block_status[key] = "refused"
        return
    if key in story.RETURN_CONTESTED:
        other = _cells(reference, area, period, seed + 1)
        rival = _file(other, multipliers, place, suffix="xlsx")
        made.files.append(rival)
        for file in (sent, rival):
            _refuse(file, "two different files claim this block and version")
        made.block_status[key] = "refused"
        return
    if key in story.RETURN_CORRECTED:
        sent.status, sent.because = "superseded", "version 2 replaces it"
        cells = _cells(reference, area, period, seed + 1)
        made.files.append(_file(cells, multipliers, place, version=2))
    made.block_status[key] = "in"
    made.cells |= cells


def _refuse(file: SampleFile, because: str) -> None:
    file.status, file.because = "refused", because
    file.accepted, file.faults = None, []
