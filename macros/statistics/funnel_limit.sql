{#-
    One control limit of a funnel plot of proportions, from 0 to 1.

    The normal approximation around the baseline, cut at 0 and 1: baseline -+ z times
    sqrt(baseline x (1 - baseline) / denominator). `funnel_lower` and `funnel_upper` are
    the macros to call. Null where the baseline is no proportion or the denominator is
    not positive.

    The peer's sigma adjustment (PHEindicatormethods, phe_funnels) comes to this once
    its quadratic is solved. Spiegelhalter DJ. Stat Med 2005; 24: 1185-1202.
-#}

{% macro funnel_limit(baseline, denominator, z, side) -%}
{%- set p = 'cast(' ~ baseline ~ ' as double)' -%}
case
    when {{ p }} between 0 and 1 and {{ denominator }} > 0 then least(
        greatest(
            {{ p }}
            {{ '-' if side == 'lower' else '+' }} cast({{ z }} as double) * sqrt(
                greatest({{ p }} * (1 - {{ p }}), cast(0 as double))
                / case
                    when {{ denominator }} > 0
                        then cast({{ denominator }} as double)
                end
            ),
            cast(0 as double)
        ),
        cast(1 as double)
    )
end
{%- endmacro %}
