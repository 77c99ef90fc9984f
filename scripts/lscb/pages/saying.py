"""What a page says first: sentences of words.yml, filled with published figures.

A matter stands out where a test says so: a figure against the region's, or against that
of the period before, which the marts tell. Both are measured alike, by how many
standard errors lie between, from limits of 99.8 per cent; the most surprising come
first. The level is 5 per cent by the number of tests of a page, as the marts share it.
What is partial, provisional or not comparable is not tested; where neither end is
good, what stands out is neither a concern nor a pride. Nothing here says why a figure
differs.
"""

from dataclasses import dataclass
from statistics import NormalDist

from markupsafe import Markup

from lscb.pages.changes import deviate_of
from lscb.pages.facts import Facts
from lscb.pages.figures import plain
from lscb.pages.published import Row

CONCERN, PRIDE, LOOK = "concern", "pride", "look"
SIDES = (CONCERN, PRIDE, LOOK)
# A board reads so many of a kind; of the others it reads the names.
MOST = 5
# Rates of fewer events are marked unreliable by the ONS; a percentage of fewer swings.
SMALL_COUNT, SMALL_BASE = 20, 100

# Of limits of 99.8 per cent.
PUBLISHED_DEVIATE = NormalDist().inv_cdf(0.999)
# What a figure is marked by itself, whatever else the page looks at.
CLEARLY = frozenset(("best", "worst", "highest", "lowest"))
STANDS = {"best": PRIDE, "better": PRIDE, "worst": CONCERN, "worse": CONCERN}


@dataclass(frozen=True)
class Part:
    """One part of what a page says: a heading and its sentences, in their order."""

    name: str
    heading: str
    sentences: list[Markup]
    is_ordered: bool = False


@dataclass(frozen=True)
class Evidence:
    """What one test says of a figure, if it says anything."""

    kind: str
    side: str
    way: str
    surprise: float
    other: Row | None = None


@dataclass(frozen=True)
class Matter:
    """A figure that stands out, by its most surprising test, and what others say."""

    row: Row
    first: Evidence
    rest: tuple[Evidence, ...] = ()


def is_final(row: Row) -> bool:
    """Whether a figure is there, whole and not provisional."""
    return (
        row["indicator_value"] is not None
        and row["value_status"] == "reported"
        and not row["is_provisional"]
    )


def against_region(row: Row) -> Evidence | None:
    """How an authority's figure stands against the region; None where not compared."""
    if not is_final(row) or row["standing"] in ("not_compared", "no_figure"):
        return None
    value, region = row["indicator_value"], row["london_value"]
    limit = row["lower_limit_998" if value > region else "upper_limit_998"]
    distance = abs(value - region) / abs(value - limit) if value != region else 0
    return Evidence(
        "against_region",
        STANDS.get(row["standing"], LOOK),
        "above" if value > region else "below",
        PUBLISHED_DEVIATE * distance,
    )


def against_before(row: Row, before: Row | None, polarity: str) -> Evidence | None:
    """How a figure moved; None where it cannot be set against the period before."""
    if before is None or not is_final(row) or not is_final(before):
        return None
    grown, deviates = row["change"], row["change_deviates"]
    if deviates is None:
        return None
    good = {"low_is_good": grown < 0, "high_is_good": grown > 0}.get(polarity)
    return Evidence(
        "against_before",
        LOOK if good is None else PRIDE if good else CONCERN,
        "up" if grown > 0 else "down",
        abs(deviates),
        before,
    )


def matters_of(
    tested: list[tuple[Row, list[Evidence]]], tests: int
) -> dict[str, list[Matter]]:
    """What stands out on each side, of so many tests, the most surprising first."""
    found: dict[str, list[Matter]] = {side: [] for side in SIDES}
    least = deviate_of(tests)
    for row, evidence in tested:
        said = sorted(
            (each for each in evidence if each.surprise > least),
            key=lambda each: -each.surprise,
        )
        if said:
            found[said[0].side].append(Matter(row, said[0], tuple(said[1:])))
    for matters in found.values():
        matters.sort(key=lambda matter: -matter.first.surprise)
    return found


def by_themselves(rows: list[Row], matters: dict[str, list[Matter]]) -> list[Row]:
    """The figures marked at 99.8 per cent that are not surprising among all."""
    listed = [each.row for those in matters.values() for each in those]
    return [
        row
        for row in rows
        if is_final(row) and row["standing"] in CLEARLY and row not in listed
    ]


