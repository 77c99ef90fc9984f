select
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
where submitter is not distinct from $submitter and is_asked and state <> 'resolved'
order by message, file_name, line_numbers
