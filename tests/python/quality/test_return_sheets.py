"""The return sheets, cell by cell: each sender's own, in order, and nobody else's.

What must stand in each section is put together here in plain Python from the tables of
the warehouse, for every sender of the sample.
"""

import csv
import html
import re
from collections import defaultdict
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import yaml

from build_help import PROJECT, Build
from lscb.quality.suites import load_rules
from lscb.sheets import returns
from lscb.sheets.returns import (
    KEEPER,
    said_of_publication,
    write_return_sheets,
    write_sheet,
)

Row = dict[str, Any]
KEYS = ("indicator_id", "definition_version", "area_code", "period_id")

UNPUBLISHED = (
    "About submissions as at 2011-03-31. What this sheet tells was not published, or is"
    " not what is published now, and nobody has signed it off."
)
# The as-of day of the sample's build, and 14 days.
TO_DO = "Do these by 14 April 2011"
SECTIONS = {
    TO_DO: (
        "Nothing: all that was due is in, and could be used.",
        ["file", "lines", "column", "what is wrong", "what to send"],
    ),
    "What we received": (
        "Nothing yet.",
        ["file", "extract", "period", "version", "received", "status", "why", "lines",
         "accepted", "set aside", "repeated", "out of scope"],
    ),
    "What was set aside, and why": (
        "Nothing: every line and value could be read.",
        ["file", "line", "column", "level", "what is wrong", "what to do"],
    ),
    "What we noticed": (
        "Nothing: no remark.",
        ["file", "column", "what", "what to do"],
    ),
    "What looks wrong": (
        "Nothing: no rule found a fault in what came.",
        ["severity", "what", "file", "lines", "what to do", "state", "rule"],
    ),
    "What we ask you": (
        "Nothing: no figure or file raises a question.",
        ["question", "file", "lines", "if it is wrong", "state", "rule"],
    ),
    "What you explained": (
        "Nothing: no explanation was sent, or none could be read.",
        ["file", "line", "indicator", "rule", "reason", "what it explains"],
    ),
    "What is missing, and due when": (
        "Nothing: all that was due is in.",
        ["extract", "period", "due", "state"],
    ),
}  # fmt: skip


