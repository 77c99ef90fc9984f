"""Encodings, delimiters, line ends, quotes; and what cannot be read is refused."""

import gzip

import pytest
from landing_help import LADO, LADO_HEADER, Lander, adds_up, lado_row, lado_text

from lscb.landing.text_files import LINE_LIMIT

CURLY = lado_row("1", employer_sector="school\u2019s")


def with_delimiter(text: str, delimiter: str) -> str:
    return text.replace(",", delimiter)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_found(lander: Lander, encoding: str) -> None:
    entry = lander.one(LADO, lado_text(CURLY).encode(encoding))
    assert (entry.refusal_code, entry.rows_accepted) == (None, 1)
    assert lander.notices() == {("employer_sector", "sector_unmapped", 1)}


def test_utf16_big_endian_with_a_mark_is_read(lander: Lander) -> None:
    content = b"\xfe\xff" + lado_text(CURLY).encode("utf-16-be")
    assert lander.one(LADO, content).rows_accepted == 1


def test_a_mark_of_utf8_before_windows_1252_is_remarked(lander: Lander) -> None:
    content = b"\xef\xbb\xbf" + lado_text(CURLY).encode("cp1252")
    assert lander.one(LADO, content).rows_accepted == 1
    assert (None, "text_mixed", 1) in lander.notices()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiters_and_line_ends(
    lander: Lander, delimiter: str, line_end: str
) -> None:
    text = with_delimiter(lado_text(lado_row("1"), lado_row("2")), delimiter)
    entry = lander.one(LADO, text.replace("\n", line_end))
    assert (entry.lines_read, entry.rows_accepted) == (2, 2)


def test_quoted_fields_hold_delimiters_quotes_and_line_breaks(lander: Lander) -> None:
    row = lado_row("1", staff_name='"A, ""B""\nC\r\nD"')
    entry = lander.lado(row, lado_row("2"))
    assert entry.rows_accepted == 2
    lines = [record["line_number"] for record in lander.records("lado_referrals")]
    assert lines == [2, 5]


def test_a_quoted_lone_carriage_return_is_content(lander: Lander) -> None:
    assert lander.lado(lado_row("1", staff_name='"A\rB"')).rows_accepted == 1


def test_titles_above_the_header_and_blank_lines_are_no_records(
    lander: Lander,
) -> None:
    text = f"Return of the LADO\n\n;;;\n{lado_text(lado_row('1'))},,,\n\n   \n"
    entry = lander.one(LADO, text)
    assert (entry.lines_read, entry.rows_accepted) == (1, 1)
    assert lander.records("lado_referrals")[0]["line_number"] == 5


@pytest.mark.parametrize("above", [0, 1, 3])
def test_records_above_the_header_are_set_aside(lander: Lander, above: int) -> None:
    """A table that was sorted took its header along."""
    rows = [lado_row(f"k{n}", f"2008-05-0{n + 1}") for n in range(8)]
    lines = ["LADO,,,,,,,,,,", *rows[:above], LADO_HEADER, *rows[above:], ""]
    entry = lander.one(LADO, "\n".join(lines))
    assert (entry.refusal_code, entry.lines_read) == (None, 8)
    assert (entry.rows_accepted, entry.rows_set_aside) == (8 - above, above)
    assert lander.set_aside() == {
        (line, None, "record", "above_header") for line in range(2, 2 + above)
    }


def test_a_header_below_all_records_is_no_nil_return(lander: Lander) -> None:
    text = "\n".join([lado_row("1"), lado_row("2"), LADO_HEADER, ""])
    assert lander.one(LADO, text).refusal_code == "half_set_aside"


def test_a_second_heading_is_no_record(lander: Lander) -> None:
    heading = (
        "Reference,Date of referral,Kind,Staff,Child,Born,Sector,What,Met,Shut,End"
    )
    entry = lander.one(LADO, f"{heading}\n{lado_text(lado_row('1'))}")
    assert (entry.lines_read, entry.rows_accepted) == (1, 1)


