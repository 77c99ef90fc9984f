"""Figures that are published: populations, borough crime, DfE statistics."""

from dataclasses import dataclass, field
from datetime import datetime

from lscb.sampling.draws import Stream
from lscb.sampling.files import Fault, SampleFile, csv_bytes, received_after
from lscb.sampling.periods import Grid, Period, calendar_year, first_year, months
from lscb.sampling.reference import UNALLOCATED, Reference
from lscb.sampling.story import DAYS_ON_TIME

POPULATION = "population"
CRIME = "mps_borough_crime"
EES = "ees_statistics"
ELSEWHERE = (("E06000033", "Southend-on-Sea"), ("E10000015", "Hertfordshire"))


@dataclass
class Published:
    """The files and the figures that stand in them.

    `populations` by authority, mid-year and band; `offences` by classification, area
    and month; `statistics` by header, authority and financial year, marks as written.
    """

    files: list[SampleFile] = field(default_factory=list)
    populations: dict[tuple[str, int, str], int] = field(default_factory=dict)
    offences: dict[tuple[str, str, str], int] = field(default_factory=dict)
    statistics: dict[tuple[str, str, str], str] = field(default_factory=dict)


def make_published(reference: Reference, grid: Grid, seed: int) -> Published:
    """Return all published files and what they say."""
    made = Published()
    for year in grid.mid_years:
        _add_population(made, reference, year)
    _add_crime_2008(made, reference, grid, seed)
    _add_crime_2010(made, reference, grid, seed)
    _add_referrals(made, reference, grid, seed)
    _add_plans(made, reference, grid, seed)
    return made


def _add_population(made: Published, reference: Reference, year: int) -> None:
    rows: list[list] = [["gss_code", "age_band", "persons", "vintage"]]
    vintage = f"mid-{year} as in the seeds, for the synthetic sample"
    accepted = 0
    for (area, mid_year, band), persons in reference.populations.items():
        missing = reference.story.tells("population_missing", area, f"{year} {band}")
        if mid_year != year or missing:
            continue
        rows.append([area, band, persons, vintage])
        made.populations[(area, year, band)] = persons
        accepted += 1
    rows += [[code, "0-17", 40_000, vintage] for code, _ in ELSEWHERE]
    rows.append([reference.region["area_code"], "0-17", 1_700_000, vintage])
    made.files.append(
        SampleFile(
            POPULATION,
            *reference.senders(POPULATION),
            str(year),
            "csv",
            csv_bytes(rows),
            received_after(calendar_year(year).end, DAYS_ON_TIME),
            accepted=accepted,
            passed_over=len(ELSEWHERE) + 1,
        )
    )


# Minor categories and their share of a thousand recorded offences.
CATEGORIES_2008 = (
    ("Burglary", "Burglary in a Dwelling", 70),
    ("Burglary", "Burglary in Other Buildings", 40),
    ("Criminal Damage", "Criminal Damage To Dwelling", 35),
    ("Criminal Damage", "Criminal Damage To Motor Vehicle", 80),
    ("Drugs", "Possession Of Drugs", 85),
    ("Drugs", "Drug Trafficking", 6),
    ("Fraud or Forgery", "Other Fraud & Forgery", 45),
    ("Robbery", "Personal Property", 39),
    ("Sexual Offences", "Rape", 3),
    ("Sexual Offences", "Other Sexual", 8),
    ("Theft and Handling", "Theft From Motor Vehicle", 100),
    ("Theft and Handling", "Other Theft", 150),
    ("Theft and Handling", "Theft From Shops", 50),
    ("Theft and Handling", "Theft/Taking of Pedal Cycle", 25),
    ("Violence Against the Person", "Assault with Injury", 90),
    ("Violence Against the Person", "Common Assault", 70),
    ("Violence Against the Person", "Harassment", 65),
    ("Violence Against the Person", "Murder", 0),
)
CATEGORIES_2010 = (
    ("Arson and Criminal Damage", "Criminal Damage", 120),
    ("Burglary", "Burglary - Residential", 75),
    ("Burglary", "Burglary - Business and Community", 40),
    ("Drug Offences", "Possession of Drugs", 85),
    ("Robbery", "Robbery of Personal Property", 39),
    ("Sexual Offences", "Other Sexual Offences", 9),
    ("Theft", "Other Theft", 160),
    ("Vehicle Offences", "Theft from a Motor Vehicle", 100),
    ("Violence Against the Person", "Violence with Injury", 90),
    ("Violence Against the Person", "Violence without Injury", 120),
)
OFFENCES_PER_1_000 = 111
HEADERS_2008 = ("Borough", "Major Category", "Minor Category")
HEADERS_2010 = ("LookUp_BoroughName", "MajorText", "MinorText")
Counts = dict[tuple[str, str, str, str], int]


