-- What the second road to the pages stands on: the published file, asked anew.
-- `words` (subject, code, label, mark, place) is filled by the test from words.yml, and
-- `level` with the standard errors that a test has to pass on a page (deviates), those of
-- the list of all trends (deviates_of_trends), and how much wider than at 99.8 per cent a
-- page's intervals are (wider).

create temp view standing_of as
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    case
        when values_.indicator_value is null then case statuses.gss_symbol
            when 'c' then 'hidden' when 'z' then 'void' else 'missing'
        end
        when values_.value_status = 'partial' then 'partial'
        when compared.benchmark_998_reason is not null then 'not_compared'
        else coalesce(compared.benchmark_998, 'not_compared')
    end as standing
from mart.fct_indicator_values as values_
inner join mart.dim_value_statuses as statuses using (value_status)
inner join mart.fct_comparisons as compared
    using (indicator_id, definition_version, area_code, period_id);

create temp table cells as
select
    told.*,
    figures.lower_limit_998,
    figures.upper_limit_998,
    compared.change_reason,
    compared.trend_reason,
    compared.funnel_position_reason,
    compared.london_value_reason,
    areas.sort_order,
    standing_of.standing,
    words.mark || ' ' || words.label as standing_label,
    words.label as standing_word,
    words.place as standing_place
from mart.indicator_scorecard as told
inner join mart.fct_indicator_values as figures
    using (indicator_id, definition_version, area_code, period_id)
inner join mart.fct_comparisons as compared
    using (indicator_id, definition_version, area_code, period_id)
inner join mart.dim_areas as areas
    using (area_code)
inner join standing_of
    using (indicator_id, definition_version, area_code, period_id)
inner join words on words.subject = 'standing' and words.code = standing_of.standing;

create temp table current_versions as
select * from mart.dim_indicators
qualify row_number() over (
    partition by indicator_id order by is_current desc, definition_version desc
) = 1;

create temp table filled_periods as
select
    indicator_id,
    definition_version,
    period_id,
    period_type,
    period_label,
    max(start_date) as start_date,
    max(end_date) as end_date,
    count(*) as expected,
    count(indicator_value) as filled,
    count(*) filter (where is_provisional) as provisional,
    case period_type when 'month' then 3 when 'quarter' then 2 else 1 end as fineness
from cells
where area_type = 'local_authority'
group by all;

create temp table headlines as
select filled_periods.*
from filled_periods
inner join current_versions using (indicator_id, definition_version)
qualify row_number() over (
    partition by indicator_id order by filled = 0, fineness, end_date desc
) = 1;

create temp table charted as
select *, indicator_id || '/' || period_id || '-v' || definition_version as name
from filled_periods
where filled >= 4
qualify
    fineness = min(fineness) over (partition by indicator_id)
    and row_number() over (
        partition by indicator_id
        order by fineness, end_date desc, definition_version desc
    ) <= 2;

create temp table finest as
select indicator_id, arg_max(period_type, fineness) as period_type
from filled_periods where filled > 0 group by indicator_id;

create temp table broken as
select distinct indicator_id, definition_version, period_id
from mart.fct_comparisons
inner join mart.dim_areas using (area_code)
where change_reason = 'series_break';

-- The interval of a difference, from those of its two figures.
create temp table periods_in_order as
select period_id, row_number() over (partition by period_type order by start_date)
    as place
from mart.dim_periods;

create temp table differences as
select
    now_.indicator_id,
    now_.definition_version,
    now_.area_code,
    now_.period_id,
    now_.value_status,
    before_.value_status as before_status,
    before_.indicator_value as before_value,
    before_.period_id as before_period,
    before_.value_status in ('suppressed', 'suppressed_secondary')
    or figures.is_denominator_hidden as before_is_hidden,
    before_place.place + 1 = now_place.place as is_next,
    now_.indicator_value - before_.indicator_value - wider * sqrt(
        pow(now_.indicator_value - now_.lower_limit_998, 2)
        + pow(before_.upper_limit_998 - before_.indicator_value, 2)
    ) as lowest,
    now_.indicator_value - before_.indicator_value + wider * sqrt(
        pow(now_.upper_limit_998 - now_.indicator_value, 2)
        + pow(before_.indicator_value - before_.lower_limit_998, 2)
    ) as highest
from cells as now_
cross join level
inner join periods_in_order as now_place on now_place.period_id = now_.period_id
left join cells as before_
    on before_.area_code = now_.area_code
    and before_.indicator_id = now_.indicator_id
    and before_.definition_version = now_.definition_version
    and before_.period_type = now_.period_type
    and before_.end_date < now_.start_date
left join periods_in_order as before_place on before_place.period_id = before_.period_id
left join mart.fct_indicator_values as figures
    on figures.area_code = before_.area_code
    and figures.indicator_id = before_.indicator_id
    and figures.definition_version = before_.definition_version
    and figures.period_id = before_.period_id
qualify row_number() over (
    partition by
        now_.indicator_id, now_.definition_version, now_.area_code, now_.period_id
    order by before_.start_date desc nulls last
) = 1;

create temp table told_moves as
select
    differences.*,
    case
        when before_is_hidden then 'not compared: a count is hidden'
        when differences.value_status <> 'reported' then 'not compared: partial'
        when broken.period_id is not null then 'series broken'
        when not coalesce(is_next, false) then 'no figure before'
        when before_status <> 'reported' then 'before: ' || lower(was.status_label)
        when lowest is null or highest is null then 'no interval'
        when lowest > 0 then '▲ higher'
        when highest < 0 then '▼ lower'
        else '● no clear change'
    end as direction
