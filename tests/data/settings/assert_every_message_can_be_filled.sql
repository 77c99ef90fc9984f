-- A sentence for the sender has no gap but those that the marts know how to fill.
with

sentences as (

    select
        reason_code,
        level,
        concat(message, ' ', what_to_do) as sentence

    from {{ ref('reason_codes') }}

    where level in ('record', 'value', 'notice')

),

filled as (

    select
        reason_code,
        replace(
            replace(sentence, {{ "'{column}'" }}, ''),
            case
                when level = 'notice' then {{ "'{occurrences}'" }}
                else {{ "'{rule}'" }}
            end,
            ''
        ) as sentence

    from sentences

)

select * from filled

where sentence like concat('%', '{', '%', '}', '%')
