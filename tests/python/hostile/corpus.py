"""The whole corpus: every case, and how it is written into a landing folder."""

from pathlib import Path

from hostile import cases_names, cases_sheets, cases_text, cases_values, cases_versions
from hostile.building import Case

CASES: list[Case] = [
    *cases_names.CASES,
    *cases_text.CASES,
    *cases_sheets.CASES,
    *cases_values.CASES,
    *cases_versions.CASES,
]
PASSED_BY = cases_names.PASSED_BY
TWINS = cases_versions.TWINS

#: A name of which the bytes are no UTF-8, as an old file system may hold it.
NAME_OF_BYTES = b"lscb_return__Caf\xe9__2008-09Q1__v1.csv"


def write_corpus(landing: Path) -> None:
    """Put every file of the corpus in its place."""
    for case in CASES:
        path = landing / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(case.content):
            case.content(path)
        else:
            path.write_bytes(case.content)
    for name in PASSED_BY:
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"passed by")
    target = bytes(landing / "lscb_return") + b"/" + NAME_OF_BYTES
    Path(target.decode("utf-8", "surrogateescape")).write_bytes(b"x")
