-- A row is a matter that the minutes leave open, in their order: who is to act, and
-- with whom, where the minutes say so.
select
    minute_order,
    minute_paragraph,
    subject,
    decision,
    decision_status,
    action,
    owner_role,
    with_organisation,
    due,
    indicator_ids

from {{ ref('dim_decisions') }}

where is_open

order by minute_order asc
