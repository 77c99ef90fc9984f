"""The Tell Us survey, one file a wave."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from lscb.sampling.draws import Stream
from lscb.sampling.files import SampleFile, csv_bytes, received_after, workbook
from lscb.sampling.periods import Grid
from lscb.sampling.reference import Reference
from lscb.sampling.story import DAYS_LATE, DAYS_ON_TIME

EXTRACT = "tellus_survey"
COLUMNS = (
    "wave", "la_code", "la_name", "question_id", "response", "weighted_percent",
    "base_unweighted", "base_weighted",
)  # fmt: skip
SUPPRESSED = "*"
BULLYING = {2007: "bullied_4weeks", 2008: "bullied_ever", 2009: "bullied_year"}
# Responses and about what percentage gives each; the last takes the rest.
RESPONSES = {
    "bullied_4weeks": (("Yes", 30), ("No", 62), ("Don't know", 0)),
    "bullied_ever": (("Yes", 46), ("No", 46), ("Don't know", 0)),
    "bullied_year": (("Yes", 28), ("No", 64), ("Don't know", 0)),
    "feel_safe_area": (
        ("Very safe", 34), ("Quite safe", 47), ("A bit unsafe", 12),
        ("Very unsafe", 4), ("Don't know", 0),
    ),
    "substance_use_frequent": (("Yes", 10), ("No", 84), ("Don't know", 0)),
}  # fmt: skip


@dataclass
class Answer:
    """The percentages of one question in one authority; None where withheld."""

    percents: dict[str, int | None]
    base: int


@dataclass
class Survey:
    """The files and the answers, by wave, authority and question."""

    files: list[SampleFile] = field(default_factory=list)
    answers: dict[tuple[int, str, str], Answer] = field(default_factory=dict)
    waves: list[int] = field(default_factory=list)


def wave_end(reference: Reference, wave: int) -> date:
    """Return the last day of a wave's fieldwork."""
    for row in reference.rows("reference/survey_waves"):
        if row["wave"] == str(wave):
            return date.fromisoformat(row["end_date"])
    raise ValueError(f"seeds/reference/survey_waves.csv lacks the wave {wave}.")


def _draw(stream: Stream, options: Sequence[tuple[str, int]], withheld: bool) -> Answer:
    percents: dict[str, int | None] = {}
    left = 100
    for text, usual in options[:-1]:
        share = min(left, max(1, usual + stream.one(-usual // 6 - 1, usual // 6 + 1)))
        percents[text] = share
        left -= share
    percents[options[-1][0]] = left
    base = stream.one(900, 2_600)
    if withheld:
        base = stream.one(12, 28)
        percents[options[0][0]] = None
    return Answer(percents, base)


def _questions_added(reference: Reference) -> dict[str, list[tuple[str, int]]]:
    """Return the questions that the seed alone knows, with a share of each answer.

    They are asked in every wave: the answers that count, and one that does not.
    """
    added: dict[str, list[tuple[str, int]]] = {}
    for question, counting in reference.survey_responses.values():
        if question not in RESPONSES:
            share = 60 // len(counting)
            options = [(response.capitalize(), share) for response in counting]
            added[question] = [*options, ("No", 0)]
    return added


def make_survey(reference: Reference, grid: Grid, seed: int) -> Survey:
    """Return the file of each wave that the years touch, and its answers."""
    known = {int(row["wave"]) for row in reference.rows("reference/survey_waves")}
    made = Survey(waves=[year for year in grid.wave_years if year in known])
    for wave in made.waves:
        rows: list[list] = [list(COLUMNS)]
        questions = (BULLYING[wave], "feel_safe_area", "substance_use_frequent")
        for area in reference.area_codes:
            if reference.story.tells("tellus_absent", area, f"W{wave}"):
                continue
            withheld = reference.story.tells("tellus_suppressed", area, f"W{wave}")
            stream = Stream(seed, EXTRACT, area, str(wave))
            for question in questions:
                answer = _draw(stream, RESPONSES[question], withheld)
                made.answers[(wave, area, question)] = answer
                rows += _rows(reference, wave, area, question, answer)
            for question, options in _questions_added(reference).items():
                stream = Stream(seed, EXTRACT, area, str(wave), question)
                answer = _draw(stream, options, withheld)
                made.answers[(wave, area, question)] = answer
                rows += _rows(reference, wave, area, question, answer)
        made.files.append(_file(reference, wave, rows))
    return made


def _rows(
    reference: Reference, wave: int, area: str, question: str, answer: Answer
) -> list[list]:
    row = reference.by_area[area]
    base = answer.base * 103 // 100
    return [
        [
            wave,
            int(row["dfe_code"]),
            row["area_name"],
            question,
            f" {text}" if wave == 2009 else text,
            SUPPRESSED if percent is None else percent,
            answer.base,
            base,
        ]
        for text, percent in answer.percents.items()
    ]


def _file(reference: Reference, wave: int, rows: list[list]) -> SampleFile:
    """Return a wave's file, with an authority of elsewhere among its rows."""
    ours = len(rows) - 1
    elsewhere = [[wave, 919, "Hertfordshire", *row[3:]] for row in rows[1:4]]
    rows = [*rows, *elsewhere]
    suffix = "csv"
    if wave == 2008:
        suffix = "xlsx"
        title = ["Tellus3 results by authority - SYNTHETIC DATA"]
        content = workbook([title, [], *rows], EXTRACT, ("Notes",), "Synthetic data")
    else:
        content = csv_bytes(
            [[f"{c}%" if r and n == 5 and c != SUPPRESSED else c
              for n, c in enumerate(row)] for r, row in enumerate(rows)]
        )  # fmt: skip
    [sender] = reference.senders(EXTRACT)
    late = reference.story.tells("tellus_late", sender, f"W{wave}")
    days = DAYS_LATE if late else DAYS_ON_TIME
    return SampleFile(
        EXTRACT, sender, str(wave), suffix, content,
        received_after(wave_end(reference, wave), days),
        accepted=ours, passed_over=len(elsewhere), is_late=late,
    )  # fmt: skip
