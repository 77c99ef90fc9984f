"""What changed since the publication before, itself under disclosure control.

Listed are all counts that the engine counts as revised, totals of such among them also
where their figure stayed the same, and every other change that a reader would see. Old
and new figures stand only where both are shown.
"""

from collections.abc import Iterable

import duckdb

from lscb.publishing.cells import DENOMINATOR, NUMERATOR, Row
from lscb.publishing.history import FILE_NAME, Past
from lscb.publishing.protection import Protection

KEYS = "indicator_id, definition_version, area_code, period_id"

REVISION_COMMENTS: tuple[str, dict[str, str]] = (
    "What changed since the publication before: one row a value. A total is listed"
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
    if marks:
        connection.executemany("insert into revised values (?, ?, ?, ?, ?, ?)", marks)
    file = str(before.folder / FILE_NAME).replace("'", "''")
    connection.execute(f"attach '{file}' as before (read_only)")
    connection.execute(
        REVISIONS_SQL,
        {"old": before.manifest["publication_id"], "new": publication_id},
    )
    connection.execute("detach before")


REVISIONS_SQL = f"""
    insert into mart.fct_revisions
    with files_now as (
        select {KEYS}, list_sort(list(distinct file_id)) as files
        from mart.fct_lineage group by all
    ),
    files_before as (
        select {KEYS}, list_sort(list(distinct file_id)) as files
        from before.mart.fct_lineage group by all
    ),
    sides as (
        select
            {KEYS},
            old.numerator as old_numerator,
            new.numerator as new_numerator,
            old.indicator_value as old_value,
            new.indicator_value as new_value,
            old.denominator as old_denominator,
            new.denominator as new_denominator,
            old.value_status as old_status,
            new.value_status as new_status,
            coalesce(numerator_flag, false) as is_numerator_revised,
            coalesce(denominator_flag, false) as is_denominator_revised,
            coalesce(files_now.files, []) as files_now,
            coalesce(files_before.files, []) as files_before
        from mart.fct_indicator_values as new
        full join before.mart.fct_indicator_values as old using ({KEYS})
        left join revised using ({KEYS})
        left join files_now using ({KEYS})
        left join files_before using ({KEYS})
    ),
    changed as (
        select
            *,
            old_status in ('suppressed', 'suppressed_secondary')
                or new_status in ('suppressed', 'suppressed_secondary')
                as is_hidden_once,
            list_filter(files_now, each -> not list_contains(files_before, each))
                as files_added
        from sides
        where is_numerator_revised or is_denominator_revised
        or old_status is distinct from new_status
        or old_numerator is distinct from new_numerator
        or old_denominator is distinct from new_denominator
        or old_value is distinct from new_value
    )
    select
        {KEYS},
        $old,
        $new,
        case when old_numerator is not null and new_numerator is not null
            then old_numerator end,
        case when old_numerator is not null and new_numerator is not null
            then new_numerator end,
        case when old_value is not null and new_value is not null
            then old_value end,
        case when old_value is not null and new_value is not null
            then new_value end,
        old_status,
        new_status,
        is_numerator_revised,
        is_denominator_revised,
        case
            when old_status is null or new_status is null then 'definition'
            when len(files_added) > 0 and exists (
                select 1 from mart.fct_submissions as files
                where list_contains(changed.files_added, files.file_id)
                and files.version > 1
            ) then 'resubmission'
            when len(files_added) > 0 then 'new_file'
            when len(files_now) < len(files_before) then 'withdrawn_rows'
            when not is_numerator_revised and not is_denominator_revised
                and is_hidden_once then 'suppression'
            when not is_numerator_revised
                and old_denominator is distinct from new_denominator
                then 'population_vintage'
            when old_status = new_status
                and old_numerator is not distinct from new_numerator
                and old_value is not distinct from new_value then 'part_revised'
            else 'code'
        end
    from changed
"""
