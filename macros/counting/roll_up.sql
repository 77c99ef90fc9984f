{#-
    Make a whole out of its parts: a quarter out of months, a year out of quarters, a
    total out of areas. One rule for all three (docs/decisions/0004-rolling-up.md):

      all expected parts in                  reported, the sum
      some in, others not                    partial, the sum of what is in
      a part suppressed, the rest in         suppressed_at_source, bounds, no sum
      some suppressed, others not in         partial, bounds, no sum
      no part in                             the parts' status, the gravest first
      no part in, one of a span not yet due  not_due: the span is still running
      a part without denominator             stays out of the sum; the whole is partial
      no part in with a denominator          no_denominator, the sum of the numerators
      a part marked not applicable           is not expected

    relation:  parts with cell_status, numerator, numerator_low, numerator_high,
               denominator, extra_events (events of an area whose sender is silent) and
               is_outside_ratio (in, but without the denominator its ratio needs).
    keys:      columns that name the whole.
    expected:  SQL for the number of parts expected, where rows alone do not tell it.
    is_span:   whether the parts follow one another in time, as quarters in a year do.

    Emits two CTEs, `tallied` and `rolled_up`; the second has the keys, cell_status,
    numerator, numerator_low, numerator_high, denominator, extra_events and parts_in.
-#}

{% macro roll_up(relation, keys, expected=none, is_span=true) -%}
tallied as (

    select
        {{ keys | join(',\n        ') }},

        count(*) filter (where cell_status <> 'not_applicable') as parts_found,
        {{ expected or "count(*) filter (where cell_status <> 'not_applicable')" }}
            as parts_expected,

        count(*) filter (
            where {{ status_is('cell_status', 'numerator') }}
        ) as parts_known,
        count(*) filter (where is_outside_ratio) as parts_outside,
        count(*) filter (
            where cell_status = 'suppressed_at_source'
            or (cell_status = 'partial' and numerator is null)
        ) as parts_suppressed,
        count(*) filter (where cell_status = 'partial') as parts_partial,
        count(*) filter (where cell_status = 'refused') as parts_refused,
        count(*) filter (where cell_status = 'not_submitted') as parts_silent,
        count(*) filter (where cell_status = 'not_available') as parts_unavailable,
        count(*) filter (where cell_status = 'not_due') as parts_not_due,

        sum(numerator) filter (
            where {{ status_is('cell_status', 'numerator') }}
            and not is_outside_ratio
        ) as numerator_inside,
        sum(numerator) filter (where is_outside_ratio) as numerator_outside,
        count(*) filter (
            where {{ status_is('cell_status', 'numerator') }}
            and numerator is not null
            and not is_outside_ratio
        ) as parts_inside,
        sum(denominator) filter (
            where {{ status_is('cell_status', 'numerator', 'divided') }}
            and numerator is not null
            and not is_outside_ratio
        ) as denominator_inside,

        sum(coalesce(numerator_low, numerator)) filter (where not is_outside_ratio)
            as low_sum,
        sum(coalesce(numerator_high, numerator)) filter (where not is_outside_ratio)
            as high_sum,
        count(*) filter (
            where (
                cell_status = 'suppressed_at_source'
                or (cell_status = 'partial' and numerator is null)
            )
            and numerator is null
            and numerator_high is null
        ) as highs_unknown,

        sum(extra_events) as extra_events

    from {{ relation }}

    group by
        {{ keys | join(',\n        ') }}

),

weighed as (

    select
        tallied.*,
        parts_known > 0 and parts_outside = parts_known as is_all_outside,
        {{ 'parts_known = 0 and parts_not_due > 0' if is_span else 'false' }}
            as is_running,
        parts_found < parts_expected
        or parts_partial + parts_refused + parts_silent + parts_unavailable
        + parts_not_due > 0
        or (parts_outside > 0 and parts_outside < parts_known) as has_gap

    from tallied

),

rolled_up as (

    select
        {{ keys | join(',\n        ') }},

        case
            when parts_expected = 0 then 'not_applicable'
            when is_running then 'not_due'
            when parts_known = 0 and parts_refused > 0 then 'refused'
            when parts_known = 0 and parts_silent > 0 then 'not_submitted'
            when parts_known = 0 and parts_suppressed > 0 then 'suppressed_at_source'
            when parts_known = 0 and parts_unavailable > 0 then 'not_available'
            when parts_known = 0 then 'not_due'
            when parts_suppressed > 0 and (has_gap or is_all_outside) then 'partial'
            when parts_suppressed > 0 then 'suppressed_at_source'
            when is_all_outside then 'no_denominator'
            when has_gap then 'partial'
            else 'reported'
        end as cell_status,

        case
            when parts_known = 0 or parts_suppressed > 0 then null
            when is_all_outside then numerator_outside
            else numerator_inside
        end as numerator,

        case
            when parts_suppressed > 0
                and not is_running
                and (parts_known > 0 or parts_refused + parts_silent = 0)
                then low_sum
        end as numerator_low,

        case
            when parts_suppressed > 0
                and highs_unknown = 0
                and not is_running
                and (parts_known > 0 or parts_refused + parts_silent = 0)
                then high_sum
        end as numerator_high,

        case when parts_known > 0 then denominator_inside end as denominator,
        extra_events,
        parts_inside as parts_in

    from weighed

)
{%- endmacro %}