def _crime_counts(
    reference: Reference, spans: list[Period], categories: tuple, seed: int
) -> Counts:
    """Return offences by area, categories and month.

    An authority in which the police have no command is in no file.
    """
    counts: Counts = {}
    for area in (*reference.area_codes, UNALLOCATED):
        if area != UNALLOCATED and area not in reference.borough_commands:
            continue
        for major, minor, share in categories:
            stream = Stream(seed, CRIME, area, major, minor)
            for month in spans:
                year = min(max(first_year_of(month), 2007), 2008)
                people = (
                    20_000
                    if area == UNALLOCATED
                    else reference.populations[(area, year, "all")]
                )
                expected = people * OFFENCES_PER_1_000 * share // 12_000_000
                counts[(area, major, minor, month.period_id)] = stream.near(expected, 9)
    return counts


def first_year_of(month: Period) -> int:
    """Return the calendar year in which a month's financial year begins."""
    return month.start.year - (month.start.month < 4)


def _crime_file(
    reference: Reference,
    counts: Counts,
    spans: list[Period],
    headers: tuple[str, str, str],
    label: str,
    received: datetime,
    lacks: str = "",
) -> SampleFile:
    """Return a wide file, a column a month, with a total row after each category."""
    categories = list(dict.fromkeys(key[1:3] for key in counts))
    areas = list(dict.fromkeys(key[0] for key in counts))
    rows: list[list] = [
        [*headers, *(f"{month.start:%Y%m}" for month in spans)],
    ]
    faults: list[Fault] = []
    records = totals = 0
    for major, minor in categories:
        for area in areas:
            name = (
                reference.command_of_nowhere[1]
                if area == UNALLOCATED
                else reference.by_area[area]["area_name"]
            )
            cells = [counts[(area, major, minor, month.period_id)] for month in spans]
            rows.append([name, major, minor, *(f"{count:,}" for count in cells)])
            records += 1
        if not lacks:
            whole = [
                sum(counts[(area, major, minor, month.period_id)] for area in areas)
                for month in spans
            ]
            rows.append(["Total", major, minor, *whole])
            totals += 1
    if lacks:
        rows.append([lacks, *categories[0], *([1] * len(spans))])
        faults.append(Fault(len(rows), headers[0], "record", "an area that is nowhere"))
    return SampleFile(
        CRIME, *reference.senders(CRIME), label, "csv",
        csv_bytes(rows, line_end="\r\n"), received,
        accepted=records, set_aside=len(faults), passed_over=totals, faults=faults,
    )  # fmt: skip


def _keep(made: Published, counts: Counts, classification: str) -> None:
    """Let the figures stand in place of those that older files held."""
    fresh: dict[tuple[str, str, str], int] = {}
    for (area, _, _, month), count in counts.items():
        key = (classification, area, month)
        fresh[key] = fresh.get(key, 0) + count
    made.offences |= fresh


def _add_crime_2008(
    made: Published, reference: Reference, grid: Grid, seed: int
) -> None:
    """Add the file in the classification of 2008, and one that revises its end."""
    spans = grid.months
    counts = _crime_counts(reference, spans, CATEGORIES_2008, seed)
    _keep(made, counts, "2008")
    end = spans[-1].end
    label = f"{spans[0].start.year}-{end.year}"
    made.files.append(
        _crime_file(
            reference,
            counts,
            spans,
            HEADERS_2008,
            label,
            received_after(end, DAYS_ON_TIME),
            "#N/A",
        )
    )
    last = spans[-6:]
    revised = {
        key: count + Stream(seed, CRIME, "revision", *key).one(0, 3)
        for key, count in counts.items()
        if key[3] in {month.period_id for month in last}
    }
    _keep(made, revised, "2008")
    made.files.append(
        _crime_file(
            reference,
            revised,
            last,
            HEADERS_2008,
            f"{label}-revised",
            received_after(end, 200),
        )
    )


