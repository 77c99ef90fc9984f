"""Hospital admissions, as primary care trusts send them each quarter."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lscb.sampling import POSTCODES, SURNAME
from lscb.sampling.draws import Stream
from lscb.sampling.files import (
    Fault,
    SampleFile,
    columns_to_csv,
    columns_to_parquet,
    days_written,
    gzipped,
    number_column,
    received_after,
    text_column,
    workbook,
)
from lscb.sampling.periods import Grid, Period, first_year
from lscb.sampling.reference import UNALLOCATED, Reference
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME

EXTRACT = "pct_admissions"
EPISODES_A_YEAR = 400_000
OUTSIDE = "OUTSIDE"
NO_CODE = -1
FIRST_BIRTH_YEAR = 1980

# Diagnoses and causes that the sample uses, without dots. Which of them belong to an
# indicator is never said here: the truth asks the code sets.
ORDINARY = (
    "J069", "J189", "J219", "J450", "A099", "R104", "K359", "P071", "P599", "Z380",
    "N390", "L029", "G409", "E109", "D571", "H669", "K021", "Q210", "R509", "B349",
)  # fmt: skip
INJURED = ("S009", "S060", "S424", "S525", "S626", "S822", "T149", "T221", "T784")
DRUG_PRIMARY = ("F112", "F120", "F132", "F142", "F150", "F180", "F190")
DRUG_POISONING = ("T401", "T405", "T407", "T436", "T520", "T598")
ALCOHOL = ("F100", "F101", "T510", "T519", "K700")
SELF_HARM_PRIMARY = ("T391", "T424", "T432", "S617", "T390")
NEARLY = ("F171", "F200", "F329", "T435", "T509", "T600", "K710", "T58")
ACCIDENT_CAUSES = (
    "V031", "V134", "V435", "W010", "W060", "W190", "W540", "W780", "X000", "X120",
    "X420", "X440", "X450", "X990", "Y049", "Y079", "Y599", "Y839",
)  # fmt: skip
SELF_HARM_CAUSES = ("X600", "X610", "X640", "X650", "X700", "X780", "X840")
UNDETERMINED_CAUSES = ("Y110", "Y120", "Y160", "Y190", "Y200", "Y339")
CODES = (
    *ORDINARY, *INJURED, *DRUG_PRIMARY, *DRUG_POISONING, *ALCOHOL, *SELF_HARM_PRIMARY,
    *NEARLY, *ACCIDENT_CAUSES, *SELF_HARM_CAUSES, *UNDETERMINED_CAUSES,
)  # fmt: skip
POSITION = {code: position for position, code in enumerate(CODES)}

# How a code may be written: as it is, with a dot, in small letters, padded, lettered.
WRITINGS = (
    lambda code: code,
    lambda code: code[:3] + "." + code[3:] if len(code) > 3 else code,
    str.lower,
    lambda code: code + "-" if len(code) > 3 else code + "X",
    lambda code: code + "D" if len(code) > 3 else code + "--",
    lambda code: (code[:3] + "." + code[3:]).lower() if len(code) > 3 else code + "x",
)
WRITING_WEIGHTS = (80, 8, 4, 4, 2, 2)
WRITTEN = (*(write(code) for code in CODES for write in WRITINGS), "")

# Kinds of admission: yearly number per 10,000 people aged 0-19, primary codes,
# secondary codes, causes, ages, emergency share of a thousand.
KINDS = (
    ("accident", 93, INJURED, ORDINARY, ACCIDENT_CAUSES, (0, 17), 930),
    ("accident of an adult", 12, INJURED, ORDINARY, ACCIDENT_CAUSES, (18, 19), 930),
    ("self-harm", 11, SELF_HARM_PRIMARY, NEARLY, SELF_HARM_CAUSES, (11, 17), 960),
    ("self-harm of an adult", 3, SELF_HARM_PRIMARY, ALCOHOL, SELF_HARM_CAUSES,
     (18, 19), 960),
    ("undetermined", 2, DRUG_POISONING, NEARLY, UNDETERMINED_CAUSES, (10, 19), 950),
    ("drugs", 4, DRUG_PRIMARY, ALCOHOL, (), (13, 19), 700),
    ("poisoned by drugs", 3, DRUG_POISONING, ORDINARY, ACCIDENT_CAUSES, (1, 19), 950),
    ("alcohol", 7, ALCOHOL, DRUG_PRIMARY, (), (12, 19), 900),
    ("near miss", 5, NEARLY, ORDINARY, (), (10, 19), 500),
)  # fmt: skip
FROM_OTHER_BOROUGHS = 45
SECOND_EPISODES = 80
OUTSIDE_AUTHORITIES = ("26UB", "43UB", "22UN", "29UN", "11UB")
OUTSIDE_TRUSTS = ("5P5", "5QA", "5PX")
METHODS = ("21", "22", "28", "2A")
ELECTIVE_METHODS = ("11", "12", "13", "81", "31")
GIVEN_NAMES = ("Ada", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal", "Ivy", "Jo")
NAMES = tuple(f"Synthetic {name} {SURNAME}" for name in GIVEN_NAMES)


@dataclass
class Episodes:
    """Episodes as meant, one array a fact, all of one length.

    `area` is a position in `areas`, which ends with unallocated and outside the region.
    """

    submitter: str
    quarter: str
    area: np.ndarray
    age: np.ndarray
    order: np.ndarray
    is_emergency: np.ndarray
    primary: np.ndarray
    secondary: np.ndarray
    third: np.ndarray
    cause: np.ndarray


@dataclass
class Admissions:
    """All that the trusts sent and what of it counts."""

    areas: list[str]
    files: list[SampleFile] = field(default_factory=list)
    episodes: list[Episodes] = field(default_factory=list)
    block_status: dict[tuple[str, str], str] = field(default_factory=dict)


FORMATS = {
    "pct_sends_workbooks": "xlsx",
    "pct_sends_parquet": "parquet",
    "pct_sends_gzip": "csv.gz",
}


def _format_of(reference: Reference, pct: str) -> str:
    return next(
        (
            suffix
            for word, suffix in FORMATS.items()
            if reference.story.tells(word, pct)
        ),
        "csv",
    )


class _Block:
    """One trust's quarter: the draws, the columns and the episodes as meant."""

    def __init__(
        self, reference: Reference, pct: str, quarter: Period, seed: int, size: float
    ) -> None:
        self.reference = reference
        self.pct = pct
        self.quarter = quarter
        self.stream = Stream(seed, EXTRACT, pct, quarter.period_id)
        self.areas = [*reference.area_codes, UNALLOCATED, OUTSIDE]
        self.place = {code: position for position, code in enumerate(self.areas)}
        self.served = reference.pct_areas[pct]
        self.size = size
        year = first_year(quarter.period_id[:7])
        self.people = {
            area: reference.populations[(area, year, "0-19")] for area in self.served
        }
        self.all_people = sum(
            reference.populations[(area, year, "0-19")] for area in reference.area_codes
        )

    def draw(self) -> Episodes:
        """Draw the episodes: first what they are, then whose and how admitted."""
        people = sum(self.people.values())
        share = min(1000, round(self.size * 10_000))
        sizes = [
            self.stream.near(self.stream.rounded(people * rate * share, 40_000_000), 12)
            for _, rate, *_ in KINDS
        ]
        every = round(EPISODES_A_YEAR * self.size) * people // self.all_people // 4
        sizes.append(max(0, every - sum(sizes)))
        kind = np.repeat(np.arange(len(sizes)), sizes)
        kind = kind[np.argsort(self.stream.below(2**31 - 1, len(kind)), kind="stable")]
        self.count = len(kind)
        self._draw_clinical(kind)
        self._draw_residence()
        return Episodes(
            submitter=self.pct,
            quarter=self.quarter.period_id,
            area=self.area,
            age=self.age,
            order=self.order,
            is_emergency=self.is_emergency,
            primary=self.primary,
            secondary=self.secondary,
            third=self.third,
            cause=self.cause,
        )

    def _draw_clinical(self, kind: np.ndarray) -> None:
        count, stream = self.count, self.stream
        self.age = np.zeros(count, dtype=np.int64)
        self.primary = np.full(count, NO_CODE)
        self.secondary = np.full(count, NO_CODE)
        self.cause = np.full(count, NO_CODE)
        self.is_emergency = np.zeros(count, dtype=bool)
        ordinary = ("ordinary", 0, ORDINARY, ORDINARY, (), (0, 19), 450)
        for number, (_, _, first, second, causes, ages, emergency) in enumerate(
            (*KINDS, ordinary)
        ):
            rows = np.flatnonzero(kind == number)
            size = len(rows)
            self.age[rows] = stream.between(*ages, size)
            self.primary[rows] = self._pick(first, size)
            has_second = stream.happens(250, size)
            self.secondary[rows] = np.where(
                has_second, self._pick(second, size), NO_CODE
            )
            if causes:
                self.cause[rows] = self._pick(causes, size)
            self.is_emergency[rows] = stream.happens(emergency, size)
        newborn = (kind == len(KINDS)) & stream.happens(300, count)
        self.age[newborn] = 0
        has_third = stream.happens(60, count) & (self.secondary != NO_CODE)
        self.third = np.where(
            has_third, self._pick((*ORDINARY, *ALCOHOL[:2]), count), NO_CODE
        )
        self.order = np.where(
            stream.happens(SECOND_EPISODES, count), stream.between(2, 4, count), 1
        )
        self.day = stream.below(self.quarter.days, count)

    def _pick(self, codes: tuple[str, ...], size: int) -> np.ndarray:
        positions = np.array([POSITION[code] for code in codes])
        return positions[self.stream.below(len(codes), size)]

    def _draw_residence(self) -> None:
        """Draw where each child lives and which of it the record says."""
        count, stream = self.count, self.stream
        own = np.array([self.place[area] for area in self.served])
        home = own[stream.choose([self.people[area] for area in self.served], count)]
        away = stream.below(len(self.reference.area_codes), count)
        # Ways of saying it: own authority, another, one outside, none but its trust,
        # nothing at all, none but another trust of ours, a trust outside.
        self.way = stream.choose((905, FROM_OTHER_BOROUGHS, 15, 20, 8, 4, 3), count)
        trusts = list(self.reference.pct_areas)
        self.other_trust = stream.below(len(trusts), count)
        of_trust = np.array([self._area_of(trust) for trust in trusts])
        self.area = np.select(
            [self.way == number for number in range(7)],
            [
                home,
                away,
                np.full(count, self.place[OUTSIDE]),
                np.full(count, self._area_of(self.pct)),
                np.full(count, self._area_of(self.pct)),
                of_trust[self.other_trust],
                np.full(count, self.place[OUTSIDE]),
            ],
        )
        self.outside = stream.below(len(OUTSIDE_AUTHORITIES), count)

    def _area_of(self, trust: str) -> int:
        """Return the one authority that a trust serves, or unallocated for two."""
        served = self.reference.pct_areas[trust]
        return self.place[served[0] if len(served) == 1 else UNALLOCATED]

    def columns(self, style: int) -> dict[str, pa.Array]:
        """Return the block as columns of text, in the order of the contract."""
        return (
            self._personal_columns() | self._stay_columns(style) | self._code_columns()
        ) | self._residence_columns()

    def _personal_columns(self) -> dict[str, pa.Array]:
        """Return the key and what looks like a person but cannot be one."""
        number = np.arange(1, self.count + 1)
        born = self.quarter.start.year - (self.quarter.start.month <= 4)
        prefix = f"{self.pct}{self.quarter.period_id[:4]}{self.quarter.period_id[-1]}"
        births = [f"15/06/{FIRST_BIRTH_YEAR + year}" for year in range(30)]
        sex = self.stream.choose((490, 500, 10), self.count)
        return {
            "epikey": _prefixed(prefix, 1_000_000 + number),
            "nhs_number": number_column(9_990_000_000 + number),
            "patient_name": text_column(NAMES, number % len(NAMES)),
            "dob": text_column(births, born - FIRST_BIRTH_YEAR - self.age),
            "postcode": text_column(POSTCODES, number % 10),
            "sex": text_column(("1", "2", "9"), sex),
        }

    def _stay_columns(self, style: int) -> dict[str, pa.Array]:
        """Return age, dates, order and method; most infants have a code for days."""
        count, stream = self.count, self.stream
        dates = days_written(self.quarter.start, self.quarter.days, style)
        later = np.where(self.order > 1, self.order, 0)
        start = np.minimum(self.day + later, self.quarter.days - 1)
        is_coded = (self.age == 0) & (stream.below(10, count) > 0)
        age = np.where(is_coded, stream.between(7001, 7007, count), self.age)
        method = np.where(
            self.is_emergency,
            stream.below(len(METHODS), count),
            len(METHODS) + stream.below(len(ELECTIVE_METHODS), count),
        )
        return {
            "startage": number_column(age),
            "admidate": text_column(dates, self.day),
            "epistart": text_column(dates, start),
            "epiorder": number_column(self.order),
            "admimeth": text_column((*METHODS, *ELECTIVE_METHODS), method),
        }

    def _code_columns(self) -> dict[str, pa.Array]:
        """Return fourteen diagnoses, of which the third may stand last, and a cause."""
        last = self.stream.happens(500, self.count)
        empty = pa.array([""] * self.count, pa.string())
        third = np.where(last, NO_CODE, self.third)
        fourteenth = np.where(last, self.third, NO_CODE)
        return {
            "diag_01": self._written(self.primary),
            "diag_02": self._written(self.secondary),
            "diag_03": self._written(third),
            **{f"diag_{n:02d}": empty for n in range(4, 14)},
            "diag_14": self._written(fourteenth),
            "cause": self._written(self.cause),
        }

    def _residence_columns(self) -> dict[str, pa.Array]:
        """Return the authority and the trust of residence, each where it is known."""
        codes = [row["old_ons_code"] for row in self.reference.authorities]
        residences = [*codes, *OUTSIDE_AUTHORITIES, ""]
        trusts = [*self.reference.pct_areas, *OUTSIDE_TRUSTS, ""]
        outside = len(self.reference.pct_areas) + self.outside % len(OUTSIDE_TRUSTS)
        area = np.select(
            [self.way <= 1, self.way == 2],
            [self.area, len(codes) + self.outside],
            len(residences) - 1,
        )
        trust = np.select(
            [self.way == 4, self.way == 5, np.isin(self.way, (2, 6))],
            [len(trusts) - 1, self.other_trust, outside],
            trusts.index(self.pct),
        )
        return {
            "resladst": text_column(residences, area),
            "respct": text_column(trusts, trust),
        }

    def _written(self, codes: np.ndarray) -> pa.Array:
        writing = self.stream.choose(WRITING_WEIGHTS, self.count)
        return text_column(
            WRITTEN,
            np.where(
                codes == NO_CODE, len(WRITTEN) - 1, codes * len(WRITINGS) + writing
            ),
        )


