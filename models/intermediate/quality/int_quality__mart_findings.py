"""How the rules on what readers will see stand, and what they find.

One row per rule (`row_kind` result), one per finding.
"""

from lscb.quality.evaluate import as_table, evaluate
from lscb.quality.suites import load_rules


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("int_quality__mart_cells")
    dbt.ref("int_quality__set_aside_cells")
    dbt.ref("int_quality__targets")
    rules = [rule for rule in load_rules() if rule.stage == "mart"]
    return as_table(evaluate(session, rules))
