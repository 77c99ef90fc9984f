"""Text files: encodings, line ends, delimiters, quotes, headers, sizes."""

import gzip
from pathlib import Path

from hostile.building import (
    BLOCKS,
    MEGABYTE,
    Aside,
    Case,
    admission,
    cells_of,
    figure,
    figures,
    gz,
    header_of,
    referral,
    refuse,
    sheet,
    table,
    workbook,
)

CLEAN = figures(3)
TEXT = table(CLEAN)
HEADER = ",".join(header_of(CLEAN))


def numerators(*lines: int) -> dict[int, dict[str, object]]:
    """The lines of the clean figures, in order."""
    return {line: {"numerator": float(n)} for n, line in enumerate(lines, 1)}


def read_clean(
    name: str, content: bytes, *lines: int, kind: str = "csv", **more
) -> Case:
    """The three clean figures, found on the lines named (2, 3, 4 if none)."""
    rows = numerators(*(lines or (2, 3, 4)))
    return Case(name, BLOCKS.returns(kind=kind), content, read=3, rows=rows, **more)


def refused(name: str, content, *codes: str, kind: str = "csv") -> Case:
    """A return that is refused whole."""
    return refuse(name, BLOCKS.returns(kind=kind), content, *codes)


def long_line(megabytes: int):
    """A record of so many megabytes, written bit by bit."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(f"{HEADER}\n".encode())
            for _ in range(megabytes):
                file.write(b"x" * MEGABYTE)
            file.write(b"\n")

    return write


def packed_line(megabytes: int):
    """The same, packed."""

    def write(path: Path) -> None:
        with gzip.open(path, "wb", compresslevel=1) as file:
            file.write(f"{HEADER}\n".encode())
            for _ in range(megabytes):
                file.write(b"x" * MEGABYTE)

    return write


DASH = figures(2, note="child\u2019s plan")
ENCODINGS = [
    read_clean("UTF-8 with a mark", TEXT.encode("utf-8-sig")),
    read_clean(
        "UTF-16 little-endian with a mark", b"\xff\xfe" + TEXT.encode("utf-16-le")
    ),
    read_clean("UTF-16 big-endian with a mark", b"\xfe\xff" + TEXT.encode("utf-16-be")),
    refused("UTF-16 LE without a mark", TEXT.encode("utf-16-le"), "utf16_without_mark"),
    refused("UTF-16 BE without a mark", TEXT.encode("utf-16-be"), "utf16_without_mark"),
    refused(
        "UTF-16 cut in the middle of a letter",
        b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1],
        "text_undecodable",
    ),
    refused(
        "UTF-32 with a mark", TEXT.encode("utf-32"), "nul_bytes", "utf16_without_mark"
    ),
    refused("a NUL byte", TEXT.replace("SG01", "SG\x0001").encode(), "nul_bytes"),
    refused("NUL bytes alone", b"\0" * 4096, "nul_bytes", "utf16_without_mark"),
    Case(
        "Windows-1252 with an apostrophe 0x92",
        BLOCKS.returns(),
        table(
            [row | {"measure": f"child\u2019s {n}"} for n, row in enumerate(CLEAN)]
        ).encode("cp1252"),
        read=3,
        rows={n + 2: {"measure": f"child\u2019s {n}"} for n in range(3)},
    ),
    Case(
        "UTF-8 beyond ASCII",
        BLOCKS.returns(),
        table(
            [row | {"measure": f"caf\u00e9 {n}"} for n, row in enumerate(CLEAN)]
        ).encode(),
        read=3,
        rows={n + 2: {"measure": f"caf\u00e9 {n}"} for n in range(3)},
    ),
    # Not UTF-8 throughout, hence Windows-1252 throughout: the letter leaves no other.
    Case(
        "UTF-8 in one line and Windows-1252 in the next",
        BLOCKS.returns(),
        table(CLEAN).encode()
        + "SG02,1,2,caf\u00e9\n".encode()
        + "SG03,1,2,caf\u00e9\n".encode("cp1252"),
        read=5,
        rows={
            **numerators(2, 3, 4),
            5: {"measure": "caf\u00c3\u00a9".lower()},
            6: {"measure": "caf\u00e9"},
        },
    ),
]

LINE_ENDS = [
    read_clean("CRLF", TEXT.replace("\n", "\r\n").encode()),
    read_clean("no line end at the end", TEXT.rstrip().encode()),
    refused(
        "lone carriage returns",
        TEXT.replace("\n", "\r").encode(),
        "lone_carriage_return",
    ),
    refused(
        "one lone carriage return among LF",
        TEXT.replace("m2\n", "m2\r").encode(),
        "lone_carriage_return",
    ),
    refused("a line of 200 MB", long_line(200), "line_too_long"),
    refused(
        "a line of 300 MB in gzip", packed_line(300), "line_too_long", kind="csv.gz"
    ),
    refused(
        "a line of 2,000,001 bytes",
        f"{TEXT}SG02,1,2,".encode() + b"x" * (2_000_001 - 9) + b"\n",
        "line_too_long",
    ),
    Case(
        "a line of 2,000,000 bytes",
        BLOCKS.returns(),
        f"{TEXT}SG02,1,2,".encode() + b"x" * (2_000_000 - 9) + b"\n",
        read=4,
        rows={**numerators(2, 3, 4), 5: {}},
    ),
]

DELIMITERS = [
    read_clean(f"delimiter {delimiter!r}", table(CLEAN, delimiter).encode())
    for delimiter in ";\t|"
] + [
    Case(
        "semicolons, and commas in the numbers",
        BLOCKS.returns(),
        b"pi_code;numerator;denominator\nSG01;1,234;5,000\nSG02;2;3\n",
        read=2,
        rows={2: {"numerator": 1234.0, "denominator": 5000.0}, 3: {}},
    ),
    Case(
        "quoted delimiters, quotes and line breaks; lines are physical",
        BLOCKS.returns(),
        b"pi_code,numerator,denominator,measure,note\n"
        b'SG01,1,2,"a, b; ""c""","one\ntwo\r\nthree"\n'
        b"SG02,1O,2,,\n"
        b'SG03,3,4,"x\ty|z",\n'
        b"SG04,4,5,,\n",
        read=4,
        aside=(Aside(5, "numerator", "measure_malformed"),),
        rows={
            2: {"measure": 'a, b; "c"'},
            6: {"measure": "x y|z", "numerator": 3.0},
            7: {"numerator": 4.0},
        },
    ),
    read_clean(
        "a single empty field at the end of each record",
        TEXT.replace("\n", ",\n").replace(f"{HEADER},", HEADER).encode(),
    ),
    read_clean(
        "a delimiter at the end of every line",
        TEXT.replace("\n", ",\n").encode(),
    ),
    Case(
        "too many and too few fields",
        BLOCKS.returns(),
        TEXT.encode() + b"SG02,1,2,,,\nSG03,1,2,,x\nSG04,1,2\nSG05\nSG06,6,7,,\n",
        read=8,
        aside=(
            Aside(5, None, "too_many_fields"),
            Aside(6, None, "too_many_fields"),
            Aside(7, None, "too_few_fields"),
            Aside(8, None, "too_few_fields"),
        ),
        rows={**numerators(2, 3, 4), 9: {"numerator": 6.0}},
    ),
    read_clean(
        "blank lines and lines of delimiters alone",
        b"\n  \n" + TEXT.replace("\n", "\n\n,,,\n \t\n").encode() + b",,,\n\n\n",
        7,
        11,
        15,
    ),
    refused(
        "a quote that never closes takes most of the file with it",
        TEXT.replace("m1", '"m1').encode() + b"SG02,1,2,\n" * 20,
        "quote_not_closed",
        "half_set_aside",
    ),
    Case(
        "a quote in the middle of a field that is not quoted",
        BLOCKS.returns(),
        TEXT.encode() + b'SG02,1,2,5" nails\n',
        read=4,
        rows={**numerators(2, 3, 4), 5: {"measure": '5" nails'}},
    ),
]

