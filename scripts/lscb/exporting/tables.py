"""Parquet and CSV of every published table and view, and the data dictionary."""

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

TIMESTAMP = "%Y-%m-%d %H:%M:%S"

VALUE_KEY = ["indicator_id", "definition_version", "area_code", "period_id"]
DICTIONARY = [
    "table_name",
    "column_name",
    "position",
    "data_type",
    "is_key",
    "description",
    "table_description",
]

# What identifies a row; a table that is not named here has no declared key.
KEYS = {
    "about_publication": ["item"],
    "dim_areas": ["area_code"],
    "dim_data_challenges": ["challenge_id"],
    "dim_decisions": ["decision_id"],
    "dim_indicators": ["indicator_id", "definition_version"],
    "dim_neighbours": ["area_code", "edition", "neighbour_rank"],
    "dim_periods": ["period_id"],
    "dim_value_statuses": ["value_status"],
    "fct_comparisons": VALUE_KEY,
    "fct_indicator_values": VALUE_KEY,
    "indicator_scorecard": VALUE_KEY,
    "fct_quality_flags": ["flag_id"],
    "fct_submissions": ["file_id"],
    "fct_targets": [*VALUE_KEY, "target_kind"],
    "latest_boroughs": ["indicator_id", "area_code"],
    "latest_neighbours": ["indicator_id", "area_code", "neighbour_rank"],
    "start_here": ["line_number"],
}


@dataclass(frozen=True)
class Field:
    """One column of a published table or view."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Relation:
    """One published table or view, with its rows counted."""

    name: str
    is_view: bool
    description: str
    rows: int
    fields: list[Field]

    @property
    def key(self) -> list[str]:
        """The columns that identify a row, none where no key is declared."""
        names = {field.name for field in self.fields}
        key = KEYS.get(self.name, [])
        return key if set(key) <= names else []


def title_of(connection: duckdb.DuckDBPyConnection) -> str:
    """What the dataset is called: by its region."""
    (region,) = connection.execute(
        "select area_name from mart.dim_areas where area_type = 'region'"
    ).fetchone()
    return f"The {region} LSCB model dataset"


def relations_of(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Every table and view of the mart in order of name."""
    named = connection.execute(
        "select table_name, false, comment from duckdb_tables() where schema_name ="
        " 'mart' union all select view_name, true, comment from duckdb_views()"
        " where schema_name = 'mart' and not internal order by 1"
    ).fetchall()
    relations = []
    for name, is_view, comment in named:
        fields = connection.execute(
            "select column_name, data_type, comment from duckdb_columns()"
            " where schema_name = 'mart' and table_name = ? order by column_index",
            [name],
        ).fetchall()
        (rows,) = connection.execute(f"select count(*) from mart.{name}").fetchone()
        relations.append(
            Relation(
                name,
                is_view,
                comment or "",
                rows,
                [Field(column, kind, text or "") for column, kind, text in fields],
            )
        )
    return with_descriptions(relations)


def with_descriptions(relations: list[Relation]) -> list[Relation]:
    """Columns without a description take that of the same name in another table."""
    known: dict[str, str] = {}
    for relation in sorted(relations, key=lambda r: r.is_view):
        for field in relation.fields:
            if field.description:
                known.setdefault(field.name, field.description)
    return [
        Relation(
            r.name,
            r.is_view,
            r.description,
            r.rows,
            [
                Field(f.name, f.data_type, f.description or known.get(f.name, ""))
                for f in r.fields
            ],
        )
        for r in relations
    ]


def write_tables(
    connection: duckdb.DuckDBPyConnection, relations: list[Relation], folder: Path
) -> None:
    """Write each relation as Parquet and as CSV, in an order of its own."""
    for kind, options in (
        ("parquet", "format parquet, compression zstd"),
        ("csv", f"format csv, header, timestampformat '{TIMESTAMP}'"),
    ):
        (folder / kind).mkdir()
        for relation in relations:
            target = str(folder / kind / f"{relation.name}.{kind}").replace("'", "''")
            connection.execute(
                f"copy (select * from mart.{relation.name} order by all)"
                f" to '{target}' ({options})"
            )


def write_dictionary(relations: list[Relation], folder: Path) -> None:
    """Write the data dictionary: one row per column of every table and view."""
    path = folder / "data_dictionary.csv"
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(DICTIONARY)
        for relation in relations:
            for position, field in enumerate(relation.fields, 1):
                writer.writerow(
                    [
                        relation.name,
                        field.name,
                        position,
                        field.data_type.lower(),
                        "true" if field.name in relation.key else "false",
                        field.description,
                        relation.description,
                    ]
                )