class Warehouse:
    """The tables of a warehouse as rows, each read once."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.files = {row["file_id"]: row for row in self.rows("mart.fct_submissions")}
        self.asks, self.asks_both = rules_that_ask()
        self.due = self.rows("intermediate.int_quality__submissions")
        self.senders = {row["submitter"] for row in self.files.values()} | {
            row["submitter_code"] for row in self.due
        } - {None}
        self.sends = {
            tuple(row[name] for name in KEYS): row["submitter"]
            for row in self.rows("mart.fct_coverage")
        }
        self.catalogue = {
            (row["indicator_id"], row["definition_version"]): row
            for row in self.rows("mart.dim_indicators")
        }
        self.needed: dict[Path, dict[str, str | None]] = {}
        self.lines: dict[str, list[int]] = defaultdict(list)
        for row in self.rows("intermediate.int_quality__flag_lines"):
            self.lines[row["flag_id"]].append(row["line_number"])

    def rows(self, table: str) -> list[Row]:
        found = self.connection.execute(f"from {table}")
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def senders_of(self, flag: Row) -> set[str | None]:
        """Who sent the file, else whose submission it is, else who sends the figure.

        Else the area, or nobody. What two senders tell differently is put to who sent
        the records as well; what a total's senders can mend is told of their lines.
        """
        file = self.files.get(flag["file_id"])
        basis = self.figure_is(flag, "denominator_basis")
        if self.needs(flag) == "populations" and basis == "population":
            return {None}
        if file is not None and file["submitter"] is not None:
            first = file["submitter"]
        elif flag["suite"] == "submissions" and flag["detail"] is not None:
            first = flag["detail"].split(" ")[1]
        else:
            first = self.sends.get(
                tuple(flag[name] for name in KEYS), flag["area_code"]
            )
        found = {first if first in self.senders else None}
        if file is None and flag["owner"] == "sender of the extract":
            found -= {None}
        if (flag["suite"], flag["rule_code"]) in self.asks_both:
            key = tuple(
                flag[name] for name in ("indicator_id", "area_code", "period_id")
            )
            found |= self.counted_from[key]
        return found

    def needs(self, flag: Row) -> str | None:
        """What the rule of a flag needs more than the files of one sender."""
        path = PROJECT / "expectations" / f"{flag['suite']}.yml"
        if path not in self.needed:
            suite = yaml.safe_load(path.read_text(encoding="utf-8"))
            self.needed[path] = {
                rule["rule_code"]: rule.get("needs_more") for rule in suite["rules"]
            }
        return self.needed[path].get(flag["rule_code"])

    def figure_is(self, flag: Row, column: str) -> Any:
        """What the catalogue says of the figure that a flag names."""
        key = flag["indicator_id"], flag["definition_version"]
        return self.catalogue.get(key, {}).get(column)

    @cached_property
    def counted_from(self) -> dict[tuple, set[str]]:
        """By figure, who sent the lines of its numerator."""
        found = defaultdict(set)
        for row in self.rows("mart.fct_lineage"):
            if row["numerator_rows"] > 0:
                key = (row["indicator_id"], row["area_code"], row["period_id"])
                found[key].add(self.files[row["file_id"]]["submitter"])
        return found

    def is_replaced(self, file: Row | None) -> bool:
        """Whether a later version of a file was accepted in its stead."""
        block = ("extract", "submitter", "period_id")
        return file is not None and any(
            all(other[n] == file[n] for n in block)
            and other["version"] > file["version"]
            and other["status"] == "accepted"
            for other in self.files.values()
            if file["version"] is not None and other["version"] is not None
        )

    def may_be(self, sender: str | None, extract: str, period: str | None) -> list[str]:
        """Files of no sender that may be the sender's, by what its alias can mean."""
        found = []
        for row in self.files.values():
            parts = row["file_name"].split("__")
            if row["submitter"] is None and (parts[0], parts[2]) == (extract, period):
                found += [row["file_name"]] if sender in meant_by(parts[1]) else []
        return sorted(found)

    def to_do(self, sender: str | None, flags: list[Row]) -> list[list[Any]]:
        """What a sender can do, in the order in which to do it."""
        tasks = defaultdict(list)
        aside = [
            row for row in self.set_aside
            if row["submitter"] == sender
            and self.files[row["file_id"]]["status"] == "accepted"
        ]  # fmt: skip
        for row in aside:
            place = 4 if row["level"] == "record" else 5
            kind = (row["message"], row["column_name"])
            key = (place, row["file_name"], kind, row["message"], row["what_to_do"])
            tasks[key].append(row["line_number"])
        named = {(row["file_id"], row["line_number"]) for row in self.set_aside}
        seen = defaultdict(list)
        for flag in flags:
            file = self.files.get(flag["file_id"])
            if (
                (flag["suite"], flag["rule_code"]) in self.asks
                or flag["rule_code"] == "submission_refused"
                or (
                    self.needs(flag) == "quarters_of_the_year"
                    and re.fullmatch(r"\d{4}-\d\d", flag["period_id"])
                    and self.figure_is(flag, "year_from_quarters") != "none"
                )
                or flag["category"] == "timeliness"
                or flag["severity"] == "notice"
                or (flag["file_id"], flag["line_number"]) in named
                or (self.is_replaced(file) and file["status"] != "accepted")
            ):
                continue
            extract = (flag["detail"] or "").split(" ")[0]
            is_missing = flag["rule_code"] == "submission_missing"
            seen[flag["rule_code"], flag["file_name"], extract if is_missing else None,
                 flag["what_to_do"]].append(flag)  # fmt: skip
        for (code, file_name, extract, what_to_do), found in seen.items():
            place = {"file_refused": 1, "submission_missing": 2}.get(
                code, 3 if found[0]["severity"] == "error" else 6
            )
            more = f" And {len(found) - 1} more of the kind." if len(found) > 1 else ""
            if place == 2:
                periods = sorted(flag["period_id"] for flag in found)
                said = f"{extract}: nothing has come for {', '.join(periods)}."
                files = [f for p in periods for f in self.may_be(sender, extract, p)]
                if files:
                    said += " A file came that may be it, but does not say whose it is:"
                    said += f" {', '.join(sorted(files))}."
                    what_to_do = (
                        "If that file is yours, send it again with your full name or"
                        f" code in its name. If not: {what_to_do}"
                    )
            elif place == 1:
                said = min(flag["detail"] for flag in found) + more
                if sender is None:
                    what_to_do = (
                        "Ask who sent it, put the sender's name or code into the name"
                        " of the file, and land it again."
                    )
            else:
                said = min(flag["message"] for flag in found) + more
            key = (place, file_name, (code, None), said, what_to_do)
            lines = self.lines_of(found[0]) if len(found) == 1 else None
            tasks[key] = [lines] * len(found)
        ordered = sorted(
            tasks.items(),
            key=lambda each: (-len(each[1]), each[0][1] or "~", each[0][3]),
        )
        repeated, ranked = defaultdict(int), []
        for (place, file_name, kind, said, what_to_do), lines in ordered:
            repeated[kind] += 1
            told = lines[0]
            if place in (4, 5):
                told = told_of(sorted(lines))
            ranked.append((
                min(place, 4), repeated[kind], place, -len(lines), file_name or "~",
                kind[1] or "~", said,
                [file_name, told, kind[1], said, what_to_do],
            ))  # fmt: skip
        return [each[-1] for each in sorted(ranked, key=lambda each: each[:-1])]

    def lines_of(self, flag: Row) -> str | None:
        """The lines of a finding: the first twenty by number, then how many more."""
        if flag["line_number"] is not None:
            return str(flag["line_number"])
        lines = sorted(self.lines.get(flag["flag_id"], ()))
        if not lines:
            return None
        return told_of(lines)

    def sections(self) -> dict[str | None, list[list[list[Any]]]]:
        """By sender, the rows of each section."""
        found: dict[str | None, list[list[tuple]]] = defaultdict(
            lambda: [[] for _ in SECTIONS]
        )

        def put(sender: str | None, place: int, order: tuple, cells: list) -> None:
            ranked = tuple((each is None, each) for each in order)
            found[sender][place].append((ranked, cells))

        self.set_aside = self.rows("mart.fct_set_aside")
        block = ("extract", "submitter_code", "period_id")
        due = {tuple(row[n] for n in block): row["due_date"] for row in self.due}
        late = {
            flag["file_id"]
            for flag in self.rows("mart.fct_quality_flags")
            if flag["rule_code"] == "submission_late" and flag["state"] != "resolved"
        }
        for row in self.files.values():
            of_block = row["extract"], row["submitter"], row["period_id"]
            is_late = row["file_id"] in late
            why = row["superseded_by"] if row["reason"] is None else row["reason"]
            if why is None and is_late:
                why = f"late: was due {due[of_block]}"
            order = ("extract", "period_id", "version", "file_name")
            put(row["submitter"], 1, tuple(row[n] for n in order), [
                row["file_name"], row["extract"], row["period_id"], row["version"],
                row["received_at"].date(), row["status"],
                why, row["lines_read"], row["rows_accepted"], row["rows_set_aside"],
                row["rows_duplicate"], row["rows_passed_over"],
            ])  # fmt: skip
        for row in self.set_aside:
            order = ("file_name", "line_number", "column_name")
            names = (*order, "level", "message", "what_to_do")
            put(row["submitter"], 2, tuple(row[n] for n in order),
                [row[n] for n in names])  # fmt: skip
        for row in self.rows("mart.fct_submission_notices"):
            names = ("file_name", "column_name", "message", "what_to_do")
            put(row["submitter"], 3, tuple(row[n] for n in names[:3]),
                [row[n] for n in names])  # fmt: skip
        flags_of = defaultdict(list)
        open_flags = [
            (sender, flag)
            for flag in self.rows("mart.fct_quality_flags")
            if flag["state"] != "resolved"
            for sender in self.senders_of(flag)
        ]
        for sender, flag in open_flags:
            flags_of[sender].append(flag)
            lines = self.lines_of(flag)
            told = [flag["what_to_do"], flag["state"], flag["rule_code"]]
            text, file = flag["message"], flag["file_name"]
            if (flag["suite"], flag["rule_code"]) in self.asks:
                put(sender, 5, (text, file, lines), [text, file, lines, *told])
            elif (
                flag["category"] != "timeliness"
                and flag["rule_code"] != "submission_missing"
            ):
                grave = {"error": 1, "warning": 2}.get(flag["severity"], 3)
                put(sender, 4, (grave, text, file, lines),
                    [flag["severity"], text, file, lines, *told])  # fmt: skip
        for row in self.due:
            if row["block_status"] is None:
                of_block = row["submitter_code"], row["extract"], row["period_id"]
                state = "overdue" if row["is_due"] else "due"
                if files := self.may_be(*of_block):
                    state += f", unless it is {', '.join(files)}"
                put(row["submitter_code"], 7,
                    (row["due_date"], row["extract"], row["period_id"]),
                    [*of_block[1:], row["due_date"], state])  # fmt: skip
        return {
            sender: [
                self.to_do(sender, flags_of[sender]),
                *([cells for _, cells in sorted(rows, key=lambda r: r[0])]
                  for rows in found[sender][1:]),
            ]
            for sender in {*self.senders, None, *found}
        }  # fmt: skip


