"""What becomes of each record, extract by extract, and in which order it is decided."""

from datetime import date

import pytest
from landing_help import LADO, LADO_HEADER, Lander, adds_up, lado_row, lado_text

POLICE_HEADER = (
    "crime_ref,victim_no,victim_name,victim_dob,victim_postcode,recorded_date,"
    "committed_from,bocu,ho_class,offence,victim_age,child_abuse,knife,drug,status"
)
PCT_HEADER = (
    "epikey,nhs_number,patient_name,dob,postcode,sex,startage,admidate,epistart,"
    "epiorder,admimeth,diag_01,diag_02,diag_03,cause,resladst,respct"
)
RETURN_HEADER = "pi_code,definition,numerator,denominator,value,measure,note"
TELLUS_HEADER = (
    "wave,la_code,la_name,question_id,response,weighted_percent,base_unweighted,"
    "base_weighted"
)
EES_HEADER = (
    "time_period,time_identifier,geographic_level,country_code,region_code,"
    "new_la_code,la_name,category,referral_count,other_count"
)


def police_row(key: str, **values: str) -> str:
    row = dict.fromkeys(POLICE_HEADER.split(","), "")
    row |= {"crime_ref": key, "victim_no": "1", "recorded_date": "2008-05-01"}
    row |= {"bocu": "KG", "ho_class": "8G", "status": "Recorded", "victim_age": "12"}
    row |= dict.fromkeys(("child_abuse", "knife", "drug"), "N")
    return ",".join((row | values).values())


def pct_row(key: str, **values: str) -> str:
    row = dict.fromkeys(PCT_HEADER.split(","), "")
    row |= {"epikey": key, "startage": "12", "admidate": "2008-05-01"}
    row |= {"epiorder": "1", "admimeth": "21", "diag_01": "F10.1", "sex": "1"}
    return ",".join((row | values).values())


def text(header: str, *rows: str) -> str:
    return "\n".join([header, *rows, ""])


def police(lander: Lander, *rows: str, submitter: str = "MPS"):
    name = f"police_offences__{submitter}__M2008-05__v1.csv"
    return lander.one(name, text(POLICE_HEADER, *rows))


def pct(lander: Lander, *rows: str):
    name = "pct_admissions__5C2__2008-09Q1__v1.csv"
    return lander.one(name, text(PCT_HEADER, *rows))


def returned(lander: Lander, *rows: str, period: str = "2008-09Q1"):
    name = f"lscb_return__LBBD__{period}__v1.csv"
    return lander.one(name, text(RETURN_HEADER, *rows))


def good(count: int, make=lado_row) -> list[str]:
    return [make(f"good{number}") for number in range(count)]


# The order of fates


def test_an_exact_duplicate_after_trimming_counts_once(lander: Lander) -> None:
    entry = lander.lado(lado_row("1"), lado_row(" 1 "), lado_row("2"), lado_row("1"))
    assert (entry.rows_accepted, entry.rows_duplicate) == (2, 2)
    assert lander.set_aside() == set()


def test_records_that_differ_in_a_personal_column_alone_are_no_duplicates(
    lander: Lander,
) -> None:
    one, other = lado_row("1"), lado_row("1", child_name="B")
    entry = lander.lado(one, other, *good(3))
    assert (entry.rows_set_aside, entry.rows_duplicate) == (2, 0)


def test_a_duplicate_of_a_record_set_aside_is_set_aside(lander: Lander) -> None:
    bad = lado_row("1", contact_type="Gossip")
    entry = lander.lado(*good(3), bad, bad)
    assert (entry.rows_set_aside, entry.rows_duplicate) == (2, 0)
    assert lander.set_aside() == {
        (line, "contact_type", "record", "not_in_list") for line in (5, 6)
    }