MANY = figures(12)
MANY_LINES = table(MANY).splitlines()


def with_quotes(opens: int, closes: int) -> bytes:
    """Twelve figures; a quote before a field of one line, one after that of another."""
    lines = MANY_LINES.copy()
    lines[opens] = lines[opens].replace(",m", ',"m')
    lines[closes] += '"'
    return "\n".join([*lines, ""]).encode()


STRAY_QUOTES = [
    refused(
        f"stray quotes {apart} lines apart", with_quotes(2, 2 + apart), "quotes_swallow"
    )
    for apart in (1, 8)
]

BLANK_MARKS = [
    read_clean(
        "marks that do not show, in names and values",
        TEXT.replace("pi_code", "pi\u00a0co\u200bde")
        .replace("numerator", "\ufeffnume\u00adrator")
        .replace("SG", "\u200eS\u2060G")
        .encode(),
    ),
    Case(
        "a mark before a quoted key",
        BLOCKS.returns(),
        b'pi_code,numerator\n\xef\xbb\xbf"SG01",1\n\xe2\x80\x8f"SG02","2"\n',
        read=2,
        rows={2: {"indicator_id": "SG01"}, 3: {"indicator_id": "SG02"}},
    ),
]

DECIMAL_COMMAS = [
    Case(
        "decimal commas, where the file shows that they are",
        BLOCKS.returns(),
        b"pi_code;numerator;denominator\nSG01;0,125;1.234,5\nSG02;1,234;1.234\n",
        read=2,
        rows={
            2: {"numerator": 0.125, "denominator": 1234.5},
            3: {"numerator": 1.234, "denominator": 1234.0},
        },
    ),
    Case(
        "commas of both kinds: what can be read in two ways is read in none",
        BLOCKS.returns(),
        b"pi_code;numerator;denominator\nSG01;1,234;5\nSG02;2;12,5\nSG03;1.5;6\n",
        read=3,
        aside=(
            Aside(2, "numerator", "number_ambiguous"),
            Aside(3, "denominator", "measure_malformed", "value"),
        ),
        rows={3: {"numerator": 2.0, "denominator": None}, 4: {"numerator": 1.5}},
    ),
]

