"""A small landing with a canary in every place where a text or a figure can enter.

Texts are words that stand nowhere else, one a place. Figures are counts that will be
hidden and that nobody could mistake: five digits, or a rate with all its decimals.
"""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from hostile.building import (
    admission,
    columns_of,
    episode,
    figure,
    offence,
    persons,
    referral,
    repacked,
    saved,
    sheet,
    statistic,
)

QUARTER = "2008-09Q1"
BOROUGHS = ("E09000002", "E09000003", "E09000004", "E09000005", "E09000006")

#: Plans ceased, of which few or many were long: the first is small, and hidden.
PLANS = ((3, 48317), (12347, 48611), (13399, 49157), (14407, 51329), (15461, 53381))
#: Open cases, counted: the first is small, and others must be hidden to protect it.
CASES = (4, 40961, 43789, 46351, 48973)


class Canaries(dict[str, str]):
    """A word of its own for each place."""

    def __missing__(self, place: str) -> str:
        letters = "".join(each for each in place.lower() if each.isalpha())
        self[place] = f"Zq{letters}xq"
        return self[place]


def plant(landing: Path) -> Canaries:
    """Write the landing; gives the words by the place where each was planted."""
    say = Canaries()
    for path, content in files(say):
        target = landing / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    outside = landing.parent / f"{say['where a link leads']}.csv"
    outside.write_bytes(sheet(referrals(say, 6)))
    link = landing / "lado_referrals" / f"{say['name of a link']}.csv"
    link.symlink_to(outside)
    beyond = landing.parent / "beyond"
    beyond.mkdir()
    name = f"lado_referrals__E09000007__{QUARTER}__v1.csv"
    (beyond / name).write_bytes(sheet(referrals(say, 7)))
    (landing / "lado_referrals" / say["link to a folder"]).symlink_to(beyond)
    return say


def referrals(say: Canaries, number: int) -> list[dict[str, object]]:
    """Records with a canary in every column that is personal or free text."""
    return [
        referral(
            f"{say['id of a record']}{each}",
            staff_name=say["personal name"],
            child_name=say["name of a child"],
            child_dob="13/11/1991",
            employer_sector=say["text that is mapped"],
            allegation_category=say["free text"],
        )
        for each in range(number)
    ]


def files(say: Canaries) -> Iterator[tuple[str, bytes]]:
    """Every file: its path, and its bytes."""
    yield from of_records(say)
    yield from of_returns(say)
    yield from with_names(say)
    yield from of_others(say)


def of_records(say: Canaries) -> Iterator[tuple[str, bytes]]:
    rows = referrals(say, 8)
    rows[0] |= {"outcome": say["value that is emptied"]}
    rows[1] |= {"contact_type": say["value that is refused"]}
    for row in rows:
        row[say["header of an extra column"]] = say["value of an extra column"]
        row[f"=HYPERLINK({say['formula in a header']})"] = "=1+1"
        row[f"+{say['header that steers a terminal']}\x1b[2J"] = "\x1b]0;x\x07"
    text = f"{say['title above a header']}\n".encode() + sheet(rows)
    text += f"{say['footnote below a table']}\n".encode()
    yield f"lado_referrals/lado_referrals__{BOROUGHS[0]}__{QUARTER}__v1.csv", text
    packed = io.BytesIO()
    with gzip.GzipFile(
        f"{say['name inside a gzip file']}.csv", "wb", fileobj=packed, mtime=0
    ) as unpacked:
        unpacked.write(sheet(referrals(say, 3)))
    yield (
        f"lado_referrals/{say['folder within a folder']}/"
        f"lado_referrals__{BOROUGHS[1]}__{QUARTER}__v1.csv.gz",
        packed.getvalue(),
    )
    yield (
        f"pct_admissions/pct_admissions__5C2__{QUARTER}__v1.csv",
        sheet(
            [
                admission(
                    f"{say['id of an episode']}{number}",
                    nhs_number="9990001117",
                    patient_name=say["name of a patient"],
                    dob="17/12/1993",
                    postcode=say["postcode"],
                    resladst=say["place of residence"] if number == 3 else "00AB",
                )
                for number in range(9)
            ]
        ),
    )
    yield (
        "police_offences/police_offences__MPS__M2008-04__v1.csv",
        sheet(
            [
                offence(
                    "2008-04",
                    f"{say['reference of a crime']}{number}",
                    victim_name=say["name of a victim"],
                    victim_postcode=say["postcode of a victim"],
                    offence=say["text of an offence"],
                    bocu=say["borough that is none"] if number == 3 else "KG",
                )
                for number in range(9)
            ]
        ),
    )
    yield (
        f"missing_children/missing_children__MPS__{QUARTER}__v1.csv",
        sheet(
            [
                episode(
                    2008,
                    4,
                    f"{say['reference of an episode']}{number}",
                    child_ref=say["reference of a child"],
                    child_name=say["name of a missing child"],
                    missing_from=say["place of another kind"] if number else "",
                )
                for number in range(5)
            ]
        ),
    )


