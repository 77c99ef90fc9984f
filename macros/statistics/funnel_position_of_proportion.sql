{#-
    Where a proportion lies in its funnel plot: High (0.001), High (0.025), Not
    significant, Low (0.025), Low (0.001).

    baseline is the sum of the numerators over the sum of the denominators of all areas
    in the plot, from 0 to 1. Null where the pair is no proportion or there is no
    baseline. PHEindicatormethods, phe_funnel_significance, statistic proportion.
-#}

{% macro funnel_position_of_proportion(numerator, denominator, baseline) -%}
{%- set p -%}
(cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endset -%}
case
    when
        {{ numerator }} is null
        or {{ numerator }} < 0
        or {{ numerator }} > {{ denominator }}
        then null
    when {{ p }} < {{ funnel_lower(baseline, denominator, var('z_998')) }}
        then 'Low (0.001)'
    when {{ p }} < {{ funnel_lower(baseline, denominator, var('z_95')) }}
        then 'Low (0.025)'
    when {{ p }} > {{ funnel_upper(baseline, denominator, var('z_998')) }}
        then 'High (0.001)'
    when {{ p }} > {{ funnel_upper(baseline, denominator, var('z_95')) }}
        then 'High (0.025)'
    when {{ baseline }} between 0 and 1 and {{ denominator }} > 0
        then 'Not significant'
end
{%- endmacro %}
