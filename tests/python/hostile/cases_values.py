"""Values: what may stand in a column, and what sets a line or a value aside."""

from unittest.mock import ANY

from hostile.building import (
    BLOCKS,
    Aside,
    Case,
    Column,
    admission,
    answer,
    day,
    episode,
    figure,
    figures,
    offence,
    persons,
    referral,
    refuse,
    sheet,
    statistic,
)

MAY = day("2008-05-31")


def faults(reason: str, *values: object) -> list[tuple[object, str]]:
    """Values that are all at fault for one reason."""
    return [(value, reason) for value in values]


# admissions


def admissions(column: str, lake_column: str | None, **other) -> Column:
    """A column of admissions, tried with many values."""
    return Column(BLOCKS.admissions(), admission, column, lake_column, **other)


ADMISSIONS = [
    admissions(
        "admidate",
        "admission_date",
        good=[
            ("2008-05-31", MAY),
            ("31/05/2008", MAY),
            ("1/5/2008", day("2008-05-01")),
            ("04/05/2008", day("2008-05-04")),
            ("06/04/2008", day("2008-04-06")),
            ("31-May-2008", MAY),
            ("31-MAY-2008", MAY),
            ("  2008-05-31 ", MAY),
            ("2008-05-31 23:59:59", MAY),
            ("2008-05-31T00:00:00", MAY),
            ("2008-05-31 00:00:00.000", MAY),
            ("31/05/2008 14:30", MAY),
            ("31-May-2008 00:00:00", MAY),
            ("2008-04-01", day("2008-04-01")),
            ("2008-06-30", day("2008-06-30")),
        ],
        bad=[
            *faults(
                "date_malformed",
                "31/02/2008",
                "31/04/2008",
                "05/31/2008",
                "31/05/08",
                "31-May-08",
                "31.05.2008",
                "20080531",
                "39569",
                "2008-13-01",
                "2008-02-30",
                "2008-05",
                "May 2008",
                "#N/A",
                "*",
                "31/05/20081",
                "2008-05-31x",
                "today",
                "0000-00-00",
            ),
            *faults(
                "date_outside_period",
                "2008-03-31",
                "2008-07-01",
                "04/07/2008",
                "2009-05-31",
                "1908-05-31",
            ),
            ("", "value_blank"),
            ("   ", "value_blank"),
        ],
    ).case("dates"),
    admissions(
        "epistart",
        "episode_start_date",
        is_required=False,
        good=[
            ("", None),
            ("1/7/2008", day("2008-07-01")),
            ("2007-12-31", day("2007-12-31")),
        ],
        bad=faults("date_malformed", "31/02/2008", "1.7.2008", "x"),
    ).case("a date that only needs to be possible"),
    admissions(
        "startage",
        "age_years",
        good=[("0", 0), ("19", 19), ("7001", 0), ("7007", 0), (" 7 ", 7)],
        bad=[
            *faults("out_of_range", "20", "-1", "7000", "7008", "120"),
            *faults("integer_malformed", "12.5", "*", "12y", "<5", "1 2", "NaN"),
            ("", "value_blank"),
        ],
    ).case("ages"),
    admissions(
        "epiorder",
        "episode_order",
        good=[("1", 1), ("2", 2), ("98", 98)],
        bad=[
            *faults("out_of_range", "0", "-1"),
            *faults("integer_malformed", "1.5", "*", "first"),
            ("", "value_blank"),
        ],
    ).case("orders of episodes"),
    admissions(
        "admimeth",
        "admission_method_code",
        good=[("21", "21"), ("2A", "2A"), ("11", "11"), ("99", "99")],
        bad=[*faults("code_malformed", "2", "211", "*"), ("", "value_blank")],
    ).case("methods of admission"),
    admissions(
        "diag_01",
        "primary_diagnosis_code",
        good=[
            ("T401", "T401"),
            ("T40.1", "T401"),
            ("t40.1", "T401"),
            ("T40.1D", "T401"),
            ("t401d", "T401"),
            ("T40X", "T40"),
            ("T40-", "T40"),
            ("T40.X", "T40"),
            ("F10", "F10"),
            (" F101 ", "F101"),
        ],
        bad=[
            *faults(
                "code_malformed", "401", "T4", "TT01", "#N/A", "T4O1", "*", "-", "X"
            ),
            ("", "value_blank"),
        ],
    ).case("primary diagnoses"),
    Case(
        "further diagnoses: a fault empties one, the others stay",
        BLOCKS.admissions(),
        sheet(
            [
                admission(1, diag_01="F10.1", diag_02="T51.0", diag_14="X65X"),
                admission(2, diag_01="F10.1", diag_02="#N/A", diag_14="t510"),
                admission(3, diag_02="", diag_14=""),
            ]
        ),
        read=3,
        aside=(Aside(3, "diag_02", "code_malformed", "value"),),
        rows={
            2: {"diagnosis_codes": "|F101|T510|X65|", "values_set_aside": None},
            3: {"diagnosis_codes": "|F101|T510|", "values_set_aside": "diag_02"},
            4: {"diagnosis_codes": "|S720|"},
        },
    ),
    admissions(
        "cause",
        "cause_code",
        is_required=False,
        good=[
            ("", None),
            ("V01", "V01"),
            ("x65.0", "X650"),
            ("W19X", "W19"),
            ("Y98", "Y98"),
            ("Y120", "Y120"),
        ],
        bad=[
            *faults("code_malformed", "12", "#N/A", "XX1"),
            *faults("out_of_range", "A01", "V00", "Y99", "T400", "Z00"),
        ],
    ).case("causes"),
    admissions(
        "sex",
        "sex",
        is_required=False,
        good=[("1", "1"), ("2", "2"), ("0", "0"), ("9", "9"), ("", None)],
        bad=faults("not_in_list", "3", "M", "*", "1.5"),
    ).case("sexes"),
    admissions(
        "resladst",
        "residence_code",
        is_required=False,
        good=[("00AB", "00AB"), ("00bk", "00BK"), ("38UB", "38UB"), ("", None)],
        bad=faults("code_malformed", "0AB", "AB00", "#N/A", "00ABC", "*"),
    ).case("authorities of residence"),
    admissions(
        "respct",
        "residence_pct_code",
        is_required=False,
        good=[
            ("5C2", "5C2"),
            ("tak", "TAK"),
            ("5C3", "5C3"),
            ("5QE", "5QE"),
            ("", None),
        ],
        bad=faults("code_malformed", "5C", "5C22", "#N/A", "*"),
    ).case("PCTs of residence"),
    Case(
        "residents elsewhere are accepted and reported",
        BLOCKS.admissions(),
        sheet([admission(1, resladst="38UB"), admission(2, resladst="00AB")]),
        read=2,
        rows={2: {}, 3: {}},
        notices=(("resident_elsewhere", "resladst"),),
    ),
    Case(
        "a PCT of elsewhere sends residents of London",
        "pct_admissions/pct_admissions__5QQ__2008-09Q1__v1.csv",
        sheet([admission(1), admission(2)]),
        read=2,
        rows={2: {}, 3: {}},
    ),
    Case(
        "fates in their order",
        BLOCKS.admissions(),
        sheet(
            [
                admission(1),
                admission(1),  # an exact duplicate of line 2
                admission(2, startage="99"),
                admission(2, startage="99"),  # of a line set aside: set aside
                admission(3),
                admission(3, startage="13"),  # shares its key: neither is right
                admission(4),
                admission(" 4 "),  # the same after trimming
                admission(5, startage="5"),
                admission(6, startage="x", epiorder="0"),  # two faults, one line
                admission(7),
                admission(8),
            ]
        ),
        read=12,
        duplicate=2,
        aside=(
            Aside(4, "startage", "out_of_range"),
            Aside(5, "startage", "out_of_range"),
            Aside(6, "epikey", "key_shared"),
            Aside(7, "epikey", "key_shared"),
            Aside(11, "startage", "integer_malformed"),
            Aside(11, "epiorder", "out_of_range", "value"),
        ),
        rows={line: {} for line in (2, 8, 10, 12, 13)},
    ),
    Case(
        "a duplicate of a line whose key is shared is set aside with it",
        BLOCKS.admissions(),
        sheet(
            [
                admission(1),
                admission(1, startage="13"),
                admission(1),
                *(admission(n) for n in range(2, 5)),
            ]
        ),
        read=6,
        aside=tuple(Aside(line, "epikey", "key_shared") for line in (2, 3, 4)),
        rows={5: {}, 6: {}, 7: {}},
    ),
    Case(
        "a difference in a personal column is a difference",
        BLOCKS.admissions(),
        sheet(
            [
                admission(1, patient_name="Zebedee Quill"),
                admission(1, patient_name="Zebedee Quilt"),
                admission(2, patient_name="Zebedee Quilt"),
                admission(3, patient_name="Zebedee Quilt"),
            ]
        ),
        read=4,
        aside=(Aside(2, "epikey", "key_shared"), Aside(3, "epikey", "key_shared")),
        rows={4: {}, 5: {}},
    ),
]

