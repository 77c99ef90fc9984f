"""Versions and blocks: what stands, what is replaced, what claims the same place."""

from hostile.building import Case, admission, figure, figures, gz, refuse, sheet

FIRST, SECOND = sheet(figures(2)), sheet(figures(3))
LOST = sheet([figure("SG01"), figure("SG98"), figure("SG99")])


def version(block: str, number: int, content: bytes, status: str, **other) -> Case:
    """A version of a block of returns, by its submitter and period."""
    folder, kind = other.pop("folder", ""), other.pop("kind", "csv")
    path = f"lscb_return/{folder}lscb_return__{block}__v{number}.{kind}"
    records = 3 if content in (SECOND, gz(SECOND)) else 2
    return Case(
        f"version {number} of {block} {folder}{kind}".strip(),
        path,
        content,
        status=status,
        read=other.pop("read", records),
        **other,
    )


def lost(block: str, number: int, **other) -> Case:
    """A version of which more than half is set aside."""
    return version(
        block, number, LOST, "refused", refused=frozenset(["half_set_aside"]), **other
    )


CASES = [
    version("Croydon__2007-08Q1", 1, FIRST, "superseded"),
    version("Croydon__2007-08Q1", 2, SECOND, "accepted"),
    # Numbers, not text: 10 is higher than 9.
    version("Croydon__2007-08Q2", 9, FIRST, "superseded"),
    version("Croydon__2007-08Q2", 10, SECOND, "accepted"),
    # A refused v2 leaves v1 standing.
    version("Croydon__2007-08Q3", 1, FIRST, "accepted"),
    lost("Croydon__2007-08Q3", 2),
    # Two different files that claim one version are both refused; v1 stands.
    version("Croydon__2007-08Q4", 1, FIRST, "accepted"),
    version("Croydon__2007-08Q4", 2, FIRST, "refused", folder="a/"),
    version("Croydon__2007-08Q4", 2, SECOND, "refused", folder="b/"),
    # Names resolve before blocks are compared.
    version("Enfield__2007-08Q1", 1, FIRST, "refused"),
    version("E09000010__2007-08Q1", 1, SECOND, "refused"),
    version("308__2007-08Q2", 1, FIRST, "superseded"),
    version("00AK__2007-08Q2", 2, SECOND, "accepted"),
    # The same bytes twice for one block and version count once.
    version("Enfield__2007-08Q3", 1, FIRST, "accepted|duplicate", folder="a/"),
    version("Enfield__2007-08Q3", 1, FIRST, "accepted|duplicate", folder="b/"),
    # The same bytes for two blocks are two submissions, as are two versions.
    version("Enfield__2007-08Q4", 1, FIRST, "accepted"),
    version("Ealing__2007-08Q4", 1, FIRST, "superseded"),
    version("Ealing__2007-08Q4", 2, FIRST, "accepted"),
    # Packed or not, other bytes are another file.
    version("Ealing__2007-08Q1", 1, SECOND, "refused"),
    version("Ealing__2007-08Q1", 1, gz(SECOND), "refused", kind="csv.gz"),
    # A file that cannot be read claims nothing.
    version("Ealing__2007-08Q2", 1, FIRST, "accepted"),
    refuse(
        "an unreadable file of the same version",
        "lscb_return/lscb_return__Ealing__2007-08Q2__v1.xlsx",
        b"PK\3\4 cut off",
        "workbook_broken",
    ),
    # One that was read claims its place, even where too much of it was set aside.
    version("Ealing__2007-08Q3", 1, FIRST, "refused"),
    lost("Ealing__2007-08Q3", 1, folder="again/"),
    # A nil return replaces what was sent before.
    Case(
        "admissions, before the nil return",
        "pct_admissions/pct_admissions__5K7__2009-10Q1__v1.csv",
        sheet([admission(1, admidate="2009-05-01")]),
        status="superseded",
        read=1,
    ),
    Case(
        "the nil return that replaces them",
        "pct_admissions/pct_admissions__5K7__2009-10Q1__v2.csv",
        sheet([admission(1)]).splitlines(keepends=True)[0],
        rows={},
    ),
]

#: Blocks of which one file counts and the other is its duplicate.
TWINS = [
    {
        f"lscb_return/{folder}/lscb_return__Enfield__2007-08Q3__v1.csv"
        for folder in ("a", "b")
    }
]
