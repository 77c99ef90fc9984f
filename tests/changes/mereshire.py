"""A region that is nowhere: twelve authorities, three parts, two police forces.

`settle(project)` puts it in place of the seeds that CONTRIBUTING names for another
region. Persons are as many as twelve boroughs had, so that rates are of their size.
"""

import csv
from pathlib import Path

REGION, NOWHERE = "E12000099", "UNALLOCATED"
NAMES = (
    "Aldmoor", "Birchester", "Calderwick", "Dunmere", "Eastholm", "Farrowby",
    "Glenford", "Hexley", "Invermoor", "Jarrowmere", "Kestrel Bay", "Lintonbury",
)  # fmt: skip
CODES = tuple(f"E060009{number:02d}" for number in range(1, 13))
AUTHORITIES = dict(zip(CODES, NAMES, strict=True))
# Parts of unlike sizes; none is called as a part of London is.
PARTS = {
    "E13000091": ("Upper Mereshire", "Upper", CODES[:3]),
    "E13000092": ("Middle Mereshire", "Middle", CODES[3:7]),
    "E13000093": ("Lower Mereshire", "Lower", CODES[7:]),
}
FORCES = {
    "UMP": ("Upper Mereshire Police", CODES[:7], 60_000),
    "LMP": ("Lower Mereshire Constabulary", CODES[7:], 50_000),
}
# Trusts that serve one authority, two and three.
TRUSTS = {f"5Y{number}": (CODES[number],) for number in range(7)} | {
    "5Y7": CODES[7:9],
    "5Y8": CODES[9:],
}
SERVES = ("one_to_one", "pct_covers_two_las")
SOURCE = "made up"


def _of(table: dict, code: str, member: int) -> str:
    return next(key for key, row in table.items() if code in row[member])


def areas() -> list[list]:
    """The region, its parts, its authorities, and what is in none."""
    blank = [""] * 10
    rows = [[REGION, "Mereshire", "Mereshire", "region", "", *blank]]
    rows += [
        [part, name, f"{name} (made up)", "sub_region", REGION, *blank]
        for part, (name, _, _) in PARTS.items()
    ]
    for number, (code, name) in enumerate(AUTHORITIES.items()):
        part = _of(PARTS, code, 2)
        letter = "ABCDEFGHJKLM"[number]
        trust = next(trust for trust, served in TRUSTS.items() if code in served)
        rows.append([
            code, name, f"{name} Council", "local_authority", part, PARTS[part][1], "",
            f"61U{letter}", 951 + number, f"MR{letter}", f"E95{number:02d}", trust,
            _of(FORCES, code, 1), f"Q{letter}", code,
        ])  # fmt: skip
    rows.append([NOWHERE, "Nowhere in Mereshire", "No authority", "unallocated",
                 REGION, *blank])  # fmt: skip
    return [[*row, place, SOURCE] for place, row in enumerate(rows, 1)]


def neighbours() -> list[list]:
    """Ten a piece: the next five of the region, and five of elsewhere."""
    rows = []
    for number, code in enumerate(CODES):
        for rank in range(1, 6):
            near = (number + rank) % len(CODES)
            rows.append([2025, code, rank, 951 + near, NAMES[near], CODES[near],
                         "Close", "true", SOURCE])  # fmt: skip
        for rank in range(6, 11):
            rows.append([2025, code, rank, 800 + rank, f"Far {rank}", "",
                         "Not close", "false", SOURCE])  # fmt: skip
    return rows


