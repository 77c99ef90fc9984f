"""What a careless change is: a stretch of a file, and what stands there instead."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """A change by a rule: from `start` to `end` of a text stands `text` instead."""

    rule: str
    start: int
    end: int
    text: str

    def applied(self, to: str) -> str:
        """The text as changed."""
        return to[: self.start] + self.text + to[self.end :]


@dataclass(frozen=True)
class Mutant:
    """A change of a file of the project, known by what it says and not by its line."""

    area: str
    file: str
    rule: str
    line: int
    before: str
    after: str
    edit: Edit
    twin: int = 0
    """How many changes of the same words stand before it in the file."""

    @property
    def key(self) -> str:
        """A name that holds as long as these words stand in this file."""
        words = (self.file, self.rule, self.before, self.after, str(self.twin))
        return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]


def lines_of(text: str, start: int, end: int) -> tuple[int, str]:
    """Number of the line where a stretch begins, and its lines with single blanks."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    lines = text[first : len(text) if last < 0 else last]
    return text.count("\n", 0, start) + 1, " ".join(lines.split())


def mutant_of(area: str, file: str, text: str, edit: Edit) -> Mutant:
    """The change of a file, with the lines that it touches before and after."""
    line, before = lines_of(text, edit.start, edit.end)
    changed = edit.applied(text)
    _, after = lines_of(changed, edit.start, edit.start + len(edit.text))
    return Mutant(area, file, edit.rule, line, before, after, edit)
