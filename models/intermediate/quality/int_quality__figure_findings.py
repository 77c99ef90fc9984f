"""How the rules on what agencies sent stand, and what they find.

They look at figures before years and totals are made of them, so that a figure which is
withheld can be kept out of both. One row per rule (`row_kind` result), one per finding.
"""

from lscb.quality.evaluate import as_table, evaluate
from lscb.quality.suites import load_rules


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("int_quality__admission_files")
    dbt.ref("int_quality__block_revisions")
    dbt.ref("int_quality__blocks")
    dbt.ref("int_quality__catalogue_rows")
    dbt.ref("int_quality__cells")
    dbt.ref("int_quality__crime_months")
    dbt.ref("int_quality__crime_rows")
    dbt.ref("int_quality__crime_years")
    dbt.ref("int_quality__figures_revised")
    dbt.ref("int_quality__file_ages")
    dbt.ref("int_quality__file_buckets")
    dbt.ref("int_quality__file_columns")
    dbt.ref("int_quality__file_measures")
    dbt.ref("int_quality__file_months")
    dbt.ref("int_quality__file_shapes")
    dbt.ref("int_quality__file_twins")
    dbt.ref("int_quality__files")
    dbt.ref("int_quality__missing_files")
    dbt.ref("int_quality__offence_references")
    dbt.ref("int_quality__population_files")
    dbt.ref("int_quality__populations")
    dbt.ref("int_quality__reconciliations")
    dbt.ref("int_quality__records_alike")
    dbt.ref("int_quality__records_held_twice")
    dbt.ref("int_quality__references_used_anew")
    dbt.ref("int_quality__return_files")
    dbt.ref("int_quality__return_lines")
    dbt.ref("int_quality__return_repeats")
    dbt.ref("int_quality__return_terms")
    dbt.ref("int_quality__return_years")
    dbt.ref("int_quality__revisions")
    dbt.ref("int_quality__series")
    dbt.ref("int_quality__shared_pseudonyms")
    dbt.ref("int_quality__statistic_files")
    dbt.ref("int_quality__submissions")
    dbt.ref("int_quality__survey_answers")
    dbt.ref("int_quality__twins")
    dbt.ref("int_quality__unplaced_records")
    dbt.ref("int_quality__values_emptied")
    dbt.ref("int_quality__version_references")
    rules = [rule for rule in load_rules() if rule.stage == "figures"]
    return as_table(evaluate(session, rules))
