"""Open a file of any form that landing reads."""

from pathlib import Path

from lscb.landing.checking import Source
from lscb.landing.parquet_files import open_parquet
from lscb.landing.reference import Extract
from lscb.landing.refusals import Refused
from lscb.landing.text_files import open_text
from lscb.landing.workbooks import open_workbook


def open_source(
    path: Path, file_format: str, extract: Extract, optional: frozenset[str]
) -> Source:
    """Open a file as one of an extract; Refused where it cannot be one.

    `optional` names required columns that its sender may leave out.
    """
    if path.stat().st_size == 0:
        raise Refused("empty_file")
    if file_format == "xlsx":
        return open_workbook(path, extract, optional)
    if file_format == "parquet":
        return open_parquet(path, extract, optional)
    return open_text(path, file_format == "csv.gz", extract, optional)
