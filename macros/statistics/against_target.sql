{#-
    On which side of a line a figure lies, by its interval and not by its point: `right`
    where all of the interval lies on the side that is wanted or touches the line from
    there, `wrong` where all of it lies on the other, `not_certain` where the line lies
    within. Null where an argument is.

    least, most: ends of the interval, in the unit of the line; both the point itself
    where the figure has no interval. direction: at_least or at_most.
-#}

{% macro against_target(least, most, line, direction, right, wrong) -%}
case
    when {{ least }} is null or {{ most }} is null or {{ line }} is null then null
    when {{ direction }} = 'at_least' and {{ least }} >= {{ line }} then '{{ right }}'
    when {{ direction }} = 'at_least' and {{ most }} < {{ line }} then '{{ wrong }}'
    when {{ direction }} = 'at_most' and {{ most }} <= {{ line }} then '{{ right }}'
    when {{ direction }} = 'at_most' and {{ least }} > {{ line }} then '{{ wrong }}'
    else 'not_certain'
end
{%- endmacro %}
