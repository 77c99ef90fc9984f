-- Every target with the names of its area and indicator, those of one figure together.
select
    targets.*,
    areas.area_name,
    areas.area_type,
    indicators.short_title

from mart.fct_targets as targets

inner join mart.dim_areas as areas
    using (area_code)

inner join mart.dim_indicators as indicators
    using (indicator_id, definition_version)

order by
    indicators.is_context,
    targets.indicator_id,
    targets.definition_version,
    targets.end_date,
    areas.sort_order,
    targets.is_first_kind desc,
    targets.target_kind
