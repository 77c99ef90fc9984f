-- How the mart's views are made, and what is said of its tables, views and columns.
select
    view_name as relation,
    null as column_name,
    sql as made_by,
    comment
from duckdb_views()
where
    database_name = 'warehouse'
    and schema_name = 'mart'

union all

select
    table_name as relation,
    null as column_name,
    null as made_by,
    comment
from duckdb_tables()
where
    database_name = 'warehouse'
    and schema_name = 'mart'

union all

select
    table_name as relation,
    column_name,
    null as made_by,
    comment
from duckdb_columns()
where
    database_name = 'warehouse'
    and schema_name = 'mart'

order by all
