"""Write the pages of docs/indicators and docs/data-sources.

Facts come from the seeds, prose from the _prose.yml beside the pages, and the _*.j2
templates there put them together. What the seeds say is said once: a fact that changes
there changes on the page. A catalogue may have what nobody has written about yet: its
page says so, and so does `gaps`.
"""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lscb.errors import UserError
from lscb.settings import PROJECT

INDICATORS = "docs/indicators"
AGENCIES = "docs/data-sources"
NOT_WRITTEN = "Not written yet."
NO_OWNER = "Not named yet"
NOTHING_TOLD = {
    "counted": NOT_WRITTEN,
    "borough": f"{NOT_WRITTEN}\n",
    "traps": [],
    "personal": "",
}

Row = dict[str, str]


class ProseError(UserError):
    """The prose and the seeds do not speak of the same things."""


def read_seed(project: Path, name: str) -> list[Row]:
    """The rows of a seed, such as `catalogue/indicators`."""
    path = project / "seeds" / f"{name}.csv"
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def read_prose(project: Path, folder: str) -> dict[str, Any]:
    """The prose that stands beside the pages of a folder."""
    text = (project / folder / "_prose.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)


def gaps(project: Path = PROJECT) -> list[str]:
    """What the catalogue has and the prose has not, and the other way about."""
    prose = read_prose(project, INDICATORS)
    rows = read_seed(project, "catalogue/indicators")
    said = []
    for what, in_seeds, told in (
        ("prose", {row["indicator_id"] for row in rows}, prose["indicators"]),
        ("theme", {row["theme"] for row in rows}, prose["themes"]),
        ("owner", {row["source_agency"] for row in rows}, prose["owners"]),
    ):
        if missing := sorted(in_seeds - set(told)):
            said.append(f"no {what} in _prose.yml for: {', '.join(missing)}")
        if extra := sorted(set(told) - in_seeds):
            said.append(f"{what} in _prose.yml, not in seeds: {', '.join(extra)}")
    extracts = {row["extract"] for row in read_seed(project, "reference/extracts")}
    if missing := sorted(extracts - told_extracts(read_prose(project, AGENCIES))):
        said.append(f"no extract in _prose.yml for: {', '.join(missing)}")
    return said


def told_extracts(prose: dict[str, Any]) -> set[str]:
    """The extracts of which the prose of the agencies speaks."""
    agencies = prose["agencies"].values()
    return {name for agency in agencies for name in agency["extracts"]}


def with_all_told(prose: dict[str, Any], extracts: dict[str, Row]) -> dict[str, Any]:
    """The agencies of the prose, with what the seeds say of extracts that it lacks."""
    agencies = {
        name: agency | {"extracts": dict(agency["extracts"])}
        for name, agency in prose["agencies"].items()
    }
    for name in sorted(set(extracts) - told_extracts(prose)):
        code = extracts[name]["models"].split("__")[0]
        nothing = {"title": extracts[name]["agency"], "intro": NOT_WRITTEN}
        agency = agencies.setdefault(code, nothing | {"extracts": {}})
        agency["extracts"][name] = NOTHING_TOLD
    return agencies


def as_markdown(text: str) -> str:
    """The text with the characters that Markdown would take for its own escaped."""
    return re.sub(r"([*|\[\]])", r"\\\1", text).replace("<", "&lt;")


def as_sentence(text: str) -> str:
    """The text with a capital and a full stop; nothing stays nothing."""
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def as_day(text: str) -> str:
    """An ISO date as it is written in a letter: 31 August 2008."""
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def as_file_name(text: str) -> str:
    """A title as the name of a page: lower case, hyphens, .md."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") + ".md"


def named(values: str, names: dict[str, str]) -> str:
    """A `|`-separated list of codes as words."""
    return ", ".join(names[value] for value in values.split("|"))


def of_indicator(rows: list[Row], indicator_id: str) -> list[Row]:
    """The rows that name an indicator, alone or in a `|`-separated list."""
    return [
        row
        for row in rows
        if indicator_id
        in (row.get("indicator_ids") or row.get("indicator_id", "")).split("|")
    ]


def code_lines(project: Path, code_set: str, words: dict[str, Any]) -> list[str]:
    """The codes of a set, a line each: what counts, where, and what does not."""
    lines = []
    for row in read_seed(project, "reference/icd10_code_sets"):
        if row["code_set"] == code_set:
            codes = row["code_from"]
            if row["code_to"] != codes:
                codes += f" to {row['code_to']}"
            does = "" if row["is_included"] == "true" else "not counted: "
            place = words["position"][row["position"]]
            lines.append(f"{does}{codes}, {place}: {row['label']}")
    for row in read_seed(project, "reference/offence_code_sets"):
        if row["code_set"] == code_set:
            line = f"{row['offence_class']}: {row['label']}"
            if row["condition"] != "none":
                line += f", {words['condition'][row['condition']]}"
            lines.append(line)
    if not lines:
        raise ProseError(f"the seeds have no codes of the set {code_set}")
    return lines


def cautions(project: Path, indicator_id: str, now: Row) -> list[str]:
    """What the seeds warn of: breaks, areas left out, totals, the plausible range."""
    lines = [
        f"Break on {as_day(row['break_date'])}: {row['series_before']}, then"
        f" {row['series_after']}; {row['reason']} ({row['source']}). No change or trend"
        " crosses it."
        for row in of_indicator(
            read_seed(project, "reference/indicator_breaks"), indicator_id
        )
    ]
    names = {
        row["area_code"]: row["area_name"]
        for row in read_seed(project, "reference/areas")
    }
    for row in of_indicator(
        read_seed(project, "reference/area_exceptions"), indicator_id
    ):
        when = "" if row["applies"] == "always" else " where the wave has no row for it"
        lines.append(
            f"{names[row['area_code']]}: {row['value_status'].replace('_', ' ')}{when},"
            f" for {row['reason']}."
        )
    if now["value_type"] != "undefined":
        lines.append(f"Putting areas and periods together: {now['rollup_rule']}.")
        if now["additive_over_areas"] != "true":
            lines.append("No value is made for the region, for areas do not add.")
    if now["polarity_note"]:
        lines.append(as_sentence(now["polarity_note"]))
    if now["plausible_low"] and now["plausible_high"]:
        basis = {"any": "any period"}.get(now["range_basis"], f"a {now['range_basis']}")
        lines.append(
            f"Plausible for {basis}: {float(now['plausible_low']):,g} to"
            f" {float(now['plausible_high']):,g} ({now['plausible_reason']})."
        )
    return lines


def value_text(now: Row, words: dict[str, Any]) -> str:
    """How the value comes of numerator and denominator, in sentences."""
    times = ""
    if now["multiplier"] not in ("", "1"):
        times = f", times {int(now['multiplier']):,}"
    sentences = [words["value_type"][now["value_type"]].replace("{times}", times)]
    if now["denominator_basis"] in words["denominator_basis"]:
        sentences.append(words["denominator_basis"][now["denominator_basis"]])
    return " ".join(sentences)


def year_rules(now: Row, words: dict[str, Any]) -> list[str]:
    """How a year comes about, in sentences."""
    periods = now["periods"].split("|")
    if "quarter" not in periods or now["value_type"] == "undefined":
        return []
    if "financial_year" not in periods:
        return ["No year is made of the quarters."]
    rules = [words["year_from_quarters"][now["year_from_quarters"]]]
    if now["year_denominator"] in words["year_denominator"]:
        rules.append(words["year_denominator"][now["year_denominator"]])
    return rules


def minute_lines(project: Path, indicator_id: str) -> list[str]:
    """What the steering group decided of an indicator, and what is odd in the text."""
    lines = []
    decisions = read_seed(project, "catalogue/decisions")
    for row in of_indicator(decisions, indicator_id):
        line = f"{row['minute_paragraph']}, {row['kind']}: {row['subject']}."
        line += f" Decision: {row['decision']} ({row['decision_status']})."
        for name, title in (
            ("definition_old", "Old definition"),
            ("definition_new", "Definition"),
            ("reason_given", "Reason given"),
            ("action", "To do"),
            ("owner_role", "By"),
            ("with_organisation", "With"),
        ):
            if row[name]:
                line += f" {title}: {row[name]}."
        lines.append(line)
    challenges = read_seed(project, "catalogue/data_challenges")
    for row in of_indicator(challenges, indicator_id):
        if row["kind"] != "identified challenge":
            lines.append(
                f"{row['minute_paragraph']}, {row['kind']}: {row['challenge']}."
                f" Handled so: {row['handling']}."
            )
    return lines


def describe_indicators(project: Path, pages: dict[str, str]) -> list[dict]:
    """The themes, with their indicators and all that their page says of them."""
    prose = read_prose(project, INDICATORS)
    words = prose["words"]
    rows = read_seed(project, "catalogue/indicators")
    measures = {
        row["measure_id"]: row["description"]
        for row in read_seed(project, "catalogue/measures")
    }
    responses = read_seed(project, "reference/survey_responses")
    unwritten = {"why_it_matters": NOT_WRITTEN, "read_with_care": NOT_WRITTEN}

    themes: dict[str, list[dict]] = {}
    for indicator_id in dict.fromkeys(row["indicator_id"] for row in rows):
        versions = sorted(
            (row for row in rows if row["indicator_id"] == indicator_id),
            key=lambda row: int(row["definition_version"]),
        )
        now = versions[-1]
        themes.setdefault(now["theme"], []).append(
            {
                "id": indicator_id,
                "anchor": indicator_id.lower(),
                "title": now["title"],
                "now": now,
                "versions": versions,
                "prose": {"counting": ""}
                | (prose["indicators"].get(indicator_id) or unwritten),
                "measure": measures.get(now["numerator_measure_id"], ""),
                "responses": of_indicator(responses, indicator_id),
                "code_sets": {
                    code_set: code_lines(project, code_set, words)
                    for code_set in prose["code_sets"].get(indicator_id, [])
                },
                "value": value_text(now, words),
                "cautions": cautions(project, indicator_id, now),
                "periods": named(now["periods"], words["periods"]),
                "year_rules": year_rules(now, words),
                "page": pages[now["extract"]] if now["extract"] else "",
                "minutes": minute_lines(project, indicator_id),
                "owner": prose["owners"].get(now["source_agency"], NO_OWNER),
                "next_review": prose["next_review"],
            }
        )
    return [
        {
            "name": theme,
            "file": as_file_name(theme),
            "intro": prose["themes"].get(theme, NOT_WRITTEN),
            "words": words,
            "indicators": indicators,
        }
        for theme, indicators in themes.items()
    ]


def describe_columns(rows: list[Row]) -> list[dict]:
    """The columns of an extract as its table shows them."""
    columns = []
    for row in sorted(rows, key=lambda row: int(row["position"])):
        if row["is_required_value"] == "true":
            required = "yes"
        elif row["is_required_column"] == "true":
            required = "the column; a cell may be blank"
        else:
            required = "no"
        names = [row["column_name"], *filter(None, row["other_names"].split("|"))]
        shown = " or ".join(f"`{name}`" for name in names)
        columns.append(row | {"name": shown, "required": required})
    return columns


def counted_lines(rows: list[Row], extract: str) -> list[str]:
    """The indicators that an extract gives, with links to their pages."""
    found = {row["indicator_id"]: row for row in rows if row["extract"] == extract}
    return [
        f"[{indicator_id}](../indicators/{as_file_name(row['theme'])}"
        f"#{indicator_id.lower()}) {as_markdown(row['title'])}"
        for indicator_id, row in found.items()
    ]


def describe_agencies(project: Path) -> list[dict]:
    """The agencies, with their extracts and all that their page says of them."""
    prose = read_prose(project, AGENCIES)
    words = prose["words"]
    extracts = {row["extract"]: row for row in read_seed(project, "reference/extracts")}
    columns = read_seed(project, "reference/extract_columns")
    indicators = read_seed(project, "catalogue/indicators")
    statistics = read_seed(project, "reference/statistic_columns")
    if extra := told_extracts(prose) - set(extracts):
        raise ProseError(f"extract in _prose.yml, not in seeds: {sorted(extra)}")

    agencies = []
    for name, agency in with_all_told(prose, extracts).items():
        described = []
        for extract, text in agency["extracts"].items():
            own = describe_columns([c for c in columns if c["extract"] == extract])
            personal = [c["name"] for c in own if c["is_personal"] == "true"]
            described.append(
                extracts[extract]
                | {
                    "prose": text,
                    "columns": own,
                    "personal": ", ".join(personal),
                    "periods": named(
                        extracts[extract]["period_types"] or "label",
                        words["period_types"],
                    ),
                    "counted": counted_lines(indicators, extract),
                    "statistics": statistics if extract == "ees_statistics" else [],
                }
            )
        agencies.append(
            {
                "file": f"{name}.md",
                "title": agency["title"],
                "intro": agency["intro"],
                "extracts": described,
                "words": words,
            }
        )
    return agencies


def templates_of(project: Path) -> Environment:
    """The templates, by their path in the project; a name they lack is an error."""
    templates = Environment(
        loader=FileSystemLoader(project),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    templates.filters |= {"md": as_markdown, "sentence": as_sentence, "day": as_day}
    return templates


def render_pages(project: Path = PROJECT) -> dict[Path, str]:
    """Every page that is written from the seeds: its path in the project, its text."""
    templates = templates_of(project)
    written = {}

    def write(folder: str, page: str, template: str, facts: dict[str, Any]) -> None:
        text = templates.get_template(f"{folder}/{template}").render(facts)
        written[Path(folder, page)] = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"

    agencies = describe_agencies(project)
    pages = {
        extract["extract"]: agency["file"]
        for agency in agencies
        for extract in agency["extracts"]
    }
    themes = describe_indicators(project, pages)
    write(INDICATORS, "README.md", "_index.md.j2", {"themes": themes})
    for theme in themes:
        write(INDICATORS, theme["file"], "_theme.md.j2", theme)
    write(AGENCIES, "README.md", "_index.md.j2", {"agencies": agencies})
    for agency in agencies:
        write(AGENCIES, agency["file"], "_agency.md.j2", agency)
    return written


def out_of_step(wanted: dict[Path, str]) -> list[str]:
    """Pages that are not what seeds and prose make of them, or that nothing makes."""
    return [
        str(path)
        for path, text in wanted.items()
        if not (PROJECT / path).is_file()
        or (PROJECT / path).read_text(encoding="utf-8") != text
    ] + [str(path) for path in left_over(wanted)]


def left_over(wanted: dict[Path, str]) -> list[Path]:
    """Pages of themes and agencies that are no more."""
    standing = {
        path.relative_to(PROJECT)
        for folder in (INDICATORS, AGENCIES)
        for path in (PROJECT / folder).glob("*.md")
    }
    return sorted(standing - set(wanted))


def write(wanted: dict[Path, str]) -> None:
    """Write the pages, and remove those of what is no more."""
    for path, text in wanted.items():
        (PROJECT / path).write_text(text, encoding="utf-8")
    for path in left_over(wanted):
        (PROJECT / path).unlink()
