"""Counting what the standing files hold: events by measure, area and part-period."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bench.worlds.fates import ACCEPTED, SET_ASIDE, Fate
from bench.worlds.places import CITY
from bench.worlds.sending import Line, Sent
from lscb.sampling.reference import UNALLOCATED, Reference

OUTSIDE = "outside London"
LATEST = datetime.max.replace(tzinfo=UTC)
PCT_CODE = re.compile(r"[5T][A-Z0-9]{2}")
Place = tuple[str, str, str]


@dataclass
class Counted:
    """Events by measure, area and part-period, and records that could have been."""

    events: Counter = field(default_factory=Counter)
    set_aside: Counter = field(default_factory=Counter)
    counted_elsewhere: list[tuple[Sent, Line]] = field(default_factory=list)


class Counting:
    """Counts the record-level extracts of the files that stand."""

    def __init__(self, reference: Reference, standing: Sequence[Fate]) -> None:
        self.reference = reference
        self.standing = standing
        self.counted = Counted()
        self._old_codes = {
            row["old_ons_code"]: code for code, row in reference.by_area.items()
        }
        self._commands = self._police_names()
        for extract, key, count in (
            ("pct_admissions", ("epikey",), self._admission),
            ("police_offences", ("crime_ref", "victim_no"), self._offence),
            ("lado_referrals", None, self._referral),
            ("missing_children", None, self._episode),
        ):
            self._count(extract, key, count)

    def _police_names(self) -> dict[str, str]:
        names = {}
        for row in self.reference.rows("reference/bocus"):
            for name in (row["bocu_code"], row["bocu_name"]):
                if name:
                    names[name.lower()] = row["area_code"]
        return names

    # -- which of several copies of one record counts

    def _count(
        self,
        extract: str,
        key: tuple[str, ...] | None,
        measures: Callable[[Sent, Line], Iterator[tuple[str, str, object]]],
    ) -> None:
        """Count a measure's distinct things by area and part-period."""
        fates = [fate for fate in self.standing if fate.sent.extract == extract]
        left_out = self._copies(fates, key) if key else set()
        seen: dict[Place, set] = defaultdict(set)
        could: dict[Place, set] = defaultdict(set)
        for fate in fates:
            for line in fate.held(ACCEPTED):
                if id(line) in left_out:
                    self.counted.counted_elsewhere.append((fate.sent, line))
                    continue
                for measure, area, thing in measures(fate.sent, line):
                    seen[(measure, area, fate.sent.period)].add(thing)
            for line in fate.held(SET_ASIDE):
                for measure, area in self._could_count(fate.sent, line):
                    could[(measure, area, fate.sent.period)].add(id(line))
        if extract == "police_offences":
            self._count_crimes_once(fates, seen)
        for place, things in seen.items():
            self.counted.events[place] = len(things)
        for place, things in could.items():
            self.counted.set_aside[place] = len(things)

    @staticmethod
    def _count_crimes_once(fates: Sequence[Fate], seen: dict[Place, set]) -> None:
        """A crime that two months' files hold counts in the one received first."""
        received = {
            fate.sent.period: fate.sent.received
            for fate in fates
            if fate.sent.submitter == "MPS"
        }
        first: dict[tuple[str, object], Place] = {}
        for place in sorted(seen, key=lambda one: received.get(one[2], LATEST)):
            if not place[0].startswith("police_child_abuse"):
                continue
            for crime in set(seen[place]):
                if first.setdefault((place[0], crime), place)[2] != place[2]:
                    seen[place].discard(crime)

    def _copies(self, fates: Sequence[Fate], key: tuple[str, ...]) -> set[int]:
        """Records whose key another block holds too, and which count there."""
        copies: dict[tuple, list[tuple[Sent, Line]]] = defaultdict(list)
        for fate in fates:
            for line in fate.held(ACCEPTED):
                copies[tuple(str(line.cells[name]) for name in key)].append(
                    (fate.sent, line)
                )
        left_out: set[int] = set()
        for held in copies.values():
            if len(held) < 2:
                continue
            named = {line.cells.get("respct") or "" for _, line in held} - {""}
            own = [copy for copy in held if copy[0].submitter in named]
            keeper = min(own or held, key=lambda copy: copy[0].received)
            left_out |= {id(line) for _, line in held if line is not keeper[1]}
        return left_out

    # -- what a record counts in

    def _admission(self, sent: Sent, line: Line) -> Iterator[tuple[str, str, object]]:
        cells = line.cells
        area = self._residence(sent, line)
        if area == OUTSIDE or cells["epiorder"] != 1:
            return
        sent_age = int(cells["startage"])
        age = 0 if sent_age > 7000 else sent_age
        emergency = str(cells["admimeth"]).startswith("2")
        primary = str(cells["diag_01"])
        diagnoses = [
            str(cells[name])
            for name in ("diag_01", "diag_02", "diag_03")
            if cells.get(name)
        ]
        cause = str(cells.get("cause") or "")

        def is_in(code_set: str, position: str, codes: Sequence[str]) -> bool:
            spans = [
                span
                for span in self.reference.icd10_sets
                if (span.code_set, span.position) == (code_set, position)
                and span.is_included
            ]
            return any(span.holds(code) for span in spans for code in codes if code)

        drugs = (
            is_in("drugs", "primary", [primary])
            or is_in("drugs", "any", diagnoses)
            or is_in("drugs", "cause", [cause])
        )
        alcohol = is_in("alcohol", "any", diagnoses) or is_in(
            "alcohol", "cause", [cause]
        )
        for measure, counts in (
            (
                "hospital_injury_admissions",
                emergency and age <= 17 and is_in("injury", "cause", [cause]),
            ),
            ("hospital_drug_admissions", drugs),
            ("hospital_alcohol_admissions", alcohol),
            (
                "hospital_self_harm_admissions",
                emergency and age <= 17 and is_in("self_harm", "cause", [cause]),
            ),
        ):
            if counts:
                yield measure, area, id(line)

    def _residence(self, sent: Sent, line: Line) -> str:
        code = str(line.cells.get("resladst") or "")
        if code:
            return self._old_codes.get(code, OUTSIDE)
        trust = str(line.cells.get("respct") or "") or sent.submitter
        served = self.reference.pct_areas.get(trust, [])
        if len(served) == 1:
            return served[0]
        return UNALLOCATED if served or not PCT_CODE.fullmatch(trust) else OUTSIDE

    def _offence(self, sent: Sent, line: Line) -> Iterator[tuple[str, str, object]]:
        cells = line.cells
        if cells["status"] != "Recorded":
            return
        area = self._police_area(sent, line)
        age = cells.get("victim_age")
        is_child = isinstance(age, int) and age <= 17
        code_set, condition = self.reference.offence_sets.get(
            str(cells["ho_class"]), ("", "")
        )
        meets = {
            "none": True,
            "child_victim": is_child,
            "flagged_child_victim": is_child and cells["child_abuse"] == "Y",
        }.get(condition, False)
        measure = {
            "child_abuse_violent": "police_child_abuse_violent_offences",
            "child_abuse_sexual": "police_child_abuse_sexual_offences",
        }.get(code_set)
        if measure and meets and sent.submitter == "MPS":
            yield measure, area, cells["crime_ref"]
        if is_child and code_set != "no_victim":
            if cells["knife"] == "Y":
                yield "police_knife_victims", area, id(line)
            if cells["drug"] == "Y":
                yield "police_drug_victims", area, id(line)

    def _police_area(self, sent: Sent, line: Line) -> str:
        if sent.submitter == "COLP":
            return CITY
        area = self._commands.get(str(line.cells["bocu"]).lower(), UNALLOCATED)
        return UNALLOCATED if area == CITY else area

    def _referral(self, sent: Sent, line: Line) -> Iterator[tuple[str, str, object]]:
        if line.cells["contact_type"] == "Referral":
            yield "lado_allegations", sent.submitter, id(line)

    def _episode(self, sent: Sent, line: Line) -> Iterator[tuple[str, str, object]]:
        area = self._police_area(sent, line)
        yield "missing_episodes", area, id(line)
        yield "missing_children", area, line.cells["child_ref"]

    # -- what a record that was set aside could have counted in

    def _could_count(self, sent: Sent, line: Line) -> Iterator[tuple[str, str]]:
        """Only where the fault is in a date, and the rest of the record counts."""
        if not line.fault or isinstance(line.cells.get(line.fault), date):
            return
        if sent.extract == "lado_referrals" and line.fault == "referral_date":
            yield from ((name, area) for name, area, _ in self._referral(sent, line))
        if sent.extract == "missing_children" and line.fault == "reported_date":
            yield from ((name, area) for name, area, _ in self._episode(sent, line))
        if sent.extract == "pct_admissions" and line.fault == "admidate":
            yield from ((name, area) for name, area, _ in self._admission(sent, line))
        if sent.extract == "police_offences" and line.fault == "recorded_date":
            yield from ((name, area) for name, area, _ in self._offence(sent, line))
