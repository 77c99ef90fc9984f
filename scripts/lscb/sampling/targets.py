"""Targets, as the government office, a department and some boards set them.

They lie near the figures that the truth knows, on either side, so that some are met,
some missed and some left open by chance; some lie ahead.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction

from lscb.sampling import SURNAME
from lscb.sampling.draws import Stream
from lscb.sampling.files import Fault, SampleFile, csv_bytes, received_after
from lscb.sampling.periods import Grid, financial_year
from lscb.sampling.reference import Reference
from lscb.sampling.story import DAYS_ON_TIME

EXTRACT = "targets"
COLUMNS = (
    "pi_code", "definition", "area_code", "period", "target", "direction", "kind",
    "source",
)  # fmt: skip
TRUTH_COLUMNS = (
    "indicator_id", "definition_version", "area_code", "period_id", "target_kind",
    "target", "direction", "sender", "set_period_id", "relative_path", "line_number",
    "is_withheld",
)  # fmt: skip
LAA, NATIONAL, LOCAL = "LAA", "national", "local"
AT_LEAST, AT_MOST = "at_least", "at_most"
# A year that lies far ahead, and one that no target is of.
AHEAD, NOBODYS = "2049-50", "2050-51"
SUPERSEDED = "superseded"
OF_EACH_TYPE = 2
BOARDS = 4
# Hundredths of the figure at which a target is set.
NEAR = (80, 125)
# What is wrong with a line of the office: the column, what stands there, and why.
SPOILT = (
    ("pi_code", "XX99", "no such indicator"),
    ("definition", "9", "no such definition"),
    ("area_code", "X99999999", "no such area"),
    ("period", "2009/10", "a period written in no known way"),
    ("target", "t.b.c.", "not a number"),
    ("target", "-5", "below nought"),
    ("direction", "better", "no direction"),
    ("kind", LOCAL, "a kind that boards set for themselves"),
)

Cell = tuple[str, str, str, str]


@dataclass(frozen=True)
class Target:
    """One target as meant; the text of it is what is written."""

    cell: Cell
    kind: str
    text: str
    direction: str

    @property
    def key(self) -> tuple[Cell, str]:
        """What two targets of one figure and kind share."""
        return self.cell, self.kind

    def line(self) -> dict[str, str]:
        """The target as a line of a file has it."""
        words = (*self.cell, self.text, self.direction, self.kind, f"{SURNAME}, minute")
        return dict(zip(COLUMNS, words, strict=True))


@dataclass
class Targets:
    """The files, and every target that stands or is withheld, as text."""

    files: list[SampleFile] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Sending:
    """One file as meant: who sends it, in which year and version, and what is in it."""

    sender: str
    year: str
    targets: tuple[Target, ...]
    version: int = 1
    spoilt: Sequence[tuple[str, str, str]] = ()
    status: str = "accepted"


class _Desk:
    """Where targets are set, by what the truth knows of the figures."""

    def __init__(
        self, reference: Reference, grid: Grid, seed: int, rows: Iterable[Sequence[str]]
    ) -> None:
        self.reference = reference
        self.grid = grid
        self.seed = seed
        self.values = {
            (row[0], row[1], row[2], row[3]): Fraction(row[6])
            for row in rows
            if row[6] and row[2] in reference.by_area
        }

    def indicators(self) -> Iterator[dict[str, str]]:
        """The first few of each type of value that can be better or worse."""
        taken: dict[str, int] = {}
        for row in self.reference.indicators:
            kind = row["value_type"]
            can_be = row["polarity"] in ("high_is_good", "low_is_good")
            periods = {"financial_year", "wave"} & set(row["periods"].split("|"))
            is_open = not (row["valid_from"] or row["valid_to"])
            if can_be and periods and is_open and row["is_context"] != "true":
                taken[kind] = taken.get(kind, 0) + 1
                if taken[kind] <= OF_EACH_TYPE:
                    yield row

    def target(
        self, row: dict[str, str], area: str, period: str, kind: str, near: str = ""
    ) -> Target | None:
        """A target near a figure; None where there is no figure to be near to."""
        pi, version = row["indicator_id"], row["definition_version"]
        value = self.values.get((pi, version, area, near or period))
        if value is None:
            return None
        stream = Stream(self.seed, EXTRACT, pi, area, period, kind)
        tenths = int(value * stream.one(*NEAR) / 10)
        if row["value_type"] in ("proportion", "survey_percentage"):
            tenths = min(tenths, 10 * int(row["multiplier"]))
        whole, tenth = divmod(max(1, tenths), 10)
        text = f"{whole}.{tenth}" if tenth else str(whole)
        wanted = AT_MOST if row["polarity"] == "low_is_good" else AT_LEAST
        return Target((pi, version, area, period), kind, text, wanted)

    def periods(self, row: dict[str, str]) -> list[str]:
        if "financial_year" in row["periods"].split("|"):
            return list(self.grid.years)
        waves = (f"W{year}" for year in self.grid.wave_years)
        return [w for w in waves if any(key[3] == w for key in self.values)]

    def of_everybody(self, kind: str, rows: Iterable[dict[str, str]]) -> list[Target]:
        """Targets of a kind for every authority and period, those ahead too."""
        made = []
        for row in rows:
            periods = self.periods(row)
            for area in self.reference.area_codes:
                made += [self.target(row, area, period, kind) for period in periods]
                if "financial_year" in row["periods"].split("|"):
                    made.append(self.target(row, area, AHEAD, kind, periods[-1]))
        return [target for target in made if target is not None]


def make_targets(
    reference: Reference, grid: Grid, seed: int, rows: Iterable[Sequence[str]]
) -> Targets:
    """Return the files of targets, and those that stand, by the rows of the truth."""
    desk = _Desk(reference, grid, seed, rows)
    made = Targets()
    sent = _sendings(desk)
    contradicted = _contradicted(sent)
    standing: dict[tuple[str, Cell, str], list[str]] = {}
    for sending in sent:
        file, numbered = _file(sending)
        made.files.append(file)
        if file.status == SUPERSEDED:
            continue
        for number, target in numbered:
            standing[(sending.sender, *target.key)] = [
                *target.cell, target.kind.lower(), target.text, target.direction,
                sending.sender, sending.year, file.relative_path, str(number),
                "true" if target.key in contradicted else "false",
            ]  # fmt: skip
    made.rows = sorted(standing.values())
    return made


def _sendings(desk: _Desk) -> list[_Sending]:
    """Every file, those of one sender in the order in which they count."""
    office, department, *_ = desk.reference.senders(EXTRACT)
    first, last = desk.grid.years[0], desk.grid.years[-1]
    rows = list(desk.indicators())
    agreed = desk.of_everybody(LAA, rows)
    national = desk.of_everybody(NATIONAL, rows[::2])
    raised = [replace(target, text=_otherwise(target.text)) for target in agreed[:3]]
    sent = [
        _Sending(office, first, tuple(agreed[:-1]), status=SUPERSEDED),
        _Sending(office, first, tuple(agreed), 2, SPOILT),
        _Sending(department, first, tuple(national)),
    ]
    if last != first:
        # Three are set anew, and one of the department's is said otherwise.
        other = replace(national[0], text=_otherwise(national[0].text))
        sent.append(_Sending(office, last, (*raised, other)))
    for area in desk.reference.area_codes[:BOARDS]:
        own = [
            target
            for row in rows
            for period in desk.periods(row)
            if (target := desk.target(row, area, period, LOCAL)) is not None
        ]
        # One board would have it the other way round.
        if area == desk.reference.area_codes[0]:
            opposite = {AT_LEAST: AT_MOST, AT_MOST: AT_LEAST}[own[0].direction]
            own[0] = replace(own[0], direction=opposite)
        other_area = (desk.reference.area_codes[-1],)
        spoilt = [("area_code", *other_area, "an area of another board")]
        sent.append(_Sending(area, last, tuple(own), spoilt=spoilt))
    return sent


def _otherwise(text: str) -> str:
    """Another target, a little lower, with two decimals as no other has."""
    whole = int(text.split(".")[0])
    return f"{max(0, whole - 1)}.25"


def _contradicted(sent: Sequence[_Sending]) -> set[tuple[Cell, str]]:
    """Figures for which two senders set different targets of one kind."""
    said: dict[tuple[Cell, str], dict[str, tuple[str, str]]] = {}
    for sending in sent:
        if sending.status != SUPERSEDED:
            for target in sending.targets:
                by_sender = said.setdefault(target.key, {})
                by_sender[sending.sender] = (target.text, target.direction)
    return {key for key, each in said.items() if len(set(each.values())) > 1}


def _file(sending: _Sending) -> tuple[SampleFile, list[tuple[int, Target]]]:
    """Return a file, and its targets with their lines; those spoilt come last."""
    lines = [target.line() for target in sending.targets]
    faults = []
    for column, text, what in sending.spoilt:
        # Of a figure that no other line is of, whatever is wrong with it.
        sound = sending.targets[0].line() | {"period": NOBODYS}
        lines.append(sound | {column: text})
        faults.append(Fault(len(lines) + 1, column, "record", what))
    content = [list(COLUMNS), *([line[name] for name in COLUMNS] for line in lines)]
    year = financial_year(sending.year)
    file = SampleFile(
        EXTRACT,
        sending.sender,
        sending.year,
        "csv",
        csv_bytes(content),
        received_after(year.start - timedelta(days=1), DAYS_ON_TIME + sending.version),
        sending.version,
        sending.status,
        "version 2 replaces it" if sending.status == SUPERSEDED else "",
        accepted=len(sending.targets),
        set_aside=len(faults),
        faults=faults,
    )
    return file, list(enumerate(sending.targets, 2))
