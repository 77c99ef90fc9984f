{#-
    One row per file, column and bucket: how many accepted records fall in it; a bucket
    that is null counts the blanks. The only rule work that grows with the records: what
    judges them afterwards reads this table.
-#}

with

profiled as (

    {{ profile_records() }}

)

select * from profiled
