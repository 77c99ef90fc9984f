-- A row is a status that a figure can have, with its symbol: one symbol stands for
-- several statuses, which their labels tell apart.
select
    gss_symbol,
    value_status,
    status_label,
    has_number,
    description

from {{ ref('dim_value_statuses') }}

order by gss_symbol asc nulls last, value_status asc
