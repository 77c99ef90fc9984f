"""How many digits a figure is shown with: those that its precision carries."""


def decimals_for(values: list[float]) -> int:
    """Decimals that leave about three figures of a typical value; none for counts."""
    known = sorted(abs(value) for value in values if value is not None)
    if not known or all(float(value).is_integer() for value in known):
        return 0
    middle = known[len(known) // 2]
    return 1 if middle >= 10 else 2 if middle >= 1 else 3 if middle >= 0.1 else 4
