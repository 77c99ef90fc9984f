-- One row per indicator, version and period: how many authorities have a number, whole
-- years and survey waves before quarters, the latest first.
select
    scorecard.indicator_id,
    scorecard.definition_version,
    scorecard.period_id,
    scorecard.period_type,
    scorecard.period_label,
    scorecard.is_current,
    case scorecard.period_type when 'month' then 3 when 'quarter' then 2 else 1 end
        as coarseness,
    count(*) as areas_expected,
    count(scorecard.indicator_value) as areas_with_number

from mart.indicator_scorecard as scorecard

where scorecard.area_type = 'local_authority'

group by all

order by
    scorecard.indicator_id,
    coarseness,
    max(scorecard.end_date) desc,
    scorecard.definition_version desc
