"""Texts as they come on other days: marks that do not show, quotes, commas, headers."""

import pytest
from landing_help import LADO, LADO_HEADER, Lander, adds_up, lado_row, lado_text

OFFENCES = "police_offences__MPS__M2008-05__v1.csv"
OFFENCE_HEADER = (
    "crime_ref,victim_no,recorded_date,bocu,ho_class,child_abuse,knife,drug,status"
)
RETURN = "lscb_return__LBBD__2008-09Q1__v1.csv"
BLANKS = "\x0b\x0c\x1c\x1f\x85\xa0\u1680\u2003\u2009\u2028\u202f\u205f\u2800\u3000"
NOTHINGS = (
    "\xad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066"
    "\u2069\ufe0f\ufeff\U000e0001"
)


def offence(key: str, bocu: str = "KG", status: str = "Recorded") -> str:
    return f"{key},1,2008-05-01,{bocu},8G,N,Y,N,{status}"


def figures(lander: Lander) -> list[tuple[object, ...]]:
    return [
        (r["indicator_id"], r["numerator"], r["denominator"], r["sent_value"])
        for r in lander.records("lscb_return")
        if r["record_state"] == "accepted"
    ]


# marks that do not show


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_every_blank_is_a_blank(lander: Lander, blank: str) -> None:
    header = OFFENCE_HEADER.replace("_", blank)
    rows = [
        offence("A", f"Tower{blank}Hamlets", f"No{blank}{blank}crime"),
        offence(f"{blank}B{blank}", f"{blank}KG", f"Recorded{blank}"),
    ]
    entry = lander.one(OFFENCES, "\n".join([header, *rows, ""]))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 2)
    assert [
        (r["crime_ref"], r["area_code"], r["status"])
        for r in lander.records("police_offences")
    ] == [("A", "E09000030", "no crime"), ("B", "E09000002", "recorded")]


@pytest.mark.parametrize("nothing", NOTHINGS, ids=ascii)
def test_what_has_no_width_is_nothing(lander: Lander, nothing: str) -> None:
    header = OFFENCE_HEADER.replace("r", f"r{nothing}")
    rows = [
        offence(f"{nothing}A", f"Tower {nothing}Hamlets", f"No{nothing} crime"),
        # A quoted key is quoted, whatever stands before its quote.
        f'{nothing}"B, {nothing}C",1{nothing},{nothing}2008-05-01,K{nothing}G,8G,N,Y,N,'
        f"Re{nothing}corded",
    ]
    entry = lander.one(OFFENCES, "\n".join([header, *rows, ""]))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 2)
    assert [
        (r["crime_ref"], r["area_code"], r["status"])
        for r in lander.records("police_offences")
    ] == [("A", "E09000030", "no crime"), ("B, C", "E09000002", "recorded")]


def test_months_and_statistics_may_hold_marks_that_do_not_show(lander: Lander) -> None:
    crime = (
        "Borough,Major Category,Minor Category,2008\xad04,\ufeff200805\xa0\n"
        "Tower\xa0Hamlets,Theft,Other,1\u200b2,\xa05\n"
    )
    assert lander.one("mps_borough_crime__GLA__2008__v1.csv", crime).rows_accepted == 1
    assert [
        (r["area_code"], r["month_start_date"].isoformat(), r["offences"])
        for r in lander.records("mps_borough_crime")
    ] == [("E09000030", "2008-04-01", 12.0), ("E09000030", "2008-05-01", 5.0)]


def test_a_name_may_hold_marks_that_do_not_show(lander: Lander) -> None:
    name = "lado_referrals__Tower\xa0\u200bHamlets__2008-09Q1__v1.csv"
    assert lander.one(name, lado_text(lado_row("1"))).area_code == "E09000030"


# quotes


def test_a_blank_before_a_quote_is_no_part_of_the_field(lander: Lander) -> None:
    rows = ['SG01, 5, 50, "see a, b"', 'SG02,  6,"60", "c"', "SG03, 7, 70, d"]
    text = "\n".join(["pi_code, numerator, denominator, note", *rows, ""])
    entry = lander.one(RETURN, text)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 3)
    assert [row[1:3] for row in figures(lander)] == [(5, 50), (6, 60), (7, 70)]


@pytest.mark.parametrize("apart", [1, 2, 40])
@pytest.mark.parametrize(("opens", "closes"), [(3, 3), (0, 0), (3, 5), (10, 10)])
def test_quotes_never_swallow_records_unsaid(
    lander: Lander, apart: int, opens: int, closes: int
) -> None:
    rows = [lado_row(str(n), staff_name="A", outcome="malicious") for n in range(60)]

    def stray(line: int, place: int, before: bool) -> None:
        fields = rows[line].split(",")
        fields[place] = f'"{fields[place]}' if before else f'{fields[place]}"'
        rows[line] = ",".join(fields)

    stray(9, opens, before=True)
    stray(9 + apart, closes, before=False)
    entry = lander.lado(*rows)
    assert entry.refusal_code == "quotes_swallow"
    assert f"line 11 closes in line {11 + apart}" in str(entry.refusal_reason)


