"""Recorded offences, as the police forces send them each month."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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
)
from lscb.sampling.periods import Grid, Period, first_year
from lscb.sampling.reference import UNALLOCATED, Force, Reference
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME

EXTRACT = "police_offences"
UNKNOWN_AGE = -1
STATUSES = ("Recorded", "No crime", "Transferred")
NEW_ASSAULT_CLASSES = "M2008-04"

# Class and text. Which class belongs to an indicator is never said here.
ORDINARY = (
    ("28A", "Burglary in a dwelling"), ("30A", "Burglary in other buildings"),
    ("34B", "Robbery of personal property"), ("39", "Theft from the person"),
    ("44", "Theft of a pedal cycle"), ("45", "Theft from a vehicle"),
    ("46", "Theft from a shop"), ("48", "Theft of a motor vehicle"),
    ("49", "Other theft"), ("53C", "Other fraud"), ("58A", "Damage to a dwelling"),
    ("58C", "Damage to a vehicle"), ("66", "Public order offences"),
    ("104", "Assault on a constable"), ("105A", "Common assault"),
    ("125", "Public fear or distress"), ("126", "Interfering with a vehicle"),
)  # fmt: skip
WITHOUT_VICTIM = (
    ("92D", "Possession of drugs other than cannabis"),
    ("92E", "Possession of cannabis"),
    ("10D", "Possession of an article with blade or point"),
)
VIOLENCE_TO_CHILDREN = (
    ("11", "Cruelty to and neglect of children"),
    ("12", "Abandoning a child under two years"),
    ("4/7", "Causing or allowing death of a child or vulnerable person"),
)
ASSAULTS = (("8F", "Inflicting grievous bodily harm"), ("8G", "Actual bodily harm"))
OLD_ASSAULTS = (("8A", "Less serious wounding"), ("8A", "Less serious wounding"))
SEXUAL = (
    ("17B", "Sexual assault on a male child under 13"),
    ("19D", "Rape of a female child under 16"),
    ("19E", "Rape of a female child under 13"),
    ("19G", "Rape of a male child under 16"),
    ("19H", "Rape of a male child under 13"),
    ("20B", "Sexual assault on a female child under 13"),
    ("21", "Sexual activity involving a child under 13"),
    ("22B", "Sexual activity involving a child under 16"),
    ("71", "Abuse of children through prostitution and pornography"),
    ("73", "Abuse of a position of trust of a sexual nature"),
    ("88A", "Sexual grooming"),
)
FAMILIAL = (("23", "Incest or familial sexual offences"),)
NEAR_MISSES = (("13", "Child abduction"), ("19C", "Rape of a female aged 16 or over"))
OFFENCES = tuple(
    dict.fromkeys(
        (
            *ORDINARY, *WITHOUT_VICTIM, *VIOLENCE_TO_CHILDREN, *ASSAULTS,
            *OLD_ASSAULTS, *SEXUAL, *FAMILIAL, *NEAR_MISSES,
        )
    )
)  # fmt: skip
CLASSES = tuple(offence[0] for offence in OFFENCES)
POSITION = {name: position for position, name in enumerate(CLASSES)}

# Kinds of crime: yearly number of a large force at full size, offences (the second
# tuple from April 2008), ages of victims, shares of a thousand: age unknown, child
# abuse flag, knife, drugs.
KINDS = (
    ("violence to children", 3_300, VIOLENCE_TO_CHILDREN[:1] * 12
     + VIOLENCE_TO_CHILDREN[1:], None, (0, 15), (60, 850, 10, 20)),
    ("flagged assault", 2_900, OLD_ASSAULTS, ASSAULTS, (0, 17), (30, 930, 15, 10)),
    ("assault", 5_000, OLD_ASSAULTS, ASSAULTS, (14, 60), (40, 15, 60, 15)),
    ("sexual", 2_700, SEXUAL, None, (3, 16), (50, 800, 5, 10)),
    ("familial", 350, FAMILIAL, None, (6, 25), (90, 600, 0, 5)),
    ("near miss", 900, NEAR_MISSES, None, (8, 30), (50, 300, 20, 20)),
    ("knife", 2_600, ORDINARY[2:3] * 3 + ORDINARY[14:15], None, (11, 17),
     (10, 5, 1000, 15)),
    ("knife, grown up", 2_200, ORDINARY[2:3], None, (18, 60), (60, 0, 1000, 15)),
    ("drug related", 420, ORDINARY[14:15] + ORDINARY[2:3], None, (12, 17),
     (10, 10, 60, 1000)),
    ("possession of drugs", 6_000, WITHOUT_VICTIM[:2], None, (15, 17),
     (1000, 0, 5, 1000)),
    ("possession of a blade", 1_000, WITHOUT_VICTIM[2:], None, (15, 17),
     (950, 0, 1000, 10)),
    ("ordinary", 0, ORDINARY, None, (16, 90), (350, 0, 5, 4)),
)  # fmt: skip
LONG_HIDDEN = (3, 4)
POSSESSION = (len(KINDS) - 3, len(KINDS) - 2)
SEVERAL_VICTIMS = 40
BLANK = ""
CHILD_NAMES = tuple(
    f"Synthetic Victim {SURNAME} {letter}" for letter in "ABCDEFGHJKLMNPRSTVWY"
)


@dataclass
class Victims:
    """Rows as meant, an offence and a victim each; `crime` numbers the offences."""

    force: str
    month: str
    area: np.ndarray
    crime: np.ndarray
    offence_class: np.ndarray
    age: np.ndarray
    is_child_abuse: np.ndarray
    is_knife: np.ndarray
    is_drug: np.ndarray
    is_recorded: np.ndarray


@dataclass
class Offences:
    """All that the forces sent and what of it counts."""

    areas: list[str]
    files: list[SampleFile] = field(default_factory=list)
    victims: list[Victims] = field(default_factory=list)
    block_status: dict[tuple[str, str], str] = field(default_factory=dict)


class _Block:
    """One force's month."""

    def __init__(
        self, reference: Reference, force: Force, month: Period, seed: int, size: float
    ) -> None:
        self.reference = reference
        self.force = force
        self.month = month
        self.size = size
        self.stream = Stream(seed, EXTRACT, force.code, month.period_id)
        self.areas = [*reference.area_codes, UNALLOCATED]
        year = first_year(
            f"{month.start.year - (month.start.month < 4)}"
            f"-{(month.start.year + (month.start.month >= 4)) % 100:02d}"
        )
        self.weights = self._area_weights(year)

    def _area_weights(self, year: int) -> list[int]:
        """Return how likely each area is: its children, heavier in the first part."""
        if self.force.has_one_area:
            return [int(area in self.force.areas) for area in self.areas]
        inner = self.reference.totals[1]
        weights = []
        for row in self.reference.authorities:
            people = self.reference.populations[(row["area_code"], year, "0-17")]
            is_policed = row["area_code"] in self.force.areas
            heavier = 5 if row["parent_code"] == inner else 4
            weights.append(people * heavier // 100 if is_policed else 0)
        return [*weights, sum(weights) // 250]

    def draw(self) -> Victims:
        """Draw the crimes, then the victims of each."""
        stream = self.stream
        share = min(1000, round(self.size * 10_000))
        every = round(self.force.offences_a_year * self.size) // 12
        scale = share * self.force.special_of_1000 // 1000
        sizes = [
            stream.near(stream.rounded(yearly * scale, 12_000), 8) if scale else 0
            for _, yearly, *_ in KINDS[:-1]
        ]
        if self.force.has_one_area:
            sizes = [min(number, every // 12) for number in sizes]
        sizes.append(max(0, every - sum(sizes)))
        kind = np.repeat(np.arange(len(sizes)), sizes)
        kind = kind[np.argsort(stream.below(2**31 - 1, len(kind)), kind="stable")]
        crimes = len(kind)
        area = stream.choose(self.weights, crimes)
        day = stream.below(self.month.days, crimes)
        status = stream.choose((930, 45, 25), crimes)
        offence = np.zeros(crimes, dtype=np.int64)
        flagged = np.zeros(crimes, dtype=bool)
        is_new = self.month.period_id >= NEW_ASSAULT_CLASSES
        for number, (_, _, first, later, _, shares) in enumerate(KINDS):
            rows = np.flatnonzero(kind == number)
            choices = later if later and is_new else first
            places = np.array([POSITION[name] for name, _ in choices])
            offence[rows] = places[stream.below(len(places), len(rows))]
            flagged[rows] = stream.happens(shares[1], len(rows))
        several = stream.happens(SEVERAL_VICTIMS, crimes)
        possession = np.isin(kind, POSSESSION)
        victims = np.where(several & ~possession, stream.between(2, 3, crimes), 1)
        crime = np.repeat(np.arange(crimes), victims)
        first_row = np.concatenate(([0], np.cumsum(victims)[:-1])) if crimes else crime
        self.count = len(crime)
        self.victim_number = np.arange(self.count) - np.repeat(first_row, victims) + 1
        self.kind, self.day, self.status = kind[crime], day[crime], status[crime]
        made = self._with_victims(crime)
        made.area, made.offence_class = area[crime], offence[crime]
        made.is_child_abuse = flagged[crime]
        made.is_recorded = self.status == 0
        self.made = made
        return made

    def _with_victims(self, crime: np.ndarray) -> Victims:
        """Return the rows with what differs from victim to victim."""
        stream = self.stream
        age = np.full(self.count, UNKNOWN_AGE)
        knife = np.zeros(self.count, dtype=bool)
        drug = np.zeros(self.count, dtype=bool)
        for number, (*_, ages, shares) in enumerate(KINDS):
            rows = np.flatnonzero(self.kind == number)
            known = ~stream.happens(shares[0], len(rows))
            age[rows] = np.where(known, stream.between(*ages, len(rows)), UNKNOWN_AGE)
            knife[rows] = stream.happens(shares[2], len(rows))
            drug[rows] = stream.happens(shares[3], len(rows))
        # A parent or a friend is harmed with the child.
        other = (self.victim_number > 1) & stream.happens(400, self.count)
        age = np.where(other, stream.between(5, 45, self.count), age)
        nothing = np.zeros(0, dtype=np.int64)
        return Victims(
            self.force.code, self.month.period_id, nothing, crime, nothing, age,
            nothing, knife, drug, nothing,
        )  # fmt: skip

    def columns(self, style: int) -> dict[str, pa.Array]:
        """Return the block as columns of text, in the order of the contract."""
        return self._victim_columns() | self._crime_columns(style)

    def _victim_columns(self) -> dict[str, pa.Array]:
        """Return the key and what looks like a person but cannot be one."""
        made = self.made
        nobody = ~((made.age >= 0) & (made.age <= 17))
        reference = pc.binary_join_element_wise(
            f"{self.force.code[0]}{self.month.start:%Y%m}-",
            number_column(100_000 + made.crime),
            "",
        )
        born = self.month.start.year - (self.month.start.month <= 6)
        births = [f"15/06/{born - age}" for age in range(18)]

        def known(values: Sequence[str], positions: np.ndarray) -> pa.Array:
            return text_column((*values, ""), np.where(nobody, len(values), positions))

        return {
            "crime_ref": reference,
            "victim_no": number_column(self.victim_number),
            "victim_name": known(CHILD_NAMES, made.crime % len(CHILD_NAMES)),
            "victim_dob": known(births, made.age),
            "victim_postcode": known(POSTCODES, made.crime % 10),
        }

    def _crime_columns(self, style: int) -> dict[str, pa.Array]:
        """Return dates, place, class, age and flags."""
        made, count = self.made, self.count
        days = days_written(self.month.start, self.month.days, style)
        writing = self.stream.choose((70, 8, 14, 8), count)
        names, places = self._borough_writings()
        ages = [*(str(age) for age in range(121)), ""]
        age = np.where(made.age == UNKNOWN_AGE, 121, made.age)
        return {
            "recorded_date": text_column(days, self.day),
            "committed_from": self._committed(style),
            "bocu": text_column(names, places[made.area, writing]),
            "ho_class": text_column(CLASSES, made.offence_class),
            "offence": text_column([text for _, text in OFFENCES], made.offence_class),
            "victim_age": text_column(ages, age),
            "child_abuse": self._flag(made.is_child_abuse),
            "knife": self._flag(made.is_knife),
            "drug": self._flag(made.is_drug),
            "status": text_column(STATUSES, self.status),
        }

    def _committed(self, style: int) -> pa.Array:
        """Return the days of the crimes: for old abuse up to fifteen years before."""
        is_old = np.isin(self.kind, LONG_HIDDEN) & self.stream.happens(300, self.count)
        years = np.where(is_old, self.stream.between(1, 15, self.count), 0)
        start = self.month.start
        earlier = [
            text
            for back in range(16)
            for text in days_written(start.replace(year=start.year - back), 28, style)
        ]
        return text_column(earlier, years * 28 + np.minimum(self.day, 27))

    def _flag(self, flag: np.ndarray) -> pa.Array:
        """Return a flag as Y or N, now and then in small letters."""
        small = self.stream.happens(20, self.count)
        return text_column(("N", "Y", "n", "y"), flag.astype(np.int64) + 2 * small)

    def _borough_writings(self) -> tuple[list[str], np.ndarray]:
        """Return the four ways of writing each area, and where each stands."""
        names: list[str] = []
        for area in self.areas:
            names += self._writings_of(area)
        return names, np.arange(len(names)).reshape(len(self.areas), 4)

    def _writings_of(self, area: str) -> Sequence[str]:
        if area == UNALLOCATED:
            code, name = self.reference.command_of_nowhere
            return (code, code.lower(), name, self._name_elsewhere() or name)
        if area not in self.reference.borough_commands:
            name = self.reference.by_area[area]["area_name"]
            return (BLANK, name, name.upper(), BLANK)
        code, name = self.reference.borough_commands[area]
        other = self.reference.aliases[area]
        return (code, code.lower(), name.upper(), other[len(code + name) % len(other)])

    def _name_elsewhere(self) -> str | None:
        """Return the name of an authority that has no command of its own."""
        return next(
            (
                row["area_name"]
                for row in self.reference.authorities
                if row["area_code"] not in self.reference.borough_commands
            ),
            None,
        )


def _faulty_lines(
    columns: dict[str, pa.Array], count: int
) -> tuple[list[str], list[Fault], int]:
    """Return bad lines after the records, what is wrong with each, and the doubles."""
    if count < 20:
        return [], [], 0
    rows = [
        {name: column[n].as_py() for name, column in columns.items()} for n in range(5)
    ]
    spoiled = [
        ("recorded_date", rows[1] | {"crime_ref": "F1", "recorded_date": "31.05.08"}),
        ("bocu", rows[2] | {"crime_ref": "F2", "bocu": "Atlantis"}),
        ("victim_no", rows[3] | {"crime_ref": "F3", "victim_no": "0"}),
        ("knife", rows[4] | {"crime_ref": "F4", "knife": "maybe"}),
    ]
    lines = [",".join(row.values()) for _, row in spoiled]
    faults = [
        Fault(count + 2 + n, name, "record", "the value breaks the column's rule")
        for n, (name, _) in enumerate(spoiled)
    ]
    lines.append(",".join(columns))
    faults.append(Fault(count + 6, "", "record", "a header among the records"))
    lines.append(",".join(rows[0].values()))
    return lines, faults, 1


def make_offences(reference: Reference, grid: Grid, seed: int, size: float) -> Offences:
    """Return the forces' files and the rows that stand."""
    made = Offences([*reference.area_codes, UNALLOCATED])
    for force in reference.forces:
        for month in grid.months:
            key = (force.code, month.period_id)
            if reference.story.tells("police_silent", *key):
                made.block_status[key] = "not_submitted"
                continue
            made.block_status[key] = "in"
            block = _Block(reference, force, month, seed, size)
            made.victims.append(block.draw())
            made.files.append(_file(block))
    return made


def _file(block: _Block) -> SampleFile:
    """Return the force's file: Parquet, gzip or plain CSV, as the month has it."""
    month = block.month
    number = month.start.month
    style = 0 if number == 6 else number
    columns = block.columns(style)
    faults: list[Fault] = []
    duplicates = 0
    suffix = "csv"
    if block.force.has_one_area and number % 2:
        del columns["bocu"]
    if not block.force.has_one_area and number == 6:
        suffix = "parquet"
        content = columns_to_parquet(columns)
    else:
        lines: list[str] = []
        if not block.force.has_one_area and number == 5:
            lines, faults, duplicates = _faulty_lines(columns, block.count)
        content = columns_to_csv(columns, lines)
    if not block.force.has_one_area and number in (7, 8):
        suffix, content = "csv.gz", gzipped(content)
    late = block.reference.story.tells("police_late", block.force.code, month.period_id)
    return SampleFile(
        EXTRACT, block.force.code, month.file_label, suffix, content,
        received_after(month.end, DAYS_LATE if late else DAYS_ON_TIME),
        accepted=block.count, set_aside=len(faults), duplicates=duplicates,
        is_late=late, faults=faults,
    )  # fmt: skip