from differences
left join broken using (indicator_id, definition_version, period_id)
left join mart.dim_value_statuses as was on was.value_status = before_status;

create temp table moves as
select
    * replace (
        case when is_set_against then before_value end as before_value,
        case when is_set_against then before_period end as before_period
    )
from (
    select
        *,
        direction in ('no interval', '▲ higher', '▼ lower', '● no clear change')
            as is_set_against
    from told_moves
);

-- What stands beside a figure: the one before, or what says that none may.
create temp table beside as
select
    told_moves.indicator_id,
    told_moves.definition_version,
    told_moves.area_code,
    told_moves.period_id,
    told_moves.direction,
    moves.before_value,
    case when told_moves.is_next then told_moves.before_period end as before_period,
    case
        when moves.before_value is not null then ''
        when not coalesce(told_moves.is_next, false) then 'none'
        when told_moves.before_value is null then coalesce(was.gss_symbol, '-')
        else '≠'
    end as before_mark
from told_moves
inner join moves
    using (indicator_id, definition_version, area_code, period_id)
left join mart.dim_value_statuses as was
    on was.value_status = told_moves.before_status;

create temp table london_moves as from moves where area_code = 'E12000007';

create temp table senders as
select area_code as submitter, area_name as submitter_name from mart.dim_areas
union all
select pct_code, array_to_string(list(area_name order by area_name), ' and ') || ' PCT'
from mart.dim_areas where pct_code is not null group by pct_code;

create temp table last_tested as
select
    cells.*,
    compared.trend <> 'no_change'
    and compared.trend_chi_squared > pow(deviates_of_trends, 2) as has_trend
from cells
cross join level
inner join mart.fct_comparisons as compared
    using (indicator_id, definition_version, area_code, period_id)
where area_type = 'local_authority' and cells.trend <> 'cannot_be_calculated'
qualify row_number() over (
    partition by indicator_id, area_code
    order by definition_version desc, start_date desc, end_date desc
) = 1;

-- A trend that a page tells: one by itself that passes the level of the page too.
create temp table page_trends as
select
    indicator_id,
    definition_version,
    area_code,
    period_id,
    trend_chi_squared,
    case
        when trend_chi_squared <= pow(deviates, 2) then 'no_change' else trend
    end as page_trend
from mart.fct_comparisons
cross join level;

-- A borough's row of an indicator, with the trend at the value or within its period.
create temp table scorecards as
select
    cells.*,
    current_versions.theme as own_theme,
    current_versions.title as own_title,
    current_versions.short_title as own_short_title,
    current_versions.is_context as comes_last,
    cells.value_type = 'count' as is_count,
    cells.value_type not in ('count', 'ratio', 'undefined') as has_rank,
    case
        when page_trend <> 'cannot_be_calculated' then page_trend
        else coalesce(
            (
                select arg_max(those.page_trend, quarter.start_date)
                from cells as quarter
                inner join page_trends as those
                    using (indicator_id, definition_version, area_code, period_id)
                where quarter.area_code = cells.area_code
                    and quarter.indicator_id = cells.indicator_id
                    and quarter.definition_version = cells.definition_version
                    and quarter.period_type = 'quarter'
                    and quarter.trend is not null
                    and quarter.start_date between cells.start_date and cells.end_date
                    and quarter.end_date between cells.start_date and cells.end_date
            ),
            'cannot_be_calculated'
        )
    end as trend_code,
    -- A figure has its own trend, or that of the last of its quarters that has one.
    case
        when page_trend <> 'cannot_be_calculated' then cells.period_type else 'quarter'
    end as trend_point,
    case
        when page_trend <> 'cannot_be_calculated' then cells.period_id
        else (
            select max(quarter.period_id)
            from cells as quarter
            where quarter.area_code = cells.area_code
                and quarter.indicator_id = cells.indicator_id
                and quarter.definition_version = cells.definition_version
                and quarter.period_type = 'quarter'
                and quarter.trend is not null
                and quarter.start_date between cells.start_date and cells.end_date
                and quarter.end_date between cells.start_date and cells.end_date
        )
    end as trend_until
from cells
inner join page_trends
    using (indicator_id, definition_version, area_code, period_id)
inner join headlines using (indicator_id, definition_version, period_id)
inner join current_versions using (indicator_id)
where cells.area_type = 'local_authority';

create temp table targets_said as
select
    told.*,
    areas.area_name,
    areas.sort_order,
    named.short_title,
    named.is_context,
    wanted.label || ' ' || case
        when told.target_value = floor(told.target_value)
            then format('{:,}', told.target_value::bigint)
        else format('{:,}', trunc(told.target_value)::bigint)
            || '.' || split_part(told.target_value::text, '.', 2)
    end as wanted,
    case told.submitter
        when 'GOL' then 'Government Office for London'
        when 'DCSF' then 'Department for Children, Schools and Families'
        else areas.area_name
    end as set_by,
    case
        when told.target_standing is not null
            then standing.mark || ' ' || standing.label || case
                when told.standing_basis = 'point' then ' (by the figure alone, which has no interval)' else ''
            end
        when told.course is not null then course.label
        else why.label
    end as outcome
from mart.fct_targets as told
inner join mart.dim_areas as areas using (area_code)
inner join mart.dim_indicators as named using (indicator_id, definition_version)
left join words as wanted
    on wanted.subject = 'target_direction' and wanted.code = told.direction
left join words as standing
    on standing.subject = 'target_standing' and standing.code = told.target_standing
left join words as course
    on course.subject = 'target_course' and course.code = told.course
left join words as why
    on why.subject = 'reason'
    and why.code = case
        when told.course_reason = 'period_over' or told.course_reason is null
            then told.standing_reason
        else told.course_reason
    end;
