"""Publish the marts: one compact DuckDB file that any reader can open.

Built beside the last publication and swapped in whole by one rename, so that a reader
sees the old file or the new one and never half of one. A publication that would say
the same as the last is not written again.

Disclosure control is not part of it yet: the file says so in `about_publication` and
in its manifest.
"""

import hashlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

# Read by every DuckDB line from 1.2 on.
STORAGE_VERSION = "v1.2.0"
FILE_NAME = "lscb.duckdb"
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class Publication:
    """What was published: the file, rows a table, and whether it is a new one."""

    file: Path
    rows: dict[str, int]
    is_new: bool


def quoted(name: str) -> str:
    """The name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def mart_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables of the mart, in order."""
    return [
        name
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
            " and schema_name = 'mart' order by table_name"
        ).fetchall()
    ]


def digest_of(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """SHA-256 of all rows of a relation, in an order of their own."""
    digest = hashlib.sha256()
    rows = connection.execute(
        f"select cast(to_json(content) as varchar) as line from {relation} as content"
        " order by line"
    )
    while batch := rows.fetchmany(10_000):
        for (line,) in batch:
            digest.update(line.encode())
            digest.update(b"\n")
    return digest.hexdigest()


def copy_comments(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Carry the descriptions of a table and its columns into the publication."""
    target = f"publication.mart.{quoted(table)}"
    (comment,) = connection.execute(
        "select comment from duckdb_tables() where database_name = 'warehouse'"
        " and schema_name = 'mart' and table_name = ?",
        [table],
    ).fetchone()
    if comment:
        connection.execute(f"comment on table {target} is {literal(comment)}")
    for column, comment in connection.execute(
        "select column_name, comment from duckdb_columns() where schema_name = 'mart'"
        " and database_name = 'warehouse' and table_name = ? and comment is not null",
        [table],
    ).fetchall():
        connection.execute(
            f"comment on column {target}.{quoted(column)} is {literal(comment)}"
        )


def copy_views(connection: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Make the mart's views again, without the name of the warehouse's own catalog."""
    connection.execute("use publication.mart")
    for name, sql, comment in connection.execute(
        "select view_name, sql, comment from duckdb_views() where not internal"
        " and database_name = 'warehouse' and schema_name = 'mart' order by view_name"
    ).fetchall():
        sql = sql.replace(f"{catalog}.mart.", "mart.").replace(f'"{catalog}".', "")
        connection.execute(sql.replace(f"CREATE VIEW {catalog}.", "CREATE VIEW "))
        if comment:
            connection.execute(
                f"comment on view mart.{quoted(name)} is {literal(comment)}"
            )
    connection.execute("use memory")


def publish(warehouse: Path, folder: Path) -> Publication:
    """Publish the marts of a warehouse into a folder; the swap is one rename."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE_NAME
    fresh = folder / f".{FILE_NAME}.new"
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)

    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
        tables = mart_tables(connection)
        digests = {
            table: digest_of(connection, f"warehouse.mart.{quoted(table)}")
            for table in tables
        }
        rows = {
            table: connection.execute(
                f"select count(*) from warehouse.mart.{quoted(table)}"
            ).fetchone()[0]
            for table in tables
        }
        manifest = {
            "file": FILE_NAME,
            "is_protected": False,
            "protection": "none: counts of children are shown as they are",
            "publication_id": hashlib.sha256(
                json.dumps(digests, sort_keys=True).encode()
            ).hexdigest()[:16],
            "storage_version": STORAGE_VERSION,
            "tables": {
                table: {"rows": rows[table], "sha256": digests[table]}
                for table in tables
            },
        }
        if target.exists() and read_manifest(folder) == manifest:
            return Publication(target, rows, is_new=False)

        connection.execute(
            f"attach {literal(str(fresh))} as publication"
            f" (storage_version {literal(STORAGE_VERSION)})"
        )
        connection.execute("create schema publication.mart")
        for table in tables:
            connection.execute(
                f"create table publication.mart.{quoted(table)} as"
                f" select * from warehouse.mart.{quoted(table)} order by all"
            )
            copy_comments(connection, table)
        copy_views(connection, warehouse.stem)
        connection.execute(
            "create table publication.mart.about_publication"
            " (item varchar, content varchar)"
        )
        connection.executemany(
            "insert into publication.mart.about_publication values (?, ?)",
            [
                ["publication_id", manifest["publication_id"]],
                ["is_protected", "false"],
                ["protection", manifest["protection"]],
            ],
        )
        connection.execute("checkpoint publication")
        connection.execute("detach publication")

    fresh.replace(target)
    written = folder / f".{MANIFEST_NAME}.new"
    written.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    written.replace(folder / MANIFEST_NAME)
    return Publication(target, rows, is_new=True)


def read_manifest(folder: Path) -> dict | None:
    """The manifest of the last publication, or None where there is none."""
    path = folder / MANIFEST_NAME
    return json.loads(path.read_text()) if path.exists() else None


def main() -> int:
    """Publish the warehouse that LSCB_WAREHOUSE names; 2 where there is none."""
    warehouse = Path(os.environ.get("LSCB_WAREHOUSE") or "warehouse.duckdb")
    if not warehouse.exists():
        print(f"There is no warehouse at {warehouse}: run `make build` first.")
        return 2
    folder = Path(os.environ.get("LSCB_PUBLISHED") or "published")
    publication = publish(warehouse, folder)
    print(f"{publication.file}: {sum(publication.rows.values()):,} rows, not protected")
    return 0


if __name__ == "__main__":
    sys.exit(main())