@pytest.mark.parametrize(
    ("above", "set_aside"), [("Borough,Group,Kind,May,June", 0), ("Barnet,A,B,4,5", 1)]
)
def test_figures_tell_a_heading_from_a_row(
    lander: Lander, above: str, set_aside: int
) -> None:
    """Where no column shows of what kind it is, its figures do."""
    header = "Borough,Major Category,Minor Category,200805,200806"
    rows = ["Camden,Drugs,Drug Trafficking,1,2", "Brent,Drugs,Drug Trafficking,3,4"]
    name = "mps_borough_crime__GLA__any__v1.csv"
    entry = lander.one(name, "\n".join([above, header, *rows, ""]))
    assert (entry.rows_accepted, entry.rows_set_aside) == (2, set_aside)


@pytest.mark.parametrize(
    ("minor", "is_total"),
    [
        ("Total Theft", True), ("THEFT TOTAL", True), ("Sub-total Theft", True),
        ("Theft", False), ("Totally Other", False),
    ],
)  # fmt: skip
def test_a_subtotal_of_a_category_is_a_total(
    lander: Lander, minor: str, is_total: bool
) -> None:
    header = "Borough,Major Category,Minor Category,200805"
    row = f"Camden,Theft,{minor},12"
    entry = lander.one("mps_borough_crime__GLA__any__v1.csv", f"{header}\n{row}\n")
    assert entry.rows_passed_over == is_total
    assert entry.rows_accepted == (not is_total)


@pytest.mark.parametrize("sent", ["12.5", "1247.234", "0.5", "50%"])
def test_a_count_of_crimes_is_whole(lander: Lander, sent: str) -> None:
    header = "Borough,Major Category,Minor Category,200805,200806"
    row = f"Camden,Theft,Theft,{sent},12.0"
    lander.one("mps_borough_crime__GLA__any__v1.csv", f"{header}\n{row}\n")
    assert lander.set_aside() == {(2, "200805", "value", "integer_malformed")}
    figures = {
        r["month_start_date"].month: r["offences"]
        for r in lander.records("mps_borough_crime")
    }
    assert figures == {5: None, 6: 12.0}


@pytest.mark.parametrize(("titles", "code"), [(19, None), (20, "header_missing")])
def test_the_header_stands_in_the_first_twenty_rows(
    lander: Lander, titles: int, code: str | None
) -> None:
    text = "title\n" * titles + lado_text(lado_row("1"))
    assert lander.one(LADO, text).refusal_code == code


def test_columns_come_in_any_order_case_and_spacing(lander: Lander) -> None:
    text = (
        " Contact_Type , REFERRAL_DATE,note,referral_id\n Referral , 1/5/2008 ,x, 7 \n"
    )
    entry = lander.one(LADO, text)
    assert entry.rows_accepted == 1
    assert lander.records("lado_referrals")[0]["referral_id"] == "7"
    assert lander.notices() == {("note", "column_extra", 1)}


REFUSED = {
    "empty_file": b"",
    "nul_bytes": lado_text(lado_row("1")).encode() + b"\0",
    "utf16_without_mark": lado_text(lado_row("1")).encode("utf-16-le"),
    "text_undecodable": lado_text(CURLY).encode("cp1252") + b"\x81",
    "lone_carriage_return": lado_text(lado_row("1")).replace("\n", "\r").encode(),
    "quote_not_closed": lado_text(lado_row("1"), '"2,x').encode(),
    "line_too_long": lado_text(lado_row("1", staff_name="x" * LINE_LIMIT)).encode(),
    "column_twice": lado_text(lado_row("1")).replace("outcome", "Referral_ID").encode(),
    "header_missing": lado_text(lado_row("1"))
    .replace("contact_type", "contact")
    .encode(),
}


@pytest.mark.parametrize(("code", "content"), REFUSED.items())
def test_what_cannot_be_read_is_refused_and_claims_nothing(
    lander: Lander, code: str, content: bytes
) -> None:
    entry = lander.one(LADO, content)
    assert entry.refusal_code == code
    assert not entry.is_readable
    assert entry.lines_read is None
    assert str(entry.refusal_reason).endswith(".")


@pytest.mark.parametrize(
    "content",
    [
        b"\n\n  \r\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
    ],
)
def test_nothing_but_blanks_is_an_empty_file(lander: Lander, content: bytes) -> None:
    assert lander.one(LADO, content).refusal_code == "empty_file"