def test_quoted_texts_of_many_lines_and_commas_are_no_swallowed_records(
    lander: Lander,
) -> None:
    rows = [
        'SG01,5,50,"see a\nthen b, c, d, e"',
        'SG02,6,60,"SG\n1, 2\n3, 4, 5\nand, so, on, SG03"',
        # A line that begins like a record, and ends before all of its fields are there.
        'SG04,8,80,"see\nSG05,9\nSG06,9,90\nfor more"',
        "SG03,7,70,x",
    ]
    text = "\n".join(["pi_code,numerator,denominator,note", *rows, ""])
    entry = lander.one(RETURN, text)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 4)


@pytest.mark.parametrize("place", range(11))
def test_a_text_of_many_lines_in_any_column_is_no_swallowed_record(
    lander: Lander, place: int
) -> None:
    """The rest of its record stands behind its last line, and looks like one."""
    names = LADO_HEADER.split(",")
    names.remove("outcome")
    names.insert(place, "note")
    sent = dict(zip(LADO_HEADER.split(","), lado_row("1").split(","), strict=True))
    rows = [
        ",".join(
            (sent | {"referral_id": key, "note": '"two\nor, three\nlines"'})[n]
            for n in names
        )
        for key in ("1", "2")
    ]
    entry = lander.one(LADO, "\n".join([",".join(names), *rows, ""]))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 2)


