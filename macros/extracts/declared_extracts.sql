{#-
    The extracts with the names of their models, and of those that are staged by their
    declaration alone what their models are made of. Written by `make docs` from
    seeds/reference/extracts.csv and extract_columns.csv, for dbt cannot read a seed while
    it works out what depends on what.
-#}

{% macro declared_extracts() -%}
    {{ return({
        'pct_admissions': {
            'models': 'pct__admissions',
            'kind': 'record',
            'is_declared_alone': false,
        },
        'police_offences': {
            'models': 'police__offences',
            'kind': 'record',
            'is_declared_alone': false,
        },
        'lado_referrals': {
            'models': 'lado__referrals',
            'kind': 'record',
            'is_declared_alone': false,
        },
        'missing_children': {
            'models': 'police__missing_children',
            'kind': 'record',
            'is_declared_alone': false,
        },
        'tellus_survey': {
            'models': 'tellus__answers',
            'kind': 'aggregate',
            'is_declared_alone': false,
        },
        'lscb_return': {
            'models': 'boroughs__returns',
            'kind': 'aggregate',
            'is_declared_alone': false,
        },
        'explanations': {
            'models': 'boroughs__explanations',
            'kind': 'aggregate',
            'is_declared_alone': false,
        },
        'targets': {
            'models': 'government__targets',
            'kind': 'aggregate',
            'is_declared_alone': false,
        },
        'population': {
            'models': 'ons__populations',
            'kind': 'aggregate',
            'is_declared_alone': false,
        },
        'mps_borough_crime': {
            'models': 'gla__borough_crime',
            'kind': 'published',
            'is_declared_alone': false,
        },
        'ees_statistics': {
            'models': 'dfe__statistics',
            'kind': 'published',
            'is_declared_alone': false,
        },
    }) }}
{%- endmacro %}
