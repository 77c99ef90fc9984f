-- Takes out the findings that come of seeing the files of one sender alone, by what
-- their rule says that it needs more (`needs_more` in expectations/):
-- * calendar: what else was due, and what of it came and when. All findings;
-- * populations: the sender has none. Findings of figures that are divided by one;
-- * quarters_of_the_year: returns of quarters. Findings of a year's figure that may
--   come of them, where none of the authority and year is at hand.
delete from mart.fct_quality_flags
where flag_id in (
    with

    quarters_at_hand as (

        select distinct
            files.area_code,
            periods.year_period_id

        from mart.fct_submissions as files

        inner join mart.dim_periods as periods
            on files.period_id = periods.period_id

        where
            files.extract = 'lscb_return'
            and periods.period_type = 'quarter'

    )

    select flags.flag_id

    from mart.fct_quality_flags as flags

    inner join rules
        on
            flags.suite = rules.suite
            and flags.rule_code = rules.rule_code

    left join mart.dim_indicators as indicators
        on
            flags.indicator_id = indicators.indicator_id
            and flags.definition_version = indicators.definition_version

    left join mart.dim_periods as periods
        on flags.period_id = periods.period_id

    left join quarters_at_hand
        on
            flags.area_code = quarters_at_hand.area_code
            and flags.period_id = quarters_at_hand.year_period_id

    where
        rules.needs_more = 'calendar'
        or (
            rules.needs_more = 'populations'
            and indicators.denominator_basis = 'population'
        )
        or (
            rules.needs_more = 'quarters_of_the_year'
            and periods.period_type = 'financial_year'
            and indicators.year_from_quarters <> 'none'
            and quarters_at_hand.area_code is null
        )
)