def told_of(lines: list[int]) -> str:
    """The first twenty lines, then how many more."""
    text = ", ".join(map(str, lines[:20]))
    return text + (f" and {len(lines) - 20} more" if len(lines) > 20 else "")


def meant_by(alias: str) -> set[str]:
    """The authorities that an alias can mean: the one listed, and those of its note."""
    seeds = PROJECT / "seeds" / "reference"
    with (seeds / "areas.csv").open(encoding="utf-8") as lines:
        codes = {row["area_name"]: row["area_code"] for row in csv.DictReader(lines)}
    with (seeds / "area_aliases.csv").open(encoding="utf-8") as lines:
        (listed,) = (row for row in csv.DictReader(lines) if row["alias"] == alias)
    named = listed["note"].partition(": ")[2].split(", ")
    return {listed["area_code"], *(codes[name] for name in named)}


def rules_that_ask() -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Suite and code of the rules whose message is a question; those put to both."""
    found, both = set(), set()
    folder = PROJECT / "expectations"
    for path in sorted(folder.glob("*.yml")):
        suite = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = [
            folder / "shared" / f"{name}.yml" for name in suite.get("include", ())
        ]
        for held in (
            suite,
            *(yaml.safe_load(each.read_text("utf-8")) for each in shared),
        ):
            for rule in held["rules"]:
                key = (path.stem, rule["rule_code"])
                found |= {key} if "?" in rule["message"] else set()
                both |= {key} if rule.get("asked_of") == "both senders" else set()
    return found, both


@pytest.fixture(scope="module")
def sheets(warehouse: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sheets of the sample."""
    folder = tmp_path_factory.mktemp("sheets")
    (folder / "E99.xlsx").write_bytes(b"of a sender that is no more")
    write_return_sheets(warehouse.warehouse, folder)
    return folder


