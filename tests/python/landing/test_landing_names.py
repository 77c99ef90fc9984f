"""What a path claims, and why it is refused."""

from datetime import date

import pytest

from lscb.landing.names import is_passed_by, read_name
from lscb.landing.reference import Reference
from lscb.landing.refusals import Refused

BARKING = "E09000002"
CLAIMS = [
    ("lado_referrals__LBBD__2008-09Q1__v2.xlsx", BARKING, "2008-09Q1"),
    ("lado_referrals__00AB__2008-09q4__v1.csv", BARKING, "2008-09Q4"),
    ("lado_referrals__301__2008-09Q1__v1.csv", BARKING, "2008-09Q1"),
    ("lado_referrals__e09000002__2008-09Q1__v1.csv", BARKING, "2008-09Q1"),
    ("lado_referrals__Barking & Dagenham__2008-09Q1__v1.csv", BARKING, "2008-09Q1"),
    ("lado_referrals__barking_and-dagenham__2008-09Q1__v1.csv", BARKING, "2008-09Q1"),
    ("lado_referrals__Kingston-upon-Thames__2008-09Q1__v1.csv", "E09000021", None),
    ("LADO_REFERRALS__Richmond__2008-09Q1__V12.CSV.GZ", "E09000027", None),
    ("pct_admissions__5c2__2008-09Q1__v1.csv", "5C2", None),
    ("pct_admissions__TAK__2008-09Q1__v1.parquet", "TAK", None),
    ("pct_admissions__5ZZ__1999-00Q1__v1.csv", "5ZZ", "1999-00Q1"),
    ("police_offences__colp__m2008-04__v1.csv", "COLP", "M2008-04"),
    ("missing_children__MPS__2008-09Q1__v1.csv", "MPS", None),
    ("tellus_survey__OFSTED__2008__v1.csv", "OFSTED", "W2008"),
    ("population__ONS__2008__v1.csv", "ONS", "2008"),
    ("lscb_return__City__2008-09__v1.csv", "E09000001", "2008-09"),
    ("lscb_return__City__ay2007-08__v1.csv", "E09000001", "AY2007-08"),
    ("mps_borough_crime__GLA__200708__v1.csv", "GLA", "200708"),
    ("ees_statistics__DFE__2013-to-2025__v1.csv", "DFE", "2013-to-2025"),
]
MISPLACED = [
    ("notes.txt", "outside_folder"),
    ("lado_referrals__LBBD__2008-09Q1__v1.csv", "outside_folder"),
    ("gangs/gangs__LBBD__2008-09Q1__v1.csv", "folder_unknown"),
    ("lado_referrals/lscb_return__LBBD__2008-09Q1__v1.csv", "folder_mismatch"),
]
REFUSALS = [
    ("lado_referrals__LBBD__2008-09Q1__v1.xls", "file_type_unknown"),
    ("lado_referrals__LBBD__2008-09Q1__v1", "file_type_unknown"),
    ("lado_referrals_LBBD_2008-09Q1_v1.csv", "name_malformed"),
    ("lado_referrals__LBBD__2008-09Q1.csv", "name_malformed"),
    ("lado_referrals__LBBD__2008-09Q1__v1__x.csv", "name_malformed"),
    ("lado_referrals___LBBD__2008-09Q1__v1.csv", "name_malformed"),
    ("lado_referrals____2008-09Q1__v1.csv", "name_malformed"),
    ("lado_referrals__LBBD__2008-09Q1__1.csv", "version_malformed"),
    ("lado_referrals__LBBD__2008-09Q1__v0.csv", "version_malformed"),
    ("lado_referrals__LBBD__2008-09Q1__v01.csv", "version_malformed"),
    ("lado_referrals__LBH__2008-09Q1__v1.csv", "submitter_ambiguous"),
    ("lado_referrals__lbb__2008-09Q1__v1.csv", "submitter_ambiguous"),
    ("lado_referrals__Leeds__2008-09Q1__v1.csv", "submitter_unknown"),
    ("lado_referrals__E12000007__2008-09Q1__v1.csv", "submitter_unknown"),
    ("pct_admissions__6C2__2008-09Q1__v1.csv", "submitter_unknown"),
    ("pct_admissions__LBBD__2008-09Q1__v1.csv", "submitter_unknown"),
    ("missing_children__COLP__2008-09Q1__v1.csv", "submitter_unknown"),
    ("lado_referrals__LBBD__2008-09__v1.csv", "period_ambiguous"),
    ("lado_referrals__LBBD__2008-09Q5__v1.csv", "period_malformed"),
    ("lado_referrals__LBBD__2008-10Q1__v1.csv", "period_malformed"),
    ("lado_referrals__LBBD__M2008-04__v1.csv", "period_wrong_type"),
    ("lscb_return__LBBD__2007_08__v1.csv", "period_ambiguous"),
    ("lscb_return__LBBD__200708__v1.csv", "period_ambiguous"),
    ("lscb_return__LBBD__2008-04__v1.csv", "period_ambiguous"),
    ("lscb_return__LBBD__2008__v1.csv", "period_wrong_type"),
    ("police_offences__MPS__2008-04__v1.csv", "period_ambiguous"),
    ("police_offences__MPS__M2008-13__v1.csv", "period_malformed"),
    ("police_offences__MPS__M2008-4__v1.csv", "period_malformed"),
    ("population__ONS__08__v1.csv", "period_malformed"),
    ("mps_borough_crime__GLA__2008_2016__v1.csv", "period_malformed"),
]


