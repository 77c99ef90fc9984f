-- A row is a figure that changed since the publication before, with the cause: a number
-- stands where both publications show it, and the first publication has no row.
select
    revisions.indicator_id,
    revisions.definition_version,
    figures.title,
    revisions.area_code,
    figures.area_name,
    revisions.period_id,
    revisions.cause,
    revisions.old_status,
    revisions.new_status,
    revisions.old_value,
    revisions.new_value,
    figures.unit_of_period,
    revisions.old_publication_id,
    revisions.new_publication_id

from mart.fct_revisions as revisions

left join {{ ref('indicator_scorecard') }} as figures
    on
        revisions.indicator_id = figures.indicator_id
        and revisions.definition_version = figures.definition_version
        and revisions.area_code = figures.area_code
        and revisions.period_id = figures.period_id

order by
    revisions.indicator_id asc,
    revisions.definition_version asc,
    revisions.area_code asc,
    revisions.period_id asc
