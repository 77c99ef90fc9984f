select
    message,
    file_name,
    line_numbers,
    what_to_do,
    state,
    rule_code
from flags_of_submitters
where submitter is not distinct from $submitter and is_asked and state <> 'resolved'
order by message, file_name, line_numbers
