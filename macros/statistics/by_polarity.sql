{#-
    One of three words, by whether a high value is good, a low one is, or neither.

    Anything but high_is_good and low_is_good, null too, is taken as neutral: a caller
    that must refuse an unknown polarity says so first.
-#}

{% macro by_polarity(polarity, if_high_is_good, if_low_is_good, if_neutral) -%}
case {{ polarity }}
    when 'high_is_good' then '{{ if_high_is_good }}'
    when 'low_is_good' then '{{ if_low_is_good }}'
    else '{{ if_neutral }}'
end
{%- endmacro %}