# police


def offences(
    column: str, lake_column: str | None, force: str = "MPS", **other
) -> Column:
    """A column of offences, tried with many values."""
    path, month = BLOCKS.offences(force)
    return Column(
        path, lambda n: offence(month, f"CR{n}"), column, lake_column, **other
    )


COLP_PATH, COLP_MONTH = BLOCKS.offences("COLP")
BLANK_PATH, BLANK_MONTH = BLOCKS.offences("COLP")
PAIR_PATH, PAIR_MONTH = BLOCKS.offences()
OFFENCES = [
    offences(
        "bocu",
        "area_code",
        good=[
            ("KG", "E09000002"),
            ("kg", "E09000002"),
            ("tw", "E09000027"),
            ("Barking and Dagenham", "E09000002"),
            ("barking & dagenham", "E09000002"),
            ("LBBD", "E09000002"),
            ("LB Barnet", "E09000003"),
            ("City of Westminster", "E09000033"),
            # Misprints that the list of aliases knows from print.
            ("Baling", "E09000009"),
            ("Southward", "E09000028"),
            ("ID", "UNALLOCATED"),
            ("Heathrow", "UNALLOCATED"),
            ("heathrow airport", "UNALLOCATED"),
            ("City of London", "UNALLOCATED"),
            ("city", "UNALLOCATED"),
        ],
        bad=[
            *faults("area_ambiguous", "LBH", "lbs"),
            *faults("area_unknown", "ZZ", "#N/A", "Slough", "Barnett", "*"),
            ("", "value_blank"),
        ],
    ).case("police boroughs"),
    Case(
        "the City's police without bocu",
        COLP_PATH,
        sheet(
            [
                {k: v for k, v in offence(COLP_MONTH, n).items() if k != "bocu"}
                for n in range(2)
            ]
        ),
        read=2,
        rows={2: {"area_code": "E09000001"}, 3: {"area_code": "E09000001"}},
    ),
    Case(
        "the City's police with a blank bocu",
        BLANK_PATH,
        sheet([offence(BLANK_MONTH, 1, bocu=""), offence(BLANK_MONTH, 2, bocu="City")]),
        read=2,
        rows={2: {"area_code": "E09000001"}, 3: {"area_code": "E09000001"}},
    ),
    refuse(
        "the Metropolitan Police without bocu",
        BLOCKS.offences()[0],
        sheet([{k: v for k, v in offence("2008-05", 1).items() if k != "bocu"}]),
        "header_missing",
    ),
    offences(
        "victim_no",
        "victim_number",
        good=[("1", 1), ("2", 2), ("11", 11)],
        bad=[
            *faults("out_of_range", "0", "-1"),
            *faults("integer_malformed", "1.5", "A"),
            ("", "value_blank"),
        ],
    ).case("numbers of victims"),
    offences(
        "status",
        "status",
        good=[
            ("recorded", "recorded"),
            ("RECORDED", "recorded"),
            (" Recorded ", "recorded"),
            ("No crime", "no crime"),
            ("NO CRIME", "no crime"),
            ("transferred", "transferred"),
        ],
        bad=[*faults("not_in_list", "Rec", "*", "closed"), ("", "value_blank")],
    ).case("statuses in any case"),
    offences(
        "child_abuse",
        "is_child_abuse",
        good=[("Y", True), ("y", True), ("N", False), (" n ", False)],
        bad=[*faults("not_in_list", "Yes", "1", "*", "-"), ("", "value_blank")],
    ).case("flags"),
    offences(
        "victim_age",
        "victim_age",
        is_required=False,
        good=[("", None), ("0", 0), ("17", 17), ("120", 120)],
        bad=[
            *faults("out_of_range", "121", "-1", "7001"),
            *faults("integer_malformed", "*", "12.5", "unknown", "1O"),
        ],
    ).case("ages of victims"),
    offences(
        "committed_from",
        "committed_from_date",
        is_required=False,
        good=[
            ("", None),
            ("1/9/1975", day("1975-09-01")),
            ("2030-01-01", day("2030-01-01")),
        ],
        bad=faults("date_malformed", "31/02/1975", "1975", "01/09/75"),
    ).case("dates of commission, years earlier"),
    offences(
        "ho_class",
        "offence_class",
        good=[("8G", "8G"), ("4/7", "4/7"), ("19e", "19E"), (" 8g ", "8G")],
        bad=[*faults("code_malformed", "#N/A", "*"), ("", "value_blank")],
    ).case("classes of offence"),
    Case(
        "the pair of reference and victim is the key",
        PAIR_PATH,
        sheet(
            [
                offence(PAIR_MONTH, "A", victim_no="1"),
                offence(PAIR_MONTH, "A", victim_no="2"),
                offence(PAIR_MONTH, "B", victim_no="1"),
                offence(PAIR_MONTH, "B", victim_no="1", knife="Y"),
            ]
        ),
        read=4,
        aside=(
            Aside(4, "crime_ref, victim_no", "key_shared"),
            Aside(5, "crime_ref, victim_no", "key_shared"),
        ),
        rows={2: {"victim_number": 1}, 3: {"victim_number": 2}},
    ),
]

