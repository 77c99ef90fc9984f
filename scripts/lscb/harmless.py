"""Text as sent, made harmless for a terminal and for a workbook."""

FORMULA = ("=", "+", "-", "@")


def printable(text: str) -> str:
    """The text with every character that steers a terminal, or hides, spelt out."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text
    )


def printable_lines(text: str) -> str:
    """The same line by line: what is said to a terminal keeps its lines."""
    return "\n".join(map(printable, text.split("\n")))


def harmless(text: str) -> str:
    """The same, and no spreadsheet takes it for a formula, as it stands or as CSV."""
    said = printable(text)
    return f"'{said}" if said.lstrip().startswith(FORMULA) else said
