{#-
    The measures that the counted models name, read from their own text: a measure that
    nothing counts would be silently absent. Published crime makes its names of the
    classification. A measure that no indicator reads does no harm.
-#}
-- Every measure that an indicator of the catalogue reads is counted by a model.
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

)

select
    indicators.indicator_id,
    indicators.definition_version,
    indicators.extract,
    indicators.numerator_measure_id

from {{ ref('indicators') }} as indicators

left join counted
    on indicators.numerator_measure_id = counted.measure_id

where
    indicators.numerator_measure_id is not null
    and coalesce(indicators.extract, '') <> 'mps_borough_crime'
    and counted.measure_id is null
