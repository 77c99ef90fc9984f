"""Write docs/rules/<rule>.md from the suites, a short page a rule, and their index.

The suites are where a rule is said; the pages are for reading.
"""

from collections import defaultdict
from pathlib import Path

from lscb.quality.suites import FOLDER, NEEDS_MORE, SEVERITIES, Rule, load_rules

PAGES = FOLDER.parent / "docs" / "rules"
SEVERITY_MEANS = {
    "error": "the figure is withheld as `refused` until it is corrected",
    "warning": "the figure is published and flagged",
    "notice": "the figure is published; the finding is for the sender",
}


def _sentence(text: str) -> str:
    text = text[0].upper() + text[1:]
    return text if text.endswith(".") else f"{text}."


def page_of(rules: list[Rule]) -> str:
    """The page of one rule, which several suites may hold."""
    rule = min(rules, key=lambda each: SEVERITIES.index(each.severity))
    severities = "; ".join(
        f"{severity}: {SEVERITY_MEANS[severity]}{_where(rules, severity)}"
        for severity in SEVERITIES
        if any(each.severity == severity for each in rules)
    )
    extracts = ", ".join(f"`{each.suite}`" for each in rules)
    limits = "".join(f"| `{name}` | {value} |\n" for name, value in rule.limits)
    return "\n".join(
        part
        for part in (
            f"# {rule.rule_code}\n",
            f"| | |\n|---|---|\n| category | {rule.category} |\n"
            f"| severity | {severities} |\n"
            f"| owner | {rule.owner} |\n| suites | {extracts} |\n"
            f"| expectation | `{rule.expectation}` |\n"
            + (
                f"| needs more than a sender's own files, so `lscb check` says nothing"
                f" of it | {NEEDS_MORE[rule.needs_more]} |\n"
                if rule.needs_more
                else ""
            ),
            "## What it says\n",
            _sentence(rule.message) + "\n",
            f"It looks at rows of `{rule.table}` where\n\n"
            f"```sql\n{_generic(rule, rule.looks_at)}\n```\n\n"
            f"and finds those where\n\n```sql\n{_generic(rule, rule.finds)}\n```\n",
            f"| limit | |\n|---|---|\n{limits}" if limits else "",
            "## Why\n",
            _sentence(rule.because) + "\n",
            "## Why no innocent file gives it\n" if rule.evidence else "",
            _sentence(rule.evidence) + "\n" if rule.evidence else "",
            "## What fails\n",
            _sentence(rule.example) + "\n",
            "## What to do\n",
            _sentence(rule.what_to_do) + "\n",
            "## What it does not catch\n",
            _sentence(rule.does_not_catch) + "\n",
        )
        if part
    )


def _where(rules: list[Rule], severity: str) -> str:
    """The suites of a severity, where it is not that of most."""
    suites = [f"`{rule.suite}`" for rule in rules if rule.severity == severity]
    return f" ({', '.join(suites)})" if len(suites) <= len(rules) / 2 else ""


def _generic(rule: Rule, sql: str) -> str:
    """The SQL as any suite has it: its own extract left open."""
    return sql.replace(f"extract = '{rule.suite}'", "extract = '<the suite's>'")


def pages() -> dict[str, str]:
    """Every page by its file name, the index as README.md."""
    by_code: dict[str, list[Rule]] = defaultdict(list)
    for rule in load_rules():
        by_code[rule.rule_code].append(rule)
    index = [
        "# The quality rules\n",
        "Written from `expectations/` by `make docs`; change a rule there.\n",
        "| rule | category | severity | because |",
        "|---|---|---|---|",
        *(
            f"| [{code}]({code}.md) | {rules[0].category} |"
            f" {min((rule.severity for rule in rules), key=SEVERITIES.index)} |"
            f" {rules[0].because} |"
            for code, rules in sorted(by_code.items())
        ),
    ]
    return {
        "README.md": "\n".join(index) + "\n",
        **{f"{code}.md": page_of(rules) for code, rules in by_code.items()},
    }


def out_of_step(folder: Path = PAGES) -> list[str]:
    """Pages that are missing, stale, or of rules that are no more."""
    wanted = pages()
    there = {path.name for path in folder.glob("*.md")}
    return sorted(
        (there - set(wanted))
        | {
            name
            for name, text in wanted.items()
            if name not in there or (folder / name).read_text("utf-8") != text
        }
    )


def write(folder: Path = PAGES) -> None:
    """Write the pages, and remove those of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
