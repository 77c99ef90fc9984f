"""What the pages of the region say first: the overview, coverage, quality, changes."""

from collections import Counter

from markupsafe import Markup

from lscb.pages.beginnings import NAMED, TOLD, grouped
from lscb.pages.facts import Facts
from lscb.pages.figures import rounded
from lscb.pages.published import Row
from lscb.pages.saying import (
    CONCERN,
    LOOK,
    MOST,
    PRIDE,
    Matter,
    Part,
    Speaker,
    against_before,
    matters_of,
)
from lscb.statuses import COVERAGE, statuses

SEVERITIES = ("error", "warning", "notice")


def named_counts(speaker: Speaker, counts: list[tuple[object, int]]) -> Markup:
    """Names with how many there are of each."""
    return speaker.joined(
        [speaker.say("named_count", name=name, count=f"{n:,}") for name, n in counts]
    )


def most_common(names: list[str], most: int = NAMED) -> list[tuple[str, int]]:
    """The names that come most often, with how often; of as many, in their order."""
    counts = Counter(names)
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:most]


def of_overview(facts: Facts) -> list[Part]:
    """What the first page says: how the region moved, and where authorities differ."""
    speaker = Speaker(facts, "")
    tested, partial, empty, spread = [], [], [], []
    for indicator in facts.indicators:
        name = {"indicator_id": indicator.indicator_id}
        if indicator.headline is None or not indicator.headline["areas_with_number"]:
            empty.append(name)
            continue
        spread.append(outside(facts, indicator.headline))
        row = facts.cell(indicator.headline, facts.region_code)
        if row is None:
            continue
        if row["value_status"] != "reported":
            partial.append(name | {"status": row["status_label"].lower()})
        told = indicator.current
        row |= {key: told[key] for key in TOLD}
        moved = against_before(row, facts.before(row), told["polarity"])
        tested += [(row, [moved])] if moved else []
    matters = matters_of(tested, facts.looked_at)
    parts = [
        speaker.list_of(
            side,
            matters[side],
            f"none_region_{side}" if tested else "untested",
            tested=speaker.count(len(tested), "figure"),
        )
        for side in (CONCERN, PRIDE)
    ]
    if matters[LOOK]:
        parts.append(speaker.list_of(LOOK, matters[LOOK], ""))
    sure = [speaker.say("untested")]
    if tested:
        changes = speaker.count(len(tested), "figure")
        sure = [
            speaker.say("order_region"),
            speaker.say("tested_region", changes=changes),
        ]
    senders = most_common([row["submitter_name"] for row in not_in_order(facts)])
    missing = [
        speaker.say(
            "partial_region",
            status=status,
            names=speaker.joined([*map(speaker.code, rows)]),
        )
        for status, rows in grouped(partial, "status")
    ]
    if empty:
        names = speaker.joined([*map(speaker.code, empty)])
        missing.append(speaker.say("no_authority", names=names))
    if senders:
        missing.append(
            speaker.say("most_missing", names=named_counts(speaker, senders))
        )
    return [
        *parts,
        speaker.part("spread", spread_of(speaker, spread)),
        speaker.part("sure", sure),
        speaker.part("missing", missing or [speaker.say("nothing_missing")]),
        speaker.part("ask", asked_of_region(speaker, matters, senders)),
    ]


def not_in_order(facts: Facts) -> list[Row]:
    """The returns that are late, partial, refused or missing."""
    in_order = statuses(COVERAGE, "in_order")
    return [row for row in facts.coverage if row["coverage_status"] not in in_order]


def outside(facts: Facts, period: Row) -> Row:
    """How many authorities lie outside the 99.8 per cent limits of their funnel."""
    places = [row["funnel_position"] for row in facts.authorities_in(period)]
    return {
        "indicator_id": period["indicator_id"],
        "tested": sum(place is not None for place in places),
        "above": places.count("High (0.001)"),
        "below": places.count("Low (0.001)"),
    }


def spread_of(speaker: Speaker, counts: list[Row]) -> list[Markup]:
    """The indicators that most authorities differ in, beyond chance."""
    counts = [row for row in counts if row["above"] + row["below"]]
    counts.sort(key=lambda row: (-row["above"] - row["below"], row["indicator_id"]))
    return [
        speaker.say(
            "spread",
            name=speaker.indicator(row),
            tested=speaker.count(row["tested"], "authority"),
            above=row["above"],
            below=row["below"],
        )
        for row in counts[:NAMED]
    ] or [speaker.say("none_spread")]


def asked_of_region(
    speaker: Speaker,
    matters: dict[str, list[Matter]],
    senders: list[tuple[str, int]],
) -> list[Markup]:
    """What to ask of the region: who counts what moved, and who has not sent."""
    moved = [*matters[CONCERN][:MOST], *matters[LOOK][:MOST]]
    said = speaker.asked("ask_region", moved)
    if senders:
        names = speaker.joined([name for name, _ in senders])
        said.append(speaker.say("ask_senders", names=names))
    return said or [speaker.say("ask_of_none")]


