"""How the cells of a form look, and how high a row is that shows all of its text."""

import textwrap
from typing import Any

import xlsxwriter

INK, PAPER, PAPER_TO_FILL, LINE = "#1F3A4D", "#EEF2F5", "#FFF8D8", "#B8C4CC"
WARNED, WARNING, FAINT = "#FBD9A8", "#9A3B00", "#7A8891"
LINE_HEIGHT = 13.5
#: Letters of our font in a unit of width, less what long words leave over.
FITS = 1.15
FRAMED = {"text_wrap": True, "border": 1, "border_color": LINE}


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **wanted: Any) -> Any:
        """A format of these properties."""
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            plain = {"valign": "top", "font_name": "Arial", "font_size": 10}
            self._made[key] = self._book.add_format(plain | wanted)
        return self._made[key]

    @property
    def title(self) -> Any:
        """The title of a sheet."""
        return self.of(bold=True, font_size=16, font_color=INK)

    @property
    def head(self) -> Any:
        """A cell of a header."""
        return self.of(bold=True, bg_color=INK, font_color="white", **FRAMED)

    @property
    def warned(self) -> Any:
        """What a cell becomes in which something looks wrong."""
        key = (("warned", True),)
        if key not in self._made:
            self._made[key] = self._book.add_format({"bg_color": WARNED})
        return self._made[key]

    def shown(self, **more: Any) -> Any:
        """A cell that is protected."""
        return self.of(bg_color=PAPER, **FRAMED, **more)

    def to_fill(self, **more: Any) -> Any:
        """A cell to fill in."""
        return self.of(bg_color=PAPER_TO_FILL, locked=False, **FRAMED, **more)


def height(*texts: tuple[object, int]) -> float:
    """The height of a row of texts, each in a column of some width."""
    lines = [textwrap.wrap(str(text), round(width * FITS)) for text, width in texts]
    return LINE_HEIGHT * max(1, *map(len, lines)) + 2
