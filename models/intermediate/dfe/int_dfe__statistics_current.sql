{#-
    One row per statistic, filters, authority and period of the DfE's publications, from
    the file that stands for them. Of several filters the whole is taken; where the file
    has no whole, the parts that make one (boys and girls) are added up by what follows.
    One part alone is never taken for the whole, nor are both beside a further one that
    no list knows (unborn or unknown): no row is the cell's.
-#}

with

statistics as (

    select * from {{ ref('int_dfe__statistics_ranked') }}

    where recency = 1

),

filter_kinds as (

    select * from {{ ref('int_dfe__filter_kinds') }}

),

described as (

    select
        statistics.*,
        coalesce(filter_kinds.kind, 'whole') as filter_kind,
        coalesce(filter_kinds.is_further_part, false) as is_further_part,
        coalesce(filter_kinds.is_of_one_value, false) as is_of_one_value,
        filter_kinds.partition_name as filter_partition,
        filter_kinds.member as filter_member

    from statistics

    left join filter_kinds
        on
            statistics.file_id = filter_kinds.file_id
            and statistics.filters = filter_kinds.filters

),

tallied as (

    select
        statistic,
        role,
        indicator_id,
        age_band,
        period_id,
        area_code,
        count(case when filter_kind = 'whole' then 1 end) as wholes,
        count(case when filter_kind = 'part' then 1 end) as parts,
        count(case when is_further_part then 1 end) as further_parts,
        count(distinct case when filter_kind = 'part' then filter_member end)
            as members,
        count(distinct case when filter_kind = 'part' then filter_partition end)
            as partitions

    from described

    group by statistic, role, indicator_id, age_band, period_id, area_code

),

current_rows as (

    select
        described.*,

        case
            when tallied.wholes > 0 then tallied.wholes
            when
                described.role in ('numerator', 'denominator')
                and tallied.parts = 2
                and tallied.further_parts = 0
                and tallied.members = 2
                and tallied.partitions = 1
                then 1
            else 0
        end as rows_for_cell

    from described

    inner join tallied
        on
            described.statistic = tallied.statistic
            and described.role = tallied.role
            and described.indicator_id is not distinct from tallied.indicator_id
            and described.age_band is not distinct from tallied.age_band
            and described.period_id is not distinct from tallied.period_id
            and described.area_code is not distinct from tallied.area_code
            and (
                (tallied.wholes > 0 and described.filter_kind = 'whole')
                or (
                    tallied.wholes = 0
                    and tallied.parts > 0
                    and described.filter_kind = 'part'
                )
                or (tallied.wholes = 0 and tallied.parts = 0)
            )

)

select * from current_rows