# LADO


def referrals(column: str, lake_column: str | None, **other) -> Column:
    """A column of referrals, tried with many values."""
    return Column(BLOCKS.referrals(), referral, column, lake_column, **other)


REFERRALS = [
    referrals(
        "contact_type",
        "contact_type",
        good=[
            ("Referral", "referral"),
            ("CONSULTATION", "consultation"),
            ("advice", "advice"),
        ],
        bad=[*faults("not_in_list", "Query", "*"), ("", "value_blank")],
    ).case("kinds of contact"),
    referrals(
        "closed_date",
        "closed_date",
        is_required=False,
        good=[
            ("", None),
            ("2008-05-01", day("2008-05-01")),
            ("2010-01-31", day("2010-01-31")),
        ],
        bad=[
            *faults("date_too_early", "30/04/2008", "2007-05-01"),
            *faults("date_malformed", "31/06/2008", "open"),
        ],
    ).case("closing dates"),
    referrals(
        "strategy_meeting_date",
        "strategy_meeting_date",
        is_required=False,
        good=[
            ("", None),
            ("1/5/2008", day("2008-05-01")),
            ("1/9/2008", day("2008-09-01")),
        ],
        bad=faults("date_too_early", "30/4/2008"),
    ).case("dates of strategy meetings"),
    referrals(
        "outcome",
        "outcome",
        is_required=False,
        good=[
            ("", None),
            ("Substantiated", "substantiated"),
            ("MALICIOUS", "malicious"),
        ],
        bad=faults("not_in_list", "false", "*", "=1+1"),
    ).case("outcomes"),
    referrals(
        "allegation_category",
        "allegation_category",
        is_required=False,
        good=[("", None), ("Physical", "physical"), ("conduct", "conduct")],
        bad=faults("not_in_list", "suitability", "@SUM(1)"),
    ).case("categories of allegation"),
    Case(
        "free text of sectors goes to other and is reported",
        BLOCKS.referrals(),
        sheet(
            [
                referral(1, employer_sector="Education"),
                referral(2, employer_sector="a circus, touring"),
                referral(3, employer_sector=""),
                referral(4, employer_sector="=1+1"),
            ]
        ),
        read=4,
        rows={
            2: {"employer_sector": "education"},
            3: {"employer_sector": "other"},
            4: {"employer_sector": None},
            5: {"employer_sector": "other"},
        },
        notices=(("sector_unmapped", "employer_sector"),),
    ),
]

