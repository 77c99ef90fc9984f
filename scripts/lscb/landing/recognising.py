"""Whether a line is by its looks a record: in a quoted field, or above a header."""

import re
from collections.abc import Sequence

from lscb.landing.records import Header
from lscb.landing.reference import Column, Extract

NUMERIC = re.compile(r"[+-]?[0-9][0-9.,]*")
LOOKS = {
    "date": re.compile(r"[0-9]{1,4}[-/].*[-/][0-9]{1,4}.*"),
    "integer": NUMERIC,
    "startage": NUMERIC,
    "wave": NUMERIC,
    "flag": re.compile(r"[ynYN]"),
    "indicator": re.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z]?"),
    "gss_area": re.compile(r"[A-Za-z][0-9]{8}"),
    "dfe_area": re.compile(r"[0-9]{3}"),
}


def looks_like_a_record(
    fields: Sequence[str], header: Header, extract: Extract
) -> bool:
    """Whether fields are as many as the header has, and for the most part of its kinds.

    Columns that must be there and whose kind shows are asked; where there is none, the
    number of fields says all that can be said.
    """
    least = header.places[-1] + 1
    if not least <= len(fields) <= header.width + 1:
        return False
    if len(fields) > header.width and fields[-1].strip():
        return False
    asked = [
        _fits(column, fields[header.places[header.found[column.name]]])
        for column in extract.columns
        if column.is_required_column and column.name in header.found
    ]
    answers = [answer for answer in asked if answer is not None]
    return sum(answers) * 2 >= len(answers)


def stands_above(fields: Sequence[str], header: Header, extract: Extract) -> bool:
    """Whether a row above the header is a record, and no title or second heading.

    A table that was sorted together with its header has its header among the records.
    """
    needed = [
        fields[header.places[place]]
        for name, place in header.found.items()
        if header.places[place] < len(fields)
        and extract.column(name).is_required_column
    ]
    figures = [
        fields[header.places[place]].strip()
        for place in header.dynamic
        if header.places[place] < len(fields)
    ]
    filled = sum(map(bool, map(str.strip, needed)))
    numbers = sum(NUMERIC.fullmatch(figure) is not None for figure in figures)
    return (
        filled * 2 > len(needed)
        and numbers * 2 >= len(figures)
        and looks_like_a_record(fields, header, extract)
    )


def _fits(column: Column, field: str) -> bool | None:
    """Whether a field is by its looks of a column's kind; None where nobody can say."""
    text = field.strip().strip('"').strip()
    if column.choices and column.data_type == "choice":
        return text.lower() in column.choices
    looks = LOOKS.get(column.data_type)
    return None if looks is None else looks.fullmatch(text) is not None
