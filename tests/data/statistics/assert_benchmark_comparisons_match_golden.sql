-- The peer defines its control-limit method with z rounded to 1.96 and 3.0902.
with

golden as (

    select * from {{ ref('golden_benchmark_comparisons') }}

),

computed as (

    select
        golden.*,
        case method
            when 'ci_vs_benchmark_95'
                then {{ benchmark_comparison_95(
                    'indicator_value', 'lower_95', 'upper_95', 'benchmark', 'polarity'
                ) }}
            when 'ci_vs_benchmark_95_and_998'
                then {{ benchmark_comparison_998(
                    'indicator_value', 'lower_95', 'upper_95', 'lower_998', 'upper_998',
                    'benchmark', 'polarity'
                ) }}
            when 'spc_proportion_1.96'
                then {{ benchmark_comparison_spc(
                    'indicator_value', 'benchmark', 'denominator', 'multiplier', 1.96,
                    'polarity'
                ) }}
            when 'spc_proportion_3.0902'
                then {{ benchmark_comparison_spc(
                    'indicator_value', 'benchmark', 'denominator', 'multiplier', 3.0902,
                    'polarity'
                ) }}
        end as computed_comparison

    from golden

)

select * from computed

where comparison is distinct from computed_comparison
