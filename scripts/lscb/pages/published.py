"""Read the published file: the only source of what the pages and exports show."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from lscb.sql import read_query
from lscb.states import state_said

QUERIES = Path(__file__).resolve().parent / "queries"

Row = dict[str, Any]


@dataclass(frozen=True)
class Published:
    """A connection to the published file that only reads."""

    connection: duckdb.DuckDBPyConnection

    @classmethod
    def open(cls, file: Path) -> "Published":
        """Open the file; say what to do where there is none."""
        if not file.exists():
            raise FileNotFoundError(
                f"There is no published file at {file}: run `make build` first."
            )
        return cls(duckdb.connect(str(file), read_only=True))

    def rows(self, sql: str, **parameters: object) -> list[Row]:
        """The rows of a query, each a dictionary by column."""
        cursor = self.connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def query(self, name: str, **parameters: object) -> list[Row]:
        """The rows of one of the queries that stand beside this file."""
        return self.rows(read_query(QUERIES, name), **parameters)

    @cached_property
    def relations(self) -> dict[str, list[tuple[str, str]]]:
        """Names of the tables and views of the mart, each with columns and types."""
        relations: dict[str, list[tuple[str, str]]] = {}
        for table, column, data_type in self.connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where schema_name = 'mart' and not internal"
            " order by table_name, column_index"
        ).fetchall():
            relations.setdefault(table, []).append((column, data_type))
        return relations

    def table(self, name: str) -> list[Row] | None:
        """All rows of a table in an order of their own; None where there is none."""
        if name not in self.relations:
            return None
        return self.rows(f"select * from mart.{name} order by all")

    @cached_property
    def about(self) -> Row:
        """What the publication says of itself: id, protection, date, sample or not."""
        items = dict(
            self.connection.execute(
                "select item, content from mart.about_publication"
            ).fetchall()
        )
        (sample,) = self.rows("select * from mart.dim_about")
        return {
            **sample,
            **items,
            "is_protected": items.get("is_protected") == "true",
            "state_said": state_said(items),
        }
