{#- The profiles of a date column: by day, month, weekday and day of the month. -#}

{% macro date_profiles(column_name) -%}
    {{ return([
        ['day', column_name, column_name],
        ['month', column_name, "cast(date_trunc('month', " ~ column_name ~ ") as date)"],
        ['weekday', column_name, weekday_number(column_name)],
        ['day_of_month', column_name, "extract(day from " ~ column_name ~ ")"],
    ]) }}
{%- endmacro %}