@pytest.mark.parametrize("size", [1_048_000, 1_500_000, 1_990_000])
def test_a_quoted_field_may_be_large(lander: Lander, size: int) -> None:
    text = ("x" * 78 + '""' + "\n") * (size // 81)
    entry = lander.lado(lado_row("1", staff_name=f'"{text}"'), lado_row("2"))
    assert (entry.refusal_code, entry.lines_read) == (None, 2)
    one_line = lado_row("1", staff_name=f'"{"x" * size}"')
    assert lander.lado(one_line, lado_row("2")).rows_accepted == 2


# headers


@pytest.mark.parametrize(
    ("end", "values", "is_extra"),
    [
        (",", [",y", ",", ""], True),
        (",", [",", "", ","], False),
        (",,, ,", [",,,z,", ",,,,", ",", ""], True),
        ("," * 16_000, ["," * 16_000, "", ","], False),
    ],
)
def test_a_header_may_end_in_columns_without_a_name(
    lander: Lander, end: str, values: list[str], is_extra: bool
) -> None:
    rows = [lado_row(str(n)) + value for n, value in enumerate(values)]
    entry = lander.one(LADO, "\n".join([LADO_HEADER + end, *rows, ""]))
    assert (entry.refusal_code, entry.rows_accepted) == (None, len(values))
    extra = {("(without a name)", "column_extra", 1)}
    assert lander.notices() == (extra if is_extra else set())


def test_records_that_differ_in_an_unnamed_column_are_no_duplicates(
    lander: Lander,
) -> None:
    rows = [lado_row("1") + ",x", lado_row("1") + ",y", lado_row("2"), lado_row("3")]
    entry = lander.one(LADO, "\n".join([LADO_HEADER + ",", *rows, ""]))
    assert (entry.rows_duplicate, entry.rows_set_aside) == (0, 2)
    assert adds_up(entry)


def moved(header: str, one: str, other: str) -> str:
    """A header in which two columns have changed places."""
    names = header.split(",")
    first, second = names.index(one), names.index(other)
    names[first], names[second] = other, one
    return ",".join(names)


@pytest.mark.parametrize(
    "again",
    [
        moved(LADO_HEADER, "strategy_meeting_date", "closed_date"),
        moved(LADO_HEADER, "referral_id", "outcome").upper(),
        LADO_HEADER.replace("closed_date", "end_date"),
        LADO_HEADER.replace("strategy_meeting_date", "closed_date", 1),
    ],
)
def test_another_header_among_the_records_is_refused(
    lander: Lander, again: str
) -> None:
    entry = lander.lado(lado_row("1"), lado_row("2"), again, lado_row("3"))
    assert entry.refusal_code == "header_changed"
    assert "Line 4 " in str(entry.refusal_reason)
    assert lander.records("lado_referrals") == []


def test_other_months_among_the_records_are_refused(lander: Lander) -> None:
    text = (
        "Borough,Major Category,Minor Category,200804,200805\n"
        "Barnet,Theft,Other,1,2\n"
        "Borough,Major Category,Minor Category,200904,200905\n"
        "Barnet,Theft,Cycle,3,4\n"
    )
    entry = lander.one("mps_borough_crime__GLA__2008__v1.csv", text)
    assert entry.refusal_code == "header_changed"


# numbers


def test_decimal_commas_are_read_where_the_file_shows_that_they_are(
    lander: Lander,
) -> None:
    rows = ["SG01;12,5;1.234;0,125", "SG02;24;1.234,5;1,234", "SG03;1e2;100;0,7 %"]
    text = "\n".join(["pi_code;numerator;denominator;value", *rows, ""])
    assert lander.one(RETURN, text).rows_accepted == 3
    assert figures(lander) == [
        ("SG01", 12.5, 1234.0, 0.125),
        ("SG02", 24.0, 1234.5, 1.234),
        ("SG03", 100.0, 100.0, 0.7),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_a_number_that_can_be_read_in_two_ways_is_read_in_none(
    lander: Lander, delimiter: str
) -> None:
    rows = [["SG01", "1,234", "5"], ["SG02", "12,5", "5"], ["SG03", "3", "4"]]
    rows += [["SG04", "5", "6"], ["SG05", "7", "8"]]
    if delimiter == ";":
        rows.append(["SG08", "1", "2.5"])
    lines = [["pi_code", "numerator", "denominator"], *rows]
    text = "\n".join(
        delimiter.join(f'"{field}"' for field in line) for line in [*lines, [""]]
    )
    assert lander.one(RETURN, text).refusal_code is None
    assert lander.set_aside() == {
        (2, "numerator", "record", "number_ambiguous"),
        (3, "numerator", "record", "measure_malformed"),
    }


def test_a_slip_of_the_pen_is_no_notation(lander: Lander) -> None:
    rows = [f'E09000{n:03d},all,"{n},234"' for n in range(1, 31)]
    rows.append('E09000031,all,"12,34"')
    text = "\n".join(["gss_code,age_band,persons", *rows, ""])
    entry = lander.one("population__ONS__2008__v1.csv", text)
    assert (entry.rows_accepted, entry.rows_set_aside) == (30, 1)


@pytest.mark.parametrize("number", ["0,125", "012,345", "1e-400", "1e400", "00,000"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_no_number_is_read_as_another(
    lander: Lander, delimiter: str, number: str
) -> None:
    rows = [["SG01", number], ["SG02", "1.5"], ["SG03", "2"]]
    lines = [["pi_code", "numerator"], *rows]
    text = "\n".join(delimiter.join(line) for line in [*lines, [""]])
    assert lander.one(RETURN, text).rows_set_aside == 1
    assert {line for line, *_ in lander.set_aside()} == {2}


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("1e10", "out_of_range"),
        ("1.79e308", "out_of_range"),
        ("5.55E-17", "measure_malformed"),
        ("5e-324", "measure_malformed"),
    ],
)
def test_a_number_that_no_count_can_be_is_a_fault_of_its_cell(
    lander: Lander, number: str, reason: str
) -> None:
    text = f"pi_code,numerator,denominator\nSG02,{number},7\nSG03,1,7\n"
    entry = lander.one(RETURN, text)
    assert (entry.rows_accepted, entry.rows_set_aside) == (1, 1)
    assert lander.set_aside() == {(2, "numerator", "record", reason)}


def test_no_month_holds_more_offences_than_can_be(lander: Lander) -> None:
    text = (
        "Borough,Major Category,Minor Category,200804,200805\n"
        "Barnet,Theft,Other,1e308,2\nBarnet,Theft,Cycle,3,5e-324\n"
    )
    lander.one("mps_borough_crime__GLA__2008__v1.csv", text)
    figures = [r["offences"] for r in lander.records("mps_borough_crime")]
    assert sorted(each for each in figures if each is not None) == [2.0, 3.0]


def test_months_with_decimal_commas_are_read_by_the_notation_of_the_file(
    lander: Lander,
) -> None:
    text = (
        "Borough;Major Category;Minor Category;200804;200805\n"
        "Barnet;Theft;Other;1.234;2,0\nBarnet;Theft;Cycle;3;4\n"
    )
    lander.one("mps_borough_crime__GLA__2008__v1.csv", text)
    figures = [r["offences"] for r in lander.records("mps_borough_crime")]
    assert sorted(figures) == [2.0, 3.0, 4.0, 1234.0]


@pytest.mark.parametrize(
    ("header", "places"),
    [
        ("BOCU,Group,SubGroup", ["Barnet", "Barnet"]),
        ("Borough,BOCU,Major Category,Minor Category", ["Barnet,SX", "Barnet,SX"]),
    ],
)
def test_a_column_is_read_under_another_name_where_its_own_is_not_there(
    lander: Lander, header: str, places: list[str]
) -> None:
    """The police's own words for what the published file calls otherwise."""
    rows = [f"{place},Theft,Other,{number}" for number, place in enumerate(places, 1)]
    rows[1] = rows[1].replace("Other", "Bicycles")
    text = "\n".join([f"{header},200804", *rows, ""])
    entry = lander.one("mps_borough_crime__GLA__2008__v1.csv", text)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 2)
    assert {
        (r["area_code"], r["major_category"], r["minor_category"], r["offences"])
        for r in lander.records("mps_borough_crime")
    } == {("E09000003", "Theft", "Other", 1.0), ("E09000003", "Theft", "Bicycles", 2.0)}
