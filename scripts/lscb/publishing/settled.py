"""What was settled of every column before it may be published: settled.yml, read."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import yaml

FILE = Path(__file__).with_name("settled.yml")
HIDDEN, INSIDE, MADE = "hidden", "inside", "made"


@dataclass(frozen=True)
class Settled:
    """Columns by table: those that a warehouse may have, and those of a publication."""

    warehouse: dict[str, frozenset[str]]
    inside: dict[str, frozenset[str]]
    hidden: dict[str, frozenset[str]]
    published: dict[str, frozenset[str]]
    items: frozenset[str]
    manifest: frozenset[str]

    def unsettled(self, columns: Iterable[tuple[str, str]]) -> list[str]:
        """Columns of a warehouse, by table, that nobody settled; a new table's too."""
        return sorted(
            f"mart.{table}.{column}" if table in self.warehouse else f"mart.{table}"
            for table, column in columns
            if column not in self.warehouse.get(table, ())
        )


@cache
def settled() -> Settled:
    """What settled.yml says."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    warehouse, inside, hidden, published = {}, {}, {}, {}
    for table, kinds in content["marts"].items():
        every = frozenset(column for columns in kinds.values() for column in columns)
        inside[table] = frozenset(kinds.get(INSIDE, ()))
        hidden[table] = frozenset(kinds.get(HIDDEN, ()))
        warehouse[table] = every - frozenset(kinds.get(MADE, ()))
        published[table] = every - inside[table]
    published |= {table: frozenset(each) for table, each in content["own"].items()}
    items = frozenset(content["items"])
    return Settled(
        warehouse,
        inside,
        hidden,
        published,
        items,
        items | frozenset(content["manifest"]),
    )


def told_unsettled(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What a published file discloses though nobody settled that it may."""
    known = settled().published
    found = [
        f"mart.{table}.{column}"
        for table, column in connection.execute(
            "select table_name, column_name from duckdb_columns()"
            " where schema_name = 'mart' and not internal and table_name in"
            " (select table_name from duckdb_tables() where schema_name = 'mart')"
            " order by all"
        ).fetchall()
        if column not in known.get(table, ())
    ]
    found += [
        f"the item {item}"
        for (item,) in connection.execute(
            "select item from mart.about_publication order by item"
        ).fetchall()
        if item not in settled().items
    ]
    return found
