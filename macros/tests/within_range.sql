{#- No value lies outside the bounds, both of which are allowed; null passes. -#}
{% test within_range(model, column_name, lowest=none, highest=none) %}

{%- if lowest is none and highest is none %}
    {{ exceptions.raise_compiler_error(
        "within_range on " ~ column_name ~ " needs lowest, highest, or both"
    ) }}
{%- endif %}

{%- set faults = [] %}
{%- if lowest is not none %}
    {%- do faults.append(column_name ~ " < " ~ lowest) %}
{%- endif %}
{%- if highest is not none %}
    {%- do faults.append(column_name ~ " > " ~ highest) %}
{%- endif %}

select {{ column_name }}
from {{ model }}
where {{ faults | join(" or ") }}

{% endtest %}
