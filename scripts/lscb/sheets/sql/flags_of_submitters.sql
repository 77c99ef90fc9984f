-- A flag goes to who sent the file, else to whose submission is missing, else to the
-- authority that it names. Of many lines the first are named.
create temporary view flags_of_submitters as
with

placed as (

    select
        flag_id,
        line_number,
        row_number() over (partition by flag_id order by line_number) as place

    from intermediate.int_quality__flag_lines

),

lines_of_flags as (

    select
        flag_id,
        concat(
            string_agg(line_number, ', ' order by line_number)
            filter (where place <= ${lines_named}),
            case
                when count(*) > ${lines_named}
                    then concat(' and ', count(*) - ${lines_named}, ' more')
            end
        ) as line_numbers

    from placed

    group by flag_id

)

select
    flags.*,
    rules_that_ask.rule_code is not null as is_asked,
    coalesce(cast(flags.line_number as varchar), lines_of_flags.line_numbers)
        as line_numbers,
    coalesce(
        submissions.submitter,
        case
            when flags.suite = 'submissions' then split_part(flags.detail, ' ', 2)
        end,
        flags.area_code
    ) as submitter

from mart.fct_quality_flags as flags

left join mart.fct_submissions as submissions
    using (file_id)

left join lines_of_flags
    using (flag_id)

left join rules_that_ask
    using (suite, rule_code)
