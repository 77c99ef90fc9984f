"""Names, folders, submitters, periods and versions; files that are no files."""

import os
from pathlib import Path

from hostile.building import Case, admission, figures, referral, refuse, sheet

ADMISSIONS = sheet([admission(1), admission(2)])
REFERRALS = sheet([referral(1), referral(2)])
RETURN = sheet(figures(2))
PERSONS = b"gss_code,age_band,persons\nE09000002,0-17,45000\n"
CRIME = b"Borough,Major Category,Minor Category,200804\nBarnet,Theft,Other,4\n"


def accept(name: str, path: str, content: bytes) -> Case:
    """A file of two clean records whose name is good."""
    return Case(name, path, content, read=2, rows={2: {}, 3: {}})


def link_to(target: str):
    """A symbolic link in place of a file."""

    def write(path: Path) -> None:
        path.symlink_to(target)

    return write


GOOD = [
    accept(
        "a name in odd case",
        "pct_admissions/PCT_Admissions__5c2__2008-09q1__V1.CSV",
        ADMISSIONS,
    ),
    accept(
        "a subfolder",
        "pct_admissions/2008/first try/pct_admissions__5C2__2008-09Q2__v1.csv",
        sheet([admission(n, admidate="2008-07-01") for n in (1, 2)]),
    ),
    accept(
        "an alias in lower case",
        "lado_referrals/lado_referrals__lbbd__2008-09Q1__v1.csv",
        REFERRALS,
    ),
    accept(
        "a name with blanks and an ampersand",
        "lscb_return/lscb_return__Barking & Dagenham__2008-09Q1__v1.csv",
        RETURN,
    ),
    accept(
        "an old ONS code",
        "lscb_return/lscb_return__00ac__2008-09Q1__v1.csv",
        RETURN,
    ),
    accept("a DfE code", "lscb_return/lscb_return__302__2008-09Q2__v1.csv", RETURN),
    accept(
        "a GSS code in lower case",
        "lscb_return/lscb_return__e09000003__2008-09Q3__v1.csv",
        RETURN,
    ),
    accept(
        "a financial year and version 12",
        "lscb_return/lscb_return__Barnet__2008-09__v12.csv",
        RETURN,
    ),
    Case(
        "a statistics label of six digits",
        "mps_borough_crime/mps_borough_crime__GLA__200708__v1.csv",
        CRIME,
        read=1,
        rows={2: {"offences": 4.0, "area_code": "E09000003"}},
    ),
]

