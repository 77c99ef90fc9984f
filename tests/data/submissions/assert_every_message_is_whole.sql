-- A sentence for the sender has no gap left in it. Names that a sender gave to a file
-- or a column may hold braces, and must not stop a build.
with

sentences as (

    select
        file_name,
        relative_path as words_sent,
        reason as message

    from {{ ref('fct_submissions') }}

    union all

    select
        file_name,
        concat(file_name, coalesce(column_name, '')) as words_sent,
        concat(message, ' ', what_to_do) as message

    from {{ ref('fct_set_aside') }}

    union all

    select
        file_name,
        concat(file_name, coalesce(column_name, '')) as words_sent,
        concat(message, ' ', what_to_do) as message

    from {{ ref('fct_submission_notices') }}

)

select
    file_name,
    message

from sentences

where
    message like concat('%', '{', '%', '}', '%')
    and words_sent not like concat('%', '{', '%')
