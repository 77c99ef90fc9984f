-- One row per value that changed since the publication before (`before`), old and new
-- figures only where both are shown. `revised` says which counts the engine takes for
-- others than before.
insert into mart.fct_revisions
with

files_now as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        list_sort(list(distinct file_id)) as cited_files

    from mart.fct_lineage

    group by all

),

files_before as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        list_sort(list(distinct file_id)) as cited_files

    from before.mart.fct_lineage

    group by all

),

sides as (

    select
        indicator_id,
        definition_version,
        area_code,
        period_id,
        earlier.numerator as old_numerator,
        latest.numerator as new_numerator,
        earlier.indicator_value as old_value,
        latest.indicator_value as new_value,
        earlier.value_status as old_status,
        latest.value_status as new_status,
        coalesce(revised.numerator_flag, false) as is_numerator_revised,
        coalesce(revised.denominator_flag, false) as is_denominator_revised,
        coalesce(files_now.cited_files, []) as files_now,
        coalesce(files_before.cited_files, []) as files_before,
        (earlier.numerator is distinct from latest.numerator) as has_other_numerator,
        (earlier.denominator is distinct from latest.denominator)
            as has_other_denominator,
        (earlier.indicator_value is distinct from latest.indicator_value)
            as has_other_value,
        (earlier.value_status is distinct from latest.value_status) as has_other_status

    from mart.fct_indicator_values as latest

    full join before.mart.fct_indicator_values as earlier
        using (indicator_id, definition_version, area_code, period_id)

    left join revised
        using (indicator_id, definition_version, area_code, period_id)

    left join files_now
        using (indicator_id, definition_version, area_code, period_id)

    left join files_before
        using (indicator_id, definition_version, area_code, period_id)

),

changed as (

    select
        sides.*,
        old_status = any($hidden) or new_status = any($hidden) as is_hidden_once,
        list_filter(files_now, each -> not list_contains(files_before, each))
            as files_added

    from sides

    where
        is_numerator_revised
        or is_denominator_revised
        or has_other_status
        or has_other_numerator
        or has_other_denominator
        or has_other_value

),

caused as (

    select
        changed.*,
        old_numerator is not null and new_numerator is not null as has_both_numerators,
        old_value is not null and new_value is not null as has_both_values

    from changed

)

select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    $old as old_publication_id,
    $new as new_publication_id,
    case when has_both_numerators then old_numerator end as old_numerator,
    case when has_both_numerators then new_numerator end as new_numerator,
    case when has_both_values then old_value end as old_value,
    case when has_both_values then new_value end as new_value,
    old_status,
    new_status,
    is_numerator_revised,
    is_denominator_revised,

    case
        when old_status is null or new_status is null then 'definition'
        when
            exists (
                select 1 from mart.fct_submissions as submissions
                where
                    list_contains(caused.files_added, submissions.file_id)
                    and submissions.version > 1
            )
            then 'resubmission'
        when len(files_added) > 0 then 'new_file'
        when len(files_now) < len(files_before) then 'withdrawn_rows'
        when
            not is_numerator_revised and not is_denominator_revised and is_hidden_once
            then 'suppression'
        when not is_numerator_revised and has_other_denominator
            then 'population_vintage'
        when not has_other_status and not has_other_numerator and not has_other_value
            then 'part_revised'
        else 'code'
    end as cause

from caused
