{#-
    How surprising it is that somebody else's count is this very count: minus the
    logarithm to base ten of the greatest chance that any Poisson count, whatever its
    mean, has of hitting it. That chance is largest where the mean is the count itself,
    e^-n n^n / n!, and never above 1 / sqrt(1 + 2 pi n). A nought surprises nobody.
-#}

{% macro equality_surprise(count) -%}
    coalesce(
        0.5e0 * log10(1.0e0 + 6.283185307179586e0 * greatest({{ count }}, 0)),
        0.0e0
    )
{%- endmacro %}
