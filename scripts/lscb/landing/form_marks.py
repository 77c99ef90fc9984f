"""What a form of ours says of itself, in one cell above its header.

`lscb forms` writes it, and whatever program fills the form in and saves it keeps it:
extract, sender and period, as the name of the file has them. All of it stands in one
cell, for table programs take 2008-09 alone for a month and 5E3 for a number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FORM = re.compile(
    r"lscb form: (?P<extract>[^ ]+) (?P<submitter>[^ ]+) (?P<period>[^ ]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FormMark:
    """Of which extract, sender and period a form is."""

    extract: str
    submitter: str
    period: str

    def __str__(self) -> str:
        return f"lscb form: {self.extract} {self.submitter} {self.period}"


def mark_in(cells: Iterable[str]) -> FormMark | None:
    """The mark of a form, where one stands in a row."""
    for cell in cells:
        if found := FORM.fullmatch(" ".join(cell.split())):
            return FormMark(**found.groupdict())
    return None
