-- Where a seed gives a least and a greatest, the least comes first.
select
    'marks' as seed_name,
    mark as listed,
    cast(low as string) as lowest,
    cast(high as string) as highest

from {{ ref('marks') }}

where low > high

union all

select
    'icd10_code_sets' as seed_name,
    code_set as listed,
    code_from as lowest,
    code_to as highest

from {{ ref('icd10_code_sets') }}

where code_from > code_to

union all

select
    'poisson_exact_limits' as seed_name,
    cast(event_count as string) as listed,
    cast(lower_limit as string) as lowest,
    cast(upper_limit as string) as highest

from {{ ref('poisson_exact_limits') }}

where lower_limit > upper_limit

union all

select
    'survey_waves' as seed_name,
    wave_name as listed,
    cast(start_date as string) as lowest,
    cast(end_date as string) as highest

from {{ ref('survey_waves') }}

where start_date > end_date
