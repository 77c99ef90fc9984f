"""Let Great Expectations look through a DuckDB connection that somebody else holds.

dbt holds the warehouse while it builds, and nobody else may open it. Great Expectations
asks SQLAlchemy for a connection, SQLAlchemy asks this dialect, and it gives a cursor of
the connection that was shared. Great Expectations reads a result after it has given its
connection back; the rollback that SQLAlchemy then sends would drop what DuckDB has not
handed over yet, so begin, commit and rollback do nothing here. Nothing is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb_engine
from duckdb import DuckDBPyConnection
from sqlalchemy.dialects import registry
from sqlalchemy.pool import StaticPool

URL = "lent_duckdb://"
_lent: list[DuckDBPyConnection] = []


class LentDuckDB(duckdb_engine.Dialect):
    """DuckDB by way of a shared connection."""

    supports_statement_cache = False

    @classmethod
    def get_pool_class(cls, url: Any) -> type[StaticPool]:
        return StaticPool

    def connect(self, *_: Any, **__: Any) -> duckdb_engine.ConnectionWrapper:
        if not _lent:
            raise RuntimeError(
                "No DuckDB connection is shared: evaluate rules by evaluate.evaluate()."
            )
        cursor = _lent[-1].cursor()
        # A cursor begins in the database of the file that was opened first.
        cursor.execute(f"use {_database_of(_lent[-1])}")
        return duckdb_engine.ConnectionWrapper(cursor)

    def do_begin(self, dbapi_connection: Any) -> None:
        return None

    def do_commit(self, dbapi_connection: Any) -> None:
        return None

    def do_rollback(self, dbapi_connection: Any) -> None:
        return None


def _database_of(connection: DuckDBPyConnection) -> str:
    (name,) = connection.execute("select current_database()").fetchone()
    return '"' + name.replace('"', '""') + '"'


registry.register("lent_duckdb", __name__, "LentDuckDB")


@contextmanager
def shared(connection: DuckDBPyConnection) -> Iterator[str]:
    """Lend a connection; gives the address under which it can be had meanwhile."""
    _lent.append(connection)
    try:
        yield URL
    finally:
        _lent.remove(connection)
