"""Draw careless changes, hold each against the tests, and say what nobody saw.

    lscb bench mutants --work /tmp/mutants --report docs/mutants.md

`areas.yml` says where changes are drawn and which tests should see them, `sql_rules`
and `python_rules` how a line is changed. Results are kept in the folder of work, one
line a change, so that a run goes on where the last one ended. A change that no test can
see, because it changes nothing that anybody could, stands in `equivalent.yml` with the
reason, under its words and not its line. Exit code 1 where fewer than 95 per cent were
seen, or fewer than 85 per cent of an area.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from bench.mutants.checking import MISSED, SEEN, Bench, Found
from bench.mutants.drawing import HERE, all_mutants, draw, read_areas
from bench.mutants.edits import Mutant
from lscb.errors import UserError
from lscb.settings import PROJECT

SEED = 20080729
EQUIVALENT = HERE / "equivalent.yml"
# Shares that must be seen: of all, and of each area.
OF_ALL, OF_AN_AREA = 0.95, 0.85
SAME = "equivalent"


def read_equivalent() -> dict[tuple[str, str, str], str]:
    """The reasons why a change changes nothing, by file, words before and after."""
    told = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {
        (
            each["file"],
            " ".join(each["before"].split()),
            " ".join(each["after"].split()),
        ): (each["reason"])
        for each in told
    }


class Results:
    """What became of each change, kept line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, dict[str, Any]] = {}
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                self.known[row["key"]] = row

    def keep(self, mutant: Mutant, found: Found) -> dict[str, Any]:
        """Note a result, at once."""
        row = {
            "key": mutant.key,
            **{
                name: getattr(mutant, name)
                for name in ("area", "file", "line", "rule", "before", "after")
            },
            **asdict(found),
        }
        self.known[mutant.key] = row
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        return row


def run(
    work: Path,
    seed: int | None,
    areas: Sequence[str],
    number: int | None,
    is_again: bool,
    is_list: bool,
    report: Path | None,
) -> int:
    """Draw, ask, report; 0 where enough was seen."""
    every, look = read_areas()
    names = [area.name for area in every]
    if strange := [name for name in areas if name not in names]:
        raise UserError(
            f"No area is called {strange[0]}: choose of {', '.join(names)}."
        )
    chosen = [area for area in every if not areas or area.name in areas]
    seed = SEED if seed is None else seed
    drawn = {
        area.name: draw(
            PROJECT, all_mutants(PROJECT, area, look), seed, number or area.drawn
        )
        for area in chosen
    }
    if is_list:
        for mutant in (each for some in drawn.values() for each in some):
            print(f"{mutant.key}  {mutant.file}:{mutant.line}  {mutant.rule}")
            print(f"  - {mutant.before}\n  + {mutant.after}")
        return 0
    load_what_is_slow()
    bench = Bench(work)
    bench.prepare()
    results = Results(bench.work / "results.jsonl")
    equivalent = read_equivalent()
    rows = []
    for area in chosen:
        for place, mutant in enumerate(drawn[area.name], 1):
            row = results.known.get(mutant.key)
            reason = equivalent.get((mutant.file, mutant.before, mutant.after))
            if reason:
                row = results.known.get(mutant.key) or results.keep(
                    mutant, Found(MISSED, "", "", 0)
                )
                row = row | {"result": SAME, "said": reason}
            elif row is None or (is_again and row["result"] == MISSED):
                row = results.keep(mutant, bench.check(area, mutant))
                print(
                    f"{area.name} {place}/{len(drawn[area.name])}"
                    f" {mutant.file}:{mutant.line} {mutant.rule}: {row['result']}"
                    f" {row['by']} ({row['seconds']} s)",
                    flush=True,
                )
            rows.append(row | {"line": mutant.line})
    text = report_of(rows, seed)
    print(text)
    if report is not None:
        report.write_text(text, encoding="utf-8")
    return 0 if is_enough(rows) else 1


def load_what_is_slow() -> None:
    """What every forked process would load again."""
    import scipy.stats  # noqa: F401


def share_of(rows: Sequence[dict[str, Any]]) -> float:
    """Which part was seen, of those that can be."""
    asked = [row for row in rows if row["result"] != SAME]
    return sum(row["result"] == SEEN for row in asked) / len(asked) if asked else 1.0


def is_enough(rows: Sequence[dict[str, Any]]) -> bool:
    """Whether enough was seen, of all and of each area."""
    names = {row["area"] for row in rows}
    return share_of(rows) >= OF_ALL and all(
        share_of([row for row in rows if row["area"] == name]) >= OF_AN_AREA
        for name in names
    )


def shortened(text: str, most: int = 150) -> str:
    """A line that fits into a table."""
    text = text if len(text) <= most else text[: most - 1] + "…"
    return text.replace("|", "\\|").replace("`", "'")


def report_of(rows: Sequence[dict[str, Any]], seed: int) -> str:
    """The numbers of each area, and every change that nobody saw."""
    lines = [
        f"{len(rows)} changes were drawn (seed {seed}).",
        "",
        "| area | drawn | equivalent | seen | missed | share |",
        "|---|---|---|---|---|---|",
    ]
    names = list(dict.fromkeys(row["area"] for row in rows))
    for name in [*names, "all"]:
        own = [row for row in rows if name in ("all", row["area"])]
        count = {
            what: sum(row["result"] == what for row in own)
            for what in (SAME, SEEN, MISSED)
        }
        lines.append(
            f"| {name} | {len(own)} | {count[SAME]} | {count[SEEN]} |"
            f" {count[MISSED]} | {100 * share_of(own):.0f} % |"
        )
    for what, title in ((MISSED, "Missed"), (SAME, "Equivalent")):
        own = [row for row in rows if row["result"] == what]
        if own:
            lines += ["", f"## {title}", ""]
        for row in own:
            lines += [
                f"* {row['file']}:{row['line']} ({row['rule']})"
                + (f": {row['said']}" if what == SAME else ""),
                f"  * before: `{shortened(row['before'])}`",
                f"  * after: `{shortened(row['after'])}`",
            ]
    return "\n".join(lines) + "\n"
