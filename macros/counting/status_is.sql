{#-
    Whether a status is all that is asked of it, by what `statuses` in dbt_project.yml
    says of each; the words for them are in seeds/reference/value_statuses.csv.

    column:   the column that has the status.
    asked:    one or more of
                answer     a sender gave a figure, or said that it is hidden
                numerator  the number itself may stand there
                whole      nothing that was expected is lacking
                divided    nothing that it is divided by is lacking
                void       no figure can ever stand there

    {{ status_is('cell_status', 'answer') }}
-#}

{% macro status_is(column) -%}
    {%- set found = [] -%}
    {%- for status, says in var('statuses').items() -%}
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
