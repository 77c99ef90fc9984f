-- Of wide extracts one row per record and column of figures, for some of the columns.
insert into cells
with

kept as (

    select
        records.line_number,
        fates.fate,
        records.structural is not null as is_unread,
        ${columns}

    from records

    inner join fates
        using (line_number)

    where
        fates.fate = 'accepted'
        or (fates.fate = 'set_aside' and not fates.is_again)

),

spread as (

    select
        line_number,
        fate,
        is_unread,
        place,
        txt

    from kept
    unpivot include nulls (txt for place in (${columns})) -- noqa: PRS

),

valued as (

    select
        spread.*,
        figure_columns.name,
        lookup_mark.meaning as mark,
        ${is_unsure} as is_unsure,
        parse_number(${number_text}) as figure

    from spread

    inner join figure_columns
        using (place)

    left join lookup_mark on lower(spread.txt) = lookup_mark.term

)

select
    line_number,
    fate,
    name,
    figure,
    mark,

    case
        when is_unread then 'measure_malformed'
        when txt is null then null
        when is_unsure then 'number_ambiguous'
        when figure is null and mark is null then 'measure_malformed'
        when figure not between ${low} and ${high} then 'out_of_range'
        when not ${is_count} then null
        when figure < 0 then 'out_of_range'
        when figure <> trunc(figure) or contains(txt, '%') then 'integer_malformed'
    end as fault

from valued
