{#-
    One row per figure in its borough's series: how long it has stood unchanged, and
    whether the series runs on another level from here on (up to four periods on either
    side, added, so that single counts do not decide).
-#}

with

figures as (

    select * from {{ ref('int_quality__cells') }}

    where numerator is not null and own_exposure > 0

),

marked as (

    select
        figures.*,
        row_number() over (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
        ) as position,
        lag(numerator) over (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
        ) as previous_numerator,
        lag(denominator) over (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
        ) as previous_denominator,

        sum(numerator) over earlier as numerator_before,
        sum(own_exposure) over earlier as exposure_before,
        count(*) over earlier as periods_before,
        sum(numerator) over later as numerator_after,
        sum(own_exposure) over later as exposure_after,
        count(*) over later as periods_after

    from figures

    window
        earlier as (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
            rows between 4 preceding and 1 preceding
        ),
        later as (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
            rows between current row and 3 following
        )

),

runs as (

    select
        marked.*,
        sum(
            case
                when
                    numerator = previous_numerator
                    and (
                        denominator_basis <> 'sent'
                        or denominator = previous_denominator
                    )
                    then 0
                else 1
            end
        ) over (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by end_date
            rows between unbounded preceding and current row
        ) as run_number,
        numerator_before / nullif(exposure_before, 0) * exposure_after
            as expected_after,

        -- a stock is counted again each period: its periods tell once
        case when additive_over_time then 1.0e0 else nullif(periods_before, 0) end
            as times_counted_before,
        case when additive_over_time then 1.0e0 else nullif(periods_after, 0) end
            as times_counted_after

    from marked

),

measured as (

    select
        runs.*,
        count(*) over (
            partition by
                indicator_id,
                definition_version,
                area_code,
                period_type,
                segment,
                run_number
        ) as run_length,
        row_number() over (
            partition by
                indicator_id,
                definition_version,
                area_code,
                period_type,
                segment,
                run_number
            order by end_date
        ) as run_position,

        -- how all that was counted shares out before and after, beside how what it is
        -- taken of does: exp(-departure squared / 2) bounds the chance from above, at
        -- any number
        {{ share_departure(
            'numerator_before / times_counted_before',
            'numerator_after / times_counted_after',
            'exposure_before / times_counted_before',
            'exposure_after / times_counted_after'
        ) }} as shift_departure,
        numerator_after / nullif(expected_after, 0) as shift_ratio

    from runs

),

described as (

    select
        measured.*,

        -- how likely so long a run is by chance: two Poisson counts of n are equal
        -- about once in 3.5 root n, and a denominator as rarely
        (run_length - 1) * (
            log10(3.5e0 * sqrt(greatest(numerator, 1.0e0)))
            + case
                when denominator_basis = 'sent' and denominator >= 1
                    then log10(3.5e0 * sqrt(denominator))
                else 0.0e0
            end
        ) as run_surprise,

        median(abs(shift_departure)) over (
            partition by indicator_id, definition_version, period_type
        ) as typical_shift

    from measured

),

ranked as (

    select
        described.*,
        shift_departure / greatest(1.0e0, 1.4826e0 * typical_shift)
            as shift_deviations,
        row_number() over (
            partition by
                indicator_id, definition_version, area_code, period_type, segment
            order by
                case when periods_before >= 3 and periods_after >= 3 then 0 else 1 end,
                abs(shift_departure) desc nulls last,
                end_date
        ) as shift_rank

    from described

)

select * from ranked