@pytest.fixture(scope="module")
def wanted(warehouse: Build) -> dict[str | None, list[list[list[Any]]]]:
    """What must stand in each."""
    return Warehouse(warehouse.marts).sections()


def text_of(cell: Any) -> str:
    """A cell as a page says it."""
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.lstrip().startswith(("=", "+", "-", "@")):
        return f"'{cell}"
    return str(cell)


def comparable(rows: list[list[Any]]) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in rows]


def test_every_sender_has_a_sheet_and_nobody_else(
    sheets: Path, wanted: dict, warehouse: Build
) -> None:
    (due,) = warehouse.marts.execute(
        "select list(distinct submitter_code)"
        " from intermediate.int_quality__submissions"
    ).fetchone()
    (sent,) = warehouse.marts.execute(
        "select list(distinct submitter) from mart.fct_submissions"
    ).fetchone()
    senders = {*due, *sent} - {None}
    assert {path.stem for path in sheets.iterdir()} == senders | {KEEPER}
    # A finding about a total, or a file that names nobody, is in the keeper's alone.
    assert wanted.keys() == senders | {None}
    for path in sheets.iterdir():
        assert path.stat().st_mode & 0o077 == 0
    assert sheets.stat().st_mode & 0o077 == 0


def shown(rows: list[list[Any]], title: str) -> tuple[list[list[Any]], str]:
    """What a sheet shows of a section: ten things to do, and how many are more."""
    if title != TO_DO or len(rows) <= 10:
        return rows, ""
    return rows[:10], f"And {len(rows) - 10} more, in the lists that follow."


def test_a_page_holds_each_section_cell_by_cell(
    sheets: Path, wanted: dict, warehouse: Build
) -> None:
    names = names_of(warehouse)
    note, as_of = warehouse.marts.execute(
        "select data_note, as_of_date from mart.dim_about"
    ).fetchone()
    seen = [0] * len(SECTIONS)
    longer = 0
    for path in sorted(sheets.glob("*.html")):
        page = path.read_text(encoding="utf-8")
        code, name = path.stem, names.get(path.stem, path.stem)
        parts = page.split("<h2>")[1:]
        if code == KEEPER:
            code, name = None, "For the keeper of the warehouse"
            assert parts.pop(0).startswith("Files that name no sender</h2>")
        assert f"<h1>Return sheet: {html.escape(name)}</h1>" in page
        assert f"<p>{html.escape(note)}. As at {as_of}." in page
        assert said_at_head_and_foot(page) == [UNPUBLISHED] * 2
        assert [part.split("</h2>")[0] for part in parts] == list(SECTIONS)
        for place, part in enumerate(parts):
            none, columns = list(SECTIONS.values())[place]
            rows, after = shown(wanted[code][place], list(SECTIONS)[place])
            seen[place] += len(rows)
            longer += bool(after)
            assert after in part
            assert (none in part) == (not rows)
            if rows:
                head = re.findall(r'<th scope="col">(.*?)</th>', part)
                assert head == columns
            found = rows_of(part)
            assert found == comparable(rows), (path.stem, list(SECTIONS)[place])
    # The sample explains nothing: forms/test_explanations.py reads that section.
    empty = {title for title, rows in zip(SECTIONS, seen, strict=True) if not rows}
    assert empty == {"What you explained"}
    assert longer > 0


