-- A sentence for the sender has no gap left in it.
with

sentences as (

    select
        file_name,
        reason as message

    from {{ ref('fct_submissions') }}

    union all

    select
        file_name,
        concat(message, ' ', what_to_do) as message

    from {{ ref('fct_set_aside') }}

    union all

    select
        file_name,
        concat(message, ' ', what_to_do) as message

    from {{ ref('fct_submission_notices') }}

)

select
    file_name,
    message

from sentences

where message like concat('%', '{', '%', '}', '%')
