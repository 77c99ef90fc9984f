-- What becomes of each record: the first that fits of passed over, set aside and
-- duplicate.
create or replace temp table fates as
with

first_lines as (

    select
        content,
        min(line_number) as first_line

    from judged

    where structural is null and not is_passed_over

    group by content

    having count(*) > 1

),

placed as (

    select
        judged.*,
        judged.line_number > coalesce(first_lines.first_line, judged.line_number)
            as is_again

    from judged

    left join first_lines
        on
            case when judged.structural is null then judged.content end
            = first_lines.content

),

shared_keys as (

    select
        ${keys},
        true as is_shared

    from placed

    where is_key_readable and not is_passed_over and not is_again

    group by ${keys}

    having count(*) > 1

),

reasoned as (

    select
        placed.*,

        coalesce(
            placed.structural,
            ${code},
            case when shared_keys.is_shared then 'key_shared' end
        ) as reason_code,

        case
            when placed.structural is null
                then coalesce(
                    ${column}, case when shared_keys.is_shared then ${key_names} end
                )
        end as column_name

    from placed

    left join shared_keys
        on placed.is_key_readable = shared_keys.is_shared and ${matches}

)

select
    line_number,
    is_again,
    reason_code,
    column_name,

    case
        when is_passed_over then 'passed_over'
        when reason_code is not null then 'set_aside'
        when is_again then 'duplicate'
        else 'accepted'
    end as fate

from reasoned