def of_returns(say: Canaries) -> Iterator[tuple[str, bytes]]:
    """Returns as a workbook, as Parquet and as text; most of their figures hidden."""
    for place, area in enumerate(BOROUGHS):
        (numerator, denominator), cases = PLANS[place], CASES[place]
        note = say["note beside a figure"]
        rows = [
            figure("SG10", numerator=numerator, denominator=denominator, note=note)
            | {"value": f"{97.31415 + place:.5f}"},
            figure("SG13", numerator=cases, denominator="", note=note) | {"value": ""},
            figure("SG07", numerator=say["mark that is none"], note=note)
            | {"value": ""},
            figure(say["indicator that is none"], note=note) | {"value": ""},
            *(
                figure(code, numerator=f"{20 + place}", denominator="200", note=note)
                | {"value": ""}
                for code in ("SG02", "SG03", "SG04")
            ),
        ]
        kind = ("xlsx", "parquet")[place] if place < 2 else "csv"
        content = {"xlsx": as_workbook, "parquet": as_parquet}.get(
            kind, lambda rows, _: sheet(rows)
        )(rows, say)
        yield f"lscb_return/lscb_return__{area}__{QUARTER}__v1.{kind}", content


def as_workbook(rows: list[dict[str, object]], say: Canaries) -> bytes:
    """The rows as a workbook that says something wherever a workbook can."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = say["name of a sheet"]
    header = list(rows[0])
    page.append([say["title in a workbook"]])
    page.append(header)
    for row in rows:
        page.append([row.get(column) for column in header])
    page.append([])
    page.append([say["footnote in a workbook"]])
    page["A2"].comment = Comment(say["comment on a cell"], say["author of a comment"])
    page.oddHeader.center.text = say["header of a printed page"]
    other = book.create_sheet(say["name of a hidden sheet"])
    other.sheet_state = "hidden"
    other.append([say["cell of a hidden sheet"]])
    book.properties.title = say["title of a workbook"]
    book.properties.creator = say["author of a workbook"]
    book.properties.keywords = say["keywords of a workbook"]
    book.custom_doc_props.append(
        StringProperty(name=say["name of a property"], value=say["value of a property"])
    )
    book.defined_names[say["name of a range"]] = DefinedName(
        say["name of a range"], attr_text=f"'{page.title}'!$A$1"
    )
    content = io.BytesIO(repacked(saved(book), lambda _, part: part))
    from zipfile import ZipFile

    with ZipFile(content, "a") as archive:
        archive.writestr(f"xl/{say['name in a zip']}.txt", say["text in a zip"])
        archive.comment = say["comment of a zip"].encode()
    return content.getvalue()


def as_parquet(rows: list[dict[str, object]], say: Canaries) -> bytes:
    """The rows as Parquet, with what a file may say of itself."""
    columns = columns_of([{k: str(v) for k, v in row.items()} for row in rows])
    table = pa.table(columns | {say["column of a Parquet file"]: [""] * len(rows)})
    content = pa.BufferOutputStream()
    pq.write_table(
        table.replace_schema_metadata(
            {say["key of a Parquet file"]: say["metadata of a Parquet file"]}
        ),
        content,
    )
    return content.getvalue().to_pybytes()


def with_names(say: Canaries) -> Iterator[tuple[str, bytes]]:
    """Files whose names say what they should not, all refused."""
    text = sheet(referrals(say, 3))
    folder = "lado_referrals/lado_referrals"
    yield f"{folder}__{say['sender that nobody knows']}__{QUARTER}__v1.csv", text
    yield f"{folder}__{BOROUGHS[2]}__{say['period that is none']}__v1.csv", text
    yield f"{folder}__{BOROUGHS[2]}__{QUARTER}__{say['version that is none']}.csv", text
    yield f"{folder}__{BOROUGHS[2]}__{QUARTER}__v2.{say['kind of file']}", text
    yield f"lado_referrals/{say['name of a file']}.csv", text
    yield f"lado_referrals/={say['formula in a name']}\x1b[2J\x07\u202e.csv", text
    yield (
        f"lado_referrals/@{say['folder that steers a terminal']}\x1b]0;x\x07/"
        f"lado_referrals__E09000008__{QUARTER}__v1.csv",
        text,
    )
    yield f"{say['folder of no extract']}/{say['name beside the folders']}.csv", text
    yield f"{say['name outside of every folder']}.csv", text
    rows = [{say["header that is refused"]: say["value under a refused header"]}] * 3
    yield f"{folder}__{BOROUGHS[3]}__{QUARTER}__v1.csv", sheet(rows)
    rows = [
        referral(number, contact_type=say["value of a refused file"])
        for number in range(5)
    ]
    yield f"{folder}__{BOROUGHS[4]}__{QUARTER}__v1.csv", sheet(rows)
    broken = f"{say['text of a broken file']}\0".encode()
    yield f"lscb_return/lscb_return__{BOROUGHS[4]}__2008-09Q2__v1.csv", broken
    yield (
        f"lscb_return/lscb_return__{BOROUGHS[4]}__2008-09Q3__v1.xlsx",
        say["bytes of a broken workbook"].encode(),
    )
    yield f".{say['name of a hidden file']}", say["text of a hidden file"].encode()


def of_others(say: Canaries) -> Iterator[tuple[str, bytes]]:
    yield (
        "population/population__ONS__2008__v1.csv",
        sheet(
            [
                persons(area, "0-17", persons="48000", vintage=say["vintage"])
                for area in BOROUGHS
            ]
        ),
    )
    yield (
        f"ees_statistics/ees_statistics__DFE__{say['label of a publication']}__v1.csv",
        sheet(
            [
                statistic(
                    area,
                    la_name=say["name of a place"],
                    # Any name can be that of a figure there.
                    **{
                        f"={say['statistic of another name']}\x1b[2J": (
                            say["mark of a statistic"]
                        )
                    },
                )
                for area in BOROUGHS
            ]
        ),
    )
    yield (
        f"mps_borough_crime/mps_borough_crime__GLA__{say['label of a table']}__v1.csv",
        (
            "Borough,Major Category,Minor Category,200804,200805\n"
            f"Barnet,{say['category']},{say['category within one']},7,8\n"
            f"{say['borough of no list']},Burglary,Burglary,7,8\n"
            "Camden,Burglary,Burglary In A Dwelling,7,8\n"
        ).encode(),
    )
    yield (
        "tellus_survey/tellus_survey__OFSTED__2008__v1.csv",
        (
            "wave,la_code,la_name,question_id,response,weighted_percent,"
            "base_unweighted\n"
            + "".join(
                f"2008,{code},{say['name of an authority']},bullied_year,"
                f"{say['answer that is none'] if code == 301 else 'Yes'},28.8,1000\n"
                for code in (301, 302, 303, 304, 305)
            )
        ).encode(),
    )
