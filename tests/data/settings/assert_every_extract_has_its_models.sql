{#-
    Models depend on one another before a seed can be read, by what `make docs` wrote of
    the seed: what is not in it would be landed by nobody, and counted nowhere.
-#}
-- Every extract of the seed is known to the models; `make docs` makes it so.
with

known as (
    {%- for extract, made in declared_extracts().items() %}

        select
            '{{ extract }}' as extract,
            '{{ made.models }}' as models,
            '{{ made.kind }}' as kind
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

)

select
    extracts.extract,
    extracts.models,
    extracts.kind

from {{ ref('extracts') }} as extracts

left join known
    on
        extracts.extract = known.extract
        and extracts.models = known.models
        and extracts.kind = known.kind

where known.extract is null
