"""What must become of every line and every file, by the rules of the extracts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bench.worlds.sending import Line, Sent

KEYS = {
    "pct_admissions": ("epikey",),
    "police_offences": ("crime_ref", "victim_no"),
    "lado_referrals": ("referral_id",),
    "missing_children": ("episode_ref",),
    "tellus_survey": ("la_code", "question_id", "response"),
    "lscb_return": ("pi_code", "definition", "measure"),
    "population": ("gss_code", "age_band"),
    "mps_borough_crime": ("borough", "major", "minor"),
    "ees_statistics": ("time_period", "new_la_code", "age_group"),
}
RECORDS = ("pct_admissions", "police_offences", "lado_referrals", "missing_children")
ACCEPTED, SET_ASIDE = "accepted", "set_aside"
DUPLICATE, PASSED_OVER = "duplicate", "passed_over"


@dataclass
class Fate:
    """One file's fate, and that of each of its lines."""

    sent: Sent
    status: str
    lines: list[str]

    def count(self, fate: str) -> int:
        """How many lines met that fate."""
        return self.lines.count(fate)

    def held(self, fate: str = ACCEPTED) -> list[Line]:
        """The lines that met that fate."""
        return [
            line
            for line, met in zip(self.sent.lines, self.lines, strict=True)
            if met == fate
        ]


def _key(sent: Sent, line: Line) -> tuple[str, ...]:
    names = KEYS[sent.extract]
    if sent.extract == "mps_borough_crime":
        names = tuple(sent.columns[:3])
    return tuple(str(line.cells.get(name) or "").strip().lower() for name in names)


def fates_of_lines(sent: Sent) -> list[str]:
    """The first that fits: out of scope, duplicate, its own fault, a shared key."""
    met: list[str] = []
    seen: dict[tuple, int] = {}
    contents: dict[tuple, set] = defaultdict(set)
    for place, line in enumerate(sent.lines):
        if line.is_passed_over:
            met.append(PASSED_OVER)
        elif line.content in seen:
            met.append(DUPLICATE)
        else:
            met.append(SET_ASIDE if line.fault else ACCEPTED)
            seen[line.content] = place
            if not line.fault:
                contents[_key(sent, line)].add(line.content)
    for place, line in enumerate(sent.lines):
        is_shared = len(contents.get(_key(sent, line), ())) > 1
        if met[place] == ACCEPTED and is_shared:
            met[place] = SET_ASIDE
    return [
        SET_ASIDE
        if fate == DUPLICATE and met[seen[line.content]] == SET_ASIDE
        else fate
        for fate, line in zip(met, sent.lines, strict=True)
    ]


def fates_of_files(files: Sequence[Sent]) -> list[Fate]:
    """Which file stands for its block, and what became of the others."""
    fates = [_own_fate(sent) for sent in files]
    for fate in fates:
        rivals = [
            other
            for other in fates
            if other.sent.block == fate.sent.block
            and other.sent.version == fate.sent.version
            and not other.sent.damage
        ]
        if fate.sent.damage or len(rivals) < 2:
            continue
        if len({other.sent.content() for other in rivals}) > 1:
            fate.status = "refused"
        elif any(other.status == ACCEPTED for other in rivals[: rivals.index(fate)]):
            fate.status = DUPLICATE
    highest: Counter = Counter()
    for fate in fates:
        if fate.status == ACCEPTED:
            block = fate.sent.block
            highest[block] = max(highest[block], fate.sent.version)
    for fate in fates:
        if fate.status == ACCEPTED and fate.sent.version < highest[fate.sent.block]:
            fate.status = "superseded"
    return fates


def _own_fate(sent: Sent) -> Fate:
    if sent.damage:
        return Fate(sent, "refused", [])
    lines = fates_of_lines(sent)
    is_nil = not lines and sent.extract not in RECORDS
    is_lost = 2 * lines.count(SET_ASIDE) > len(lines)
    return Fate(sent, "refused" if is_nil or is_lost else ACCEPTED, lines)