def _prefixed(prefix: str, numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(prefix, number_column(numbers), "")


def _faulty_lines(
    columns: dict[str, pa.Array], quarter: Period
) -> tuple[list[str], list[Fault], int]:
    """Return lines that a trust would wish unsent, what is wrong, and the doubles."""
    count = len(columns["epikey"])
    if count < 20:
        return [], [], 0
    rows = [{name: column[n].as_py() for name, column in columns.items()}
            for n in range(6)]  # fmt: skip
    outside = quarter.end + timedelta(days=3)
    key = rows[0]["epikey"]
    spoiled = [
        ("startage", rows[1] | {"epikey": f"{key}A", "startage": "21"}),
        ("admidate", rows[2] | {"epikey": f"{key}B", "admidate": f"{outside}"}),
        ("admimeth", rows[3] | {"epikey": f"{key}C", "admimeth": ""}),
        ("diag_01", rows[4] | {"epikey": f"{key}D", "diag_01": "??"}),
        ("epikey", rows[5] | {"epikey": f"{key}E", "sex": "1"}),
        ("epikey", rows[5] | {"epikey": f"{key}E", "sex": "2"}),
    ]
    lines = [",".join(row.values()) for _, row in spoiled]
    faults = [
        Fault(count + 2 + n, name, "record", "two records share the key"
              if name == "epikey" else "the value breaks the column's rule")
        for n, (name, _) in enumerate(spoiled)
    ]  # fmt: skip
    lines.append(key + ",too,few")
    faults.append(Fault(count + 8, "", "record", "too few fields"))
    lines += ["", ",".join([" "] + [""] * (len(columns) - 1))]
    lines.append(",".join(f" {value} " for value in rows[0].values()))
    return lines, faults, 1


def _sheet_rows(columns: dict[str, pa.Array], quarter: Period) -> list[list]:
    """Return the block as rows of a workbook with a title above the header."""
    typed = {name: column.to_pylist() for name, column in columns.items()}
    for name in ("admidate", "epistart"):
        typed[name] = [date.fromisoformat(text) for text in typed[name]]
    for name in ("startage", "epiorder"):
        typed[name] = [int(text) for text in typed[name]]
    title = [f"Admissions of children, {quarter.period_id}. SYNTHETIC DATA"]
    head = [f" {name.upper()} " for name in columns]
    return [title, [], head, *(list(row) for row in zip(*typed.values(), strict=True))]


def _file(block: _Block, suffix: str, version: int) -> SampleFile:
    """Return the trust's file in its own format."""
    quarter, story = block.quarter, block.reference.story
    style = sum(block.pct.encode()) if suffix.startswith("csv") else 0
    columns = block.columns(style)
    faults: list[Fault] = []
    duplicates = 0
    if suffix == "xlsx":
        content = workbook(_sheet_rows(columns, quarter), EXTRACT)
    elif suffix == "parquet":
        content = columns_to_parquet(columns)
    else:
        lines: list[str] = []
        has_faults = story.tells("pct_with_faulty_lines", block.pct)
        if has_faults and quarter.period_id.endswith("Q1"):
            lines, faults, duplicates = _faulty_lines(columns, quarter)
        if story.tells("pct_columns_reversed", block.pct):
            columns = {name.upper(): columns[name] for name in reversed(columns)}
        content = columns_to_csv(columns, lines)
    if suffix == "csv.gz":
        content = gzipped(content)
    late = story.tells("pct_late", block.pct, quarter.period_id)
    days = DAYS_LATE if late else DAYS_ON_TIME
    return SampleFile(
        EXTRACT, block.pct, quarter.file_label, suffix, content,
        received_after(quarter.end, days + 10 * (version - 1)), version,
        accepted=block.count, set_aside=len(faults), duplicates=duplicates,
        is_late=late, faults=faults,
    )  # fmt: skip


def make_admissions(
    reference: Reference, grid: Grid, seed: int, size: float
) -> Admissions:
    """Return every trust's files and the episodes that stand."""
    made = Admissions([*reference.area_codes, UNALLOCATED, OUTSIDE])
    for pct in reference.pct_areas:
        for quarter in grid.quarters:
            _add_block(made, reference, (pct, quarter), seed, size)
    return made


def _add_block(
    made: Admissions,
    reference: Reference,
    place: tuple[str, Period],
    seed: int,
    size: float,
) -> None:
    pct, quarter = place
    key = (pct, quarter.period_id)
    if reference.story.tells("pct_silent", *key):
        made.block_status[key] = "not_submitted"
        return
    block = _Block(reference, pct, quarter, seed, size)
    episodes = block.draw()
    sent = _file(block, _format_of(reference, pct), 1)
    made.files.append(sent)
    if reference.story.tells("pct_refused", *key):
        sent.content = sent.content[: len(sent.content) * 2 // 3]
        sent.status, sent.because = "refused", "the gzip file breaks off"
        sent.accepted = None
        made.block_status[key] = "refused"
        return
    made.block_status[key] = "in"
    if reference.story.tells("pct_corrected", *key):
        sent.status, sent.because = "superseded", "version 2 replaces it"
        block = _Block(reference, pct, quarter, seed + 1, size)
        episodes = block.draw()
        made.files.append(_file(block, _format_of(reference, pct), 2))
    made.episodes.append(episodes)
