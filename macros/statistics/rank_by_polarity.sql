{#-
    The rank of a value within its partition: a window function.

    Rank 1 is the best value; for a neutral indicator, or one without polarity, the
    lowest. Equal values share the smallest rank of theirs and the next ranks are left
    out (1, 2, 2, 4). A missing value has no rank and takes none. Rank and quartile
    count from the same end.
-#}

{% macro rank_by_polarity(value, polarity, partition_by) -%}
{%- set from_best -%}
case
            when {{ polarity }} = 'high_is_good' then -cast({{ value }} as double)
            else cast({{ value }} as double)
        end
{%- endset -%}
case
    when {{ value }} is not null then rank() over (
        partition by {{ partition_by | join(', ') }}
        order by {{ from_best }} asc nulls last
    )
end
{%- endmacro %}
