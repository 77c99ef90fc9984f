{#- One row: what this warehouse holds, and as at which date it was judged. -#}

with

files as (

    select * from {{ ref('stg_ledger__files') }}

),

about as (

    select
        coalesce(max(case when is_synthetic then 1 else 0 end), 0) = 1 as is_synthetic,
        case
            when coalesce(max(case when is_synthetic then 1 else 0 end), 0) = 1
                then 'Synthetic sample: no real child, no real figure'
            else 'Figures of the agencies named'
        end as data_note,
        {{ as_of() }} as as_of_date,
        count(*) as files_known

    from files

)

select * from about