def _add_crime_2010(
    made: Published, reference: Reference, grid: Grid, seed: int
) -> None:
    """Add the last year again in the later classification."""
    spans = months(grid.years[-1])
    counts = _crime_counts(reference, spans, CATEGORIES_2010, seed)
    _keep(made, counts, "2010")
    made.files.append(
        _crime_file(
            reference,
            counts,
            spans,
            HEADERS_2010,
            f"{grid.years[-1]}-new",
            received_after(spans[-1].end, 400),
        )
    )


EES_HEAD = (
    "time_period", "time_identifier", "geographic_level", "country_code",
    "country_name", "region_code", "region_name", "old_la_code", "new_la_code",
    "la_name", "category",
)  # fmt: skip
ENGLAND = ("E92000001", "England")


def _ees_rows(
    reference: Reference, year: str, figures: dict[str, list], width: int, what: str
) -> tuple[list[list], int]:
    """Return a year's rows of all levels and how many of them are not ours."""
    head = [first_year(year) + 1, "Reporting year"]
    some = [40_000] * width
    region = (reference.region["area_code"], reference.region["area_name"])
    rows: list[list] = [
        [*head, "National", *ENGLAND, "", "", "", "", "", what, *some],
        [*head, "Regional", *ENGLAND, *region, "", "", "", what, *some],
    ]
    for code, name in ELSEWHERE:
        rows.append(
            [
                *head,
                "Local authority",
                *ENGLAND,
                "E12000006",
                "East of England",
                "919",
                code,
                name,
                what,
                *some,
            ]
        )
    not_ours = len(rows)
    for area, cells in figures.items():
        row = reference.by_area[area]
        rows.append(
            [
                *head,
                "Local authority",
                *ENGLAND,
                *region,
                row["dfe_code"],
                area,
                row["area_name"],
                what,
                *cells,
            ]
        )
    return rows, not_ours


def _add_statistics(
    made: Published,
    reference: Reference,
    grid: Grid,
    headers: tuple[str, str, str],
    recipe: tuple[str, str, int, tuple[int, int]],
    seed: int,
) -> None:
    """Add a file of a whole, a part and its percentage, for each year."""
    label, what, rate, share = recipe
    rows: list[list] = [[*EES_HEAD, *headers]]
    ours = others = 0
    for year in grid.years:
        figures: dict[str, list] = {}
        for area in reference.area_codes:
            stream = Stream(seed, EES, label, area, year)
            people = reference.populations[(area, first_year(year), "0-17")]
            whole = stream.near(people * rate // 10_000, 10)
            part = stream.rounded(whole * stream.one(*share), 1_000)
            cells = _marked(reference, area, whole, part)
            figures[area] = cells
            for header, cell in zip(headers[:2], cells[:2], strict=True):
                made.statistics[(header.lower(), area, year)] = str(cell)
        found, not_ours = _ees_rows(reference, year, figures, 3, what)
        rows += found
        ours += len(figures)
        others += not_ours
    when = received_after(grid.financial_years[-1].end, 180)
    made.files.append(
        SampleFile(
            EES,
            *reference.senders(EES),
            label,
            "csv",
            csv_bytes(rows),
            when,
            accepted=ours,
            passed_over=others,
        )
    )


def _marked(reference: Reference, area: str, whole: int, part: int) -> list:
    """Return the cells as the department prints them."""
    if reference.story.tells("statistic_hidden", area):
        return [whole, "c", "c"]
    if reference.story.tells("statistic_not_available", area):
        return [whole, "x", "z"]
    tenths = (2_000 * part + whole) // (2 * whole) if whole else 0
    return [whole, part, f"{tenths // 10}.{tenths % 10}" if whole else "z"]


def _add_referrals(
    made: Published, reference: Reference, grid: Grid, seed: int
) -> None:
    headers = ("referral_count", "rereferral_count", "rereferral_percent")
    recipe = ("c1-referrals", "Referrals and Re-referrals", 490, (180, 300))
    _add_statistics(made, reference, grid, headers, recipe, seed)


def _add_plans(made: Published, reference: Reference, grid: Grid, seed: int) -> None:
    headers = ("CPP_start", "CPP_subsequent", "CPP_subsequent_percent")
    what = "Child Protection Plans which are a second or subsequent plan"
    recipe = ("d3-plans", what, 34, (80, 200))
    _add_statistics(made, reference, grid, headers, recipe, seed)
