{#-
    One row per number of a standing return that other figures of it give too, by the
    words of the catalogue (the referrals received are the numerator of one indicator and
    the denominator of three): the number beside the middle of the others, and how many of
    them are it within a tenth, or two.
-#}

with

return_lines as (

    select * from {{ ref('int_quality__return_lines') }}

    where versions_in_file = 1

),

indicators as (

    select * from {{ ref('indicators') }}

    -- of several measures each has a number of its own
    where value_type <> 'survey_percentage' and measure_qualifier is null

),

numbers as (
    {%- for term in ['numerator', 'denominator'] %}

        select
            return_lines.file_id,
            return_lines.line_number,
            return_lines.indicator_id,
            return_lines.definition_version,
            return_lines.area_code,
            return_lines.period_id,
            '{{ term }}' as term,
            indicators.{{ term }}_text as term_text,
            return_lines.{{ term }} as told

        from return_lines

        inner join indicators
            on
                return_lines.indicator_id = indicators.indicator_id
                and return_lines.definition_version = indicators.definition_version
                {%- if term == 'denominator' %}
                    and indicators.denominator_basis = 'sent'
                {%- endif %}

        where return_lines.{{ term }} is not null
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

compared as (

    select
        numbers.file_id,
        numbers.line_number,
        numbers.indicator_id,
        numbers.definition_version,
        numbers.area_code,
        numbers.period_id,
        numbers.term,
        numbers.term_text,
        numbers.told,
        count(*) as other_rows,
        count(
            case
                when
                    abs(numbers.told - counterparts.told)
                    <= greatest(
                        2.0e0, 0.1e0 * greatest(numbers.told, counterparts.told)
                    )
                    then 1
            end
        ) as rows_alike,
        median(counterparts.told) as told_by_others

    from numbers

    inner join numbers as counterparts
        on
            numbers.file_id = counterparts.file_id
            and numbers.term_text = counterparts.term_text
            and (
                numbers.line_number <> counterparts.line_number
                or numbers.term <> counterparts.term
            )

    group by
        numbers.file_id,
        numbers.line_number,
        numbers.indicator_id,
        numbers.definition_version,
        numbers.area_code,
        numbers.period_id,
        numbers.term,
        numbers.term_text,
        numbers.told

)

select * from compared
