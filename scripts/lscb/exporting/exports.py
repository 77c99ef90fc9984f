"""Write the exports of the published file: tables, workbook, EES files, data package.

`write_exports(published_file, folder)` fills the folder again: it is built beside the
last one and swapped in whole.
"""

from pathlib import Path

import duckdb

from lscb.exporting.ees import write_ees
from lscb.exporting.package import write_package
from lscb.exporting.tables import relations_of, write_dictionary, write_tables
from lscb.exporting.workbook import write_workbook
from lscb.swapping import replaced_folder


def write_exports(published_file: Path, folder: Path) -> int:
    """Write all exports of a published file into a folder; how many files they are."""
    if not published_file.exists():
        raise FileNotFoundError(
            f"There is no published file at {published_file}: run `make build` first."
        )
    with (
        duckdb.connect(str(published_file), read_only=True) as connection,
        replaced_folder(folder) as fresh,
    ):
        # One thread writes row groups in one order: the same data make the same files.
        connection.execute("set threads = 1")
        relations = relations_of(connection)
        write_tables(connection, relations, fresh)
        write_dictionary(relations, fresh)
        write_package(connection, relations, fresh)
        write_ees(connection, fresh / "ees")
        write_workbook(connection, relations, fresh / "lscb.xlsx")
    return sum(path.is_file() for path in folder.rglob("*"))
