"""What changed since the publication before, itself under disclosure control.

Listed are all counts that the engine counts as revised, totals of such among them also
where their figure stayed the same, and every other change that a reader would see. Old
and new figures stand only where both are shown.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from lscb.publishing.cells import DENOMINATOR, HIDDEN_STATUSES, NUMERATOR, Row
from lscb.publishing.history import FILE_NAME, Past
from lscb.publishing.protection import Protection
from lscb.sql import insert_rows, literal, read_query

SQL = Path(__file__).with_name("sql")

REVISION_COMMENTS: tuple[str, dict[str, str]] = (
    "What changed since the publication before: one row per value. A total is listed"
    " when any part of it was revised, also where its own figure stayed the same.",
    {
        "indicator_id": "Indicator.",
        "definition_version": "Version of its definition.",
        "area_code": "Area.",
        "period_id": "Period.",
        "old_publication_id": "Publication that readers had before.",
        "new_publication_id": "This publication.",
        "old_numerator": "Count before; only where both are shown.",
        "new_numerator": "Count now; only where both are shown.",
        "old_value": "Value before; only where both are shown.",
        "new_value": "Value now; only where both are shown.",
        "old_status": "Status before; empty where there was no such row.",
        "new_status": "Status now; empty where there is no such row any more.",
        "is_numerator_revised": (
            "Whether the numerator is to be taken for another count than before."
        ),
        "is_denominator_revised": (
            "Whether the denominator is to be taken for another count than before."
        ),
        "cause": (
            "new_file, resubmission, withdrawn_rows, definition, population_vintage,"
            " code (the rules of counting, or a code list), part_revised (a total of"
            " revised counts) or suppression (only what is hidden changed)."
        ),
    },
)


def write_revisions(
    connection: duckdb.DuckDBPyConnection,
    rows: Iterable[Row],
    protection: Protection,
    before: Past | None,
    publication_id: str,
) -> None:
    """Write fct_revisions beside the tables in memory; empty the first time."""
    connection.execute(
        "create table mart.fct_revisions (indicator_id varchar,"
        " definition_version bigint, area_code varchar, period_id varchar,"
        " old_publication_id varchar, new_publication_id varchar,"
        " old_numerator double, new_numerator double, old_value double,"
        " new_value double, old_status varchar, new_status varchar,"
        " is_numerator_revised boolean, is_denominator_revised boolean,"
        " cause varchar)"
    )
    if before is None:
        return
    revised = protection.earlier.revised
    marks = [
        (*row.key, *flags)
        for row in rows
        if any(
            flags := [
                protection.cells.keys.get((row.key, measure)) in revised
                for measure in (NUMERATOR, DENOMINATOR)
            ]
        )
    ]
    connection.execute(
        "create temp table revised (indicator_id varchar, definition_version bigint,"
        " area_code varchar, period_id varchar, numerator_flag boolean,"
        " denominator_flag boolean)"
    )
    insert_rows(connection, "revised", marks)
    file = literal(str(before.folder / FILE_NAME))
    connection.execute(f"attach {file} as before (read_only)")
    connection.execute(
        read_query(SQL, "revisions"),
        {
            "old": before.manifest["publication_id"],
            "new": publication_id,
            "hidden": HIDDEN_STATUSES,
        },
    )
    connection.execute("detach before")
