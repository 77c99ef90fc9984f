"""Text as sent, made harmless for a terminal and for a workbook."""

FORMULA = ("=", "+", "-", "@")


def printable(text: str) -> str:
    """The text with every character that steers a terminal, or hides, spelt out."""
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text
    )


def harmless(text: str) -> str:
    """The same, and no spreadsheet takes it for a formula, as it stands or as CSV."""
    said = printable(text)
    return f"'{said}" if said.lstrip().startswith(FORMULA) else said
