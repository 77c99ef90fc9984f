{#-
    One row per file ever seen in landing, read or refused. The ledger is complete only
    when every extract has been landed, so this model waits for all of staging.
-#}

{% for extract in declared_extracts().values() %}
-- depends_on: {{ ref('stg_' ~ extract.models) }}
{%- endfor %}

with

files as (

    select * from {{ source('ledger', 'files') }}

),

renamed as (

    select
        -- ids
        cast(file_id as string) as file_id,
        cast(sha256 as string) as sha256,
        cast(file_name as string) as file_name,
        cast(relative_path as string) as relative_path,
        cast(duplicate_of as string) as duplicate_of_file_id,

        -- what the name claims
        cast(extract as string) as extract,
        cast(submitter_as_sent as string) as submitter_as_sent,
        cast(submitter_code as string) as submitter_code,
        cast(area_code as string) as area_code,
        cast(pct_code as string) as pct_code,
        cast(period_id as string) as period_id,
        cast(version as bigint) as version,

        -- what was found
        cast(file_format as string) as file_format,
        cast(is_readable as boolean) as is_readable,
        cast(is_in_landing as boolean) as is_in_landing,
        cast(is_synthetic as boolean) as is_synthetic,
        cast(refusal_code as string) as refusal_code,
        cast(refusal_reason as string) as refusal_reason,

        -- numbers
        cast(size_bytes as bigint) as size_bytes,
        cast(lines_read as bigint) as lines_read,
        cast(rows_accepted as bigint) as rows_accepted,
        cast(rows_set_aside as bigint) as rows_set_aside,
        cast(rows_duplicate as bigint) as rows_duplicate,
        cast(rows_passed_over as bigint) as rows_passed_over,

        -- dates
        cast(received_at as timestamp) as received_at,
        cast(records_removed_on as date) as records_removed_on

    from files

)

select * from renamed
