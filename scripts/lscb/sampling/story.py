"""What goes wrong in the sample: who is silent, late, refused, or sends again.

Everything that happens to a whole file is said here, so that a reader of the truth
need not look for it in the generators. Authorities stand under their GSS codes.
"""

BARKING, BARNET, BRENT, CAMDEN = "E09000002", "E09000003", "E09000005", "E09000007"
CITY, CROYDON, EALING, ENFIELD = "E09000001", "E09000008", "E09000009", "E09000010"
GREENWICH, HACKNEY, HARINGEY = "E09000011", "E09000012", "E09000014"
HAVERING, HOUNSLOW, ISLINGTON = "E09000016", "E09000018", "E09000019"
KENSINGTON, LAMBETH, LEWISHAM = "E09000020", "E09000022", "E09000023"
MERTON, NEWHAM, REDBRIDGE = "E09000024", "E09000025", "E09000026"
RICHMOND, SOUTHWARK, SUTTON = "E09000027", "E09000028", "E09000029"
TOWER_HAMLETS, WALTHAM_FOREST = "E09000030", "E09000031"
WANDSWORTH, WESTMINSTER = "E09000032", "E09000033"

Blocks = frozenset[tuple[str, str]]


def _blocks(*pairs: tuple[str, str]) -> Blocks:
    return frozenset(pairs)


def _whole_year(submitter: str, year: str) -> set[tuple[str, str]]:
    return {(submitter, f"{year}Q{number}") for number in (1, 2, 3, 4)}


# Primary care trusts: Croydon misses a quarter, Wandsworth a year; Greenwich sends a
# file that breaks off; Waltham Forest is late; Harrow corrects itself.
PCT_SILENT = frozenset({("5K9", "2008-09Q2")} | _whole_year("5LG", "2007-08"))
PCT_REFUSED = _blocks(("5A8", "2008-09Q4"))
PCT_LATE = _blocks(("5NC", "2008-09Q1"), ("5C5", "2007-08Q3"))
PCT_CORRECTED = _blocks(("5K6", "2008-09Q1"))

# Police: the City misses a month, the Metropolitan Police are late once.
POLICE_SILENT = _blocks(("COLP", "M2007-11"))
POLICE_LATE = _blocks(("MPS", "M2008-08"))

# Missing children: one quarter comes late.
MISSING_CHILDREN_LATE = _blocks(("MPS", "2007-08Q4"))

# LADO: silent, late, without a case, corrected; Hackney signs one file as LBH, which
# could be six boroughs, and so has sent nothing that could be placed.
LADO_SILENT = frozenset(
    {
        (HOUNSLOW, "2007-08Q3"),
        (HOUNSLOW, "2007-08Q4"),
        (SOUTHWARK, "2008-09Q1"),
        (HACKNEY, "2008-09Q3"),
    }
    | _whole_year(HAVERING, "2007-08")
)
LADO_AMBIGUOUS = _blocks((HACKNEY, "2008-09Q3"))
LADO_TWICE = _blocks((CAMDEN, "2008-09Q2"))
LADO_LATE = _blocks((BRENT, "2008-09Q2"))
LADO_CORRECTED = _blocks((BARKING, "2008-09Q1"), (NEWHAM, "2007-08Q2"))
LADO_BROKEN_CORRECTION = _blocks((ISLINGTON, "2008-09Q1"))

# Returns that also count the allegations that the LADO file does not bring.
RETURN_COUNTS_ALLEGATIONS = _blocks(
    (SOUTHWARK, "2008-09Q1"),
    (HOUNSLOW, "2007-08Q3"),
    (CAMDEN, "2008-09Q1"),
    (BARKING, "2008-09Q1"),
    (LAMBETH, "2007-08Q1"),
)
# Returns that give hospital figures: Croydon's stand where the trust is silent.
RETURN_COUNTS_ADMISSIONS = _blocks((CROYDON, "2008-09Q2"), (BARNET, "2008-09Q2"))

# Returns: 2007-08 was the pilots' year and holds most of what goes wrong. Lewisham
# sends nothing for it, others miss a file; Wandsworth's workbook breaks off, and Sutton
# sends two different files as version 1.
PILOT_YEAR = "2007-08"
RETURN_SILENT = frozenset(
    {
        (LEWISHAM, "2007-08"),
        (LEWISHAM, "AY2007-08"),
        (EALING, "2007-08Q4"),
        (HARINGEY, "2007-08"),
        (ENFIELD, "AY2007-08"),
        (REDBRIDGE, "2007-08Q1"),
    }
    | _whole_year(LEWISHAM, "2007-08")
)
RETURN_BROKEN = _blocks((WANDSWORTH, "2007-08Q3"))
RETURN_CONTESTED = _blocks((SUTTON, "2007-08Q2"))
RETURN_LATE = _blocks((MERTON, "2008-09Q1"), (NEWHAM, "2007-08Q4"), (BRENT, "2008-09"))
RETURN_CORRECTED = _blocks((BARKING, "2007-08Q4"), (KENSINGTON, "2008-09Q3"))

# Tell Us: the City has no secondary school to sample in two waves; Kingston is absent
# from one, and one wave comes late.
WAVES_WITHOUT_CITY = frozenset({2007, 2009})
TELLUS_ABSENT = frozenset({("E09000021", 2007)})
TELLUS_SUPPRESSED = frozenset({(CITY, 2008), (RICHMOND, 2009)})
TELLUS_LATE = frozenset({2008})

# Population: one figure is missing from the file.
POPULATION_MISSING = frozenset({(MERTON, 2008, "10-17")})

# Days after a period's end at which files come: within every extract's time, and
# beyond every extract's.
DAYS_ON_TIME = 20
DAYS_LATE = 240

# Special contents of returns.
HIDES_ONE_TO_FIVE = frozenset({RICHMOND})
HIDES_ONE_TO_FOUR = frozenset({SUTTON})
SENDS_NEW_MOVES_EARLY = _blocks((BARKING, "AY2007-08"), (CAMDEN, "AY2007-08"))
SENDS_OLD_MOVES_STILL = _blocks((BARKING, "AY2008-09"))
OTHER_MEASURE_ONLY = frozenset({HOUNSLOW})
MEASURE_NOT_NAMED = frozenset({"E09000004"})
CONTRADICTS_ITSELF = _blocks((ISLINGTON, "2007-08Q2"), (BRENT, "2007-08Q3"))
STRATEGY_REVISED = frozenset({NEWHAM, BARNET})
STRATEGY_LAST_BLANK = frozenset({GREENWICH})
