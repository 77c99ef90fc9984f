"""The workbook in which an authority fills in its return.

Which sheets it has and which columns, and which of them are filled in, stands in the
seeds form_sheets and form_columns, by which landing reads what comes back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell

from lscb.forms.asking import Before, Cell, Mark, Owed, Sender, words
from lscb.forms.checks import look_at, range_of, value_of
from lscb.forms.looks import FAINT, WARNING, Looks, height
from lscb.forms.periods import Span, in_words
from lscb.landing.form_marks import FormMark

HEADER_ROW = 6
EXPLANATION_ROWS, FIRST_EXPLANATION = 20, 3
FIRST_MARK = 4
#: How many letters fit into a column of the sheets of words.
NARROW, WIDE = 32, 90
#: The longest message that a table program shows beside a cell.
MESSAGE = 255
LINE_OF_THE_MARK = 11
DECIMALS = {"none": "0", "sent": "0.0", "population": "0.0"}
BLANK = "Blank means that nothing is sent, and never 0."

Row = dict[str, str]


@dataclass(frozen=True)
class Content:
    """All that stands in the form of one sender and period."""

    sender: Sender
    span: Span
    owed: list[Owed]
    before: Before
    marks: list[Mark]
    reasons: list[tuple[str, str]]
    sheets: list[Row]
    columns: list[Row]


def write_form(path: Path, content: Content) -> None:
    """Write the form of one sender and period."""
    end = content.span.end
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties(
            {
                "title": f"{content.sender.name}: {content.span.label}",
                # A date of the form, so that the same form is the same file.
                "created": datetime(end.year, end.month, end.day),
            }
        )
        form = _Form(book, path, content)
        for row in content.sheets:
            form.add(row["sheet_name"])


class _Form:
    """One workbook while it is written."""

    def __init__(self, book: xlsxwriter.Workbook, path: Path, content: Content) -> None:
        self._book = book
        self._path = path
        self._content = content
        self._looks = Looks(book)
        self._extract = content.sender.extract

    def add(self, name: str) -> None:
        """Add a sheet of the list."""
        write = self._writers().get(name)
        if write is None:
            raise ValueError(f"form_sheets.csv: nothing is known of a sheet {name}")
        sheet = self._book.add_worksheet(name)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        whose = f"{self._content.sender.name}, {self._content.span.written}"
        sheet.set_footer(f"&L{whose}&R&A, &P of &N")
        sheet.set_row(0, 24)
        write(sheet)

    def _writers(self) -> dict[str, Callable[[Any], None]]:
        return {
            "cover": self._cover,
            "when and to whom": self._when,
            self._extract: self._figures,
            "explanations": self._explanations,
            "marks": self._marks,
        }

    # Where things stand

    def _columns(self, sheet_name: str) -> list[Row]:
        return [r for r in self._content.columns if r["sheet_name"] == sheet_name]

    def _range(self, column: str) -> str:
        """The cells of a column of the figures, without their sheet."""
        names = [row["column_name"] for row in self._columns(self._extract)]
        place = names.index(column)
        last = HEADER_ROW + len(self._content.owed) - 1
        return xl_range_abs(HEADER_ROW, place, last, place)

    @property
    def _mark_cells(self) -> str:
        last = FIRST_MARK + len(self._content.marks) - 1
        return f"marks!{xl_range_abs(FIRST_MARK, 0, last, 0)}"

    @property
    def _first_reason(self) -> int:
        return FIRST_MARK + len(self._content.marks) + 3

    # The sheets of words

    def _facts(self, sheet: Any, line: int, facts: list[tuple[str, str]]) -> None:
        """A table of two columns; what begins with = is a formula, of nothing yet."""
        for number, (name, said) in enumerate(facts, start=line):
            sheet.write_string(number, 0, name, self._looks.shown(bold=True))
            look = self._looks.shown(align="left")
            if said.startswith("="):
                sheet.write_formula(number, 1, said, look, 0)
            else:
                sheet.write_string(number, 1, said, look)
                sheet.set_row(number, height((name, NARROW), (said, WIDE)))

    def _cover(self, sheet: Any) -> None:
        content, own = self._content, f"{self._extract}!"
        sheet.set_column(0, 0, NARROW)
        sheet.set_column(1, 1, WIDE)
        sheet.write_string(0, 0, content.sender.name, self._looks.title)
        sheet.write_string(1, 0, words()["dataset"], self._looks.of(bold=True))
        last = FIRST_EXPLANATION + EXPLANATION_ROWS - 1
        names = [column["column_name"] for column in self._columns("explanations")]
        place = names.index("reason")
        explained = xl_range_abs(FIRST_EXPLANATION, place, last, place)
        facts = [
            ("Period", f"{content.span.label} ({content.span.days})"),
            ("Due by", in_words(content.span.due)),
            ("Rows", str(len(content.owed))),
            ("Rows filled in", f"=COUNTA({own}{self._range('numerator')})"),
            (
                "Rows to look at again",
                f'=SUMPRODUCT(--({own}{self._range("look at this")}<>""))',
            ),
            ("Explanations given", f"=COUNTA(explanations!{explained})"),
        ]
        self._facts(sheet, 3, facts)
        self._sign_off(sheet, 10)
        steps = [
            "Fill in the yellow cells; the others are protected.",
            f"Sheet {self._extract}: a row for each indicator that you owe. Write 0"
            " where nothing happened, and choose a mark where there is no figure; the"
            f" sheet marks says what they mean. {BLANK}",
            "What looks unusual is coloured, and said beside it. It is sent all the"
            " same.",
            "Sheet explanations: why a figure is missing, estimated or unusual. Name no"
            " person, here or elsewhere.",
            f"Send the file as {self._path.name}; a correction is v2, with all rows.",
        ]
        for number, step in enumerate(steps, start=16):
            said = f"{number - 15}. {step}"
            look = self._looks.of(text_wrap=True)
            sheet.merge_range(number, 0, number, 1, said, look)
            sheet.set_row(number, height((said, NARROW + WIDE)))

    def _sign_off(self, sheet: Any, line: int) -> None:
        looks = self._looks
        sheet.write_string(line, 0, "Sign-off", looks.of(bold=True, font_size=12))
        sheet.write_string(line + 1, 0, words()["confirmation"], looks.of())
        to_sign = [
            ("Signed off by (role, not name)", words()["signs"]),
            ("On (date)", None),
            ("I confirm", ["yes", "no"]),
        ]
        for number, (name, listed) in enumerate(to_sign, start=line + 2):
            sheet.write_string(number, 0, name, looks.shown(bold=True))
            look = looks.to_fill(align="left", num_format="yyyy-mm-dd")
            sheet.write_blank(number, 1, None, look)
            if listed is not None:
                rule = {"validate": "list", "source": listed, "show_error": False}
                sheet.data_validation(number, 1, number, 1, rule)

    def _when(self, sheet: Any) -> None:
        content, stem = self._content, self._path.stem
        sheet.set_column(0, 0, NARROW)
        sheet.set_column(1, 1, WIDE)
        sheet.write_string(0, 0, "By when, and to whom", self._looks.title)
        days = content.sender.due_days
        facts = [
            ("By", f"{in_words(content.span.due)}, {days} days after the period's end"),
            ("To", words()["receiver"]),
            ("How", words()["way"]),
            (
                "File name",
                f"{self._path.name}. It is known under another name too: the first line"
                f" of the sheet {self._extract} says whose form it is.",
            ),
            (
                "Form of the file",
                "This workbook, saved by Excel or LibreOffice as .xlsx; or the sheet"
                f" {self._extract} alone, saved as CSV.",
            ),
            (
                "A correction",
                f"{stem.rpartition('v')[0]}v2, with all rows: the new file takes the"
                " place of the old one, and what it leaves blank is withdrawn.",
            ),
            (
                "What is not sent",
                "Leave its row blank: it is then known that nothing was sent. Where"
                " there will be no figure, choose a mark.",
            ),
            (
                "What becomes of it",
                "You get a sheet back that says what was received, what could not be"
                " read, and what is asked.",
            ),
        ]
        self._facts(sheet, 2, facts)

    def _marks(self, sheet: Any) -> None:
        sheet.set_column(0, 0, NARROW)
        sheet.set_column(1, 1, WIDE)
        sheet.write_string(0, 0, "Marks", self._looks.title)
        said = "A mark stands in place of a number. Where nothing happened, write 0."
        sheet.write_string(1, 0, said, self._looks.of())
        self._heads(sheet, FIRST_MARK - 1, "mark", "what it means")
        marks = [(mark.mark, mark.meaning) for mark in self._content.marks]
        self._facts(sheet, FIRST_MARK, marks)
        first = self._first_reason
        self._heads(sheet, first - 1, "reason for an explanation", "what it means")
        self._facts(sheet, first, self._content.reasons)

    def _heads(self, sheet: Any, line: int, *names: str) -> None:
        for place, name in enumerate(names):
            sheet.write_string(line, place, name, self._looks.head)

    # The sheets to fill in

    def _figures(self, sheet: Any) -> None:
        content, looks = self._content, self._looks
        columns = self._columns(self._extract)
        mark = FormMark(self._extract, content.sender.code, content.span.written)
        faint = looks.of(font_size=8, font_color=FAINT)
        sheet.set_row(0, LINE_OF_THE_MARK)
        sheet.write_string(0, 0, str(mark), faint)
        said = f"{content.sender.name}: {content.span.label}"
        sheet.set_row(1, 24)
        sheet.write_string(1, 0, said, looks.title)
        said = (
            f"{content.span.days}. Due by {in_words(content.span.due)}. Fill in the"
            " yellow cells: a count, 0 where nothing happened, a mark from the list"
            f" where there is no figure. {BLANK}"
        )
        sheet.write_string(2, 0, said, looks.of())
        said = f"What you sent before: {content.before.said}"
        sheet.write_string(3, 0, said, looks.of())
        rows = f" of {len(content.owed)} rows filled in; to look at again: "
        formula = (
            f'=COUNTA({self._range("numerator")})&"{rows}"'
            f'&SUMPRODUCT(--({self._range("look at this")}<>""))'
        )
        sheet.write_formula(4, 0, formula, looks.of(bold=True), f"0{rows}0")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, int(column["width"]))
        names = [column["column_name"] for column in columns]
        self._heads(sheet, HEADER_ROW - 1, *names)
        sheet.set_row(HEADER_ROW - 1, height(("two lines", 5)))
        for line, owed in enumerate(content.owed, start=HEADER_ROW):
            self._row(sheet, line, owed, columns)
        sheet.freeze_panes(HEADER_ROW, 2)
        sheet.repeat_rows(HEADER_ROW - 1)
        last = HEADER_ROW + len(content.owed) - 1
        sheet.print_area(0, 0, last, len(columns) - 1)

    def _row(self, sheet: Any, line: int, owed: Owed, columns: list[Row]) -> None:
        cells = {
            row["column_name"]: xl_rowcol_to_cell(line, place)
            for place, row in enumerate(columns)
        }
        known, formulas = self._known(owed), self._formulas(owed, cells)
        closed = set() if owed.asks_denominator else {"denominator"}
        closed |= set() if owed.measure else {"measure"}
        for place, column in enumerate(columns):
            name = column["column_name"]
            if column["is_filled"] == "true" and name not in closed:
                look = self._looks.to_fill()
            else:
                look = self._looks.shown(**_look_of(name, owed))
            if formula := formulas.get(name):
                sheet.write_formula(line, place, formula, look, "")
            else:
                _write(sheet, line, place, known.get(name), look)
        texts = [(known.get(r["column_name"]) or "", int(r["width"])) for r in columns]
        sheet.set_row(line, height(*texts))
        self._offer(sheet, line, owed, columns, cells["look at this"])

    def _known(self, owed: Owed) -> dict[str, Cell]:
        """What stands in the cells of a row before anybody fills it in."""
        key = (owed.indicator_id, owed.definition_version, owed.measure)
        top, bottom = self._content.before.cells.get(key, (None, None))
        return {
            "pi_code": owed.indicator_id,
            "indicator": owed.title,
            "what is counted": owed.numerator_text,
            "out of what": owed.denominator_text or "nothing: it is a count",
            "usually": range_of(owed),
            "numerator before": top,
            "denominator before": bottom if owed.asks_denominator else None,
            "measure": owed.measure,
            "definition": owed.definition_version,
        }

    def _formulas(self, owed: Owed, cells: dict[str, str]) -> dict[str, str | None]:
        top, bottom, value = (
            cells[name] for name in ("numerator", "denominator", "worked out")
        )
        return {
            "worked out": value_of(owed, top, bottom),
            "look at this": look_at(owed, top, bottom, value, self._mark_cells),
        }

    def _offer(
        self, sheet: Any, line: int, owed: Owed, columns: list[Row], looked: str
    ) -> None:
        """The lists of a row, and the colour of what looks wrong."""
        asked = {"numerator": owed.numerator_text}
        if owed.asks_denominator:
            asked["denominator"] = owed.denominator_text
        for place, column in enumerate(columns):
            name = column["column_name"]
            if name in asked:
                message = f"{column['description']}: {asked[name]}."
                rule = {
                    "validate": "list",
                    "source": f"={self._mark_cells}",
                    # A number is none of the list, and is what is wanted.
                    "show_error": False,
                    "input_title": f"{owed.indicator_id}, {name}",
                    "input_message": message[:MESSAGE],
                }
                sheet.data_validation(line, place, line, place, rule)
                warned = {
                    "type": "formula",
                    "criteria": f'={looked}<>""',
                    "format": self._looks.warned,
                }
                sheet.conditional_format(line, place, line, place, warned)
            elif name == "measure" and owed.measure:
                rule = {
                    "validate": "list",
                    "source": [owed.measure],
                    "show_error": False,
                }
                sheet.data_validation(line, place, line, place, rule)

    def _explanations(self, sheet: Any) -> None:
        columns = self._columns("explanations")
        sheet.write_string(0, 0, "Explanations", self._looks.title)
        said = (
            "Why a figure is missing, estimated or unusual. Name the figure as it"
            " stands in the return, or its mark, or x where there is none: when it"
            " changes, the explanation lapses. Name no person; your words go no further"
            " than the file."
        )
        sheet.write_string(1, 0, said, self._looks.of())
        last = FIRST_EXPLANATION + EXPLANATION_ROWS - 1
        last_reason = self._first_reason + len(self._content.reasons) - 1
        lists = {
            "pi_code": f"={self._extract}!{self._range('pi_code')}",
            "reason": f"=marks!{xl_range_abs(self._first_reason, 0, last_reason, 0)}",
        }
        self._heads(sheet, FIRST_EXPLANATION - 1, *(r["column_name"] for r in columns))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, int(column["width"]))
            for line in range(FIRST_EXPLANATION, last + 1):
                sheet.write_blank(line, place, None, self._looks.to_fill())
            if source := lists.get(column["column_name"]):
                rule = {
                    "validate": "list",
                    "source": source,
                    "error_type": "warning",
                    "error_title": "Not of the list",
                    "error_message": column["description"],
                }
                sheet.data_validation(FIRST_EXPLANATION, place, last, place, rule)
        sheet.freeze_panes(FIRST_EXPLANATION, 0)


def _look_of(name: str, owed: Owed) -> dict[str, Any]:
    """How a protected cell differs from others."""
    if name == "worked out":
        is_share = owed.multiplier == 1 and owed.asks_denominator
        shown = "0.00" if is_share else DECIMALS[owed.denominator_basis]
        return {"num_format": shown}
    return {
        "pi_code": {"bold": True},
        "definition": {"align": "center"},
        "look at this": {"font_color": WARNING},
    }.get(name, {})


def _write(sheet: Any, line: int, place: int, value: Cell, look: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(line, place, None, look)
    elif isinstance(value, str):
        sheet.write_string(line, place, value, look)
    else:
        sheet.write_number(line, place, value, look)