# (what is wrong, folder, name, reason codes of which one is right)
REFUSED_NAMES = [
    ("200708", "lscb_return", "lscb_return__LBBD__200708__v1.csv", "period_ambiguous"),
    (
        "2007_08",
        "lscb_return",
        "lscb_return__LBBD__2007_08__v1.csv",
        "period_ambiguous",
    ),
    (
        "2007/08 made a folder",
        "lscb_return/lscb_return__LBBD__2007",
        "08__v1.csv",
        "name_malformed",
    ),
    (
        "2008-04 for a month",
        "police_offences",
        "police_offences__MPS__2008-04__v1.csv",
        "period_ambiguous",
    ),
    (
        "v01",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v01.csv",
        "version_malformed",
    ),
    ("v0", "lscb_return", "lscb_return__LBBD__2008-09Q1__v0.csv", "version_malformed"),
    ("v", "lscb_return", "lscb_return__LBBD__2008-09Q1__v.csv", "version_malformed"),
    (
        "v-1",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v-1.csv",
        "version_malformed",
    ),
    (
        "v of thirty digits",
        "lscb_return",
        f"lscb_return__LBBD__2008-09Q1__v{'9' * 30}.csv",
        "version_malformed",
    ),
    (
        "v1 in full-width digits",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v\uff11.csv",
        "version_malformed name_malformed",
    ),
    (
        "no version",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1.csv",
        "name_malformed version_malformed",
    ),
    (
        "a fifth part",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1__final.csv",
        "name_malformed version_malformed",
    ),
    (
        "an extra underscore",
        "lscb_return",
        "lscb_return___LBBD__2008-09Q1__v1.csv",
        "name_malformed submitter_unknown",
    ),
    (
        "single underscores",
        "lscb_return",
        "lscb_return_LBBD_2008-09Q1_v1.csv",
        "name_malformed",
    ),
    (
        "a copy of a browser",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1 (1).csv",
        "version_malformed name_malformed",
    ),
    (
        "the wrong folder",
        "lado_referrals",
        "lscb_return__LBBD__2008-09Q1__v1.csv",
        "folder_mismatch",
    ),
    ("no folder", ".", "lscb_return__LBBD__2008-09Q1__v1.csv", "outside_folder"),
    (
        "a folder of no extract",
        "gangs",
        "gangs__MPS__2008-09Q1__v1.csv",
        "folder_unknown",
    ),
    (
        "LBH",
        "lscb_return",
        "lscb_return__LBH__2008-09Q1__v1.csv",
        "submitter_ambiguous",
    ),
    (
        "lbs in lower case",
        "lscb_return",
        "lscb_return__lbs__2008-09Q1__v1.csv",
        "submitter_ambiguous",
    ),
    (
        "an authority elsewhere",
        "lscb_return",
        "lscb_return__E06000001__2008-09Q1__v1.csv",
        "submitter_unknown",
    ),
    (
        "no submitter",
        "lscb_return",
        "lscb_return____2008-09Q1__v1.csv",
        "name_malformed submitter_unknown",
    ),
    (
        "a PCT by its name",
        "pct_admissions",
        "pct_admissions__Barnet PCT__2008-09Q1__v1.csv",
        "submitter_unknown",
    ),
    (
        "a borough in the place of a PCT",
        "pct_admissions",
        "pct_admissions__Barnet__2008-09Q1__v1.csv",
        "submitter_unknown",
    ),
    (
        "the City's police for missing children",
        "missing_children",
        "missing_children__COLP__2008-09Q1__v1.csv",
        "submitter_unknown",
    ),
    (
        "AY2007-09",
        "lscb_return",
        "lscb_return__LBBD__AY2007-09__v1.csv",
        "period_malformed",
    ),
    (
        "2008-10Q1",
        "lscb_return",
        "lscb_return__LBBD__2008-10Q1__v1.csv",
        "period_malformed",
    ),
    (
        "a fifth quarter",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q5__v1.csv",
        "period_malformed",
    ),
    (
        "M2008-13",
        "police_offences",
        "police_offences__MPS__M2008-13__v1.csv",
        "period_malformed",
    ),
    (
        "a quarter for a month",
        "police_offences",
        "police_offences__MPS__2008-09Q1__v1.csv",
        "period_wrong_type",
    ),
    (
        "a financial year for a mid-year",
        "population",
        "population__ONS__2008-09__v1.csv",
        # Where no financial year is due, it could be September too.
        "period_wrong_type period_ambiguous",
    ),
    (
        "a month for a quarter",
        "pct_admissions",
        "pct_admissions__5C2__M2008-04__v1.csv",
        "period_wrong_type",
    ),
    (
        "a label with quotes and semicolons",
        "mps_borough_crime",
        "mps_borough_crime__GLA__a'\";drop table x;--__v1.csv",
        "period_malformed",
    ),
    (
        "a label that climbs",
        "mps_borough_crime",
        "mps_borough_crime__GLA__..__v1.csv",
        "period_malformed",
    ),
    (
        "a name that is a formula",
        "lscb_return",
        "=cmd|' /C calc'!A1.csv",
        "name_malformed",
    ),
    (
        "a name that is a command",
        "lscb_return",
        "$(touch hurt);`id`.csv",
        "name_malformed",
    ),
    ("a name with a line break", "lscb_return", "lscb\nreturn.csv", "name_malformed"),
    (
        "a name that is markup",
        "lscb_return",
        "[red]<script>alert(1)<|script>.csv",
        "name_malformed",
    ),
    (
        "a submitter in braces, which fill sentences",
        "lscb_return",
        "lscb_return__{version} {x}__2008-09Q1__v1.csv",
        "submitter_unknown",
    ),
    (
        "an old workbook",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1.xls",
        "file_type_unknown",
    ),
    (
        "a zip",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1.csv.zip",
        "file_type_unknown version_malformed",
    ),
    (
        "no ending",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1",
        "file_type_unknown",
    ),
    (
        "two endings",
        "lscb_return",
        "lscb_return__LBBD__2008-09Q1__v1.csv.csv",
        "version_malformed name_malformed",
    ),
]

ODD_FILES = [
    refuse(
        "a folder with a file's name",
        "lscb_return/lscb_return__LBBD__2008-09Q2__v1.csv/lscb_return.csv",
        RETURN,
        "name_malformed",
    ),
    refuse(
        "a pipe, which would never end",
        "lscb_return/lscb_return__LBBD__2008-09Q4__v1.csv",
        lambda path: os.mkfifo(path),
        "not_a_file",
    ),
    refuse(
        "a link to nowhere",
        "lscb_return/lscb_return__LBBD__2009-10Q1__v1.csv",
        link_to("nowhere.csv"),
        "not_a_file",
        "cannot_open",
    ),
    refuse(
        "a link to itself",
        "lscb_return/lscb_return__LBBD__2009-10Q2__v1.csv",
        link_to("lscb_return__LBBD__2009-10Q2__v1.csv"),
        "not_a_file",
        "cannot_open",
    ),
    refuse(
        "a link to a folder",
        "lscb_return/lscb_return__LBBD__2009-10Q3__v1.csv",
        link_to("."),
        "not_a_file",
    ),
]

CASES = [
    *GOOD,
    *(
        refuse(
            f"name: {wrong}",
            f"{folder}/{name}".removeprefix("./"),
            RETURN,
            *codes.split(),
        )
        for wrong, folder, name, codes in REFUSED_NAMES
    ),
    *ODD_FILES,
]

#: Passed by without a word.
PASSED_BY = [
    "lscb_return/.DS_Store",
    "lscb_return/~$lscb_return__LBBD__2008-09Q1__v1.xlsx",
    "lscb_return/.lscb_return__LBBD__2008-09Q1__v1.csv",
    ".hidden/lscb_return__LBBD__2008-09Q1__v1.csv",
    "lscb_return/.git/lscb_return__LBBD__2008-09Q1__v1.csv",
]
