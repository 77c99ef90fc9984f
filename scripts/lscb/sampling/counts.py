"""Counting the record lists: how many events of each measure, area and period.

The rules are those of the counting contract, in plain words; which codes belong to a
set is looked up in the seeds.
"""

from collections import Counter

import numpy as np

from lscb.sampling import admissions, offences
from lscb.sampling.admissions import Admissions, Episodes
from lscb.sampling.missing import MissingChildren
from lscb.sampling.offences import Offences, Victims
from lscb.sampling.reference import Reference

# Events by measure, area and period (a quarter, or a month for police offences).
Counts = dict[str, Counter]
CHILD_AGES = (0, 17)
UNDER_TWENTY = (0, 19)


def _is_aged(age: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    return (age >= span[0]) & (age <= span[1])


class _CodeSets:
    """Which of the sample's ICD-10 codes belong to a set in a position."""

    def __init__(self, reference: Reference) -> None:
        self._ranges = reference.icd10_sets

    def members(self, code_set: str, position: str) -> np.ndarray:
        """Return a truth value for each code, and false at the end for no code."""
        here = [
            span
            for span in self._ranges
            if (span.code_set, span.position) == (code_set, position)
        ]
        return np.array(
            [
                any(span.holds(code) and span.is_included for span in here)
                and not any(span.holds(code) and not span.is_included for span in here)
                for code in admissions.CODES
            ]
            + [False]
        )


def _admission_measures(episodes: Episodes, sets: _CodeSets) -> dict[str, np.ndarray]:
    """Return for each measure which episodes count."""
    first = episodes.order == 1
    child = _is_aged(episodes.age, CHILD_AGES)
    young = _is_aged(episodes.age, UNDER_TWENTY)
    diagnoses = (episodes.primary, episodes.secondary, episodes.third)

    def by_cause(code_set: str) -> np.ndarray:
        return sets.members(code_set, "cause")[episodes.cause]

    def by_any_diagnosis(code_set: str) -> np.ndarray:
        members = sets.members(code_set, "any")
        return np.logical_or.reduce([members[codes] for codes in diagnoses])

    by_primary = sets.members("drugs", "primary")[episodes.primary]
    drugs = by_primary | by_any_diagnosis("drugs") | by_cause("drugs")
    alcohol = by_any_diagnosis("alcohol") | by_cause("alcohol")
    emergency = episodes.is_emergency
    return {
        "hospital_injury_admissions": first & emergency & child & by_cause("injury"),
        "hospital_drug_admissions": first & young & drugs,
        "hospital_alcohol_admissions": first & young & alcohol,
        "hospital_self_harm_admissions": (
            first & emergency & child & by_cause("self_harm")
        ),
    }


def count_admissions(reference: Reference, sent: Admissions) -> Counts:
    """Return admissions by measure, area of residence and quarter."""
    sets = _CodeSets(reference)
    counts: Counts = {}
    for episodes in sent.episodes:
        for measure, chosen in _admission_measures(episodes, sets).items():
            _add(counts, measure, sent.areas, episodes.area[chosen], episodes.quarter)
    return counts


def _add(
    counts: Counts, measure: str, areas: list[str], places: np.ndarray, period: str
) -> None:
    found = np.bincount(places, minlength=len(areas)).tolist()
    counter = counts.setdefault(measure, Counter())
    for area, number in zip(areas, found, strict=True):
        counter[(area, period)] += number


def _is_in_set(reference: Reference, victims: Victims, code_set: str) -> np.ndarray:
    """Return which rows make their crime count in a set of offence classes."""
    conditions = {
        name: condition
        for name, (belongs, condition) in reference.offence_sets.items()
        if belongs == code_set
    }
    child = _is_aged(victims.age, CHILD_AGES)
    meets = {
        "none": np.ones(len(child), dtype=bool),
        "child_victim": child,
        "flagged_child_victim": child & victims.is_child_abuse,
    }
    chosen = np.zeros(len(child), dtype=bool)
    for name, condition in conditions.items():
        if name in offences.POSITION:
            of_class = victims.offence_class == offences.POSITION[name]
            chosen |= of_class & meets[condition]
    return chosen & victims.is_recorded


def count_offences(reference: Reference, sent: Offences) -> Counts:
    """Return crimes and victims by measure, area and month."""
    counts: Counts = {}
    without_victim = [
        offences.POSITION[name]
        for name, (code_set, _) in reference.offence_sets.items()
        if code_set == "no_victim" and name in offences.POSITION
    ]
    for victims in sent.victims:
        for code_set, measure in (
            ("child_abuse_violent", "police_child_abuse_violent_offences"),
            ("child_abuse_sexual", "police_child_abuse_sexual_offences"),
        ):
            rows = np.flatnonzero(_is_in_set(reference, victims, code_set))
            _, first = np.unique(victims.crime[rows], return_index=True)
            areas = victims.area[rows[first]]
            _add(counts, measure, sent.areas, areas, victims.month)
        harmed = (
            _is_aged(victims.age, CHILD_AGES)
            & victims.is_recorded
            & ~np.isin(victims.offence_class, without_victim)
        )
        for flag, measure in (
            (victims.is_knife, "police_knife_victims"),
            (victims.is_drug, "police_drug_victims"),
        ):
            chosen = victims.area[harmed & flag]
            _add(counts, measure, sent.areas, chosen, victims.month)
    return counts


def count_missing_children(sent: MissingChildren) -> Counts:
    """Return episodes, and distinct children, by area and quarter."""
    episodes: Counter = Counter()
    children: Counter = Counter()
    for quarter, standing in sent.standing.items():
        episodes.update((episode.area, quarter) for episode in standing)
        seen = {(episode.area, episode.child) for episode in standing}
        children.update((area, quarter) for area, _ in seen)
    return {"missing_episodes": episodes, "missing_children": children}
