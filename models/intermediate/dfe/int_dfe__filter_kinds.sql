{#-
    One row per file and combination of filters in it: whether it is the whole, a part of
    a partition that a reference list knows (boys, girls), or neither. A filter that has
    one value in all of the file, and that no list calls a part, is its subject, and
    `is_of_one_value` says that there is one. A value
    that no list knows, in a filter of which the file has parts, is a further part: what
    boys and girls make is then not the whole.
-#}

with

combinations as (

    select distinct
        file_id,
        filters

    from {{ ref('stg_dfe__statistics') }}

    where filters is not null

),

filter_values as (

    select * from {{ ref('statistic_filter_values') }}

),

named_filters as (

    select distinct lower(filters) as filter_text

    from {{ ref('statistic_columns') }}

    where filters is not null

),

positions as (
    {%- for position in range(1, 31) %}

        select {{ position }} as filter_position
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

parted as (

    select
        combinations.file_id,
        combinations.filters,
        lower(split_part(combinations.filters, ';', positions.filter_position))
            as filter_text

    from combinations

    cross join positions

    where split_part(combinations.filters, ';', positions.filter_position) <> ''

),

read as (

    select
        parted.file_id,
        parted.filters,
        parted.filter_text,
        split_part(parted.filter_text, '=', 1) as filter_name,
        trim(substring(parted.filter_text, instr(parted.filter_text, '=') + 1))
            as filter_value

    from parted

),

value_counts as (

    select
        file_id,
        filter_name,
        count(distinct filter_value) as values_held

    from read

    group by file_id, filter_name

),

judged as (

    select
        read.file_id,
        read.filters,
        read.filter_name,
        read.filter_value,
        filter_values.partition_name,
        filter_values.member,
        filter_values.meaning is not null as is_listed,

        case
            when named_filters.filter_text is not null then 'named'
            when read.filter_value = '' then 'subject'
            when filter_values.meaning is not null then filter_values.meaning
            when value_counts.values_held = 1 then 'subject'
            else 'unknown'
        end as kind

    from read

    inner join value_counts
        on
            read.file_id = value_counts.file_id
            and read.filter_name = value_counts.filter_name

    left join filter_values
        on read.filter_value = filter_values.filter_value

    left join named_filters
        on read.filter_text = named_filters.filter_text

),

parted_names as (

    select distinct
        file_id,
        filter_name

    from judged

    where kind = 'part'

),

compared as (

    select
        judged.*,
        case
            when judged.kind = 'unknown' and parted_names.filter_name is not null
                then 1
            else 0
        end as is_further_part

    from judged

    left join parted_names
        on
            judged.file_id = parted_names.file_id
            and judged.filter_name = parted_names.filter_name

),

summed as (

    select
        file_id,
        filters,
        max(case when kind = 'part' then partition_name end) as partition_name,
        max(case when kind = 'part' then member end) as member,
        case
            when count(case when kind = 'unknown' then 1 end) > 0 then 'unknown'
            when count(case when kind = 'part' then 1 end) > 1 then 'unknown'
            when count(case when kind = 'part' then 1 end) = 1 then 'part'
            else 'whole'
        end as kind,
        max(is_further_part) = 1 as is_further_part,

        -- the whole, if what the filter names is the whole: nobody says that it is
        max(
            case
                when kind = 'subject' and filter_value <> '' and not is_listed then 1
                else 0
            end
        ) = 1 as is_of_one_value

    from compared

    group by file_id, filters

)

select * from summed
