"""What is asked of a status: declared once, in dbt_project.yml, for models too."""

from functools import cache

import yaml

from lscb.settings import PROJECT

FIGURES, FILES = "statuses", "file_statuses"
COVERAGE, RESULTS = "coverage_statuses", "result_statuses"


def statuses(kind: str, *asked: str) -> list[str]:
    """The statuses of a kind that are all that is asked, in their declared order."""
    return [word for word, says in _declared()[kind].items() if {*asked} <= {*says}]


@cache
def _declared() -> dict[str, dict[str, list[str]]]:
    text = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["vars"]