# missing children


def missing(column: str, lake_column: str | None, **other) -> Column:
    """A column of episodes, tried with many values."""
    path, year, month = BLOCKS.missing()
    return Column(
        path, lambda n: episode(year, month, f"E{n}"), column, lake_column, **other
    )


FOUND_PATH, FOUND_YEAR, FOUND_MONTH = BLOCKS.missing()
MISSING = [
    missing(
        "age",
        "age_years",
        good=[("0", 0), ("17", 17)],
        bad=[
            *faults("out_of_range", "18", "-1"),
            *faults("integer_malformed", "*", "15.5"),
            ("", "value_blank"),
        ],
    ).case("ages of missing children"),
    missing(
        "missing_from",
        "missing_from",
        is_required=False,
        good=[("Home", "home"), ("CARE", "care"), ("other", "other"), ("", None)],
        bad=faults("not_in_list", "school", "*"),
    ).case("places missed from"),
    missing(
        "child_ref",
        "child_ref",
        # The lake keys them with a secret of its own; test_link_key says how.
        good=[("=1+1", ANY), ("C'; drop table x", ANY), ("007", ANY)],
        bad=[("", "value_blank")],
    ).case("pseudonyms, whatever they look like"),
    Case(
        "found before reported, found after the period",
        FOUND_PATH,
        sheet(
            [
                episode(
                    FOUND_YEAR,
                    FOUND_MONTH,
                    1,
                    found_date=f"{FOUND_YEAR}-{FOUND_MONTH:02d}-04",
                ),
                episode(
                    FOUND_YEAR,
                    FOUND_MONTH,
                    2,
                    found_date=f"{FOUND_YEAR}-{FOUND_MONTH:02d}-05",
                ),
                episode(
                    FOUND_YEAR, FOUND_MONTH, 3, found_date=f"{FOUND_YEAR + 1}-12-31"
                ),
            ]
        ),
        read=3,
        aside=(Aside(2, "found_date", "date_too_early", "value"),),
        rows={
            2: {"found_date": None, "values_set_aside": "found_date"},
            3: {"found_date": day(f"{FOUND_YEAR}-{FOUND_MONTH:02d}-05")},
            4: {"found_date": day(f"{FOUND_YEAR + 1}-12-31")},
        },
    ),
]

# Tell Us

TELL_US = [
    Case(
        "Tell Us: areas, totals, waves, questions, marks",
        "tellus_survey/tellus_survey__OFSTED__2008__v1.csv",
        sheet(
            [
                answer("2008", "301", "Yes"),  # 2
                answer("2008", "301", "No", weighted_percent="71.2%"),  # 3
                answer("2008", "302", "Yes", weighted_percent="*"),  # 4
                answer("2008", "302", "No", weighted_percent="-"),  # 5
                answer("2008", "420", "Yes"),  # 6 the Isles of Scilly: out of scope
                answer("2008", "London", "Yes"),  # 7 a total
                answer("1999", "England", "Yes", base_unweighted="x"),  # 8
                answer("2007", "303", "Yes"),  # 9 another wave
                answer("2008", "#N/A", "Yes"),  # 10 nowhere
                answer("2008", "3O3", "Yes"),  # 11 nowhere
                answer("2008", "304", "Yes", question_id="bullied"),  # 12
                answer("2008", "305", "Yes", question_id="Bullied_Year"),  # 13
                answer("2008", "306", "Yes", weighted_percent="101"),  # 14
                answer("2008", "306", "No", weighted_percent="<5"),  # 15 a mark
                answer("2008", "307", "Yes", base_unweighted="*"),  # 16 no marks here
                answer("2008", "307", "No", base_unweighted="99.5"),  # 17
                answer("2008", "308", "Yes", base_weighted="c"),  # 18 emptied
                answer("2008", "309", "yes"),  # 19 shares its key with 20
                answer("2008", "309", " YES ", weighted_percent="1"),  # 20
                answer("2008", "310", "Yes", weighted_percent="0"),  # 21
                answer("2008", "311", "Yes", weighted_percent="100"),  # 22
                answer("2008", "312", "Yes", weighted_percent="6.25E-2"),  # 23
                answer("2008", "313", "Yes", weighted_percent=""),  # 24 required
                answer("2008", "314", "Yes"),  # 25
                answer("2008", "314", "Yes"),  # 26 the same again
                answer("2008", "315", "Yes"),  # 27
                answer("2008", "316", "Yes"),  # 28
                answer("2008", "420", "Yes"),  # 29 out of scope
            ]
        ),
        read=28,
        duplicate=1,
        passed_over=4,
        aside=(
            Aside(9, "wave", "wave_mismatch"),
            Aside(10, "la_code", "area_unknown"),
            Aside(11, "la_code", "area_unknown"),
            Aside(12, "question_id", "not_in_list"),
            Aside(14, "weighted_percent", "out_of_range"),
            Aside(15, "weighted_percent", "measure_malformed"),
            Aside(16, "base_unweighted", "integer_malformed"),
            Aside(17, "base_unweighted", "integer_malformed"),
            Aside(18, "base_weighted", "number_malformed", "value"),
            Aside(19, "la_code, question_id, response", "key_shared"),
            Aside(20, "la_code, question_id, response", "key_shared"),
            Aside(24, "weighted_percent", "value_blank"),
        ),
        rows={
            2: {"area_code": "E09000002", "weighted_percent": 28.8, "response": "yes"},
            3: {"weighted_percent": 71.2},
            4: {"weighted_percent": None, "weighted_percent_mark": "*"},
            5: {"weighted_percent": None, "weighted_percent_mark": "-"},
            13: {"question_id": "bullied_year"},
            18: {"base_weighted": None, "values_set_aside": "base_weighted"},
            21: {"weighted_percent": 0.0, "weighted_percent_mark": None},
            22: {"weighted_percent": 100.0},
            23: {"weighted_percent": 0.0625},
            25: {},
            27: {},
            28: {},
        },
        notices=(("dash_sent", "weighted_percent"),),
    ),
    refuse(
        "Tell Us of another wave than its name says",
        "tellus_survey/tellus_survey__OFSTED__2009__v1.csv",
        sheet([answer("2008", "301", "Yes"), answer("2008", "302", "Yes")]),
        "half_set_aside",
    ),
    refuse(
        "Tell Us of a wave that never was",
        "tellus_survey/tellus_survey__OFSTED__2010__v1.csv",
        sheet([answer("2010", "301", "Yes"), answer("2010", "302", "Yes")]),
        "half_set_aside",
        "period_malformed",
        "period_wrong_type",
    ),
]