def test_records_that_share_a_key_are_all_set_aside(lander: Lander) -> None:
    one, other = lado_row("1"), lado_row("1", "2008-05-02")
    entry = lander.lado(*good(4), one, other, one)
    assert (entry.rows_accepted, entry.rows_set_aside) == (4, 3)
    assert lander.set_aside() == {
        (line, "referral_id", "record", "key_shared") for line in (6, 7, 8)
    }


def test_a_record_with_a_fault_of_its_own_still_shares_its_key(lander: Lander) -> None:
    sound, faulty = lado_row("1"), lado_row("1", contact_type="Gossip")
    entry = lander.lado(*good(3), sound, faulty)
    assert entry.rows_set_aside == 2
    assert lander.set_aside() == {
        (5, "referral_id", "record", "key_shared"),
        (6, "contact_type", "record", "not_in_list"),
    }


def test_every_fault_is_told_and_the_first_required_one_decides(
    lander: Lander,
) -> None:
    lander.lado(*good(2), lado_row("", "31/02/2008", outcome="unclear"))
    assert lander.set_aside() == {
        (4, "referral_id", "record", "value_blank"),
        (4, "referral_date", "value", "date_malformed"),
        (4, "outcome", "value", "not_in_list"),
    }


def test_of_a_line_without_its_fields_nothing_else_is_told(lander: Lander) -> None:
    short = "1,31/02/2008,Gossip"
    lander.lado(*good(4), short, lado_row("2", "31/02/2008", outcome="unclear"))
    found = {
        (column, level) for line, column, level, _ in lander.set_aside() if line == 6
    }
    assert found == {(None, "record")}
    assert {line for line, *_ in lander.set_aside()} == {6, 7}


def test_a_fault_in_an_optional_column_empties_the_value_alone(
    lander: Lander,
) -> None:
    row = lado_row("1", closed_date="2008-04-30", outcome="unclear")
    assert lander.lado(row).rows_accepted == 1
    assert lander.set_aside() == {
        (2, "closed_date", "value", "date_too_early"),
        (2, "outcome", "value", "not_in_list"),
    }
    (record,) = lander.records("lado_referrals")
    assert record["values_set_aside"] == "closed_date,outcome"
    assert record["closed_date"] is None
    assert record["outcome"] is None


def test_the_date_that_counts_lies_in_the_period(lander: Lander) -> None:
    rows = [
        lado_row("first", "2008-04-01"),
        lado_row("last", "30/06/2008"),
        lado_row("before", "2008-03-31"),
        lado_row("after", "2008-07-01", closed_date="2009-01-01"),
    ]
    lander.lado(*rows)
    assert lander.set_aside() == {
        (line, "referral_date", "record", "date_outside_period") for line in (4, 5)
    }


@pytest.mark.parametrize(("bad", "code"), [(3, None), (4, "half_set_aside")])
def test_more_than_half_set_aside_refuses_the_file(
    lander: Lander, bad: int, code: str | None
) -> None:
    rows = [lado_row(f"bad{n}", contact_type="Gossip") for n in range(bad)]
    entry = lander.lado(*good(3), *rows)
    assert entry.refusal_code == code
    assert entry.is_readable
    assert len(lander.set_aside()) == bad
    assert bool(lander.records("lado_referrals")) == (code is None)
    assert (entry.lines_read is None) == (code is not None)


def test_a_header_alone_is_nil_in_records_and_refused_in_aggregates(
    lander: Lander,
) -> None:
    entry = lander.lado()
    assert (entry.refusal_code, entry.lines_read, entry.rows_accepted) == (None, 0, 0)
    entry = returned(lander)
    assert (entry.refusal_code, entry.is_readable) == ("nil_not_allowed", True)


def test_nothing_personal_leaves_the_archive(lander: Lander) -> None:
    secret = "Zebediah Quux"
    row = lado_row("1", staff_name=secret, child_name=secret, contact_type="Gossip")
    sound = lado_row("2", child_name=secret)
    lander.send(LADO, lado_text(sound, row))
    lander.land()
    for path in lander.settings.lake.rglob("*"):
        if path.is_file() and path.parent.name != "archive":
            assert secret.encode() not in path.read_bytes()
    columns = set(lander.records("lado_referrals")[0])
    assert not columns & {"staff_name", "child_name", "child_dob"}


