{#-
    One row per file, with what became of it. Within a block (extract, submitter and
    period) the highest version that was not refused stands; two different files that
    claim one version are both refused, for nobody can say which is right. What was
    written over under its own name, half a file by the whole, claims nothing more, and
    goes when the whole does. A file that was taken out of landing is withdrawn and claims
    nothing either (docs/decisions/0012-what-a-day-may-bring.md), unless a copy of it is
    there; one whose records are no longer kept had to be taken out, and stands where no
    other file has taken its place.
-#}

with

files as (

    select * from {{ ref('stg_ledger__files') }}

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

overwritten as (

    select distinct files.file_id

    from files

    inner join files as latest
        on
            files.relative_path = latest.relative_path
            and files.file_id <> latest.file_id
            and latest.refusal_code is null
            and (
                (latest.is_in_landing and not files.is_in_landing)
                or (
                    files.is_in_landing = latest.is_in_landing
                    and (
                        files.received_at < latest.received_at
                        or (
                            files.received_at = latest.received_at
                            and files.file_id < latest.file_id
                        )
                    )
                )
            )

),

-- refused, and sent under the name of a good one: the good one stands
refused_anew as (

    select distinct files.file_id

    from files

    inner join files as namesakes
        on
            files.relative_path = namesakes.relative_path
            and namesakes.refusal_code is null

    where files.refusal_code is not null

),

copies_present as (

    select distinct duplicate_of_file_id as file_id

    from files

    where duplicate_of_file_id is not null and coalesce(is_in_landing, true)

),

paths_present as (

    select distinct relative_path

    from files

    where is_in_landing

),

-- of the files of one version, which of them is there, and which came last
successions as (

    select
        file_id,
        row_number() over (
            partition by extract, submitter_code, period_id, version
            order by
                case when coalesce(is_in_landing, true) then 0 else 1 end,
                received_at desc,
                file_id desc
        ) as place

    from files

    where is_readable and duplicate_of_file_id is null and version is not null

),

absent as (

    select
        files.file_id,
        files.relative_path

    from files

    left join copies_present
        on files.file_id = copies_present.file_id

    left join paths_present
        on files.relative_path = paths_present.relative_path

    left join successions
        on files.file_id = successions.file_id

    where
        not files.is_in_landing
        and copies_present.file_id is null
        and paths_present.relative_path is null
        and (files.records_removed_on is null or successions.place > 1)

),

-- names of which the last that stood under them is gone: nothing is written over there
emptied as (

    select distinct absent.relative_path

    from absent

    left join overwritten
        on absent.file_id = overwritten.file_id

    where overwritten.file_id is null

),

written_over as (

    select files.file_id

    from files

    inner join overwritten
        on files.file_id = overwritten.file_id

    left join emptied
        on files.relative_path = emptied.relative_path

    where emptied.relative_path is null

),

withdrawn as (

    select absent.file_id

    from absent

    left join written_over
        on absent.file_id = written_over.file_id

    where written_over.file_id is null

),

claims as (

    select
        files.extract,
        files.submitter_code,
        files.period_id,
        files.version,
        count(distinct files.sha256) as claimants,
        min(files.file_name) as first_claimant,
        max(files.file_name) as last_claimant

    from files

    left join written_over
        on files.file_id = written_over.file_id

    left join refused_anew
        on files.file_id = refused_anew.file_id

    left join withdrawn
        on files.file_id = withdrawn.file_id

    where
        files.is_readable
        and written_over.file_id is null
        and refused_anew.file_id is null
        and withdrawn.file_id is null

    group by files.extract, files.submitter_code, files.period_id, files.version

),

judged as (

    select
        files.*,

        case
            when files.refusal_code is not null then files.refusal_code
            when withdrawn.file_id is not null then 'withdrawn'
            when claims.claimants > 1 then 'two_files_one_version'
        end as reason_code,

        case
            when withdrawn.file_id is not null then 'withdrawn'
            when files.refusal_code is not null or claims.claimants > 1 then 'refused'
            when written_over.file_id is not null then 'written_over'
            when files.duplicate_of_file_id is not null then 'duplicate'
            else 'valid'
        end as verdict,

        case
            when claims.first_claimant <> files.file_name then claims.first_claimant
            else claims.last_claimant
        end as other_claimant

    from files

    left join claims
        on
            files.extract = claims.extract
            and files.submitter_code = claims.submitter_code
            and files.period_id = claims.period_id
            and files.version = claims.version

    left join written_over
        on files.file_id = written_over.file_id

    left join withdrawn
        on files.file_id = withdrawn.file_id

),

standing as (

    select
        extract,
        submitter_code,
        period_id,
        max(version) as version

    from judged

    where verdict = 'valid'

    group by extract, submitter_code, period_id

),

settled as (

    select
        judged.*,

        case
            when judged.verdict = 'written_over' then 'superseded'
            when judged.verdict <> 'valid' then judged.verdict
            when judged.version = standing.version then 'accepted'
            else 'superseded'
        end as submission_status,

        case
            when judged.verdict = 'valid' and judged.version < standing.version
                then standing.version
            when judged.verdict = 'written_over' then standing.version
        end as superseded_by_version

    from judged

    left join standing
        on
            judged.extract = standing.extract
            and judged.submitter_code = standing.submitter_code
            and judged.period_id = standing.period_id

),

explained as (

    select
        settled.file_id,
        settled.sha256,
        settled.file_name,
        settled.relative_path,
        settled.extract,
        settled.submitter_as_sent,
        settled.submitter_code,
        settled.area_code,
        settled.pct_code,
        settled.period_id,
        settled.version,
        settled.file_format,
        settled.is_readable,
        settled.is_in_landing,
        settled.size_bytes,
        settled.received_at,
        settled.records_removed_on,
        settled.submission_status,
        settled.reason_code,

        case
            when settled.refusal_reason is not null then settled.refusal_reason
            when settled.reason_code = 'withdrawn' then reason_codes.message
            when settled.reason_code is not null
                then
                    concat(
                        reason_codes.message, ' It is ', settled.other_claimant, '.'
                    )
        end as reason,

        coalesce(successors.file_name, originals.file_name) as superseded_by,
        {{ status_is('settled.submission_status', 'counted', among='file_statuses') }}
            as has_counts,
        settled.lines_read,
        settled.rows_accepted,
        settled.rows_set_aside,
        settled.rows_duplicate,
        settled.rows_passed_over

    from settled

    left join reason_codes
        on settled.reason_code = reason_codes.reason_code

    left join settled as successors
        on
            settled.extract = successors.extract
            and settled.submitter_code = successors.submitter_code
            and settled.period_id = successors.period_id
            and settled.superseded_by_version = successors.version
            and successors.submission_status = 'accepted'

    left join settled as originals
        on
            settled.duplicate_of_file_id = originals.file_id
            and settled.submission_status = 'duplicate'

)

select * from explained
