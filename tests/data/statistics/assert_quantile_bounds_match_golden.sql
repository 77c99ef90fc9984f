-- Bounds of the whole numbers from the first value to the last.
with

golden as (

    select * from {{ ref('golden_quantile_bounds') }}

),

whole_numbers as (

    select cast(numbers.id as double) as whole_number

    from range(0, 1001) as numbers (id)

),

computed as (

    select
        golden.vector_id,
        golden.quantiles,
        golden.bound_index,
        golden.bound,
        case
            {%- for quantiles in [4, 5] %}
                {%- for bound_index in range(quantiles + 1) %}
                    when
                        golden.quantiles = {{ quantiles }}
                        and golden.bound_index = {{ bound_index }}
                        then {{ quantile_bound(
                    'whole_numbers.whole_number', bound_index, quantiles
                ) }}
                {%- endfor %}
            {%- endfor %}
        end as computed_bound

    from golden

    inner join whole_numbers
        on whole_numbers.whole_number between golden.first_value and golden.last_value

    group by
        golden.vector_id,
        golden.quantiles,
        golden.bound_index,
        golden.bound

)

select * from computed

where bound is distinct from computed_bound