@pytest.mark.parametrize(
    "content",
    [
        lado_text(lado_row("1"), lado_row("2")).replace("2,2", "2\r2").encode(),
        lado_text(lado_row("1")).replace("\n", "\r\r\n").encode(),
        lado_text(lado_row("1")).encode()[:-1] + b"\r",
    ],
)
def test_a_lone_carriage_return_anywhere_outside_quotes_is_refused(
    lander: Lander, content: bytes
) -> None:
    assert lander.one(LADO, content).refusal_code == "lone_carriage_return"


def test_a_line_of_two_megabytes_is_read(lander: Lander) -> None:
    row = lado_row("1", staff_name="")
    wide = lado_row("1", staff_name="x" * (LINE_LIMIT - len(row)))
    assert len(wide) == LINE_LIMIT
    assert lander.lado(wide).rows_accepted == 1


def test_a_quote_never_closed_in_a_long_file_is_refused(lander: Lander) -> None:
    rows = [lado_row(str(number)) for number in range(60_000)]
    rows[5] = f'"{rows[5]}'
    assert lander.lado(*rows).refusal_code == "quote_not_closed"


def test_gzip_is_read_to_its_end(lander: Lander) -> None:
    name = LADO.replace(".csv", ".csv.gz")
    whole = gzip.compress(lado_text(lado_row("1")).encode())
    assert lander.one(name, whole).rows_accepted == 1
    for broken in (whole[:-4], whole[:20], whole + b"junk", b"plain", whole[:3]):
        assert lander.one(name, broken).refusal_code == "gzip_broken"
    for empty in (b"", gzip.compress(b"")):
        assert lander.one(name, empty).refusal_code == "empty_file"


def test_a_gzip_that_unpacks_without_end_does_not_fill_the_memory(
    lander: Lander,
) -> None:
    name = LADO.replace(".csv", ".csv.gz")
    bomb = gzip.compress(b"x" * 200_000_000, 9)
    assert lander.one(name, bomb).refusal_code == "line_too_long"


def test_a_record_with_the_wrong_number_of_fields_is_set_aside(
    lander: Lander,
) -> None:
    good = [lado_row(str(number)) for number in range(4)]
    short, long = lado_row("5").rsplit(",", 2)[0], lado_row("6") + ",x"
    entry = lander.lado(*good, short, long, lado_row("7") + ",", lado_row("8") + ",,")
    assert (entry.rows_accepted, entry.rows_set_aside) == (5, 3)
    assert lander.set_aside() == {
        (6, None, "record", "too_few_fields"),
        (7, None, "record", "too_many_fields"),
        (9, None, "record", "too_many_fields"),
    }


def test_broken_quotes_set_aside_every_line_that_they_swallow(lander: Lander) -> None:
    good = [lado_row(str(number)) for number in range(6)]
    broken = [
        lado_row("7", staff_name='"never closed'),
        lado_row("8"),
        lado_row("9", staff_name='"sound"'),
    ]
    entry = lander.lado(*good, *broken, lado_row("10"))
    assert (entry.lines_read, entry.rows_accepted) == (10, 7)
    assert lander.set_aside() == {
        (line, None, "record", "quotes_broken") for line in (8, 9, 10)
    }
    assert adds_up(entry)


def test_a_header_repeated_among_the_records_is_set_aside(lander: Lander) -> None:
    entry = lander.lado(
        lado_row("1"), lado_row("2"), LADO_HEADER.upper(), lado_row("3")
    )
    assert (entry.rows_accepted, entry.rows_set_aside) == (3, 1)
    assert lander.set_aside() == {(4, None, "record", "header_repeated")}


def test_names_that_a_file_gives_its_columns_never_reach_the_engine(
    lander: Lander,
) -> None:
    evil = "x'); drop table records; --"
    odd = ('"a""b"', f'"{evil}"', "../../etc", "c1", "{column}", '"with\nbreak"')
    row = lado_row("1") + "," + ",".join("v" for _ in odd)
    text = f"{LADO_HEADER},{','.join(odd)}\n{row}\n"
    entry = lander.one(LADO, text)
    assert (entry.refusal_code, entry.rows_accepted) == (None, 1)
    assert (evil, "column_extra", 1) in lander.notices()
