-- Comparisons without what rests on something hidden: `hidden` names the cells,
-- `quartiles_told` and `neighbours_told` what may be said in their stead,
-- `complete_told` where complete authorities may stand for a region that is not whole.
with

compared as (

    select
        shown.*,
        areas.parent_area_code,
        areas.region_area_code,
        periods.period_type,
        periods.start_date,
        hidden.area_code is not null as is_hidden,
        quartiles_told.quartile as quartile_told,
        neighbours_told.neighbours_shown,
        neighbours_told.neighbours_value as neighbours_told

    from mart.fct_comparisons as shown

    left join quartiles_told
        using (indicator_id, definition_version, area_code, period_id)

    left join neighbours_told
        using (indicator_id, definition_version, area_code, period_id)

    inner join mart.dim_areas as areas
        using (area_code)

    inner join mart.dim_periods as periods
        using (period_id)

    left join hidden
        using (indicator_id, definition_version, area_code, period_id)

),

-- ranks are taken again among the areas that are shown
stood as (

    select
        compared.*,

        case
            when rank is not null and not is_hidden
                then rank() over (
                    partition by
                        indicator_id,
                        definition_version,
                        period_id,
                        rank is not null and not is_hidden
                    order by rank
                )
        end as shown_rank,

        case
            when rank is not null
                then count(*) filter (where rank is not null and not is_hidden) over (
                    partition by indicator_id, definition_version, period_id
                )
        end as shown_areas,

        coalesce(
            lag(is_hidden) over (
                partition by indicator_id, definition_version, area_code, period_type
                order by start_date
            ),
            false
        ) as is_previous_hidden,

        max(is_hidden) over (
            partition by indicator_id, definition_version, area_code, period_type
            order by start_date
            rows between 4 preceding and current row
        ) as is_trend_hidden

    from compared

),

hidden_in_london as (

    select distinct
        hidden.indicator_id,
        hidden.definition_version,
        hidden.period_id

    from hidden

    inner join mart.dim_areas as areas
        using (area_code)

    where areas.area_type = $london

),

hidden_neighbours as (

    select distinct
        hidden.indicator_id,
        hidden.definition_version,
        hidden.period_id,
        neighbours.area_code

    from hidden

    inner join neighbours on hidden.area_code = neighbours.neighbour_area_code

),

asked as (

    select
        stood.*,

        -- where none is missing, that a hidden region is not whole bounds what it is
        case stood.london_basis
            when 'whole' then hidden_in_london.period_id is not null
            when 'complete_boroughs'
                then
                    complete_told.period_id is null
                    or (
                        hidden_in_london.period_id is not null
                        and stood.london_missing is null
                    )
            else false
        end as is_london_hidden,

        parents.period_id is not null as is_parent_hidden,
        hidden_neighbours.period_id is not null as is_neighbour_hidden

    from stood

    left join hidden_in_london
        using (indicator_id, definition_version, period_id)

    left join complete_told
        using (indicator_id, definition_version, region_area_code, period_id)

    left join hidden as parents
        on
            stood.indicator_id = parents.indicator_id
            and stood.definition_version = parents.definition_version
            and stood.period_id = parents.period_id
            and stood.parent_area_code = parents.area_code

    left join hidden_neighbours
        on
            stood.indicator_id = hidden_neighbours.indicator_id
            and stood.definition_version = hidden_neighbours.definition_version
            and stood.period_id = hidden_neighbours.period_id
            and stood.area_code = hidden_neighbours.area_code

)

select ${told} from asked
