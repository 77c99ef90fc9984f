{#-
    One row: the fingerprint of what this run judges, the files, the day and the rules.
    A run that judges the same again is the same run: what is new in it stays new.
-#}

with

submissions as (

    select * from {{ ref('int_submissions') }}

),

rules as (

    select * from {{ ref('int_quality__findings') }}

    where row_kind = 'result'

),

files as (

    select
        {{ fingerprint('file_id') }} as file_digest

    from submissions

),

said as (

    select
        {{ fingerprint('rule_digest') }}
            as rule_digest

    from rules

),

fingerprinted as (

    select
        md5(concat(
            cast({{ as_of() }} as string), files.file_digest, said.rule_digest
        )) as run_id,
        {{ as_of() }} as as_of_date

    from files

    cross join said

)

select * from fingerprinted
