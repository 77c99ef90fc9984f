{#-
    One row per line or value set aside in a file that was read to its end, with the
    sentence that tells the sender what to correct. A file refused because more than half
    of it had to be set aside lists its lines too. The value itself stays in the archive.
-#}

with

set_aside as (

    select * from {{ ref('stg_ledger__set_aside') }}

),

submissions as (

    select * from {{ ref('int_submissions') }}

    where {{ status_is('submission_status', 'listed', among='file_statuses') }}

),

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

extract_columns as (

    select * from {{ ref('extract_columns') }}

),

-- columns of a file: its extract's own, and those of a sheet that is of another one
columns_of_files as (

    select
        extract,
        column_name,
        rule_text

    from extract_columns

    union all

    select
        form_sheets.extract,
        concat(form_sheets.sheet_name, ': ', extract_columns.column_name)
            as column_name,
        extract_columns.rule_text

    from {{ ref('form_sheets') }} as form_sheets

    inner join extract_columns
        on form_sheets.sheet_name = extract_columns.extract

    where form_sheets.purpose = 'explained'

),

-- what every column of figures must hold that the file itself names
figure_columns as (

    select
        extract,
        rule_text

    from extract_columns

    where data_type in ('month_columns', 'statistic_columns')

),

described as (

    select
        submissions.file_id,
        submissions.file_name,
        submissions.sha256,
        submissions.extract,
        submissions.submitter_code as submitter,
        submissions.period_id,
        set_aside.line_number,
        set_aside.column_name,
        set_aside.set_aside_level as level,
        set_aside.reason_code,
        reason_codes.message,
        reason_codes.what_to_do,

        coalesce(
            columns_of_files.rule_text, figure_columns.rule_text, 'as the contract says'
        ) as rule_text

    from set_aside

    inner join submissions
        on set_aside.file_id = submissions.file_id

    inner join reason_codes
        on set_aside.reason_code = reason_codes.reason_code

    left join columns_of_files
        on
            submissions.extract = columns_of_files.extract
            and set_aside.column_name = columns_of_files.column_name

    left join figure_columns
        on
            case when set_aside.column_name is not null then submissions.extract end
            = figure_columns.extract

),

explained as (

    select
        file_id,
        file_name,
        sha256,
        extract,
        submitter,
        period_id,
        line_number,
        column_name,
        level,
        reason_code,

        replace(
            replace(message, '{column}', coalesce(column_name, 'the record')),
            '{rule}',
            rule_text
        ) as message,

        replace(
            replace(what_to_do, '{column}', coalesce(column_name, 'record')),
            '{rule}',
            rule_text
        ) as what_to_do

    from described

)

select * from explained
