{#-
    Count measures by block, area and month, with the lines that counted.

    One row per measure, file, area and month in which anything counted or, of what was
    set aside, could count. `events` is the count itself, `line_count`, `first_line` and
    `last_line` say which lines of the file gave it. `events_set_aside` are the records
    set aside that nothing keeps out: their flag is not false. Their area and date are
    null where they could not be read.

    relation:  a CTE or model with file_id, line_number, is_set_aside, part_period_id,
               area_code, counted_date and the flags.
    measures:  {measure_id: flag}, or {measure_id: {flag: ..., distinct: column}} for a
               count of distinct values among the flagged lines.
-#}

{% macro count_measures(relation, measures) -%}
counted as (

    select
        file_id,
        part_period_id,
        area_code,
        cast(date_trunc('month', counted_date) as date) as month_start_date,
        {%- for measure_id, rule in measures.items() %}
        {%- set flag = rule if rule is string else rule.flag %}

        {% if rule is string -%}
        count(*) filter (where {{ flag }} and not is_set_aside) as {{ measure_id }},
        count(*) filter (where is_set_aside and coalesce({{ flag }}, true))
            as {{ measure_id }}_aside,
        {%- else -%}
        count(distinct {{ rule.distinct }}) filter (
            where {{ flag }} and not is_set_aside
        ) as {{ measure_id }},
        count(
            distinct coalesce({{ rule.distinct }}, cast(line_number as string))
        ) filter (
            where is_set_aside and coalesce({{ flag }}, true)
        ) as {{ measure_id }}_aside,
        {%- endif %}
        count(*) filter (where {{ flag }} and not is_set_aside)
            as {{ measure_id }}_lines,
        min(line_number) filter (where {{ flag }} and not is_set_aside)
            as {{ measure_id }}_first,
        max(line_number) filter (where {{ flag }} and not is_set_aside)
            as {{ measure_id }}_last
        {%- if not loop.last %},{% endif %}
        {%- endfor %}

    from {{ relation }}

    group by
        file_id,
        part_period_id,
        area_code,
        cast(date_trunc('month', counted_date) as date)

),

measured as (
    {%- for measure_id in measures %}

    select
        '{{ measure_id }}' as measure_id,
        file_id,
        part_period_id,
        area_code,
        month_start_date,
        cast({{ measure_id }} as bigint) as events,
        cast({{ measure_id }}_lines as bigint) as line_count,
        cast({{ measure_id }}_first as bigint) as first_line,
        cast({{ measure_id }}_last as bigint) as last_line,
        cast({{ measure_id }}_aside as bigint) as events_set_aside

    from counted

    where {{ measure_id }}_lines > 0 or {{ measure_id }}_aside > 0
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select * from measured
{%- endmacro %}
