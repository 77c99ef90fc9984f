"""Files of three new kinds, written by hand, with a few lines that cannot be read.

What must come of them is written beside them by hand too: no code of the project has a
part in it.
"""

from pathlib import Path

BARKING, BARNET, CAMDEN = "E09000002", "E09000003", "E09000007"
LONDON, UNKNOWN = "E12000007", "E09000099"
SPRING, SUMMER, AUTUMN, YEAR = "2008-09Q1", "2008-09Q2", "2008-09Q3", "2008-09"
OCCUPIER, VICTIM = "Zebedee Quillfeather", "Ottoline Featherstonehaugh"

VISITS = (
    "visit_ref,occupier_name,visit_date,borough_code,completed,child_under_five,"
    "alarms_fitted"
)
OFFENCES = (
    "crime_ref,victim_no,victim_name,recorded_date,bocu,ho_class,victim_age,"
    "child_abuse,knife,drug,status"
)
STATISTICS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,"
    "new_la_code,la_name,home_education_reason,home_educated_total"
)


def visit(
    number: int,
    area: str,
    day: str,
    done: str = "Y",
    child: str = "Y",
    alarms: str = "2",
) -> str:
    """A line of a file of visits."""
    return f"V{number:03d},{OCCUPIER},{day},{area},{done},{child},{alarms}"


def offence(number: int, bocu: str, day: str, age: str, status: str) -> str:
    """A line of a police file: knife crime, with no child abuse and no drugs in it."""
    return f"B{number:03d},1,{VICTIM},{day},{bocu},8G,{age},N,Y,N,{status}"


def statistic(level: str, code: str, reason: str, number: str) -> str:
    """A line of a file in the layout of Explore Education Statistics."""
    return f"2009,Reporting year,{level},E92000001,England,{code},,{reason},{number}"


SPRING_VISITS = (
    *(visit(n, BARKING, "2008-04-07") for n in range(1, 8)),  # lines 2 to 8
    *(visit(n, BARNET, "15/05/2008") for n in range(8, 14)),  # 9 to 14
    *(visit(n, CAMDEN, "1-Jun-2008") for n in range(14, 16)),  # 15 and 16
    *(visit(n, BARKING, "2008-06-02", done="N") for n in range(16, 19)),  # 17 to 19
    *(visit(n, BARNET, "2008-06-03", child="N") for n in range(19, 23)),  # 20 to 23
    visit(23, BARKING, "31/06/2008"),  # 24: no such day
    visit(24, UNKNOWN, "2008-06-04"),  # 25: no such borough
    visit(25, BARKING, "2008-07-02"),  # 26: not of this quarter
    visit(26, BARKING, "2008-06-05", alarms="several"),  # 27: counts, without alarms
    visit(27, BARKING, "2008-06-06", done="perhaps"),  # 28
    visit(1, BARKING, "2008-04-07"),  # 29: the first line again
)
SUMMER_VISITS = (
    # the first one is held by the spring's file already, and counts there
    visit(5, BARKING, "2008-07-03"),
    *(visit(n, BARNET, "2008-08-11") for n in range(31, 40)),
)
AUTUMN_VISITS = tuple(
    visit(n, BARNET, f"2008-11-{n - 40:02d}", child="N") for n in range(41, 61)
)
KNIVES = (
    *(offence(n, "KG", "2008-05-09", "15", "Recorded") for n in range(1, 7)),
    offence(7, "KG", "2008-05-10", "34", "Recorded"),
    offence(8, "KG", "2008-05-10", "15", "No crime"),
    offence(9, "KG", "2008-05-32", "15", "Recorded"),  # line 10
    offence(10, "Nowhere", "2008-05-11", "15", "Recorded"),  # line 11
)
HOME_EDUCATED = (
    statistic("National", "", "Total", "39000"),
    statistic("Local authority", BARKING, "Total", "121"),
    statistic("Local authority", BARKING, "Philosophical", "50"),
    statistic("Local authority", BARNET, "Total", "234"),
    statistic("Local authority", CAMDEN, "Total", "lots"),  # line 6
    statistic("Local authority", UNKNOWN, "Total", "7"),  # line 7
)

# What people call files, what they are called in landing, and what they hold.
SPRING_FILE = f"home_fire_visits__LFB__{SPRING}__v1.csv"
SUMMER_FILE = f"home_fire_visits__LFB__{SUMMER}__v1.csv"
AUTUMN_FILE = f"home_fire_visits__LFB__{AUTUMN}__v1.csv"
KNIVES_FILE = "police_offences__BTP__M2008-05__v1.csv"
HOME_FILE = "ees_statistics__DFE__elective-home-education__v1.csv"
FILES = (
    ("LFB visits apr-jun 2008.csv", SPRING_FILE, VISITS, SPRING_VISITS),
    ("LFB visits jul-sep 2008 final.csv", SUMMER_FILE, VISITS, SUMMER_VISITS),
    ("LFB visits oct-dec 2008.csv", AUTUMN_FILE, VISITS, AUTUMN_VISITS),
    ("BTP may (2).csv", KNIVES_FILE, OFFENCES, KNIVES),
    ("elective_home_education.csv", HOME_FILE, STATISTICS, HOME_EDUCATED),
)


def placed_in(landing: Path) -> list[Path]:
    """Where these files stand in landing, in their order."""
    return [next(landing.glob(f"*/{placed}")) for _, placed, *_ in FILES]


# Counted by hand from the lines above.
VISITS_COUNTED = {
    (BARKING, SPRING): 8,
    (BARNET, SPRING): 6,
    (CAMDEN, SPRING): 2,
    (LONDON, SPRING): 16,
    (BARKING, SUMMER): 0,
    (BARNET, SUMMER): 9,
    (LONDON, SUMMER): 9,
    (BARNET, AUTUMN): 0,
}
KNIFE_VICTIMS_ADDED = {BARKING: 6, BARNET: 0}
HOME_EDUCATED_TOLD = {BARKING: 121, BARNET: 234}
# By file and line: the column that is named, and why.
SET_ASIDE = {
    SPRING_FILE: {
        24: ("visit_date", "date_malformed"),
        25: ("borough_code", "area_unknown"),
        26: ("visit_date", "date_outside_period"),
        27: ("alarms_fitted", "integer_malformed"),
        28: ("completed", "not_in_list"),
    },
    KNIVES_FILE: {
        10: ("recorded_date", "date_malformed"),
        11: ("bocu", "area_unknown"),
    },
    HOME_FILE: {
        6: ("home_educated_total", "measure_malformed"),
        7: ("new_la_code", "area_unknown"),
    },
}
