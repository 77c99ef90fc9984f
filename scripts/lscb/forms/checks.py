"""The formulas of a row: what its figures make, and what looks wrong with them."""

from collections.abc import Iterator

from lscb.forms.asking import Owed


def number(value: float) -> str:
    """A number as a formula and a reader have it."""
    return f"{value:.10g}"


def range_of(owed: Owed) -> str:
    """The range in which a value usually lies, in words."""
    if owed.low is None or owed.high is None:
        return ""
    unit = "" if owed.unit == "count" else f" {owed.unit}"
    return f"{number(owed.low)} to {number(owed.high)}{unit}"


def value_of(owed: Owed, top: str, bottom: str) -> str | None:
    """The formula of the value; None where a form cannot know it."""
    if owed.asks_denominator:
        both = f"AND(ISNUMBER({top}),ISNUMBER({bottom}))"
        made = f"{top}/{bottom}*{number(owed.multiplier)}"
        return f'=IF({both},IF({bottom}>0,{made},""),"")'
    if owed.denominator_basis == "none":
        return f'=IF(ISNUMBER({top}),{top},"")'
    if owed.persons:
        made = f"{top}/{owed.persons}*{number(owed.multiplier)}"
        return f'=IF(ISNUMBER({top}),{made},"")'
    return None


def look_at(owed: Owed, top: str, bottom: str, value: str, marks: str) -> str:
    """The formula of what looks wrong: the first that does, in words."""
    said = '""'
    for test, words in reversed(list(_tests(owed, top, bottom, value, marks))):
        said = f'IF({test},"{words}",{said})'
    return f"={said}"


def _tests(
    owed: Owed, top: str, bottom: str, value: str, marks: str
) -> Iterator[tuple[str, str]]:
    figures = [(top, "the numerator")]
    if owed.asks_denominator:
        figures.append((bottom, "the denominator"))
        yield f'AND({top}="",{bottom}<>"")', "the numerator is missing"
    for cell, name in figures:
        # No COUNTIF or MATCH: they take * and <5 for patterns.
        is_mark = f"SUMPRODUCT(--({marks}={cell}))>0"
        yield (
            f'AND({cell}<>"",NOT(ISNUMBER({cell})),NOT({is_mark}))',
            f"{name} is neither a number nor a mark of the list",
        )
        yield f"IF(ISNUMBER({cell}),{cell}<0,FALSE)", f"{name} is below 0"
        if not owed.is_estimate:
            yield (
                f"IF(ISNUMBER({cell}),{cell}<>ROUND({cell},0),FALSE)",
                f"{name} is a count, and counts are whole numbers",
            )
    if owed.asks_denominator:
        both = f"AND(ISNUMBER({top}),ISNUMBER({bottom}))"
        yield f'AND(ISNUMBER({top}),{bottom}="")', "the denominator is missing"
        if owed.is_part:
            yield (
                f"IF({both},{top}>{bottom},FALSE)",
                "the numerator is more than the denominator that it is part of",
            )
        else:
            yield (
                f"IF({both},AND({bottom}=0,{top}>0),FALSE)",
                "nothing can be taken of a denominator of 0",
            )
    if owed.low is not None and owed.high is not None:
        low, high = number(owed.low), number(owed.high)
        yield (
            f"IF(ISNUMBER({value}),OR({value}<{low},{value}>{high}),FALSE)",
            f"unusual: usually {range_of(owed)}; send it if it is right",
        )
