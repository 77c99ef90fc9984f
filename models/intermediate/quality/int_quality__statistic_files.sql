{#-
    One row per publication of the DfE and indicator that it gives figures of: how many
    of those that count stand beside a filter that has one value throughout the file and
    that no list calls the whole.
-#}

with

statistics as (

    select * from {{ ref('int_dfe__statistics_current') }}

    where rows_for_cell = 1 and filter_kind = 'whole'

),

described as (

    select
        indicator_id,
        definition_version,
        cast(null as string) as area_code,
        cast(null as string) as period_id,
        file_id,
        cast(null as bigint) as line_number,

        count(*) as figures,
        count(case when is_of_one_value then 1 end) as figures_of_one_value

    from statistics

    group by indicator_id, definition_version, file_id

)

select * from described
