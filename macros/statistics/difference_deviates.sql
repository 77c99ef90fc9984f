{#-
    How many standard errors a difference is from nought, with its sign.

    A limit lies z of them from the difference: on the side of nought they are measured.
    At a level of as many deviates the interval just touches nought. 0 where nothing
    changed; null where a limit is missing or the interval has no width on that side.
-#}

{% macro difference_deviates(change, lower, upper, z) -%}
case
    when {{ lower }} is null or {{ upper }} is null then null
    when {{ change }} = 0 then cast(0 as double)
    when {{ change }} > 0
        then {{ change }} * {{ z }} / nullif({{ change }} - {{ lower }}, 0)
    when {{ change }} < 0
        then {{ change }} * {{ z }} / nullif({{ upper }} - {{ change }}, 0)
end
{%- endmacro %}