def names_of(warehouse: Build) -> dict[str, str]:
    """By code, the name in the head of a sheet: of an agency with its code."""
    areas = warehouse.marts.execute("select area_code, area_name from mart.dim_areas")
    names = dict(areas.fetchall())
    for seed, code, name in (
        ("pcts", "pct_code", "pct_name"),
        ("senders", "sender_code", "sender_name"),
    ):
        path = PROJECT / "seeds" / "reference" / f"{seed}.csv"
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                names[row[code]] = f"{row[name]} ({row[code]})"
    return names


def said_at_head_and_foot(page: str) -> list[str]:
    """What a page says of itself before its first section and after its last."""
    said = re.compile(r'<p class="said">(.*?)</p>', re.DOTALL)
    head, foot = page.split("<h2>")[0], page.split("<footer>")[1]
    return [html.unescape(text) for part in (head, foot) for text in said.findall(part)]


def rows_of(part: str) -> list[list[str]]:
    """The cells of the table in a part of a page."""
    return [
        [html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", line)]
        for line in re.findall(r"<tr>(<td>.*?)</tr>", part, re.DOTALL)
    ]


def test_the_keeper_has_what_names_nobody(sheets: Path) -> None:
    page = (sheets / f"{KEEPER}.html").read_text(encoding="utf-8")
    ((file, where, _, why, guess),) = rows_of(page.split("<h2>")[1])
    assert file == "lado_referrals__LBH__2008-09Q3__v1.csv"
    assert where == f"lado_referrals/{file}"
    assert why.startswith("The submitter LBH can mean more than one authority.")
    assert guess == (
        "one of Hackney, Haringey, Harrow, Havering, Hillingdon, Hounslow; nothing else"
        " has come for 2008-09Q3 from Hackney"
    )


def guesses(connection: duckdb.DuckDBPyConnection, *names: str) -> list[tuple]:
    """What a sheet says of files that name nobody, in its order."""
    connection.execute(
        "create or replace temporary table files as"
        " select name as file_id, name as file_name, 'x/' || name as relative_path,"
        " 'no' as reason, timestamp '2010-01-01' as received_at, null as submitter,"
        " 'lado_referrals' as extract from (select unnest(?) as name)",
        [list(names)],
    )
    for query in ("likely_senders", "unattributed"):
        text = (PROJECT / f"scripts/lscb/sheets/sql/{query}.sql").read_text("utf-8")
        text = text.replace("mart.fct_submissions", "files")
        text = text.replace("create temporary", "create or replace temporary")
        found = connection.execute(text.replace("$submitter", "null")).fetchall()
    return found


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("lado_referrals__Barnett__2008-09Q1__v1.csv", "perhaps Barnet"),
        ("lado_referrals__islington__2008-09Q1__v1.csv", "Islington"),
        ("Lewishm.csv", "perhaps Lewisham"),
        ("a__5K5__b.csv", "Brent Teaching PCT (5K5)"),
        ("lado_referrals__LBC__2008-09Q1__v1.csv", "one of Camden, Croydon"),
        ("final version.csv", "nobody whose name is like it"),
    ],
)
def test_who_it_may_be_is_by_the_likeness_of_names(
    warehouse: Build, name: str, guess: str
) -> None:
    """Of one file that names nobody, beside the seeds and areas of the warehouse."""
    ((*_, said),) = guesses(warehouse.marts.cursor(), name)
    assert said.partition(";")[0] == guess


def test_files_that_name_nobody_are_told_by_their_paths(warehouse: Build) -> None:
    found = guesses(warehouse.marts.cursor(), "b.csv", "c.csv", "a.csv")
    assert [name for name, *_ in found] == ["a.csv", "b.csv", "c.csv"]