def seeds() -> dict[str, list[list]]:
    """The rows of each seed that is replaced, by its name."""
    story = (
        ("pct_silent", "5Y2", "2008-09Q2"), ("pct_sends_gzip", "5Y4", ""),
        ("pct_refused", "5Y4", "2008-09Q4"), ("pct_late", "5Y1", "2008-09Q1"),
        ("police_silent", "LMP", "M2007-11"), ("lado_silent", CODES[5], "2008-09Q3"),
        ("lado_ambiguous", CODES[5], "2008-09Q3"),
        ("return_silent", CODES[6], "2007-08"), ("return_plain", CODES[0], ""),
        ("return_hides_one_to_five", CODES[2], ""),
        ("return_of_joint_team", CODES[11], ""), ("tellus_absent", CODES[3], "W2007"),
        ("population_missing", CODES[4], "2008 10-17"),
        ("statistic_hidden", CODES[1], ""),
    )  # fmt: skip
    return {
        "reference/areas": areas(),
        "reference/area_aliases": [
            *([f"{name} MBC", code, "false", "", SOURCE]
              for code, name in AUTHORITIES.items()),
            *(["FGC", code, "true", "", SOURCE] for code in CODES[5:7]),
        ],
        "reference/bocus": [
            *([f"Q{'ABCDEFGHJKLM'[number]}", name, code, SOURCE]
              for number, (code, name) in enumerate(AUTHORITIES.items())),
            ["QZ", "Mereshire Airport", NOWHERE, SOURCE],
        ],
        "reference/pcts": [[trust, f"{trust} PCT", "", SOURCE] for trust in TRUSTS],
        "reference/pct_areas": [
            [trust, code, SERVES[len(served) > 1], SOURCE]
            for trust, served in TRUSTS.items()
            for code in served
        ],
        "reference/pseudo_areas": [["Mere Airport", NOWHERE, SOURCE]],
        "reference/statistical_neighbours": neighbours(),
        "reference/tile_map": [
            [code, 1 + number // 4, 1 + number % 4, name.split()[0], SOURCE]
            for number, (code, name) in enumerate(AUTHORITIES.items())
        ],
        "reference/senders": [
            *([force, name, "true", SOURCE] for force, (name, _, _) in FORCES.items()),
            ["OFSTED", "Ofsted", "", SOURCE], ["DFE", "The department", "", SOURCE],
            ["ONS", "The statistics office", "", SOURCE],
            ["MCC", "Mereshire County", "", SOURCE],
            ["GOM", "Government Office for Mereshire", "", SOURCE],
            ["DEPT", "The other department", "", SOURCE],
        ],
        "sample/police_forces": [
            [force, recorded, 80, SOURCE] for force, (_, _, recorded) in FORCES.items()
        ],
        "sample/story": [[*told, "as made up", SOURCE] for told in story],
    }  # fmt: skip


# The senders of extracts that are not every authority's or every trust's.
SENDERS = {
    "police_offences": "UMP|LMP",
    "missing_children": "UMP|LMP",
    "mps_borough_crime": "MCC",
    "targets": "GOM|DEPT",
}


def settle(project: Path) -> None:
    """Put the region in place of London in a copy of the project."""
    for name, rows in seeds().items():
        _write(project / "seeds" / f"{name}.csv", rows)
    extracts = project / "seeds/reference/extracts.csv"
    header, *rows = _read(extracts)
    for row in rows:
        told = dict(zip(header, row, strict=True))
        if told["extract"] in SENDERS:
            row[header.index("fixed_submitters")] = SENDERS[told["extract"]]
            row[header.index("agency")] = "Police of Mereshire"
    _write(extracts, rows)
    london = [f"E090000{number:02d}" for number in range(2, 14)]
    populations = project / "seeds/reference/populations.csv"
    there = dict(zip(london, CODES, strict=True))
    _write(populations, [[there[r[0]], *r[1:-1], SOURCE]
                         for r in _read(populations)[1:] if r[0] in there])  # fmt: skip
    # The joint team of the story; what else London excepts, this region does not.
    exceptions = project / "seeds/reference/area_exceptions.csv"
    joint = [row for row in _read(exceptions)[1:] if row[1] == "lscb_return"]
    _write(
        exceptions,
        [[*row[:2], CODES[11], *row[3:5], "a joint team", SOURCE] for row in joint],
    )


def _read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines))


def _write(path: Path, rows: list[list]) -> None:
    """Put rows under the header of a seed."""
    header = _read(path)[0]
    assert all(len(row) == len(header) for row in rows), path
    with path.open("w", newline="", encoding="utf-8") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *rows])