# returns


def returns(column: str, lake_column: str | None, **other) -> Column:
    """A column of a return, tried with many values."""
    return Column(
        BLOCKS.returns(),
        lambda n: figure("SG01", measure=f"m{n}"),
        column,
        lake_column,
        **other,
    )


NUMBERS = [
    ("1,234", 1234.0),
    ("1,234,567.5", 1234567.5),
    ("45%", 45.0),
    ("45 %", 45.0),
    ("6.2449999999999999E-2", 0.062449999999999999),
    ("1e3", 1000.0),
    ("1E+05", 100000.0),
    (" 12 ", 12.0),
    ("12.50", 12.5),
    ("0", 0.0),
    ("0.0", 0.0),
]
NO_NUMBERS = [
    "1 .4", "1 0", "1O", "1,23", "1,2345", "1,234,56", ",123", "12,", "#N/A", "NaN",
    "inf", "Infinity", "1e400", "(2)", "1-", "12*", "12 (a)", "5\u00b9", "1..2",
    "1.2.3", "12a", "\u00a312", "0x1F", "1_000", "--", "\u0661\u0662", "=1+1", "+1+1",
    "<10", "1/2", "%", "E5", "true",
]  # fmt: skip
MARKS = ["*", "<5", "c", "low", "~", "k", "x", "u", "..", ":", "n/a", "-", "z", "."]

