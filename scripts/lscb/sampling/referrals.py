"""Allegations against staff, as each authority's LADO sends them every quarter.

They are few, so every sample holds all of them, whatever its size.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from lscb.sampling import SURNAME
from lscb.sampling.draws import Stream
from lscb.sampling.files import (
    Fault,
    SampleFile,
    csv_bytes,
    received_after,
    workbook,
    written_day,
)
from lscb.sampling.periods import Grid, Period, first_year
from lscb.sampling.reference import Reference
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME

EXTRACT = "lado_referrals"
A_YEAR_PER_10_000 = 17
COLUMNS = (
    "referral_id", "referral_date", "contact_type", "staff_name", "child_name",
    "child_dob", "employer_sector", "allegation_category", "strategy_meeting_date",
    "closed_date", "outcome",
)  # fmt: skip
CONTACTS = ("Referral", "Consultation", "Advice")
FREE_TEXT = ("Saturday drama club", "Uncle's garage", "ballet, private", "Sea cadets")
CATEGORIES = ("physical", "emotional", "sexual", "neglect", "conduct")
OUTCOMES = ("substantiated", "unsubstantiated", "unfounded", "malicious")


@dataclass
class Referral:
    """One allegation or inquiry, as meant."""

    referral_id: str
    day: date
    contact: str
    staff: str
    child: str
    sector: str
    category: str
    meeting: date | None
    closed: date | None
    outcome: str

    def cells(self) -> list:
        return [
            self.referral_id, self.day, self.contact, self.staff, self.child,
            date(self.day.year - 9, 6, 15), self.sector, self.category, self.meeting,
            self.closed, self.outcome,
        ]  # fmt: skip


@dataclass
class Referrals:
    """All that the LADOs sent and the records that stand, by authority and quarter."""

    files: list[SampleFile] = field(default_factory=list)
    standing: dict[tuple[str, str], list[Referral]] = field(default_factory=dict)
    block_status: dict[tuple[str, str], str] = field(default_factory=dict)


def _draw(
    reference: Reference, area: str, quarter: Period, seed: int
) -> list[Referral]:
    """Draw a quarter's records; some authorities never have one."""
    if reference.story.tells("lado_has_none", area):
        return []
    stream = Stream(seed, EXTRACT, area, quarter.period_id)
    people = reference.populations[(area, first_year(quarter.period_id[:7]), "0-17")]
    count = stream.near(people * A_YEAR_PER_10_000 // 40_000, 35)
    sectors = [row["sent_text"] for row in reference.rows("reference/employer_sectors")]
    texts = [*(text for text in sectors if "," not in text)][:60]
    records = []
    for number in range(count):
        day = quarter.start + timedelta(days=stream.one(0, quarter.days - 1))
        meeting = stream.one(0, 9)
        closed = stream.one(0, 9)
        is_closed = closed < 5
        odd = stream.one(0, 19) == 0
        sector = texts[stream.one(0, len(texts) - 1)]
        records.append(
            Referral(
                f"{reference.by_area[area]['dfe_code']}-{quarter.period_id}-{number:04d}",
                day,
                CONTACTS[int(stream.choose((72, 20, 8), 1)[0])],
                f"Synthetic Worker {SURNAME} {number}",
                f"Synthetic Child {SURNAME} {number}",
                FREE_TEXT[number % len(FREE_TEXT)] if odd else sector,
                CATEGORIES[stream.one(0, 4)],
                day + timedelta(days=1 + meeting) if meeting < 7 else None,
                day + timedelta(days=20 + 6 * closed) if is_closed else None,
                OUTCOMES[stream.one(0, 3)] if is_closed else "",
            )
        )
    return records


def submitter_names(reference: Reference, area: str) -> list[str]:
    """Return the ways in which an authority signs its files."""
    row = reference.by_area[area]
    plain = [
        alias
        for alias in reference.aliases[area]
        if all(sign.isalnum() or sign in " &" for sign in alias)
    ]
    short = [alias for alias in plain if alias.isupper()]
    return [
        *short[:2], row["area_name"], row["old_ons_code"], row["dfe_code"],
        row["area_code"], plain[-1],
    ]  # fmt: skip


def _rows(records: list[Referral], style: int) -> list[list]:
    """Return header and records, with the days written out."""
    written = [
        [
            written_day(cell, style) if isinstance(cell, date) else cell
            for cell in record.cells()
        ]
        for record in records
    ]
    return [list(COLUMNS), *written]


def _spoil(rows: list[list]) -> tuple[list[Fault], int]:
    """Add bad lines to the rows; return what is wrong and the doubles added."""
    if len(rows) < 12:
        return [], 0
    first = rows[1]
    bad = [
        ("referral_date", ["X1", "31/06/2008", *first[2:]], "record"),
        ("contact_type", ["X2", first[1], "Gossip", *first[3:]], "record"),
        ("referral_id", ["X3", *first[1:9], "", ""], "record"),
        ("referral_id", ["X3", *first[1:9], "", OUTCOMES[0]], "record"),
    ]
    faults = []
    for column, row, level in bad:
        rows.append(row)
        faults.append(Fault(len(rows), column, level, "the record cannot be taken"))
    rows.append([f" {cell or ''}" for cell in first])
    return faults, 1


def _file(
    area: str,
    quarter: Period,
    records: list[Referral],
    submitter: str,
    version: int,
    late: bool = False,
) -> SampleFile:
    style = sum((area + quarter.period_id).encode())
    rows = _rows(records, style)
    faults: list[Fault] = []
    duplicates = 0
    as_workbook = style % 3 == 0 and version == 1
    if as_workbook:
        rows = [list(COLUMNS), *(record.cells() for record in records)]
        title = [f"LADO return {quarter.period_id} - SYNTHETIC DATA"]
        content = workbook([title, *rows], EXTRACT, ("Read me",), "Synthetic data")
    else:
        if style % 25 == 0:
            faults, duplicates = _spoil(rows)
        content = csv_bytes(rows, line_end="\r\n" if style % 2 else "\n")
    days = DAYS_LATE if late else DAYS_ON_TIME
    return SampleFile(
        EXTRACT, submitter, quarter.file_label, "xlsx" if as_workbook else "csv",
        content, received_after(quarter.end, days + 45 * (version - 1)), version,
        accepted=len(records), set_aside=len(faults), duplicates=duplicates,
        is_late=late, faults=faults,
    )  # fmt: skip


def make_referrals(reference: Reference, grid: Grid, seed: int) -> Referrals:
    """Return every LADO's files and the records that stand."""
    made = Referrals()
    story = reference.story
    for area in reference.area_codes:
        names = submitter_names(reference, area)
        for number, quarter in enumerate(grid.quarters):
            key = (area, quarter.period_id)
            records = _draw(reference, area, quarter, seed)
            name = names[number % len(names)]
            if story.tells("lado_silent", *key):
                made.block_status[key] = "not_submitted"
                if story.tells("lado_ambiguous", *key):
                    alias = reference.ambiguous_alias(area)
                    file = _file(area, quarter, records, alias, 1)
                    file.status, file.faults = "refused", []
                    file.because = story.what("lado_ambiguous", *key)
                    made.files.append(file)
                continue
            made.block_status[key] = "in"
            made.standing[key] = records
            late = story.tells("lado_late", *key)
            first = _file(area, quarter, records, name, 1, late)
            made.files.append(first)
            if story.tells("lado_corrected", *key):
                _correct(made, first, key, quarter)
            if story.tells("lado_broken_correction", *key):
                made.files.append(_broken(area, quarter, records, name))
            if story.tells("lado_twice", *key):
                made.files.append(_twice(first, area))
    return made


def _correct(
    made: Referrals, first: SampleFile, key: tuple[str, str], quarter: Period
) -> None:
    """Send version 2: two records withdrawn, the open cases given outcomes."""
    first.status, first.because = "superseded", "version 2 replaces it"
    records = [
        record
        if record.outcome
        else Referral(
            **{
                **vars(record),
                "closed": record.day + timedelta(days=60),
                "outcome": OUTCOMES[1],
            }
        )
        for record in made.standing[key][2:]
    ]
    made.standing[key] = records
    made.files.append(_file(key[0], quarter, records, first.submitter, 2))


def _broken(
    area: str, quarter: Period, records: list[Referral], name: str
) -> SampleFile:
    """Return a version 2 that lacks a required column: version 1 stands."""
    rows = _rows(records, 0)
    content = csv_bytes([[row[0], *row[2:]] for row in rows])
    return SampleFile(
        EXTRACT, name, quarter.file_label, "csv", content,
        received_after(quarter.end, DAYS_ON_TIME + 30), 2,
        status="refused", because="no row holds all required columns",
    )  # fmt: skip


def _twice(first: SampleFile, area: str) -> SampleFile:
    """Return the same bytes for the same block under another name."""
    return SampleFile(
        EXTRACT, area.lower(), first.label, first.suffix, first.content,
        first.received + timedelta(hours=1),
        status="duplicate", because="the same bytes for the same block",
    )  # fmt: skip


def allegations(made: Referrals) -> Counter:
    """Return the allegations by authority and quarter, inquiries left out."""
    return Counter(
        {
            key: sum(record.contact == "Referral" for record in records)
            for key, records in made.standing.items()
        }
    )
