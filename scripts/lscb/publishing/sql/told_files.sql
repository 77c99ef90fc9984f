-- A name and an id for each file, of what may be told of it. The id inside is made of
-- the path as sent, on which a guess could be tried out.
create temp table told_files as
with

told as (

    select
        file_id as inner_id,
        ${name} as inner_name,
        ${received} as received_at,

        case
            when extract in (select words.extract from words_extracts as words)
                then extract
        end as extract,

        case
            when submitter in (from words_senders) then submitter
        end as submitter,

        case
            when period_id in (select known.period_id from mart.dim_periods as known)
                then period_id
            when
                regexp_full_match(period_id, '(AY|M)?[0-9][0-9/_-]{3,15}(Q[0-9])?')
                then period_id
        end as period_id,

        case when version between 1 and 999 then version end as version,

        case
            when ${area} in (select areas.area_code from mart.dim_areas as areas)
                then ${area}
        end as area_code,

        case when ${pct} in (from words_senders) then ${pct} end as pct_code

    from mart.fct_submissions

),

placed as (

    select
        told.*,
        row_number() over (
            partition by extract, submitter, period_id, version, received_at
            order by inner_id
        ) as place

    from told

)

select
    placed.*,

    substr(
        sha256(
            concat_ws(
                '|',
                coalesce(extract, ''),
                coalesce(submitter, ''),
                coalesce(period_id, ''),
                coalesce(version, 0),
                coalesce(strftime(received_at, '%Y-%m-%dT%H:%M:%S.%f'), ''),
                place
            )
        ),
        1,
        16
    ) as file_id,

    concat_ws(
        ' ',
        coalesce(extract, 'no known extract'),
        coalesce(submitter, 'no known sender'),
        coalesce(period_id, 'no known period'),
        coalesce('v' || version, 'no version')
    ) as file_name

from placed