RETURNS = [
    returns(
        "numerator",
        "numerator",
        good=[*NUMBERS, ("", None)],
        bad=[*faults("measure_malformed", *NO_NUMBERS), ("-5", "out_of_range")],
    ).case("numbers in a required column"),
    returns(
        "denominator",
        "denominator",
        is_required=False,
        good=[*NUMBERS, ("", None)],
        bad=[*faults("measure_malformed", *NO_NUMBERS), ("-5", "out_of_range")],
    ).case("numbers in an optional column"),
    *(
        Case(
            f"marks in {column}",
            BLOCKS.returns(),
            sheet(
                [
                    figure("SG01", measure=f"m{n}") | {column: mark}
                    for n, mark in enumerate(MARKS)
                ]
            ),
            read=len(MARKS),
            rows={
                line: {lake: None, f"{lake}_mark": mark}
                for line, mark in enumerate(MARKS, 2)
            },
            notices=(("dash_sent", column),),
        )
        for column, lake in (
            ("numerator", "numerator"),
            ("denominator", "denominator"),
            ("value", "sent_value"),
        )
    ),
    returns(
        "pi_code",
        "indicator_id",
        good=[
            ("SG01", "SG01"),
            ("sg02", "SG02"),
            (" Sg03 ", "SG03"),
            ("SG42A", "SG42a"),
            ("SG41", "SG41"),
        ],
        bad=[
            ("SG43", "indicator_not_defined"),
            *faults("indicator_unknown", "SG99", "SG1", "SG001", "1", "*", "SG42"),
            # No value for a quarter: an academic year, a financial year, a wave.
            *faults("indicator_not_for_period", "SG33", "SG34", "SG28", "SG30"),
            ("", "value_blank"),
        ],
    ).case("indicators of a quarter"),
    Case(
        "definitions in an academic year that ended before 1 September 2008",
        BLOCKS.returns("AY2007-08"),
        sheet(
            [
                figure("SG33", definition="1", measure="a"),
                figure("SG33", definition="2", measure="b"),
                figure("SG33", definition="", measure="c"),
                figure("SG33", definition="3", measure="d"),
                figure("SG33", definition="one", measure="e"),
                figure("SG30", definition="", measure="f"),
                figure("SG30", definition="2", measure="g"),
                figure("SG30", definition="1", measure="h"),
                figure("SG41", measure="i"),
                figure("SG31"),
            ]
        ),
        read=10,
        aside=(
            Aside(5, "definition", "definition_unknown"),
            Aside(6, "definition", "definition_unknown"),
            Aside(8, "definition", "definition_unknown"),
            Aside(10, "pi_code", "indicator_not_for_period"),
        ),
        rows={
            2: {"definition_version": 1},
            3: {"definition_version": 2},
            4: {"definition_version": 1},
            7: {"definition_version": 1},
            9: {"definition_version": 1},
            11: {"indicator_id": "SG31", "measure": None},
        },
    ),
    Case(
        "a blank definition is the one in force at the period's end",
        BLOCKS.returns("AY2008-09"),
        sheet(
            [
                figure("SG33", definition="", numerator="1"),
                figure("SG33", definition="1", numerator="2"),
                figure("SG30", definition="", numerator="3"),
                figure("SG30", definition="1", numerator="4"),
            ]
        ),
        read=4,
        aside=(
            Aside(4, "pi_code, definition, measure", "key_shared"),
            Aside(5, "pi_code, definition, measure", "key_shared"),
        ),
        rows={2: {"definition_version": 2}, 3: {"definition_version": 1}},
    ),
    Case(
        "several measures of one indicator; their case is no difference",
        BLOCKS.returns("2008-09"),
        sheet(
            [
                figure("SG34", measure="bedroom standard"),
                figure("SG34", measure="statutory"),
                figure("SG34", measure="Persons per room"),
                figure("SG34", measure="persons  per room", numerator="9"),
                figure("SG34", measure=""),
                figure("SG41", measure="a quarter's indicator"),
                figure("SG36"),
            ]
        ),
        read=7,
        aside=(
            Aside(4, "pi_code, definition, measure", "key_shared"),
            Aside(5, "pi_code, definition, measure", "key_shared"),
            Aside(7, "pi_code", "indicator_not_for_period"),
        ),
        rows={
            2: {"measure": "bedroom standard"},
            3: {"measure": "statutory"},
            6: {"measure": None},
            8: {"indicator_id": "SG36"},
        },
    ),
    Case(
        "cells that programs would run, in columns that are kept",
        BLOCKS.returns(),
        sheet(
            [
                figure("SG01", measure="=1+1", note="=1+1"),
                figure("SG02", measure="@SUM(A1)", note="-2+3"),
                figure("SG03", measure="'; drop table files; --", note="{{ 1 }}"),
                figure("SG04", measure="{{ env_var('HOME') }}", note="%s %d {x}"),
                figure("SG05", measure="../../../etc/passwd", note="\u202e"),
            ]
        ),
        read=5,
        rows={
            2: {"measure": "=1+1"},
            3: {"measure": "@sum(a1)"},
            4: {"measure": "'; drop table files; --"},
            5: {"measure": "{{ env_var('home') }}"},
            6: {"measure": "../../../etc/passwd"},
        },
    ),
    Case(
        "a per cent of 0.0 shown while its count is suppressed (Tower Hamlets 2007)",
        BLOCKS.returns(),
        sheet([figure("SG02", numerator="*", denominator="*", value="0.0")]),
        read=1,
        rows={
            2: {
                "numerator": None,
                "numerator_mark": "*",
                "denominator_mark": "*",
                "sent_value": 0.0,
            }
        },
    ),
    Case(
        "a misprinted figure that is a number cannot be told from one",
        BLOCKS.returns(),
        sheet([figure("SG01", numerator="5476"), *figures(2)]),
        read=3,
        rows={2: {"numerator": 5476.0}, 3: {}, 4: {}},
    ),
]

# population

