{#-
    Count measures by block, area and month, with the lines that counted.

    One row per measure, file, area and month in which anything counted. `events` is
    the count itself, `line_count`, `first_line` and `last_line` say which lines of the
    file gave it.

    relation:  a CTE or model with file_id, line_number, part_period_id, area_code,
               counted_date and the flags.
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
        count(*) filter (where {{ flag }}) as {{ measure_id }},
        {%- else -%}
        count(distinct {{ rule.distinct }}) filter (where {{ flag }}) as {{ measure_id }},
        {%- endif %}
        count(*) filter (where {{ flag }}) as {{ measure_id }}_lines,
        min(line_number) filter (where {{ flag }}) as {{ measure_id }}_first,
        max(line_number) filter (where {{ flag }}) as {{ measure_id }}_last
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
        cast({{ measure_id }}_last as bigint) as last_line

    from counted

    where {{ measure_id }}_lines > 0
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}

)

select * from measured
{%- endmacro %}
