{#-
    One row per finding: what is wrong, where, how we know, what to do and who should.
    Its state is taken against the last other run, which this table itself still holds:
    new, persisting, or resolved (shown once more, then gone). What an authority has
    explained stays a finding, with the reason beside it, as long as the figure is the
    one that was explained; an error cannot be explained.
-#}

with

findings as (

    select * from {{ ref('int_quality__findings') }}

    where row_kind = 'finding'

),

runs as (

    select * from {{ ref('int_quality__runs') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

explanations as (

    select * from {{ ref('int_quality__explanations') }}

    where is_of_the_figure

),

{%- set last_run = load_relation(this) if execute else none %}

last_flags as (
    {%- if last_run is not none %}

        select * from {{ this }}
    {%- else %}

        select
            cast(null as string) as flag_id,
            cast(null as string) as rule_code,
            cast(null as string) as category,
            cast(null as string) as severity,
            cast(null as string) as indicator_id,
            cast(null as bigint) as definition_version,
            cast(null as string) as area_code,
            cast(null as string) as period_id,
            cast(null as string) as file_id,
            cast(null as string) as file_name,
            cast(null as string) as sha256,
            cast(null as bigint) as line_number,
            cast(null as string) as detail,
            cast(null as string) as observed,
            cast(null as string) as expected,
            cast(null as string) as message,
            cast(null as string) as what_to_do,
            cast(null as string) as owner,
            cast(null as string) as suite,
            cast(null as string) as state,
            cast(null as string) as run_id

        where false
    {%- endif %}

),

keyed as (

    select
        findings.*,

        -- a flag on a figure outlives the file that it was found in
        concat_ws(
            '|',
            findings.suite,
            findings.rule_code,
            coalesce(findings.indicator_id, ''),
            coalesce(cast(findings.definition_version as string), ''),
            coalesce(findings.area_code, ''),
            coalesce(findings.period_id, ''),
            case
                when findings.indicator_id is null then coalesce(findings.file_id, '')
                else ''
            end,
            coalesce(findings.detail, '')
        ) as finding_key

    from findings

),

told_apart as (

    -- where one key has several findings, each is known by its file and line as well
    select
        keyed.*,
        case
            when count(*) over (partition by finding_key) = 1 then finding_key
            else concat_ws(
                '|',
                finding_key,
                coalesce(file_id, ''),
                coalesce(cast(line_number as string), '')
            )
        end as full_key

    from keyed

),

counted as (

    -- what even file and line do not tell apart is one finding
    select
        told_apart.*,
        row_number() over (
            partition by full_key
            order by observed asc, expected asc
        ) as key_rank

    from told_apart

),

named as (

    select
        md5(findings.full_key) as flag_id,
        findings.rule_code,
        findings.category,
        findings.severity,
        findings.indicator_id,
        findings.definition_version,
        findings.area_code,
        findings.period_id,
        findings.file_id,
        submissions.file_name,
        submissions.sha256,
        findings.line_number,
        findings.detail,
        findings.observed,
        findings.expected,

        replace(replace(replace(replace(replace(
            findings.message,
            '{indicator}',
            concat(
                coalesce(findings.indicator_id, 'no indicator'),
                coalesce(concat(' (', indicators.title, ')'), '')
            )
        ),
        '{area}',
        coalesce(areas.area_name, findings.area_code, 'no area')),
        '{period}',
        coalesce(periods.period_label, findings.period_id, 'no period')),
        '{file}',
        coalesce(submissions.file_name, 'a file')),
        '{detail}',
        coalesce(findings.detail, '')) as message,

        findings.what_to_do,
        findings.owner,
        findings.suite

    from counted as findings

    left join submissions
        on findings.file_id = submissions.file_id

    left join indicators
        on
            findings.indicator_id = indicators.indicator_id
            and findings.definition_version = indicators.definition_version

    left join areas
        on findings.area_code = areas.area_code

    left join periods
        on findings.period_id = periods.period_id

    where findings.key_rank = 1

),

explained as (

    -- the sender of the file, or else the authority, is who was asked
    select
        named.flag_id,
        explanations.reason,
        row_number() over (
            partition by named.flag_id
            order by
                explanations.rule_code asc nulls last,
                explanations.file_id asc,
                explanations.line_number asc
        ) as place

    from named

    inner join explanations
        on
            named.indicator_id = explanations.indicator_id
            and named.definition_version = explanations.definition_version
            and named.area_code = explanations.area_code
            and named.period_id = explanations.period_id
            and named.rule_code = coalesce(explanations.rule_code, named.rule_code)

    left join submissions
        on named.file_id = submissions.file_id

    where
        named.severity <> 'error'
        and coalesce(submissions.submitter_code, named.area_code) = named.area_code

),

current_flags as (

    select
        named.*,
        case
            when last_flags.flag_id is null or last_flags.state = 'resolved' then 'new'
            when last_flags.run_id = runs.run_id then last_flags.state
            else 'persisting'
        end as state,
        explained.reason as explained_reason,
        runs.run_id

    from named

    cross join runs

    left join explained
        on named.flag_id = explained.flag_id and explained.place = 1

    left join last_flags
        on named.flag_id = last_flags.flag_id

),

-- a rule that is judged no longer resolves nothing
rules_judged as (

    select distinct
        suite,
        rule_code

    from {{ ref('int_quality__findings') }}

    where row_kind = 'result'

),

resolved_flags as (

    select
        last_flags.flag_id,
        last_flags.rule_code,
        last_flags.category,
        last_flags.severity,
        last_flags.indicator_id,
        last_flags.definition_version,
        last_flags.area_code,
        last_flags.period_id,
        last_flags.file_id,
        last_flags.file_name,
        last_flags.sha256,
        last_flags.line_number,
        last_flags.detail,
        last_flags.observed,
        last_flags.expected,
        last_flags.message,
        last_flags.what_to_do,
        last_flags.owner,
        last_flags.suite,
        'resolved' as state,
        cast(null as string) as explained_reason,
        runs.run_id

    from last_flags

    cross join runs

    inner join rules_judged
        on
            last_flags.suite = rules_judged.suite
            and last_flags.rule_code = rules_judged.rule_code

    left join named
        on last_flags.flag_id = named.flag_id

    where
        named.flag_id is null
        and (last_flags.state <> 'resolved' or last_flags.run_id = runs.run_id)

),

flags as (

    select * from current_flags

    union all

    select * from resolved_flags

)

select * from flags