def test_a_workbook_holds_the_same(sheets: Path, wanted: dict) -> None:
    senders = {path.stem for path in sheets.iterdir()} - {KEEPER}
    codes = sorted(senders, key=lambda code: (-len(wanted[code][4]), code))
    for code in [*codes[:3], "MPS", codes[-1]]:
        book = openpyxl.load_workbook(sheets / f"{code}.xlsx")
        assert len(book.sheetnames) == len(SECTIONS)
        for place, sheet in enumerate(book):
            none, columns = list(SECTIONS.values())[place]
            assert sheet.title == list(SECTIONS)[place][:31]
            title, head, *rows, blank, foot = sheet.iter_rows(values_only=True)
            assert title[0].endswith(f": {list(SECTIONS)[place]}")
            assert title[1] == foot[0] == UNPUBLISHED
            assert not any(blank)
            assert list(head) == columns
            assert sheet.freeze_panes == "A3"
            told, after = shown(wanted[code][place], list(SECTIONS)[place])
            if not told:
                assert [row[0] for row in rows] == [none]
                continue
            if after:
                assert rows.pop()[0] == after
            found = [
                [each.date() if isinstance(each, datetime) else each for each in row]
                for row in rows
            ]
            assert comparable(found) == comparable(told)
            for row, cells in zip(found, told, strict=True):
                for one, other in zip(row, cells, strict=True):
                    if isinstance(other, int | date):
                        assert type(one) is type(other)


def test_what_was_sent_is_no_formula_and_no_link(tmp_path: Path) -> None:
    evil = ["=1+1", "+1", "-1", "@a", " =2", "https://example.org", "a\x1b[31m"]
    table = {
        "title": "What is it?",
        "none": "Nothing.",
        "columns": ["a"],
        "most": None,
        "rows": [[text] for text in evil],
    }
    write_sheet(tmp_path, "X", "=Name", "Note", date(2010, 1, 2), [table], "Said.")
    (sheet,) = openpyxl.load_workbook(tmp_path / "X.xlsx").worksheets
    assert sheet.title == "What is it"
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in cells] == [
        "'=Name: What is it?", "Said.", "a", "'=1+1", "'+1", "'-1", "'@a", "' =2",
        "https://example.org", "a\\x1b[31m", "Said.",
    ]  # fmt: skip


DRAFT = {"publication_id": "1a2b", "state": "draft"}


@pytest.mark.parametrize(
    ("publication", "said"),
    [
        (
            DRAFT,
            "About publication 1a2b, submissions as at 2010-01-02. Draft: not signed"
            " off. A later signature does not change this sheet.",
        ),
        (
            DRAFT
            | {"state": "signed", "signed_by": "Chair", "signed_on": "2010-02-01"},
            "About publication 1a2b, submissions as at 2010-01-02. Signed off by the"
            " Chair, 2010-02-01.",
        ),
        (None, UNPUBLISHED.replace("2011-03-31", "2010-01-02")),
    ],
)
def test_a_sheet_says_what_its_publication_is(
    publication: dict[str, str] | None, said: str, tmp_path: Path
) -> None:
    """At head and foot of page and workbook, whether its sections are full or empty."""
    tables = [
        {"title": title, "none": "None.", "columns": ["a"], "most": 1, "rows": rows}
        for title, rows in (("Some", [["x"], ["y"]]), ("Nothing", []))
    ]
    as_of = date(2010, 1, 2)
    told = said_of_publication(publication, as_of)
    write_sheet(tmp_path, "X", "Name", "Note", as_of, tables, told)
    page = (tmp_path / "X.html").read_text(encoding="utf-8")
    assert said_at_head_and_foot(page) == [said] * 2
    for sheet in openpyxl.load_workbook(tmp_path / "X.xlsx"):
        first, *_, last = sheet.iter_rows(values_only=True)
        assert first[1] == last[0] == said


def test_a_flag_whose_rule_is_gone_is_still_told(
    warehouse: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The suites may have been changed since the warehouse was built."""

    def looks_wrong() -> int:
        with returns.open_warehouse(warehouse.warehouse) as connection:
            return connection.execute(
                "select count(*) from flags_of_submitters where not is_asked"
            ).fetchone()[0]

    before = looks_wrong()
    kept = [rule for rule in load_rules() if not rule.asks]
    monkeypatch.setattr(returns, "load_rules", lambda: kept)
    assert looks_wrong() > before