# Record-level extracts


def test_employer_sectors_are_mapped_and_free_text_is_remarked(lander: Lander) -> None:
    lander.lado(
        lado_row("1", employer_sector="SCHOOL"),
        lado_row("2", employer_sector="astrology"),
        lado_row("3", employer_sector=""),
    )
    sectors = [r["employer_sector"] for r in lander.records("lado_referrals")]
    assert sectors == ["education", "other", None]
    assert lander.notices() == {("employer_sector", "sector_unmapped", 1)}


BOCUS = {
    "KG": "E09000002",
    "kg": "E09000002",
    "Barking & Dagenham": "E09000002",
    "LBBD": "E09000002",
    "Westminister": "E09000033",
    "ID": "UNALLOCATED",
    "Heathrow": "UNALLOCATED",
    "City of London": "UNALLOCATED",
    "ZZ": "area_unknown",
    "LBH": "area_ambiguous",
    "": "value_blank",
}


def test_police_boroughs(lander: Lander) -> None:
    rows = [police_row(str(n), bocu=bocu) for n, bocu in enumerate(BOCUS)]
    police(lander, *rows)
    expected = dict(enumerate(BOCUS.values()))
    faults = {line - 2: code for line, _, _, code in lander.set_aside()}
    areas = {
        int(str(r["crime_ref"])): r["area_code"]
        for r in lander.accepted("police_offences")
    }
    assert faults | areas == expected
    assert lander.notices() == {("bocu", "place_of_another_force", 1)}


def test_the_city_police_may_leave_the_borough_out(lander: Lander) -> None:
    police(
        lander, police_row("1", bocu=""), police_row("2", bocu="City"), submitter="COLP"
    )
    areas = {r["area_code"] for r in lander.records("police_offences")}
    assert areas == {"E09000001"}
    header = POLICE_HEADER.replace("bocu,", "")
    row = police_row("1").replace("KG,", "")
    name = "police_offences__COLP__M2008-05__v2.csv"
    assert lander.one(name, text(header, row)).rows_accepted == 1
    name = "police_offences__MPS__M2008-05__v1.csv"
    assert lander.one(name, text(header, row)).refusal_code == "header_missing"


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("8G", "8G"), ("08g", "8G"), ("011", "11"), ("004/07", "4/7"), ("4/7", "4/7"),
        ("100", "100"), ("19 E", "19E"), ("0", "0"), ("10/10A", "10/10A"),
    ],
)  # fmt: skip
def test_a_class_of_offence_is_one_however_it_is_filled_up(
    lander: Lander, sent: str, read: str
) -> None:
    police(lander, police_row("1", ho_class=sent))
    (record,) = lander.accepted("police_offences")
    assert record["offence_class"] == read


def test_police_values(lander: Lander) -> None:
    police(
        lander,
        police_row("1", ho_class="4/7", child_abuse="y", status="NO CRIME"),
        police_row("2", ho_class=" 19e ", victim_age="", knife="Y"),
        police_row("2", victim_no="2", victim_age="121", committed_from="1/1/1999"),
        police_row("4", knife="maybe"),
        police_row("5", victim_no="0"),
    )
    first, second, third = lander.accepted("police_offences")
    assert (first["offence_class"], first["status"]) == ("4/7", "no crime")
    assert (first["is_child_abuse"], first["is_knife"]) == (True, False)
    assert (second["offence_class"], second["victim_age"]) == ("19E", None)
    assert (third["victim_number"], third["victim_age"]) == (2, None)
    assert third["committed_from_date"] == date(1999, 1, 1)
    assert lander.set_aside() == {
        (4, "victim_age", "value", "out_of_range"),
        (5, "knife", "record", "not_in_list"),
        (6, "victim_no", "record", "out_of_range"),
    }
    fourth, fifth = lander.records("police_offences")[3:]
    assert (fourth["crime_ref"], fourth["victim_number"]) == ("4", 1)
    assert (fourth["is_knife"], fourth["status"]) == (None, "recorded")
    assert fourth["values_set_aside"] == "knife"
    assert (fifth["victim_number"], fifth["area_code"]) == (None, fourth["area_code"])


