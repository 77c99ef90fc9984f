{#-
    Where an area lies in its funnel plot, by the type of its value.

    A proportion is judged by funnel_position_of_proportion, a rate by
    funnel_position_of_rate; any other value type has no funnel plot: null. The limits
    and the baseline are on the scale from 0 to 1, before the multiplier.
-#}

{% macro funnel_position(
    value_type,
    numerator,
    denominator,
    lower_95,
    upper_95,
    lower_998,
    upper_998,
    baseline
) -%}
case {{ value_type }}
    when 'proportion'
        then {{ funnel_position_of_proportion(numerator, denominator, baseline) }}
    when 'rate'
        then {{
            funnel_position_of_rate(lower_95, upper_95, lower_998, upper_998, baseline)
        }}
end
{%- endmacro %}