POPULATION = [
    Column(
        BLOCKS.population(),
        lambda n: persons("E09000002", str(n)),
        "persons",
        "persons",
        good=[("12,345", 12345), ("0", 0), (" 7 ", 7), ("1e3", 1000)],
        bad=[
            *faults("integer_malformed", "1.5", "*", "c", "1O", "#N/A", "1,23"),
            ("-1", "out_of_range"),
            ("", "value_blank"),
        ],
    ).case("persons: no marks"),
    Case(
        "one year of age in two spellings is one key",
        BLOCKS.population(),
        sheet(
            [
                persons("E09000002", "7", persons="1000"),
                persons("E09000002", "07", persons="500"),
                persons("E09000003", "008", persons="900"),
                persons("E09000003", "0", persons="800"),
            ]
        ),
        read=4,
        aside=tuple(Aside(n, "gss_code, age_band", "key_shared") for n in (2, 3)),
        rows={4: {"age_band": "8"}, 5: {"age_band": "0"}},
    ),
    Case(
        "areas of the estimates",
        BLOCKS.population(),
        sheet(
            [
                persons("E09000002", "0-17"),
                persons("e09000003", "All"),
                persons("E09000001", "7"),
                persons("E06000001", "0-17"),  # 5 elsewhere
                persons("E12000007", "0-17"),  # 6 London
                persons("E13000001", "0-17"),  # 7 Inner
                persons("England", "0-17"),  # 8
                persons("total", "nonsense"),  # 9 out of scope before its fault
                persons("W06000001", "0-17"),  # 10
                persons("#N/A", "0-17"),  # 11
                persons("E0900002", "0-17"),  # 12 a digit lost
                persons("E09000099", "0-17"),  # 13 no borough has it
                persons("Barnet", "0-17"),  # 14 no code
                persons("", "0-17"),  # 15
                persons("E09000004", "0-4"),  # 16
                persons("E09000004", "0-18"),  # 17
            ]
        ),
        read=16,
        passed_over=6,
        aside=(
            Aside(11, "gss_code", "area_unknown"),
            Aside(12, "gss_code", "area_unknown"),
            Aside(13, "gss_code", "area_unknown"),
            Aside(14, "gss_code", "area_unknown"),
            Aside(15, "gss_code", "value_blank"),
            Aside(16, "age_band", "code_malformed"),
            Aside(17, "age_band", "code_malformed"),
        ),
        rows={
            2: {"area_code": "E09000002", "age_band": "0-17"},
            3: {"area_code": "E09000003", "age_band": "all"},
            4: {"age_band": "7"},
        },
    ),
    Case(
        "an authority's row with another's values (Haringey 2003)",
        BLOCKS.population(),
        sheet(
            [
                persons("E09000014", "0-17", persons="55555"),
                persons("E09000014", "0-17", persons="44444"),
                persons("E09000015", "0-17"),
                persons("E09000016", "0-17"),
            ]
        ),
        read=4,
        aside=(
            Aside(2, "gss_code, age_band", "key_shared"),
            Aside(3, "gss_code, age_band", "key_shared"),
        ),
        rows={4: {}, 5: {}},
    ),
]

# crime

CRIME_2008 = "Borough,Major Category,Minor Category"
CRIME_2010 = "LookUp_BoroughName,MajorText,MinorText"


def crime(name: str, header: str, *lines: str, **expected) -> Case:
    """A table of recorded crime."""
    text = "\n".join([header, *lines, ""])
    return Case(name, BLOCKS.crime(), text.encode(), read=len(lines), **expected)


CRIME = [
    crime(
        "crime of 2008: totals, Heathrow, blanks, commas",
        f"{CRIME_2008},200707,200708",
        'Barnet,Theft,Other,"1,234",0',
        "Heathrow,Theft,Other,5,6",
        "Met Total,Theft,Other,#N/A,x",
        "London,Theft,Other,9,9",
        "Total,Theft,Other,9,9",
        "Barnet,Theft,Cycle,,7",
        "Barnet,Theft,Shop,n/a,8",
        "Barnet,Theft,Person,1O,8",
        "Barnet,,Person,1,8",
        "Nowhere,Theft,Person,1,8",
        "#N/A,Theft,Person,1,8",
        "LBH,Theft,Person,1,8",
        "Camden,Theft,Other,1,2",
        "Camden,Theft,Other,1,2",
        "City of London,Theft,Other,3,4",
        "Hackney,Theft,Other,1,2",
        passed_over=3,
        duplicate=1,
        aside=(
            Aside(9, "200707", "measure_malformed", "value"),
            Aside(10, "Major Category", "value_blank"),
            Aside(11, "Borough", "area_unknown"),
            Aside(12, "Borough", "area_unknown"),
            Aside(13, "Borough", "area_ambiguous"),
        ),
    ),
    crime(
        "crime: totals of categories, and one category in two spellings",
        f"{CRIME_2008},200708",
        "Bromley,Violence,Murder,30",
        "Bromley,Violence,TOTAL,31",
        "Camden,All  offences,Total,32",
        "Barnet,Violence,Murder,10",
        "barnet,violence,MURDER,11",
        rows={2: {"offences": 30.0, "minor_category": "Murder"}},
        passed_over=2,
        aside=tuple(
            Aside(n, "Borough, Major Category, Minor Category", "key_shared")
            for n in (5, 6)
        ),
    ),
    crime(
        "crime of 2010",
        f"{CRIME_2010},201004",
        "Barnet,Theft,Other,4",
        "Westminster,Theft,Other,5",
        rows={
            2: {"classification": "2010", "offences": 4.0},
            3: {"classification": "2010", "area_code": "E09000033"},
        },
    ),
    crime(
        "crime: one month, August 2007, and columns that are none",
        f"{CRIME_2008},200708,200713,Apr-08,2008-04-01,2007,Note",
        "Barnet,Theft,Other,4,5,6,7,8,x",
        rows={2: {"classification": "2008", "month_start_date": day("2007-08-01")}},
        notices=(
            ("month_unread", "200713"),
            ("month_unread", "Apr-08"),
            ("month_unread", "2008-04-01"),
            ("column_extra", "2007"),
            ("column_extra", "Note"),
        ),
    ),
    refuse(
        "crime without a month",
        BLOCKS.crime(),
        f"{CRIME_2008},Note\nBarnet,Theft,Other,x\n".encode(),
        "month_missing",
        "header_missing",
    ),
    refuse(
        "crime with a month twice",
        BLOCKS.crime(),
        f"{CRIME_2008},200708,200708\nBarnet,Theft,Other,1,2\n".encode(),
        "column_twice",
    ),
    refuse(
        "crime with names of both vintages",
        BLOCKS.crime(),
        b"Borough,MajorText,MinorText,200708\nBarnet,Theft,Other,1\n",
        "classification_mixed",
        "header_missing",
    ),
    refuse(
        "crime with both names of one column",
        BLOCKS.crime(),
        f"{CRIME_2008},MinorText,200708\nBarnet,Theft,Other,x,1\n".encode(),
        "classification_mixed",
        "column_twice",
    ),
]