def test_a_record_that_cannot_be_cut_keeps_nothing(lander: Lander) -> None:
    rows = [police_row(str(n)) for n in range(3)]
    police(lander, *rows, POLICE_HEADER, "4,1,2008-05-01", police_row("5", bocu="?"))
    cut, unplaced = lander.records("police_offences")[3:]
    kept = ("file_id", "line_number", "record_state", "values_set_aside")
    assert {value for name, value in cut.items() if name not in kept} == {None}
    assert "recorded_date" in str(cut["values_set_aside"]).split(",")
    assert (unplaced["crime_ref"], unplaced["area_code"]) == ("5", None)


def test_a_date_outside_the_period_is_still_a_date(lander: Lander) -> None:
    rows = [police_row(str(n)) for n in range(3)]
    police(lander, *rows, police_row("4", recorded_date="2008-07-01"))
    (aside,) = lander.records("police_offences")[3:]
    assert aside["recorded_date"] == date(2008, 7, 1)
    assert aside["values_set_aside"] == "recorded_date"


def test_admissions(lander: Lander) -> None:
    pct(
        lander,
        pct_row("1", diag_02="t51x", diag_03="", cause="X60.1", resladst="00ab"),
        pct_row("2", startage="7003", diag_02="nonsense", respct="5c2"),
        pct_row("3", cause="F10", resladst="45UB"),
        pct_row("4", startage="20"),
        pct_row("5", epiorder="0"),
        pct_row("6", resladst="#N/A", respct="5ZZ"),
    )
    found = {r["epikey"]: r for r in lander.accepted("pct_admissions")}
    assert set(found) == {"1", "2", "3", "6"}
    assert found["1"]["diagnosis_codes"] == "|F101|T51|"
    assert found["1"]["primary_diagnosis_code"] == "F101"
    assert found["1"]["cause_code"] == "X601"
    assert found["1"]["residence_code"] == "00AB"
    assert (found["2"]["age_years"], found["2"]["diagnosis_codes"]) == (0, "|F101|")
    assert found["2"]["residence_pct_code"] == "5C2"
    assert found["3"]["cause_code"] is None
    assert lander.set_aside() == {
        (3, "diag_02", "value", "code_malformed"),
        (4, "cause", "value", "out_of_range"),
        (5, "startage", "record", "out_of_range"),
        (6, "epiorder", "record", "out_of_range"),
        (7, "resladst", "value", "code_malformed"),
    }
    assert lander.notices() == {
        ("resladst", "resident_elsewhere", 1),
        ("respct", "resident_elsewhere", 1),
    }


# Aggregates


