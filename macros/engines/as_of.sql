{#-
    The date as at which submissions are due: LSCB_AS_OF (YYYY-MM-DD), else today.
    Whatever falls due on or after it is "not due" and not "missing".
-#}

{% macro as_of() -%}
    cast(
        '{{ env_var("LSCB_AS_OF", "") or modules.datetime.date.today().isoformat() }}' as date
    )
{%- endmacro %}
