"""Children reported missing, as police forces send them each quarter."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from lscb.sampling import SURNAME
from lscb.sampling.draws import Stream
from lscb.sampling.files import (
    Fault,
    SampleFile,
    csv_bytes,
    received_after,
    written_day,
)
from lscb.sampling.periods import Grid, Period, first_year
from lscb.sampling.reference import UNALLOCATED, Force, Reference
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME

EXTRACT = "missing_children"
A_YEAR_PER_10_000 = 62
COLUMNS = (
    "episode_ref", "child_ref", "child_name", "child_dob", "reported_date",
    "found_date", "age", "bocu", "missing_from",
)  # fmt: skip
PLACES = ("home", "care", "other")


@dataclass(frozen=True)
class Episode:
    """One episode, as meant."""

    child: str
    area: str
    day: date
    age: int


@dataclass
class MissingChildren:
    """All that was sent and the episodes that stand, by quarter."""

    files: list[SampleFile] = field(default_factory=list)
    standing: dict[str, list[Episode]] = field(default_factory=dict)
    block_status: dict[tuple[str, str], str] = field(default_factory=dict)


def _draw(
    reference: Reference, ground: list[str], quarter: Period, seed: int, size: float
) -> list[Episode]:
    """Draw a quarter's episodes: some children go missing again and again."""
    year = first_year(quarter.period_id[:7])
    share = min(1000, max(10, round(size * 10_000)))
    episodes = []
    for area in ground:
        stream = Stream(seed, EXTRACT, area, quarter.period_id)
        people = (
            15_000
            if area == UNALLOCATED
            else reference.populations[(area, year, "0-17")]
        )
        count = stream.near(people * A_YEAR_PER_10_000 * share // 40_000_000, 25)
        children = max(1, count * 7 // 10)
        for _ in range(count):
            which = stream.one(0, children - 1)
            away = stream.one(0, 59) == 0 and area != UNALLOCATED
            episodes.append(
                Episode(
                    # A child may be missing in one borough and again in the next.
                    f"C{area[-3:]}{which // 2 if away else which:05d}",
                    area,
                    quarter.start + timedelta(days=stream.one(0, quarter.days - 1)),
                    9 + which % 9,
                )
            )
    return episodes


def make_missing_children(
    reference: Reference, grid: Grid, seed: int, size: float
) -> MissingChildren:
    """Return the files of the forces that send them and the episodes that stand."""
    made = MissingChildren()
    senders = reference.senders(EXTRACT)
    forces = [force for force in reference.forces if force.code in senders]
    for force in forces:
        ground = [area for area in reference.area_codes if area in force.areas]
        # who is found in no authority is in the files of one force alone
        ground += [UNALLOCATED] if force is forces[0] else []
        for quarter in grid.quarters:
            episodes = _draw(reference, ground, quarter, seed, size)
            made.standing.setdefault(quarter.period_id, []).extend(episodes)
            made.block_status[(force.code, quarter.period_id)] = "in"
            made.files.append(_file(reference, force, quarter, episodes))
    return made


def _written_area(reference: Reference, area: str, number: int) -> str:
    if area == UNALLOCATED:
        return (reference.command_of_nowhere[0], reference.pseudo_area)[number % 2]
    code, name = reference.borough_commands[area]
    return (code, code, name, name.lower())[number % 4]


def _file(
    reference: Reference, force: Force, quarter: Period, episodes: list[Episode]
) -> SampleFile:
    style = sum(quarter.period_id.encode())
    rows: list[list] = [list(COLUMNS)]
    for number, episode in enumerate(episodes):
        found = episode.day + timedelta(days=number % 12)
        rows.append(
            [
                f"M{quarter.period_id}-{number:05d}",
                episode.child,
                f"Synthetic Runaway {SURNAME} {number % 100}",
                f"15/06/{episode.day.year - episode.age}",
                written_day(episode.day, style),
                written_day(found, style) if number % 11 else "",
                episode.age,
                _written_area(reference, episode.area, number),
                PLACES[number % 3],
            ]
        )
    faults: list[Fault] = []
    if quarter.period_id.endswith("Q2") and len(rows) > 8:
        sample = rows[2]
        for column, place, value in (("age", 6, "18"), ("child_ref", 1, "")):
            bad = [*sample]
            bad[0], bad[place] = f"bad-{column}", value
            rows.append(bad)
            faults.append(Fault(len(rows), column, "record", "outside the rule"))
        # An impossible order of dates empties the value; the record stays.
        rows[1][5] = written_day(episodes[0].day - timedelta(days=3), style)
        value_fault = Fault(2, "found_date", "value", "found before reported missing")
        faults.append(value_fault)
    late = reference.story.tells("missing_children_late", force.code, quarter.period_id)
    return SampleFile(
        EXTRACT, force.code, quarter.file_label, "csv",
        csv_bytes(rows, delimiter="\t" if quarter.period_id.endswith("Q3") else ","),
        received_after(quarter.end, DAYS_LATE if late else DAYS_ON_TIME),
        accepted=len(episodes),
        set_aside=sum(fault.level == "record" for fault in faults),
        is_late=late, faults=faults,
    )  # fmt: skip
