{#-
    The standard normal deviate that a tail lies above: 1.96 for a tail of 0.025.

    For tails from 1.4e-11 to 0.075, to sixteen digits; null for any other: no engine
    here has a quantile of the normal distribution.

    Wichura MJ. Algorithm AS 241, PPND16. Appl Stat 1988; 37: 477-484.
-#}

{% macro normal_deviate(tail) -%}
{%- set above = [
    '7.74545014278341407640e-4', '2.27238449892691845833e-2',
    '2.41780725177450611770e-1', '1.27045825245236838258e0',
    '3.64784832476320460504e0', '5.76949722146069140550e0',
    '4.63033784615654529590e0', '1.42343711074968357734e0',
] -%}
{%- set below = [
    '1.05075007164441684324e-9', '5.47593808499534494600e-4',
    '1.51986665636164571966e-2', '1.48103976427480074590e-1',
    '6.89767334985100004550e-1', '1.67638483018380384940e0',
    '2.05319162663775882187e0', '1e0',
] -%}
{%- set r = '(sqrt(-ln(cast(' ~ tail ~ ' as double))) - 1.6e0)' -%}
{%- set sums = namespace(above='0e0', below='0e0') -%}
{%- for coefficient in above -%}
{%- set sums.above = '(' ~ sums.above ~ ' * ' ~ r ~ ' + ' ~ coefficient ~ ')' -%}
{%- set sums.below = '(' ~ sums.below ~ ' * ' ~ r ~ ' + ' ~ below[loop.index0] ~ ')' -%}
{%- endfor -%}
case
    when {{ tail }} between 1.4e-11 and 7.5e-2
        then {{ sums.above }}
        / {{ sums.below }}
end
{%- endmacro %}