TITLES = b"LSCB model dataset\n\nPrepared by A Person,,\n"
HEADERS = [
    read_clean("title rows above the header", TITLES + TEXT.encode(), 5, 6, 7),
    read_clean(
        "the header in the twentieth row", b"a title\n" * 19 + TEXT.encode(), 21, 22, 23
    ),
    refused(
        "the header in the twenty-first row",
        b"a title\n" * 20 + TEXT.encode(),
        "header_missing",
    ),
    read_clean(
        "a row of group names above the header",
        b"Indicator,Figures,Figures,Qualifier\n" + TEXT.encode(),
        3,
        4,
        5,
    ),
    read_clean(
        "odd case and stray blanks in the header",
        TEXT.replace("pi_code", " PI_Code ")
        .replace("numerator", "NUMERATOR\u00a0")
        .encode(),
    ),
    read_clean(
        "a header that ends in delimiters, and a value under none of its names",
        TEXT.replace("\n", ",,,\n", 1).replace("m1", "m1,,x").encode(),
        notices=(("column_extra", "(without a name)"),),
    ),
    refused(
        "the header again, in another order",
        TEXT.encode()
        + ",".join(reversed(HEADER.split(","))).encode()
        + b"\n,1,2,SG9\n",
        "header_changed",
    ),
    refused(
        "a column twice",
        TEXT.replace("measure", "Numerator").encode(),
        "column_twice",
    ),
    refused(
        "a required column missing",
        TEXT.replace("numerator", "numerater").encode(),
        "header_missing",
    ),
    refused("an empty file", b"", "empty_file"),
    refused("blanks alone", b" \n\t\n", "empty_file", "header_missing"),
    refused("a byte order mark alone", b"\xef\xbb\xbf", "empty_file", "header_missing"),
    refused("a header alone, in a return", f"{HEADER}\n".encode(), "nil_not_allowed"),
    Case(
        "a header alone, of admissions: nil",
        BLOCKS.admissions(),
        f"{','.join(header_of([admission(1)]))}\n".encode(),
        rows={},
    ),
    Case(
        "a header and blank lines, of referrals: nil",
        BLOCKS.referrals(),
        f"{','.join(header_of([referral(1)]))}\n\n,,\n".encode(),
        rows={},
    ),
    Case(
        "a header alone, of offences: nil",
        BLOCKS.offences()[0],
        b"crime_ref,victim_no,recorded_date,bocu,ho_class,child_abuse,knife,drug,status",
        rows={},
    ),
    Case(
        "a header alone, of missing children: nil",
        BLOCKS.missing()[0],
        b"episode_ref,child_ref,reported_date,age,bocu\r\n",
        rows={},
    ),
    refuse(
        "a header alone, of the estimates",
        BLOCKS.population(),
        b"gss_code,age_band,persons\n",
        "nil_not_allowed",
    ),
    refuse(
        "a header alone, of the crime tables",
        BLOCKS.crime(),
        b"Borough,Major Category,Minor Category,200804\n",
        "nil_not_allowed",
    ),
    Case(
        "the header again among the records, in another case",
        BLOCKS.returns(),
        TEXT.encode() + f"{HEADER.upper()}\nSG02,4,5,\n".encode(),
        read=5,
        aside=(Aside(5, None, "header_repeated"),),
        rows={**numerators(2, 3, 4), 6: {"numerator": 4.0}},
    ),
    Case(
        "extra columns with names that would hurt",
        BLOCKS.returns(),
        sheet(
            [
                row
                | {
                    "=2+2": "=HYPERLINK(1)",
                    "'; drop table files; --": "x",
                    "../../etc/passwd": "y",
                    'say "no"': "z",
                    "c1": "c1",
                    "line_number": "99",
                    "file_id": "f",
                    "{column} {0}": "b",
                }
                for row in CLEAN
            ]
        ),
        read=3,
        rows=numerators(2, 3, 4),
        notices=tuple(
            ("column_extra", column)
            for column in (
                "=2+2",
                "'; drop table files; --",
                "../../etc/passwd",
                'say "no"',
                "c1",
                "line_number",
                "file_id",
                "{column} {0}",
            )
        ),
    ),
    refused(
        "the same extra column twice",
        TEXT.replace(HEADER, f"{HEADER},x,X")
        .replace("m1", "m1,,")
        .replace("m2", "m2,,")
        .replace("m3", "m3,,")
        .encode(),
        "column_twice",
    ),
]