def in_folder(name: str) -> str:
    """The path of a file in the folder that its name begins with."""
    extracts = ("lado_referrals", "lscb_return", "pct_admissions", "police_offences")
    folder = next((e for e in extracts if name.startswith(e)), name.split("__")[0])
    return f"{folder}/{name}"


@pytest.mark.parametrize(("name", "submitter", "period"), CLAIMS)
def test_a_name_that_keeps_the_rule_is_read(
    name: str, submitter: str, period: str | None, reference: Reference
) -> None:
    claim = read_name(in_folder(name), reference)
    assert claim.submitter_code == submitter
    assert period is None or claim.period.period_id == period


@pytest.mark.parametrize(
    ("path", "code"),
    [*MISPLACED, *((in_folder(name), code) for name, code in REFUSALS)],
)
def test_a_name_that_breaks_the_rule_is_refused_with_a_sentence(
    path: str, code: str, reference: Reference
) -> None:
    with pytest.raises(Refused) as refused:
        read_name(path, reference)
    assert refused.value.code == code
    sentence = reference.sentence(code, refused.value.details)
    assert sentence.endswith(".")
    assert "{" not in sentence


def test_every_ambiguous_alias_is_refused(reference: Reference) -> None:
    assert {"lbh", "lbb", "lbc", "lbe", "lbl", "lbr", "lbs", "lbw"} <= set(
        reference.ambiguous_names
    )
    for name in reference.ambiguous_names:
        with pytest.raises(Refused, match="submitter_ambiguous"):
            read_name(
                f"lado_referrals/lado_referrals__{name}__2008-09Q1__v1.csv", reference
            )


def test_subfolders_and_any_case_of_the_folder_are_read(reference: Reference) -> None:
    path = "LADO_Referrals/2008/x/lado_referrals__LBBD__2008-09Q1__v1.csv"
    assert read_name(path, reference).extract == "lado_referrals"


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2008-09Q1", date(2008, 4, 1), date(2008, 6, 30)),
        ("2008-09Q4", date(2009, 1, 1), date(2009, 3, 31)),
        ("2008-09", date(2008, 4, 1), date(2009, 3, 31)),
        ("AY2007-08", date(2007, 9, 1), date(2008, 8, 31)),
    ],
)
def test_a_period_knows_its_first_and_last_day(
    period: str, first: date, last: date, reference: Reference
) -> None:
    path = f"lscb_return/lscb_return__LBBD__{period}__v1.csv"
    claim = read_name(path, reference)
    assert (claim.period.start, claim.period.end) == (first, last)


@pytest.mark.parametrize(
    "path",
    [
        ".DS_Store",
        "lado_referrals/~$lado_referrals__LBBD__2008-09Q1__v1.xlsx",
        "lado_referrals/.hidden/lado_referrals__LBBD__2008-09Q1__v1.csv",
    ],
)
def test_hidden_and_lock_files_are_passed_by(path: str) -> None:
    assert is_passed_by(path)