def test_a_return_knows_the_catalogue(lander: Lander) -> None:
    returned(
        lander,
        "sg02,,5,50,10,,",
        "SG02,,6,50,12,other measure,",
        "SG43,,1,1,,,",
        "SG99,,1,1,,,",
        "SG33,,1,1,,,",
        "SG03,2,1,1,,,",
        "SG03,1,1,1,,,",
        "CX01,1,1,,,,",
        "SG04,1.0,*,n/a,,,",
        "SG05,,<5,-,,,",
        "SG06,,,100,,,",
        "SG07,,#N/A,100,,,",
        "SG08,,5,1-,,,",
        "SG09,,-1,5,,,",
        "SG10,,2 000,5,,,",
        *(f"SG{number},,1,1,,," for number in (11, 13, 14, 15, 18, 19)),
    )
    expected = {
        (4, "pi_code", "record", "indicator_not_defined"),
        (5, "pi_code", "record", "indicator_unknown"),
        (6, "pi_code", "record", "indicator_not_for_period"),
        (7, "definition", "record", "definition_unknown"),
        (9, "pi_code", "record", "indicator_unknown"),
        (13, "numerator", "record", "measure_malformed"),
        (14, "denominator", "value", "measure_malformed"),
        (15, "numerator", "record", "out_of_range"),
        (16, "numerator", "record", "measure_malformed"),
    }
    found = lander.set_aside()
    # Without an indicator nothing more can be said of its definition.
    assert {row for row in found if row[1] != "definition" or row[0] == 7} == expected
    held = {r["line_number"]: r for r in lander.records("lscb_return")}
    assert held[2]["indicator_id"] == "SG02"
    assert (held[2]["definition_version"], held[2]["measure"]) == (1, None)
    assert held[3]["measure"] == "other measure"
    assert (held[10]["numerator"], held[10]["numerator_mark"]) == (None, "*")
    assert held[10]["denominator_mark"] == "n/a"
    assert held[11]["numerator_mark"] == "<5"
    assert (held[12]["numerator"], held[12]["numerator_mark"]) == (None, None)
    assert held[14]["values_set_aside"] == "denominator"
    assert held[13]["record_state"] == "set_aside"
    assert held[13]["indicator_id"] == "SG07"
    assert held[13]["denominator"] is None
    assert ("denominator", "dash_sent", 1) in lander.notices()


def test_a_blank_definition_is_the_key_of_the_one_in_force(lander: Lander) -> None:
    rows = ["SG33,,5,50,,,", "SG33,2,6,50,,,", "SG33,1,7,50,,,", "SG31,,1,2,,,"]
    returned(lander, *rows, period="AY2008-09")
    assert lander.set_aside() == {
        (line, "pi_code, definition, measure", "record", "key_shared")
        for line in (2, 3)
    }
    returned(lander, *rows, period="AY2007-08")
    entry = lander.entry("lscb_return__LBBD__AY2007-08__v1.csv")
    assert entry.rows_set_aside == 2
    versions = [
        r["definition_version"]
        for r in lander.records("lscb_return")
        if r["file_id"] == entry.file_id and r["record_state"] == "accepted"
    ]
    assert versions == [2, 1]


def test_tell_us(lander: Lander) -> None:
    entry = lander.one(
        "tellus_survey__OFSTED__2008__v1.csv",
        text(
            TELLUS_HEADER,
            "2008,301,Barking,Bullied_Ever,Yes,45.5%,100,98.5",
            "2008,301,Barking,bullied_ever,Don't  know,*,100,",
            "2008,999,Elsewhere,bullied_ever,Yes,1,1,",
            "2008,,England,bullied_ever,Yes,1,1,",
            "2008,London,,bullied_ever,Yes,1,1,",
            "2007,302,Barnet,bullied_ever,Yes,1,1,",
            "2008,30x,Barnet,bullied_ever,Yes,1,1,",
            "2008,302,Barnet,bullied_ever,Yes,101,1,",
            "2008,302,Barnet,bullied_often,Yes,1,1,",
        ),
    )
    assert (entry.rows_accepted, entry.rows_passed_over) == (2, 3)
    assert lander.set_aside() == {
        (7, "wave", "record", "wave_mismatch"),
        (8, "la_code", "record", "area_unknown"),
        (9, "weighted_percent", "record", "out_of_range"),
        (10, "question_id", "record", "not_in_list"),
    }
    held = {r["line_number"]: r for r in lander.records("tellus_survey")}
    assert set(held) == {2, 3, 7, 9}
    assert (held[2]["weighted_percent"], held[2]["response"]) == (45.5, "yes")
    assert held[3]["weighted_percent_mark"] == "*"
    assert held[3]["response"] == "don't know"
    assert held[9]["record_state"] == "set_aside"
    assert held[9]["weighted_percent"] is None