# statistics

STATISTICS = [
    Case(
        "statistics: levels, marks, codes, filters",
        BLOCKS.statistics(),
        sheet(
            [
                statistic("E09000002", category="All", referrals="1,234"),  # 2
                statistic("E09000002", category="Boys", referrals="c"),  # 3
                statistic("E09000003", category="All", referrals="low"),  # 4
                statistic("e09000004", category="All", referrals="0"),  # 5
                statistic("E09000005", category="All", referrals=""),  # 6
                statistic("E06000001", category="All"),  # 7 elsewhere
                statistic("", geographic_level="National", category="All"),  # 8
                statistic("x", geographic_level="Regional", category="All"),  # 9
                statistic("E0900006", category="All"),  # 10 a digit lost
                statistic("#N/A", category="All"),  # 11
                statistic("E09000007", geographic_level="Local authoritee"),  # 12
                statistic("E09000008", geographic_level="LOCAL AUTHORITY"),  # 13
                statistic("E09000009", category="All", referrals="1O"),  # 14
                statistic("E09000010", category="All", referrals="5"),  # 15
                statistic("E09000010", category="All", referrals="6"),  # 16
                statistic("E09000011", category="All", time_period="2025/26"),  # 17
                statistic("E09000012", category="All", time_period="202425"),  # 18
                statistic("E09000013", category="All"),  # 19
                statistic("E09000013", category="All"),  # 20
                statistic("E09000014", category="All", time_identifier=""),  # 21
                # A footnote digit read as value, and a literal year 0.
                statistic("E09000015", category="All", time_period="19991-2000"),
                statistic("E09000016", category="All", time_period="0"),
                statistic("E09000017", category="All"),  # 24
            ]
        ),
        read=23,
        duplicate=1,
        passed_over=3,
        aside=(
            Aside(10, "new_la_code", "area_unknown"),
            Aside(11, "new_la_code", "area_unknown"),
            Aside(12, "geographic_level", "not_in_list"),
            Aside(14, "referrals", "measure_malformed", "value"),
            Aside(15, "time_period, time_identifier, new_la_code", "key_shared"),
            Aside(16, "time_period, time_identifier, new_la_code", "key_shared"),
            Aside(17, "time_period", "code_malformed"),
            Aside(21, "time_identifier", "value_blank"),
            Aside(22, "time_period", "code_malformed"),
            Aside(23, "time_period", "code_malformed"),
        ),
        rows={
            2: {
                "statistic": "referrals",
                "statistic_value": 1234.0,
                "filters": "category=All",
            },
            3: {
                "statistic_value": None,
                "statistic_value_mark": "c",
                "filters": "category=Boys",
            },
            4: {"statistic_value": None, "statistic_value_mark": "low"},
            5: {"statistic_value": 0.0, "area_code": "E09000004"},
            6: {"statistic_value": None, "statistic_value_mark": None},
            13: {"area_code": "E09000008"},
            14: {"statistic_value": None, "values_set_aside": "referrals"},
            18: {"time_period": "202425"},
            19: {},
            24: {},
        },
    ),
    refuse(
        "statistics without the code of the authority",
        BLOCKS.statistics(),
        b"time_period,time_identifier,geographic_level,referrals\n"
        b"2025,Reporting year,National,5\n",
        "header_missing",
    ),
    Case(
        "statistics: a change may be below nought, a count that is used may not",
        BLOCKS.statistics(),
        sheet(
            [
                statistic("E09000002", referral_count="-50", referrals_change="-3.5"),
                statistic("E09000003", referral_count="50", referrals_change="4"),
            ]
        ),
        read=2,
        aside=(Aside(2, "referral_count", "out_of_range", "value"),),
    ),
    Case(
        "statistics: one cell in other letters and blanks is one key",
        BLOCKS.statistics(),
        sheet(
            [
                statistic("E09000002", category="All"),
                statistic("E09000002", category="ALL", referrals="11"),
                statistic("E09000003", time_identifier="reporting  Year"),
                statistic("E09000003", time_identifier="Reporting year", category=" "),
                statistic("E09000004", time_identifier="reporting  Year"),
                *(statistic(f"E0900000{n}", category="All") for n in (5, 6, 7)),
            ]
        ),
        read=8,
        aside=tuple(
            Aside(n, "time_period, time_identifier, new_la_code", "key_shared")
            for n in (2, 3, 4, 5)
        ),
        rows={6: {"time_identifier": "reporting Year"}} | {n: {} for n in (7, 8, 9)},
    ),
    Case(
        "statistics of other levels alone",
        BLOCKS.statistics(),
        sheet([statistic("", geographic_level="National")]),
        read=1,
        passed_over=1,
        rows={},
    ),
]

CASES = [
    *ADMISSIONS,
    *OFFENCES,
    *REFERRALS,
    *MISSING,
    *TELL_US,
    *RETURNS,
    *POPULATION,
    *CRIME,
    *STATISTICS,
]
