"""Attack the published file from outside, and print what could be learnt.

Reads the published file, what all earlier ones disclosed, and which counts came back
as they once were: a reader may guess so. No warehouse and no lake. Exit code 0: nothing
that must not be known. 1: something is. 2: no file.
"""

import time
from collections import Counter
from pathlib import Path

from lscb.disclosure.structure import Key
from lscb.disclosure.tables import Version, versions_of
from lscb.errors import UserError
from lscb.publishing.audit import Audit, read_file
from lscb.publishing.audit import audit as attack_chain
from lscb.publishing.history import (
    Place,
    Told,
    earlier_publications,
    put_together,
    read_earlier,
    read_structure,
    read_told,
    standing_publication,
)
from lscb.settings import Settings

SHOWN_AT_MOST, ENOUGH = 20, 5


def attack_publication(folder: Path | None = None, history: Path | None = None) -> int:
    """Attack what is published in a folder; see the exit codes above.

    Where folder and history are left out, they are those of the settings.
    """
    here = Place.of(Settings.from_environment())
    place = Place(folder or here.published, history or here.history)
    target = place.file
    if not target.exists():
        raise UserError(f"There is no publication at {target}: run `make build` first.")
    started = time.perf_counter()
    told, names = chain_of(place)
    audit = attack_chain(told, target, None, names)
    for line in report(audit, len(told) - 1):
        print(line)
    print(f"{time.perf_counter() - started:.1f} s")
    return 0 if audit.is_clean else 1


def chain_of(place: Place) -> tuple[list[Told], list[dict[Key, Version]]]:
    """All that was disclosed up to the current file, and which counts it was about."""
    known = earlier_publications(place)
    names = [past.manifest["publication_id"] for past in known]
    standing = standing_publication(place)
    if standing in names:
        known = known[: names.index(standing) + 1]
    counts = [read_earlier(past) for past in known]
    structures = [read_structure(past) for past in known]
    versions = versions_of(counts, put_together(structures)) if known else []
    if standing in names:
        known = known[:-1]
    else:
        versions.append({})
    return [*map(read_told, known), read_file(place.file)], versions


def report(audit: Audit, earlier: int) -> list[str]:
    """What could be learnt, in lines."""
    intervals = audit.attack.intervals
    widths = Counter(
        f"{ENOUGH} or more"
        if interval.width is None or interval.width >= ENOUGH
        else f"{interval.width}"
        for interval in intervals.values()
    )
    lines = [
        f"Attacked together with {earlier} earlier publications.",
        f"Hidden counts: {audit.hidden:,}.",
        "Largest less smallest possible value, as far as it was looked for: "
        + ", ".join(f"{name} ({number:,})" for name, number in sorted(widths.items())),
        f"Relations that the shown figures deny: {len(audit.attack.contradictions):,}.",
    ]
    lines += [
        f"TOLD: {' '.join(finding.key)} is {finding.interval.low} to"
        f" {finding.interval.high}"
        for finding in audit.narrow[:SHOWN_AT_MOST]
    ]
    lines += [
        f"TOLD: {name}, {number:,} times" for name, number in audit.beside.items()
    ]
    if audit.is_clean:
        lines.append("No hidden count is known more closely than the width allows.")
    else:
        lines.append(f"In all {len(audit.narrow):,} hidden counts are known too well.")
    return lines
