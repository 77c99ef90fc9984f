{#-
    One Wilson score limit of numerator / denominator, from 0 to 1.

    `wilson_lower` and `wilson_upper` are the macros to call. Null where the pair is no
    proportion: something missing, a negative numerator, a denominator that is not
    positive, a numerator above its denominator. The ends are exact: rounding may not
    push a limit of 0/n below 0 or of n/n above 1.

    Wilson EB. J Am Stat Assoc 1927; 22: 209-212.
-#}

{% macro wilson_limit(numerator, denominator, z, side) -%}
{%- set x = 'cast(' ~ numerator ~ ' as double)' -%}
{%- set n = 'cast(' ~ denominator ~ ' as double)' -%}
{%- set z = 'cast(' ~ z ~ ' as double)' -%}
case
    when {{ x }} < 0 or {{ n }} <= 0 or {{ x }} > {{ n }} then null
    {%- if side == 'lower' %}
    when {{ x }} = 0 and {{ n }} > 0 then cast(0 as double)
    {%- else %}
    when {{ x }} = {{ n }} and {{ n }} > 0 then cast(1 as double)
    {%- endif %}
    when {{ x }} is not null and {{ n }} is not null then least(
        greatest(
            (
                2 * {{ x }} + {{ z }} * {{ z }}
                {{ '-' if side == 'lower' else '+' }} {{ z }} * sqrt(
                    greatest(
                        {{ z }} * {{ z }}
                        + 4 * {{ x }} * (1 - {{ x }} / nullif({{ n }}, 0)),
                        cast(0 as double)
                    )
                )
            ) / nullif(2 * ({{ n }} + {{ z }} * {{ z }}), 0),
            cast(0 as double)
        ),
        cast(1 as double)
    )
end
{%- endmacro %}
