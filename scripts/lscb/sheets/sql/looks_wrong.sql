select
    severity,
    message,
    file_name,
    line_numbers,
    what_to_do,
    concat(
        state,
        ', explained by '
        || case when is_of_other then 'the other sender' else 'you' end
        || ': '
        || explained_reason
    ) as state,
    rule_code
from flags_of_submitters
where
    submitter is not distinct from $submitter
    and category <> 'timeliness'
    and not is_asked
    and rule_code <> 'submission_missing'
    and state <> 'resolved'
order by
    case severity when 'error' then 1 when 'warning' then 2 else 3 end,
    message, file_name, line_numbers
