"""What every room that writes SQL needs: its `.sql` files, texts and names."""

import re
from functools import cache
from pathlib import Path

#: Where an expression goes that varies; values go in as parameters, `$name`.
GAP = re.compile(r"\$\{(\w+)\}")


def read_query(folder: Path, name: str, /, **parts: str) -> str:
    """What stands in a `.sql` file of a room, with a part for each `${gap}`."""
    text = _read(folder / f"{name}.sql")
    if (gaps := set(GAP.findall(text))) != parts.keys():
        raise ValueError(f"{name}.sql has gaps for {sorted(gaps)}, not {[*parts]}")
    return GAP.sub(lambda gap: parts[gap[1]], text)


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
