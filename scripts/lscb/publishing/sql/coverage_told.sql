-- Coverage of a hidden cell: whether its blocks came, and in time.
select
    coverage.*
    replace (
        case
            when
                hidden.area_code is null
                or coverage.blocks_in < coverage.blocks_expected
                or coverage.coverage_status <> 'partial'
                then coverage.coverage_status
            when coverage.received_date > coverage.due_date then 'late'
            else 'on time'
        end as coverage_status
    )

from mart.fct_coverage as coverage

left join hidden
    using (indicator_id, definition_version, area_code, period_id)
