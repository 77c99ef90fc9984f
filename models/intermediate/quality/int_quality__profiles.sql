{#-
    One row per file, column and bucket: how many accepted records fall in it; a bucket
    that is null counts the blanks. The only rule work that grows with the records: what
    judges them afterwards reads this table.
-#}

with

profiled as (
    {%- for extract, records in record_profiles().items() %}

        {{ profile(records[0], extract, records[1]) }}
        {%- if not loop.last %}

        union all
        {%- endif %}
    {%- endfor %}

)

select * from profiled