PACKED = [
    read_clean("gzip", gz(TEXT.encode()), kind="csv.gz"),
    read_clean(
        "gzip of two members",
        gz(TEXT.encode()[:40]) + gz(TEXT.encode()[40:]),
        kind="csv.gz",
    ),
    refused("gzip cut off", gz(TEXT.encode() * 50)[:-9], "gzip_broken", kind="csv.gz"),
    refused(
        "gzip with a wrong checksum",
        gz(TEXT.encode())[:-8] + b"\1\2\3\4" + gz(TEXT.encode())[-4:],
        "gzip_broken",
        kind="csv.gz",
    ),
    refused(
        "gzip with rubbish behind",
        gz(TEXT.encode()) + b"rubbish" * 9,
        "gzip_broken",
        kind="csv.gz",
    ),
    refused("gzip of nothing", gz(b""), "empty_file", kind="csv.gz"),
    refused(
        "plain text that says it is gzip", TEXT.encode(), "gzip_broken", kind="csv.gz"
    ),
    refused(
        "gzip that says it is plain text",
        gz(TEXT.encode() * 9),
        "packed_inside",
    ),
    refused("gzip in gzip", gz(gz(TEXT.encode())), "packed_inside", kind="csv.gz"),
    refused(
        "a workbook that says it is text",
        workbook(("lscb_return", cells_of(CLEAN))),
        "book_inside",
    ),
    refused(
        "a workbook of old that says it is text",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "book_inside",
    ),
    refused(
        "a web page in place of the file",
        b"\n<!DOCTYPE html>\n<html><body>Sign in, please</body></html>\n",
        "web_page",
    ),
    refused(
        "a web page of old",
        b'<?xml version="1.0"?>\n<HTML xmlns="a">Not found</HTML>\n',
        "web_page",
    ),
]

HALF = [
    Case(
        "half set aside stands",
        BLOCKS.returns(),
        sheet([*figures(2), figure("SG43"), figure("SG99")]),
        read=4,
        aside=(
            Aside(4, "pi_code", "indicator_not_defined"),
            Aside(5, "pi_code", "indicator_unknown"),
        ),
        rows=numerators(2, 3),
    ),
    refused(
        "one more than half does not",
        sheet([*figures(2), figure("SG43"), figure("SG99"), figure("SG98")]),
        "half_set_aside",
    ),
    refused(
        "three of five, where half of five is two and a half",
        sheet([*figures(2), *(figure(f"SG9{n}") for n in range(3))]),
        "half_set_aside",
    ),
    Case(
        "out-of-scope and duplicate records count among those read",
        BLOCKS.population(),
        b"gss_code,age_band,persons\n"
        b"E06000001,0-17,1\n"
        b"E09000002,0-17,1\n"
        b"E09000002,0-17,1\n"
        b"#N/A,0-17,1\n"
        b"#N/A,0-19,1\n"
        b"E12000007,0-17,1\n",
        read=6,
        duplicate=1,
        passed_over=2,
        aside=(
            Aside(5, "gss_code", "area_unknown"),
            Aside(6, "gss_code", "area_unknown"),
        ),
        rows={3: {"persons": 1}},
    ),
]

CASES = [
    *ENCODINGS,
    *LINE_ENDS,
    *DELIMITERS,
    *STRAY_QUOTES,
    *BLANK_MARKS,
    *DECIMAL_COMMAS,
    *HEADERS,
    *PACKED,
    *HALF,
]
