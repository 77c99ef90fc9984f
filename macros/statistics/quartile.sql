{#-
    The quartile of a value, 1 to 4, given the three bounds of its group.

    Quartile 1 is the best quarter; for a neutral indicator, or one without polarity,
    the lowest. A value on a bound belongs to the lower-numbered quartile, so equal
    values never part. Null where the value or a bound is missing.
-#}

{% macro quartile(value, lower_quartile, median, upper_quartile, polarity) -%}
case
    when
        {{ value }} is null
        or {{ lower_quartile }} is null
        or {{ median }} is null
        or {{ upper_quartile }} is null
        then null
    when {{ polarity }} = 'high_is_good'
        then case
            when {{ value }} >= {{ upper_quartile }} then 1
            when {{ value }} >= {{ median }} then 2
            when {{ value }} >= {{ lower_quartile }} then 3
            else 4
        end
    when {{ value }} <= {{ lower_quartile }} then 1
    when {{ value }} <= {{ median }} then 2
    when {{ value }} <= {{ upper_quartile }} then 3
    else 4
end
{%- endmacro %}
