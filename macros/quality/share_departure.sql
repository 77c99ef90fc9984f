{#-
    How far the shares of two counts depart from those of their exposures, in standard
    deviations (the signed root of the deviance): exp(-departure squared / 2) is an
    upper bound of the chance of so large a share (Chernoff), however small the counts.
    Null where either exposure is nought or nothing was counted. All are SQL
    expressions.
-#}

{% macro share_departure(before, after, exposure_before, exposure_after) -%}
    {%- set counted -%}
        (cast({{ before }} as double) + cast({{ after }} as double))
    {%- endset -%}
    {%- set exposed -%}
        (cast({{ exposure_before }} as double) + cast({{ exposure_after }} as double))
    {%- endset -%}
    case
        when
            {{ before }} >= 0 and {{ after }} >= 0 and {{ counted }} > 0
            and {{ exposure_before }} > 0 and {{ exposure_after }} > 0
            then case
                when {{ after }} * {{ exposed }} >= {{ counted }} * {{ exposure_after }}
                    then 1.0e0
                else -1.0e0
            end * sqrt(greatest(0.0e0, 2.0e0 * (
                case
                    when {{ before }} > 0
                        then {{ before }} * ln(
                            ({{ before }} / {{ counted }})
                            / ({{ exposure_before }} / {{ exposed }})
                        )
                    else 0.0e0
                end
                + case
                    when {{ after }} > 0
                        then {{ after }} * ln(
                            ({{ after }} / {{ counted }})
                            / ({{ exposure_after }} / {{ exposed }})
                        )
                    else 0.0e0
                end
            )))
    end
{%- endmacro %}
