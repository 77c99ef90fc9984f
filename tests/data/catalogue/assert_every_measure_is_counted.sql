{#-
    The measures that the counted models name, read from their own text: a measure that
    nothing counts would be silently absent. Published crime makes its names of the
    classification and is left to the relationships test.
-#}
-- Every measure that the catalogue names is counted, and nothing else is.
{%- set counted = [] %}
{%- for node in graph.nodes.values() if node.name.endswith('_counted') %}
    {%- for measure in modules.re.findall("'([a-z0-9_]+)':", node.raw_code) %}
        {%- do counted.append(measure) if measure not in ['flag', 'distinct'] %}
    {%- endfor %}
{%- endfor %}
with

counted as (
    {%- for measure in counted %}

        select '{{ measure }}' as measure_id
        {%- if not loop.last %}

            union all
        {%- endif %}
    {%- endfor %}

),

measures as (

    select * from {{ ref('measures') }}

    where extract <> 'mps_borough_crime'

),

indicators as (

    select distinct numerator_measure_id

    from {{ ref('dim_indicators') }}

    where numerator_measure_id is not null

)

select
    measures.measure_id as catalogue_measure_id,
    counted.measure_id as counted_measure_id,
    indicators.numerator_measure_id

from measures

full outer join counted
    on measures.measure_id = counted.measure_id

left join indicators
    on measures.measure_id = indicators.numerator_measure_id

where
    measures.measure_id is null
    or counted.measure_id is null
    or indicators.numerator_measure_id is null
