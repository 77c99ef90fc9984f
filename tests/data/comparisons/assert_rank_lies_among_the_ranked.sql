-- A rank is one of as many as are ranked, and only who has one has a quartile.
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    rank,
    ranked_areas,
    quartile

from {{ ref('fct_comparisons') }}

where
    rank > ranked_areas
    or (rank is null and quartile is not null)
