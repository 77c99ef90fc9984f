"""What dbt_project.yml declares for models and code alike, as the statuses."""

from functools import cache
from typing import Any

import yaml

from lscb.settings import PROJECT

FIGURES, FILES = "statuses", "file_statuses"
COVERAGE, RESULTS = "coverage_statuses", "result_statuses"


def statuses(kind: str, *asked: str) -> list[str]:
    """The statuses of a kind that are all that is asked, in their declared order."""
    return [word for word, says in declared()[kind].items() if {*asked} <= {*says}]


@cache
def declared() -> dict[str, Any]:
    """The variables of the project, by their names."""
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["vars"]