class Speaker:
    """Fills the sentences of a page, from where its links lead."""

    def __init__(self, facts: Facts, root: str) -> None:
        self.facts, self.root = facts, root
        self.words = facts.words["says"]
        self.current = {each.indicator_id: each.current for each in facts.indicators}

    def say(self, code: str, **given: object) -> Markup:
        """A sentence with what is given in it; what is no markup is escaped."""
        return Markup(self.words[code]).format(**{"region": self.facts.region} | given)

    def part(self, name: str, sentences: list[Markup], ordered: bool = False) -> Part:
        """A part under its heading."""
        heading = self.facts.words.of("says_heading", name)
        return Part(name, heading, sentences, ordered)

    def count(self, number: int, what: str) -> str:
        """So many of what is counted, in the grammar of one or of more."""
        one, more = self.facts.words.of("says_counted", what).split("|")
        return f"{number:,} {one if number == 1 else more}"

    def link(self, path: str, text: str) -> Markup:
        """A link from this page."""
        return Markup('<a href="{}">{}</a>').format(self.root + path, text)

    def indicator(self, row: Row) -> Markup:
        """An indicator by its code, with its page, and its short title."""
        code = row["indicator_id"]
        title = self.current[code]["short_title"]
        return self.link(f"indicators/{code}.html", code) + f" {title}"

    def code(self, row: Row) -> Markup:
        """An indicator by its code alone, with its page."""
        return self.link(f"indicators/{row['indicator_id']}.html", row["indicator_id"])

    def area(self, row: Row) -> Markup:
        """An authority by its name, with its page."""
        return self.link(f"boroughs/{row['area_code']}.html", row["area_name"])

    def number(self, row: Row, key: str = "indicator_value") -> Markup:
        """A number as a reader sees it, exact behind."""
        return Markup('<data value="{}">{}</data>').format(
            plain(row[key]), self.facts.shown(row, key)
        )

    def figure(self, row: Row) -> Markup:
        """A figure and its unit; a count is of nothing."""
        unit = row["unit_of_period"]
        said = self.number(row)
        return said if unit == "count" else said + f"\u00a0{unit}"

    def interval(self, row: Row) -> Markup:
        """The 95 per cent interval in brackets; nothing where there is none."""
        if row["lower_limit"] is None:
            return Markup("")
        low, high = self.number(row, "lower_limit"), self.number(row, "upper_limit")
        return self.say("interval", low=low, high=high)

    def period(self, row: Row) -> str:
        """The period as it stands within a sentence; a wave keeps its name."""
        if row["period_type"] == "financial_year":
            return row["period_id"]
        label = row["period_label"]
        return label if row["period_type"] == "wave" else label[0].lower() + label[1:]

    def base(self, row: Row) -> Markup:
        """That a figure rests on little, if it does."""
        if row["unit_of_period"].startswith("per "):
            count, least, code = row["numerator"], SMALL_COUNT, "small_count"
        else:
            count, least, code = row["denominator"], SMALL_BASE, "small_base"
        if count is None or count >= least or row["lower_limit"] is None:
            return Markup("")
        return self.say(code, count=plain(count))

    def matter(self, matter: Matter) -> Markup:
        """A matter as a sentence."""
        row, first = matter.row, matter.first
        also = Markup("").join(
            self.say(
                each.kind.replace("against", "also"),
                joint=self.words["and" if each.side == first.side else "but"],
                **self.beside(row, each),
            )
            for each in matter.rest
        )
        note = row["polarity_note"] if first.side == PRIDE else None
        notes = self.say("noted", note=note) if note else Markup("")
        if row["definition_status"] == "provisional":
            notes += self.say("provisional_definition")
        return self.say(
            first.kind,
            name=self.indicator(row),
            figure=self.figure(row),
            interval=self.interval(row),
            period=self.period(row),
            also=also,
            base=self.base(row),
            note=notes,
            **self.beside(row, first),
        )

    def beside(self, row: Row, evidence: Evidence) -> dict[str, object]:
        """What a figure was set against, as a sentence names it."""
        way = self.words[evidence.way]
        if evidence.other is None:
            return {
                "way": way,
                "other": self.number(row, "london_value"),
                "region": self.facts.region_of(row),
            }
        before = evidence.other
        return {
            "way": way,
            "other": self.number(before),
            "before": self.period(before),
        }

    def list_of(
        self, side: str, matters: list[Matter], none: str, **given: object
    ) -> Part:
        """The matters of one side: the first in full, of the others the names."""
        said = [self.matter(each) for each in matters[:MOST]]
        if matters[MOST:]:
            more = matters[MOST:]
            names = [self.indicator(each.row) for each in more]
            said.append(self.say("and_more", count=len(more), names=self.joined(names)))
        return self.part(side, said or [self.say(none, **given)], bool(said))

    def joined(self, names: list) -> Markup:
        """Names as a sentence has them."""
        *first, last = [Markup.escape(name) for name in names]
        return Markup(", ").join(first) + " and " + last if first else last

    def asked(self, code: str, matters: list[Matter]) -> list[Markup]:
        """What to ask of matters, and which agency of which."""
        return self.asked_of(code, [each.row for each in matters[:MOST]])

    def asked_of(self, code: str, rows: list[Row]) -> list[Markup]:
        """What to ask of figures, and which agency of which."""
        if not rows:
            return []
        agencies: dict[str, list[Row]] = {}
        for row in rows:
            agencies.setdefault(row["source_agency"], []).append(row)
        asked = [
            self.say(
                "asked_about", agency=agency, names=self.joined([*map(self.code, rows)])
            )
            for agency, rows in agencies.items()
        ]
        return [self.say(code, asked=self.joined(asked))]
