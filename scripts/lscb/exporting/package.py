"""The data package: `datapackage.json` describes every CSV file (Frictionless)."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import duckdb

from lscb.exporting.tables import TIMESTAMP, Field, Relation, title_of
from lscb.states import state_said

TYPES = {
    "VARCHAR": {"type": "string"},
    "BOOLEAN": {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
    "DATE": {"type": "date"},
    "TIMESTAMP": {"type": "datetime", "format": TIMESTAMP},
    "DOUBLE": {"type": "number"},
    "FLOAT": {"type": "number"},
    "BIGINT": {"type": "integer"},
    "INTEGER": {"type": "integer"},
    "HUGEINT": {"type": "integer"},
    "SMALLINT": {"type": "integer"},
    "TINYINT": {"type": "integer"},
}
REFERENCES = {"area_code": "dim_areas", "period_id": "dim_periods"}


def field_of(relation: Relation, field: Field) -> dict[str, Any]:
    """One field of a schema; a type that is not known is an error."""
    if field.data_type not in TYPES:
        raise KeyError(
            f"mart.{relation.name}.{field.name} is {field.data_type}: say in"
            " exporting/package.py what a data package calls it."
        )
    described = {"name": field.name, **TYPES[field.data_type]}
    if field.description:
        described["description"] = field.description
    return described


def resource_of(relation: Relation, present: set[str], folder: Path) -> dict[str, Any]:
    """One resource: where the file is, how it is checked, what its fields are."""
    path = f"csv/{relation.name}.csv"
    content = (folder / path).read_bytes()
    schema: dict[str, Any] = {
        "fields": [field_of(relation, field) for field in relation.fields]
    }
    if relation.key:
        schema["primaryKey"] = relation.key
    references = [
        {"fields": [name], "reference": {"resource": table, "fields": [name]}}
        for name, table in REFERENCES.items()
        if table in present
        and relation.name.startswith("fct_indicator")
        and name in {field.name for field in relation.fields}
    ]
    if references:
        schema["foreignKeys"] = references
    return {
        "name": relation.name,
        "path": path,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **({"description": relation.description} if relation.description else {}),
        "schema": schema,
    }


def write_package(
    connection: duckdb.DuckDBPyConnection, relations: list[Relation], folder: Path
) -> None:
    """Write datapackage.json beside the folder of CSV files that it describes."""
    about = dict(
        connection.execute(
            "select item, content from mart.about_publication"
        ).fetchall()
    )
    (note,) = connection.execute("select data_note from mart.dim_about").fetchone()
    said = f"{state_said(about)} Protection: {about['protection']}"
    title = title_of(connection)
    present = {relation.name for relation in relations}
    package = {
        "name": re.sub(r"[^a-z0-9]+", "-", title.lower().removeprefix("the ")),
        "title": title,
        "description": f"{note}. {said}.",
        "version": about["publication_id"],
        "profile": "tabular-data-package",
        "resources": [resource_of(r, present, folder) for r in relations],
    }
    path = folder / "datapackage.json"
    path.write_text(
        json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
