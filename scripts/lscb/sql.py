"""What every room that writes SQL needs: its `.sql` files, texts and names."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Where an expression goes that varies; values go in as parameters, `$name`.
GAP = re.compile(r"\$\{(\w+)\}")


def read_query(folder: Path, name: str, /, **parts: str) -> str:
    """What stands in a `.sql` file of a room, with a part for each `${gap}`."""
    text = _read(folder / f"{name}.sql")
    if (gaps := set(GAP.findall(text))) != parts.keys():
        raise ValueError(f"{name}.sql has gaps for {sorted(gaps)}, not {[*parts]}")
    return GAP.sub(lambda gap: parts[gap[1]], text)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def insert_rows(
    connection: "duckdb.DuckDBPyConnection", table: str, rows: Sequence[tuple]
) -> None:
    """Add rows to a table in one statement: one by one takes ten times as long."""
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        places = ", ".join("unnest(?)" for _ in columns)
        connection.execute(f"insert into {table} select {places}", columns)


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