def test_population(lander: Lander) -> None:
    entry = lander.one(
        "population__ONS__2008__v1.csv",
        text(
            "gss_code,age_band,persons,vintage",
            'E09000002,0-17,"45,100",2008',
            "E09000002,ALL,170000,2008",
            "E09000002,5,2500,2008",
            "E08000035,0-17,1,2008",
            "W06000001,0-17,1,2008",
            "E12000007,0-17,1,2008",
            "Inner London,0-17,1,2008",
            "E09000099,0-17,1,2008",
            "#N/A,0-17,1,2008",
            "E09000003,0-16,1,2008",
            "E09000003,0-17,-1,2008",
            "E09000004,0-17,1,2008",
        ),
    )
    assert (entry.rows_accepted, entry.rows_passed_over) == (4, 4)
    assert adds_up(entry)
    assert lander.set_aside() == {
        (9, "gss_code", "record", "area_unknown"),
        (10, "gss_code", "record", "area_unknown"),
        (11, "age_band", "record", "code_malformed"),
        (12, "persons", "record", "out_of_range"),
    }
    assert lander.records("population")[0]["persons"] == 45100


# Published statistics


def crime(lander: Lander, header: str, *rows: str):
    return lander.one("mps_borough_crime__GLA__2008-2009__v1.csv", text(header, *rows))


def test_borough_crime_becomes_long(lander: Lander) -> None:
    entry = crime(
        lander,
        "Borough,Major Category,Minor Category,200804,200805,200813,Total",
        "Barking and Dagenham,Drugs,Trafficking,5,n/a,1,9",
        "Heathrow,Drugs,Trafficking,7,,1,9",
        "London Heathrow Airport,Drugs,Trafficking,1,2,1,9",
        "Total,Drugs,Trafficking,5,6,1,9",
        "Atlantis,Drugs,Trafficking,5,6,1,9",
        "Barnet,Drugs,Trafficking,1O,-2,1,9",
        "Brent,,Trafficking,1,2,1,9",
    )
    assert (entry.rows_accepted, entry.rows_set_aside) == (4, 2)
    assert entry.rows_passed_over == 1
    assert lander.set_aside() == {
        (6, "Borough", "record", "area_unknown"),
        (7, "200804", "value", "measure_malformed"),
        (7, "200805", "value", "out_of_range"),
        (8, "Major Category", "record", "value_blank"),
    }
    held = {
        (r["line_number"], r["month_start_date"]): r
        for r in lander.records("mps_borough_crime")
    }
    assert len(held) == 12
    april, may = date(2008, 4, 1), date(2008, 5, 1)
    assert (held[6, april]["area_code"], held[6, april]["offences"]) == (None, 5.0)
    assert held[6, april]["record_state"] == "set_aside"
    assert (held[8, may]["area_code"], held[8, may]["offences"]) == ("E09000005", 2.0)
    assert held[2, april]["offences"] == 5.0
    assert held[2, april]["classification"] == "2008"
    assert held[2, may]["offences_mark"] == "n/a"
    assert held[3, april]["area_code"] == "UNALLOCATED"
    assert held[7, april]["values_set_aside"] == "200804"
    assert held[7, april]["offences"] is None
    assert lander.notices() == {
        ("200813", "month_unread", 1),
        ("Total", "column_extra", 1),
    }


def test_the_header_tells_the_classification(lander: Lander) -> None:
    newer = "LookUp_BoroughName,MajorText,MinorText,201004"
    crime(lander, newer, "Barnet,Drugs,Trafficking,3")
    assert lander.records("mps_borough_crime")[0]["classification"] == "2010"
    mixed = "Borough,MajorText,Minor Category,201004"
    entry = crime(lander, mixed, "Barnet,Drugs,Trafficking,3")
    assert entry.refusal_code == "classification_mixed"
    without = "Borough,Major Category,Minor Category,Total"
    entry = crime(lander, without, "Barnet,Drugs,Trafficking,3")
    assert entry.refusal_code == "month_missing"


