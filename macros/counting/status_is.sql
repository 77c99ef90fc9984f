{#-
    Whether a status is all that is asked of it, by what dbt_project.yml says of each.

    column:   the column that has the status.
    asked:    of a figure (`statuses`), one or more of
                answer     a sender gave a figure, or said that it is hidden
                numerator  the number itself may stand there
                whole      nothing that was expected is lacking
                divided    nothing that it is divided by is lacking
                void       no figure can ever stand there
                hidden     publishing took the figure out
              of a file (`file_statuses`)
                counted    its lines are counted: what was accepted, and what was not
                listed     what was set aside in it is listed
                void       nothing of it counts
    among:    the variable that declares them; `statuses` where it is not named.

    {{ status_is('cell_status', 'answer') }}
    {{ status_is('submission_status', 'counted', among='file_statuses') }}
-#}

{% macro status_is(column) -%}
    {%- set found = [] -%}
    {%- for status, says in var(kwargs.get('among', 'statuses')).items() -%}
        {%- if varargs | reject('in', says) | list | length == 0 -%}
            {%- do found.append("'" ~ status ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not varargs or not found -%}
        {{ exceptions.raise_compiler_error(
            "No status is " ~ varargs | join(' and ') ~ ": see vars in dbt_project.yml."
        ) }}
    {%- endif -%}
    {{ column }} in ({{ found | join(', ') }})
{%- endmacro %}
