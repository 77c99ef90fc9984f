{#-
    Where a rate lies in its funnel plot: High (0.001), High (0.025), Not significant,
    Low (0.025), Low (0.001).

    An area is outside where its own limits (exact Poisson below ten events, Byar from
    ten: `rate_lower`, `rate_upper`) leave the baseline out. The limits and the baseline
    are on one scale; the baseline is the sum of the numerators over the sum of the
    denominators of all areas in the plot, or 1 for observed over expected. Null where a
    limit or the baseline is missing. PHEindicatormethods, phe_funnel_significance,
    statistics rate and ratio.
-#}

{% macro funnel_position_of_rate(
    lower_95, upper_95, lower_998, upper_998, baseline
) -%}
case
    when
        {{ lower_95 }} is null
        or {{ upper_95 }} is null
        or {{ lower_998 }} is null
        or {{ upper_998 }} is null
        or {{ baseline }} is null
        then null
    when {{ baseline }} < {{ lower_998 }} then 'High (0.001)'
    when {{ baseline }} < {{ lower_95 }} then 'High (0.025)'
    when {{ baseline }} > {{ upper_998 }} then 'Low (0.001)'
    when {{ baseline }} > {{ upper_95 }} then 'Low (0.025)'
    else 'Not significant'
end
{%- endmacro %}
