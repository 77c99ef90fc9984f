"""What files are called on the pages: by their extract, sender, period and version.

The published file calls a file by codes, such as `tellus_survey OFSTED W2008 v2`; a
reader meets the words for them, wherever such a name stands in a text.
"""

import re

from lscb.pages.facts import Facts


def senders_of(facts: Facts) -> dict[str, str]:
    """What each sender is called, by its code."""
    named = {code: area["area_name"] for code, area in facts.area.items()}
    sent = {row["submitter"]: row["submitter_name"] for row in facts.coverage}
    return facts.sender_names | sent | named


class FileNames:
    """Texts in which files are named by codes, in the words of a reader."""

    def __init__(self, facts: Facts) -> None:
        self.words = facts.words["file_name"]
        self.extracts = {
            **facts.words["extract"],
            "no known extract": self.words["no known extract"],
        }
        self.senders = {
            **senders_of(facts),
            "no known sender": self.words["no known sender"],
        }
        one_of = [
            "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
            for names in (self.extracts, self.senders)
        ]
        self.pattern = re.compile(
            rf"\b({one_of[0]}) ({one_of[1]})\b"
            r"(?: (?P<period>no known period|[A-Z]*\d{4}\S*)"
            r" (?:v(?P<version>\d+)|no version)\b)?"
        )

    def said(self, text: str | None) -> str | None:
        """A text with the words of every file and submission that it names."""
        return text and self.pattern.sub(self._said, text)

    def _said(self, found: re.Match[str]) -> str:
        """The words of one name, without what is not known of period and version."""
        parts = [
            self.words["named"].format(
                extract=self.extracts[found[1]], sender=self.senders[found[2]]
            )
        ]
        if found["period"] and found["period"][0] != "n":
            parts.append(found["period"])
        if found["version"]:
            parts.append(self.words["version"].format(number=found["version"]))
        return ", ".join(parts)