def of_coverage(facts: Facts) -> list[Part]:
    """What the page of coverage says: what came, what did not, and from whom."""
    speaker = Speaker(facts, "")
    due = [row for row in facts.coverage if row["coverage_status"] != "not due"]
    late = not_in_order(facts)
    whole = len(due) - len(late)
    said = [
        speaker.say(
            "came",
            due=speaker.count(len(due), "return"),
            whole=f"{whole:,}",
            share=rounded(100 * whole / max(len(due), 1), 0),
        )
    ]
    if late:
        states = [
            f"{len(rows):,} {facts.words.of('coverage_status', state)}"
            for state, rows in grouped(late, "coverage_status")
        ]
        said.append(speaker.say("came_not", states=speaker.joined(states)))
        missed = Counter(row["extract"] for row in late)
        extracts = grouped(due, "extract")
        name, rows = max(extracts, key=lambda each: missed[each[0]] / len(each[1]))
        said.append(
            speaker.say(
                "weakest",
                name=facts.words.of("extract", name),
                whole=f"{len(rows) - missed[name]:,}",
                due=speaker.count(len(rows), "return"),
            )
        )
    senders = most_common([row["submitter_name"] for row in late], MOST)
    missing, asked = speaker.say("nothing_late"), speaker.say("ask_of_none")
    if senders:
        missing = speaker.say("most_missing", names=named_counts(speaker, senders))
        names = speaker.joined([name for name, _ in senders])
        asked = speaker.say("ask_senders", names=names)
    return [
        speaker.part("says", said),
        speaker.part("sure", [speaker.say("coverage_sure")]),
        speaker.part("missing", [missing]),
        speaker.part("ask", [asked]),
    ]


def is_explained(flag: Row) -> bool:
    """Whether the sender has answered: then nobody has to be asked."""
    return flag.get("explained") is not None


def of_quality(
    facts: Facts, flags: list[Row] | None, aside: list[Row], gaps: list[Row]
) -> list[Part]:
    """What the page of quality says: what is doubted or set aside, and whose it is."""
    speaker = Speaker(facts, "")
    still = [row for row in flags or [] if row["state"] != "resolved"]
    if still:
        severities = Counter(row["severity"] for row in still)
        kinds = [
            speaker.count(severities[name], name)
            for name in SEVERITIES
            if severities[name]
        ]
        said = [
            speaker.say(
                "flags",
                flags=speaker.count(len(still), "flag"),
                kinds=speaker.joined(kinds),
            )
        ]
        if answered := sum(is_explained(row) for row in still):
            flags_said = speaker.count(answered, "flag")
            said.append(speaker.say("flags_explained", flags=flags_said))
        if areas := most_common([r["area_name"] for r in still if r["area_name"]]):
            said.append(speaker.say("flags_most", names=named_counts(speaker, areas)))
    else:
        said = [speaker.say("flags_unpublished" if flags is None else "flags_none")]
    if aside:
        findings: Counter[str] = Counter()
        for row in aside:
            findings[row["extract"]] += row["findings"]
        name = min(findings, key=lambda extract: (-findings[extract], extract))
        said.append(
            speaker.say(
                "aside",
                findings=speaker.count(findings.total(), "finding"),
                name=facts.words.of("extract", name),
            )
        )
    else:
        said.append(speaker.say("aside_none"))
    authorities = {area["area_code"] for area in facts.authorities}
    cells = sum(row["area_code"] in authorities for row in facts.values)
    asked = [row["owner"] for row in still if not is_explained(row)]
    owners = most_common(asked, MOST)
    return [
        speaker.part("says", said),
        speaker.part("sure", [speaker.say("quality_sure")]),
        speaker.part(
            "missing",
            [
                speaker.say(
                    "cells_missing",
                    count=f"{sum(row['cells'] for row in gaps):,}",
                    cells=speaker.count(cells, "cell"),
                )
            ],
        ),
        speaker.part(
            "ask",
            [
                speaker.say("ask_owners", names=named_counts(speaker, owners))
                if owners
                else speaker.say("ask_of_none")
            ],
        ),
    ]


def of_changes(
    facts: Facts,
    revisions: list[Row] | None,
    tested: int,
    trends: list[Row],
    definitions: list[Row],
    breaks: list[Row],
) -> list[Part]:
    """What the page of changes says: revised, moving, defined anew, broken.

    tested: of how many series the trend was tested, of which `trends` have one.
    """
    speaker = Speaker(facts, "")
    if revisions:
        causes = most_common([row["cause"] for row in revisions], len(revisions))
        revised = speaker.say(
            "revised",
            values=speaker.count(len(revisions), "value"),
            causes=named_counts(speaker, causes),
        )
    else:
        unknown = revisions is None
        revised = speaker.say("revised_unpublished" if unknown else "revised_none")
    count = speaker.count(tested, "trend")
    moving = speaker.say("trends_none", tested=count)
    if trends:
        kinds = most_common([row["trend_label"] for row in trends], len(trends))
        moving = speaker.say(
            "trends_found",
            tested=count,
            trends=f"{len(trends):,}",
            kinds=named_counts(speaker, kinds),
        )
    anew = [{"indicator_id": code} for code, _ in grouped(definitions, "indicator_id")]
    broken = [{"indicator_id": code} for code, _ in grouped(breaks, "indicator_id")]
    worse = [row for row in trends if row["trend"].endswith("getting_worse")]
    asked = speaker.say("ask_no_trends")
    if worse:
        names = [
            speaker.say("named_count", name=speaker.indicator(rows[0]), count=len(rows))
            for _, rows in grouped(worse, "indicator_id")[:NAMED]
        ]
        asked = speaker.say("ask_trends", names=speaker.joined(names))
    return [
        speaker.part("says", [revised, moving]),
        speaker.part("sure", [speaker.say("trends_sure", tested=count)]),
        speaker.part(
            "missing",
            [
                speaker.say(
                    "definitions_changed",
                    names=speaker.joined([*map(speaker.code, anew)]),
                )
                if anew
                else speaker.say("definitions_same"),
                speaker.say(
                    "breaks", names=speaker.joined([*map(speaker.code, broken)])
                )
                if broken
                else speaker.say("no_breaks"),
            ],
        ),
        speaker.part("ask", [asked]),
    ]
