{#-
    One row per cell whose figure a rule of severity error forbids to use, with the rule:
    it stands as `refused`, out of years and totals, until the sender has corrected it.
    What a rule says of a whole file holds for the areas whose sender sent it; of a
    question, for all who read it; of a population, for all rates taken of it.
-#}

with

findings as (
    {%- if target.type == 'duckdb' %}

        select * from {{ ref('int_quality__figure_findings') }}

        where row_kind = 'finding' and severity = 'error'
    {%- else %}

        -- without Python models no rule is judged, and nothing is withheld
        select
            cast(null as string) as suite,
            cast(null as string) as rule_code,
            cast(null as string) as indicator_id,
            cast(null as bigint) as definition_version,
            cast(null as string) as area_code,
            cast(null as string) as period_id,
            cast(null as string) as file_id,
            cast(null as string) as detail

        where false
    {%- endif %}

),

chosen as (

    select * from {{ ref('int_cells__claimed') }}

),

source_lines as (

    select * from {{ ref('int_lineage__source_lines') }}

),

placed_files as (

    select * from {{ ref('int_quality__placed_files') }}

),

senders as (

    select * from {{ ref('int_senders') }}

),

indicators as (

    select * from {{ ref('indicators') }}

),

survey_responses as (

    select distinct
        indicator_id,
        definition_version,
        question_id

    from {{ ref('survey_responses') }}

),

figures as (

    select
        findings.suite as source_extract,
        findings.indicator_id,
        findings.definition_version,
        findings.area_code,
        findings.period_id,
        findings.rule_code

    from findings

    where findings.indicator_id is not null and findings.suite <> 'tellus_survey'

),

answers as (

    select
        findings.suite as source_extract,
        survey_responses.indicator_id,
        survey_responses.definition_version,
        findings.area_code,
        findings.period_id,
        findings.rule_code

    from findings

    inner join survey_responses
        on
            findings.suite = 'tellus_survey'
            and findings.detail = survey_responses.question_id

),

files as (

    select
        findings.suite as source_extract,
        source_lines.indicator_id,
        source_lines.definition_version,
        source_lines.area_code,
        source_lines.period_id,
        findings.rule_code

    from findings

    inner join source_lines
        on
            findings.indicator_id is null
            and findings.suite = source_lines.source_extract
            and findings.file_id = source_lines.file_id

    inner join placed_files
        on findings.file_id = placed_files.file_id

    left join senders
        on
            placed_files.extract = senders.extract
            and placed_files.submitter_code = senders.submitter_code
            and source_lines.area_code = senders.area_code

    where
        findings.area_code = source_lines.area_code
        or (findings.area_code is null and senders.area_code is not null)

),

rates as (

    select
        chosen.source_extract,
        chosen.indicator_id,
        chosen.definition_version,
        chosen.area_code,
        chosen.period_id,
        findings.rule_code

    from findings

    inner join indicators
        on
            findings.suite = 'population'
            and indicators.denominator_basis = 'population'
            and findings.detail = indicators.population_age_band

    inner join chosen
        on
            indicators.indicator_id = chosen.indicator_id
            and indicators.definition_version = chosen.definition_version
            and findings.area_code = chosen.area_code
            and findings.period_id = cast(chosen.mid_year as string)

),

forbidden as (

    select * from figures

    union all

    select * from answers

    union all

    select * from files

    union all

    select * from rates

),

withheld as (

    select
        chosen.indicator_id,
        chosen.definition_version,
        chosen.area_code,
        chosen.period_id,
        chosen.year_period_id,
        min(forbidden.rule_code) as rule_code,
        count(*) as findings

    from forbidden

    -- the figure that stands may come from another source than the one that is wrong
    inner join chosen
        on
            forbidden.indicator_id = chosen.indicator_id
            and forbidden.definition_version = chosen.definition_version
            and forbidden.area_code = chosen.area_code
            and forbidden.period_id = chosen.period_id
            and forbidden.source_extract = chosen.source_extract
            and (
                {{ status_is('chosen.cell_status', 'answer') }}
                or chosen.extra_events > 0
            )

    group by
        chosen.indicator_id,
        chosen.definition_version,
        chosen.area_code,
        chosen.period_id,
        chosen.year_period_id

)

select * from withheld