@pytest.mark.parametrize(
    ("months", "turned"),
    [
        ("200811,200812,200901,200902", 0),
        ("200902,200901,200812,200811", 0),
        ("200811,200812,200801,200802", 1),
        ("200812,200801", 0),
        ("200804,200803,200806,200805", 2),
        ("200804", 0),
    ],
)
def test_months_that_turn_back_are_told(
    lander: Lander, months: str, turned: int
) -> None:
    row = ",".join(["Barnet,Drugs,Trafficking", *("3" for _ in months.split(","))])
    entry = crime(lander, f"Borough,Major Category,Minor Category,{months}", row)
    assert entry.rows_accepted == 1
    told = {(None, "months_out_of_order", turned)} if turned else set()
    assert lander.notices() == told


def ees(lander: Lander, *rows: str):
    return lander.one("ees_statistics__DFE__2025__v1.csv", text(EES_HEADER, *rows))


def ees_row(area: str, count: str, other: str, category: str = "All") -> str:
    return (
        f"2025,Reporting year,Local authority,E92000001,E12000007,{area},x,"
        f"{category},{count},{other}"
    )


def test_published_statistics_become_long(lander: Lander) -> None:
    entry = ees(
        lander,
        "2025,Reporting year,National,E92000001,,,,All,9,9",
        "2025,Reporting year,Regional,E92000001,E12000007,,,All,9,9",
        "2025,Reporting year,Locl authority,E92000001,,E09000007,,All,9,9",
        ees_row("E06000001", "5", "6"),
        ees_row("E0900002", "5", "6"),
        ees_row("E09000002", "5", "c"),
        ees_row("E09000003", "z", "1 .4"),
        ees_row("E09000004", "5", "6", "Some"),
        ees_row("E09000004", "5", "7", "All"),
        ees_row("E09000005", "*", "7"),
        ees_row("E09000006", "5", "7"),
    )
    assert (entry.rows_accepted, entry.rows_passed_over) == (6, 3)
    assert lander.set_aside() == {
        (4, "geographic_level", "record", "not_in_list"),
        (6, "new_la_code", "record", "area_unknown"),
        (8, "other_count", "value", "measure_malformed"),
        (11, "referral_count", "value", "measure_malformed"),
    }
    held = {
        (r["line_number"], r["statistic"]): r for r in lander.records("ees_statistics")
    }
    assert held[7, "referral_count"]["statistic_value"] == 5.0
    assert held[7, "other_count"]["statistic_value_mark"] == "c"
    assert held[7, "other_count"]["filters"] == "category=All"
    assert held[8, "other_count"]["values_set_aside"] == "other_count"
    assert held[8, "referral_count"]["values_set_aside"] is None
    assert held[11, "referral_count"]["statistic_value_mark"] is None


def test_rows_of_a_statistic_that_share_all_filters_are_set_aside(
    lander: Lander,
) -> None:
    sound = [ees_row(f"E0900000{n}", "5", "6") for n in range(2, 6)]
    entry = ees(
        lander, *sound, ees_row("E09000006", "5", "6"), ees_row("E09000006", "7", "6")
    )
    assert entry.rows_set_aside == 2
    held = [r for r in lander.records("ees_statistics") if r["line_number"] > 5]
    assert {r["record_state"] for r in held} == {"set_aside"}
    assert {r["statistic"] for r in held} == {"referral_count", "other_count"}


