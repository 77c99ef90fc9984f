{#-
    The bound between two quantiles of a group of values: an aggregate.

    Bound 1 of 4 is the lower quartile; bound 0 the smallest value and bound 4 of 4 the
    largest. Linear interpolation between neighbours (Hyndman and Fan type 7, as
    quantile_cont). Missing values are skipped; a group without values gives null.
-#}

{% macro quantile_bound(value, bound_index, quantiles=4) -%}
percentile_cont({{ bound_index / quantiles }})
    within group (order by cast({{ value }} as double))
{%- endmacro %}
