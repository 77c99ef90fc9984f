-- A row is a definition in force that is not the steering group's own throughout: its
-- provenance says who chose what, and the group may choose otherwise.
select
    indicator_id,
    definition_version,
    title,
    decision_status,
    definition_status,
    minute_paragraph,
    provenance,
    provenance_detail,
    source

from {{ ref('dim_indicators') }}

where
    is_current
    and not is_context
    and provenance <> 'minuted'

order by provenance asc, indicator_id asc