def test_boroughs_in_a_file_of_the_city_police_are_told(lander: Lander) -> None:
    """Two names of one borough are one; Heathrow, no borough, the City are none."""
    sent = ["KG", "Barking", "Ealing", "", "City", "Heathrow", "LBH", "KG"]
    rows = [police_row(str(n), bocu=bocu) for n, bocu in enumerate(sent)]
    rows[-1] = police_row("7", bocu="SX", status="Gossip")
    police(lander, *rows, submitter="COLP")
    areas = {r["area_code"] for r in lander.accepted("police_offences")}
    assert areas == {"E09000001"}
    assert lander.notices() == {
        ("bocu", "borough_elsewhere", 3),
        ("bocu", "boroughs_elsewhere", 2),
    }


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_per_cent_sign_in_a_count_is_read_and_told(
    lander: Lander, delimiter: str
) -> None:
    decimal = "24,5 %" if delimiter == ";" else "24.5 %"
    rows = [
        ["SG02", "", "24%", "549", "4%", "", ""],
        ["SG03", "", "95%", "100 %", "", "", ""],
        ["SG04", "", decimal, "50", "", "", ""],
        ["SG05", "", "5", "n/a", "", "", "80%"],
        ["SG06", "", "5", "-1%", "", "", ""],
        ["SG09", "", "-5%", "10%", "", "", ""],
    ]
    lines = [RETURN_HEADER.split(","), *rows]
    lander.one(
        "lscb_return__LBBD__2008-09Q1__v1.csv",
        "\n".join([*map(delimiter.join, lines), ""]),
    )
    told = {
        r["indicator_id"]: (r["numerator"], r["denominator"], r["counts_with_percent"])
        for r in lander.records("lscb_return")
    }
    assert told == {
        "SG02": (24.0, 549.0, "numerator"),
        "SG03": (95.0, 100.0, "numerator,denominator"),
        "SG04": (24.5, 50.0, "numerator"),
        "SG05": (5.0, None, None),
        "SG06": (5.0, None, None),
        "SG09": (None, None, None),
    }
    assert lander.notices() == {
        ("numerator", "percent_in_count", 3),
        ("denominator", "percent_in_count", 1),
    }


AGAINST = {
    "Barking & Dagenham": 0,
    "LBBD": 0,
    "": 0,
    "Atlantis": 0,
    # a name that several may mean
    "LBH": 0,
    "Barnet": 1,
    "london borough of HACKNEY": 1,
}


def test_a_name_of_another_authority_than_the_code_is_told(lander: Lander) -> None:
    """The code decides, and totals and authorities elsewhere are out of scope."""
    rows = [
        f"2008,301,{name},bullied_ever,answer {n},5,100,"
        for n, name in enumerate(AGAINST)
    ]
    rows += [
        "2008,999,Barnet,bullied_ever,Yes,1,1,",
        "2008,,London,feel_safe_area,,1,1,",
    ]
    lander.one("tellus_survey__OFSTED__2008__v1.csv", text(TELLUS_HEADER, *rows))
    held = lander.accepted("tellus_survey")
    assert [r["area_code"] for r in held] == ["E09000002"] * len(AGAINST)
    assert lander.notices() == {("la_name", "name_against_code", sum(AGAINST.values()))}


def test_published_statistics_tell_a_name_of_another_authority(lander: Lander) -> None:
    names = {"E09000002": "Barking and Dagenham", "E09000003": "Bexley"}
    names |= {"E09000004": "Barnet", "E09000005": "z", "E06000001": "Barnet"}
    rows = [
        ees_row(code, "5", "6").replace(",x,", f",{n},") for code, n in names.items()
    ]
    ees(lander, *rows)
    assert ("la_name", "name_against_code", 2) in lander.notices()
    assert {"la_name", "area_name"}.isdisjoint(lander.records("ees_statistics")[0])
    filters = {r["filters"] for r in lander.records("ees_statistics")}
    assert filters == {"category=All"}


def test_the_lake_has_its_shape_before_anything_is_landed(lander: Lander) -> None:
    lander.send(LADO, text(LADO_HEADER))
    lander.land([])
    assert lander.records("lado_referrals") == []
    assert lander.query("select * from ledger/files.parquet") == []
    assert lander.query("select * from ledger/set_aside.parquet") == []
