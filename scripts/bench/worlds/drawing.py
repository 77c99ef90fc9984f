"""Drawing a world: who sends what, for when, how often, with which slips."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from bench.worlds import calendar
from bench.worlds.calendar import FIRST_YEAR, Period
from bench.worlds.places import CITY
from bench.worlds.sending import Line, Sent, Style, Value
from lscb.sampling.reference import Reference

CAUSES = ("W01", "X65", "X60", "X84", "X45", "Y12", "Y16", "V01", "Y98", "Y10", "")
DIAGNOSES = (
    "S525", "T391", "F11", "F101", "T401", "T436", "T51", "K70", "J45", "F17", "X65",
)  # fmt: skip
CLASSES = ("11", "12", "4/7", "8F", "8G", "8A", "13", "17B", "19E", "23", "88A", "10D")
CATEGORIES = (
    ("Robbery", "Personal Property"), ("Burglary", "Burglary in a Dwelling"),
    ("Drugs", "Possession Of Drugs"),
)  # fmt: skip
PSEUDO_AREAS = ("London Heathrow", "Unknown", "Aviation Security")
UNKNOWN = "SG99"
MARKS = ("*", "<5", "c", "x", "..", ":", "n/a", "-", "u", "z", ".", "low", "~", "k")
QUESTIONS = {
    "bullied_ever": ("Yes", "No"), "bullied_year": ("Yes", "No"),
    "bullied_4weeks": ("Yes", "No"), "substance_use_frequent": ("Yes", "No"),
    "feel_safe_area": ("Very safe", "Quite safe", "A bit unsafe", "Very unsafe"),
}  # fmt: skip
MOST_FAULTS = 4
PARTS_OF_WHOLES = (
    ("referral_count", "rereferral_count"), ("cpp_start", "cpp_subsequent"),
)  # fmt: skip
BANDS = ("0-15", "0-17", "0-19", "10-17", "14-17", "5-15", "all")
EXTRACTS = (
    "pct_admissions", "police_offences", "lado_referrals", "missing_children",
    "tellus_survey", "lscb_return", "population", "mps_borough_crime",
    "ees_statistics",
)  # fmt: skip


@dataclass
class World:
    """What is sent, as at when, and how the job is started."""

    seed: int
    as_of: date
    files: list[Sent]
    traits: set[str] = field(default_factory=set)
    hostile: tuple[int, ...] = ()
    taken_out: tuple[str, ...] = ()
    by_the_door: bool = False

    @property
    def rounds(self) -> int:
        """How many builds it takes."""
        return max(1, *(max(sent.arrives_in, sent.leaves_in) for sent in self.files), 1)

    def taken_by(self, round_number: int) -> list[Sent]:
        """The files that were taken out of landing before a build."""
        return [sent for sent in self.files if 0 < sent.leaves_in <= round_number]

    def present_in(self, round_number: int) -> list[Sent]:
        """The files that speak at a build: an emptied landing takes nothing back."""
        gone = self.taken_by(round_number)
        come = [sent for sent in self.files if sent.arrives_in <= round_number]
        return [sent for sent in come if sent not in gone] or come


class Drawing:
    """Draws one world from a seed."""

    def __init__(self, seed: int, reference: Reference) -> None:
        self.random = random.Random(seed)
        self.reference = reference
        self.seed = seed
        self.traits: set[str] = set()
        self.serial = 0
        self.faults = 0

    # -- small draws

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def number(self) -> int:
        """A number that no other thing of this world has."""
        self.serial += 1
        return self.serial

    def some(self, things: Sequence, share: float) -> list:
        return [thing for thing in things if self.chance(share)]

    def day_in(self, period: Period) -> date:
        days = (period.end - period.start).days
        return period.start + timedelta(days=self.random.randint(0, days))

    # -- the whole

    def world(self) -> World:
        self._choose_when()
        count = self.random.choice([1, 2, 2, 3, 5, 8, 33])
        self.areas = sorted(self.random.sample(self.reference.area_codes, count))
        chosen = self.some(EXTRACTS, 0.5) or [self.random.choice(EXTRACTS)]
        files: list[Sent] = []
        for extract in chosen:
            files += getattr(self, f"_{extract}")()
        if not files:
            files = [self._a_referral_file()]
        files = [each for sent in files for each in self._with_versions(sent)]
        self._double(files)
        if self.chance(0.12):
            files.append(self._slip())
        by_the_door = self.chance(0.1)
        hostile: tuple[int, ...] = ()
        taken_out: tuple[str, ...] = ()
        if self.chance(0.06):
            self.traits.add("hostile files")
            hostile = tuple(self.random.sample(range(150), self.random.randint(5, 50)))
        elif self.chance(0.05):
            self.traits.add("catalogue rows taken out")
            pis = sorted({row["indicator_id"] for row in self.reference.indicators})
            taken_out = tuple(self.random.sample(pis, self.random.randint(1, 6)))
            files = self._without(files, taken_out)
        return World(
            self.seed, self.as_of, files, self.traits, hostile, taken_out, by_the_door
        )

    def _without(self, files: list[Sent], taken_out: Sequence[str]) -> list[Sent]:
        """The files with what the catalogue does not know any more as a fault."""
        for sent in files:
            for line in sent.lines:
                if line.cells.get("pi_code") in taken_out:
                    line.fault = "pi_code"
        return files

    def _choose_when(self) -> None:
        """The financial years that are sent, and the day on which it is looked at."""
        draw = self.random.random()
        if draw < 0.55:
            first = self.random.randint(2005, 2009)
        elif draw < 0.65:
            first = self.random.randint(1991, 2000)
            self.traits.add("long ago")
        elif draw < 0.8:
            first = self.random.randint(2012, 2024)
        else:
            first = self.random.choice([2025, 2026])
            self.traits.add("running")
        length = self.random.choice([1, 1, 2])
        self.years = list(range(first, first + length))
        if first + length > 2027:
            self.years = [2026]
        end = date(self.years[-1] + 1, 3, 31)
        if "running" in self.traits:
            self.as_of = date(2026, 11, 28)
            return
        draw = self.random.random()
        if draw < 0.4:
            self.as_of = end + timedelta(days=self.random.randint(200, 1500))
        elif draw < 0.6:
            self.as_of = end + timedelta(days=self.random.randint(1, 120))
            self.traits.add("just after")
        elif draw < 0.9:
            start = date(self.years[0], 4, 1)
            days = self.random.randint(0, (end - start).days)
            self.as_of = start + timedelta(days=days)
            self.traits.add("within")
        else:
            days = self.random.randint(1, 800)
            before = date(self.years[0], 4, 1) - timedelta(days=days)
            # An as-of date before the calendar is a wrong setting, and no world.
            self.as_of = max(before, date(FIRST_YEAR, 1, 1))
            self.traits.add("before")

    # -- files

    def _style(self, published: bool = False) -> Style:
        suffix = self.random.choice(["csv"] * 5 + ["csv.gz", "xlsx", "parquet"])
        text = suffix in ("csv", "csv.gz")
        return Style(
            suffix=suffix,
            delimiter=self.random.choice([",", ",", ",", ";", "\t", "|"])
            if text
            else ",",
            encoding=self.random.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252"])
            if text
            else "utf-8",
            line_end=self.random.choice(["\n", "\r\n"]),
            day=self.random.randrange(4),
            header=self.random.choice(["plain", "plain", "upper", "spaced"])
            if suffix != "parquet"
            else "plain",
            title_rows=self.random.choice([0, 0, 0, 1, 2]) if text else 0,
            blank_lines=text and self.chance(0.2),
        )

    def _sent(
        self,
        extract: str,
        submitter: str,
        period: str,
        lines: list[Line],
        columns: Sequence[str],
        end: date,
        required: Sequence[str] = (),
    ) -> Sent:
        """A file with its columns in some order, some optional ones left out."""
        kept = [
            name for name in columns if not required or name in required
            or self.chance(0.8)
        ]  # fmt: skip
        if required:
            self.random.shuffle(kept)
        for line in lines:
            line.cells = {name: line.cells.get(name, "") for name in kept}
        received = datetime.combine(end, time(12), UTC) + timedelta(
            days=self.random.randint(-60, 150), seconds=self.number()
        )
        as_sent = submitter
        if submitter in self.reference.by_area:
            row = self.reference.by_area[submitter]
            as_sent = self.random.choice(
                [submitter, row["area_name"], row["dfe_code"], row["old_ons_code"]]
            )
        elif self.chance(0.1):
            as_sent = submitter.lower()
        return Sent(
            extract, submitter, as_sent, period, 1, kept, lines, received, self._style()
        )

    def _fault(self, line: Line, choices: dict[str, Value]) -> Line:
        """Now and then a line with a fault in one column."""
        if self.faults < MOST_FAULTS and self.chance(0.03):
            self.faults += 1
            line.fault = self.random.choice(sorted(choices))
            line.cells[line.fault] = choices[line.fault]
            self.traits.add("faults")
        return line

    def _lines(
        self, most: int, make: Callable[[], Line], faults: dict[str, Value]
    ) -> list[Line]:
        lines = [
            self._fault(make(), faults) for _ in range(self.random.randint(0, most))
        ]
        good = [line for line in lines if not line.fault]
        if good and self.chance(0.15):
            lines.append(replace(self.random.choice(good)))
            lines[-1].cells = dict(lines[-1].cells)
            self.traits.add("duplicates")
        return lines

    def _quarters(self) -> list[Period]:
        share = self.random.choice([0.3, 0.7, 1])
        found = [one for year in self.years for one in calendar.quarters_of(year)]
        return self.some(found, share)

    # -- record-level extracts

    def _pct_admissions(self) -> list[Sent]:
        trusts = {self.reference.by_area[area]["pct_code"] for area in self.areas}
        trusts = sorted(trusts)[:6]
        if self.chance(0.2):
            trusts.append("5P9")
            self.traits.add("a trust from elsewhere")
        codes = {
            code: row["old_ons_code"] for code, row in self.reference.by_area.items()
        }
        every = sorted(self.reference.pct_areas)
        files = []
        for trust in trusts:
            for period in self._quarters():

                def make(period: Period = period) -> Line:
                    near = codes[self.random.choice(self.areas)]
                    far = codes[self.random.choice(self.reference.area_codes)]
                    return Line({
                        "epikey": f"E{self.number()}",
                        "startage": self.random.choice([*range(20), 7003]),
                        "admidate": self.day_in(period),
                        "epiorder": self.random.choice([1, 1, 1, 1, 2]),
                        "admimeth": self.random.choice(["21", "28", "2A", "11"]),
                        "diag_01": self.random.choice(DIAGNOSES[:-1]),
                        "diag_02": self.random.choice(["", "", *DIAGNOSES]),
                        "cause": self.random.choice(CAUSES),
                        "resladst": self.random.choice(
                            [near, near, "", "", "", far, "26UB"]
                        ),
                        "respct": self.random.choice(
                            ["", "", "", "5QX", "5M7", self.random.choice(every)]
                        ),
                        "sex": self.random.choice(["1", "2", "0", "9", ""]),
                    })  # fmt: skip

                lines = self._lines(
                    10, make,
                    {"admidate": "31/02/2008", "startage": "12y", "diag_01": "",
                     "epiorder": 0},
                )  # fmt: skip
                files.append(self._sent(
                    "pct_admissions", trust, period.period_id, lines,
                    ("epikey", "startage", "admidate", "epiorder", "admimeth",
                     "diag_01", "diag_02", "cause", "resladst", "respct", "sex"),
                    period.end,
                    ("epikey", "startage", "admidate", "epiorder", "admimeth",
                     "diag_01"),
                ))  # fmt: skip
        return files

    def _police_offences(self) -> list[Sent]:
        forces = self.some(["MPS", "COLP"], 0.7) or ["MPS"]
        commands = self.reference.borough_commands
        places = [name for area in self.areas for name in commands.get(area, ())]
        places += ["ID", "Heathrow", "City of London"]
        share = self.random.choice([0.2, 0.6, 1])
        files = []
        for force in forces:
            months = [
                one
                for year in self.years
                for one in calendar.months_of(calendar.financial_year(year))
            ]
            for period in self.some(months, share):
                lines: list[Line] = []
                for _ in range(self.random.randint(0, 6)):
                    crime, place = f"C{self.number()}", self.random.choice(places)
                    recorded = self.day_in(period)
                    for victim in range(self.random.choice([1, 1, 2])):
                        line = Line({
                            "crime_ref": crime,
                            "victim_no": victim + 1,
                            "recorded_date": recorded,
                            "bocu": "" if force == "COLP" else place,
                            "ho_class": self.random.choice(CLASSES),
                            "victim_age": self.random.choice(
                                [3, 9, 14, 17, 18, 40, ""]
                            ),
                            "child_abuse": self.random.choice("YN"),
                            "knife": self.random.choice("YN"),
                            "drug": self.random.choice("YN"),
                            "status": self.random.choice(
                                ["Recorded"] * 4 + ["No crime", "Transferred"]
                            ),
                        })  # fmt: skip
                        lines.append(self._fault(line, {
                            "recorded_date": "31/02/2008", "knife": "maybe",
                            "status": "lost", "ho_class": "",
                        }))  # fmt: skip
                required = [
                    "crime_ref", "victim_no", "recorded_date", "ho_class",
                    "child_abuse", "knife", "drug", "status",
                ]  # fmt: skip
                if force == "MPS":
                    required.append("bocu")
                files.append(self._sent(
                    "police_offences", force, period.period_id, lines,
                    ("crime_ref", "victim_no", "recorded_date", "bocu", "ho_class",
                     "victim_age", "child_abuse", "knife", "drug", "status"),
                    period.end, required,
                ))  # fmt: skip
        return files

    def _referral_lines(self, period: Period, most: int = 12) -> list[Line]:
        def make() -> Line:
            return Line({
                "referral_id": f"R{self.number()}",
                "referral_date": self.day_in(period),
                "contact_type": self.random.choice(
                    ["Referral", "Referral", "Consultation", "Advice"]
                ),
                "outcome": self.random.choice(["", "unfounded"]),
            })  # fmt: skip

        return self._lines(
            most, make, {"referral_date": "31/02/2008", "contact_type": "call"}
        )

    def _lado_referrals(self) -> list[Sent]:
        files = []
        for area in self.areas[:12]:
            for period in self._quarters():
                lines = self._referral_lines(period)
                if self.chance(0.04):
                    self.traits.add("many set aside")
                    for _ in range(self.random.randint(5, 7)):
                        cells = {
                            "referral_id": f"R{self.number()}",
                            "referral_date": "31/02/2008",
                            "contact_type": "Referral",
                        }
                        lines.append(Line(cells, "referral_date"))
                        good = {"referral_date": self.day_in(period)}
                        good["referral_id"] = f"R{self.number()}"
                        lines.append(Line(cells | good))
                files.append(self._referral_file(area, period, lines))
        return files

    def _referral_file(self, area: str, period: Period, lines: list[Line]) -> Sent:
        required = ("referral_id", "referral_date", "contact_type")
        return self._sent(
            "lado_referrals", area, period.period_id, lines, (*required, "outcome"),
            period.end, required,
        )  # fmt: skip

    def _a_referral_file(self) -> Sent:
        period = calendar.quarter(self.years[0], 1)
        return self._referral_file(self.areas[0], period, self._referral_lines(period))

    def _missing_children(self) -> list[Sent]:
        commands = self.reference.borough_commands
        places = [name for area in self.areas for name in commands.get(area, ())]
        places += ["ID", "Heathrow"]
        files = []
        for period in self._quarters():

            def make(period: Period = period) -> Line:
                # a pseudonym is one child's, which has one age
                child = self.random.randint(1, 12)
                return Line({
                    "episode_ref": f"M{self.number()}",
                    "child_ref": f"child{child}",
                    "reported_date": self.day_in(period),
                    "age": 5 * child % 18,
                    "bocu": self.random.choice(places),
                    "missing_from": self.random.choice(["home", "care", ""]),
                })  # fmt: skip

            lines = self._lines(30, make, {"reported_date": "31/02/2008", "age": 18})
            required = ("episode_ref", "child_ref", "reported_date", "age", "bocu")
            files.append(self._sent(
                "missing_children", "MPS", period.period_id, lines,
                (*required, "missing_from"), period.end, required,
            ))  # fmt: skip
        return files

    # -- aggregate extracts

    def _tellus_survey(self) -> list[Sent]:
        files = []
        waves = {
            int(row["wave"]): date.fromisoformat(row["end_date"])
            for row in self.reference.rows("reference/survey_waves")
        }
        for wave in self.some(sorted(waves), 0.5):
            lines = []
            asked = self.some(sorted(QUESTIONS), 0.6) or ["bullied_year"]
            for area in self.some(self.areas, 0.9):
                number = self.reference.by_area[area]["dfe_code"]
                for question in asked:
                    base = self.random.randint(40, 900)
                    shares = self._shares(len(QUESTIONS[question]))
                    for response, share in zip(
                        QUESTIONS[question], shares, strict=True
                    ):
                        mark = self.random.choice(["*", "x"])
                        percent = mark if self.chance(0.03) else share
                        lines.append(Line({
                            "wave": str(wave), "la_code": number,
                            "question_id": question, "response": response,
                            "weighted_percent": percent, "base_unweighted": base,
                        }))  # fmt: skip
            lines.append(Line({
                "wave": str(wave), "la_code": "801", "question_id": "bullied_year",
                "response": "Yes", "weighted_percent": 30.5, "base_unweighted": 500,
            }, is_passed_over=True))  # fmt: skip
            names = tuple(lines[0].cells)
            files.append(self._sent(
                "tellus_survey", "OFSTED", str(wave), lines, names, waves[wave], names
            ))  # fmt: skip
        return files

    def _shares(self, count: int) -> list[float]:
        cuts = sorted(self.random.sample(range(1, 1000), count - 1))
        steps = zip([0, *cuts], [*cuts, 1000], strict=True)
        return [(after - before) / 10 for before, after in steps]

    def _lscb_return(self) -> list[Sent]:
        files = []
        share = self.random.choice([0.3, 0.7, 1])
        held = self.random.choice([0.3, 0.9])
        odd = self.random.choice([0, 0.03, 0.15])
        for area in self.areas:
            for year in self.years:
                for period in (
                    *calendar.quarters_of(year),
                    calendar.financial_year(year),
                    calendar.academic_year(year),
                ):
                    if not self.chance(share):
                        continue
                    lines = self._return_lines(period, held, odd)
                    files.append(self._sent(
                        "lscb_return", area, period.period_id, lines,
                        ("pi_code", "definition", "numerator", "denominator",
                         "measure"),
                        period.end, ("pi_code", "numerator", "definition",
                                     "denominator", "measure"),
                    ))  # fmt: skip
        return files

    def _return_lines(self, period: Period, held: float, odd: float) -> list[Line]:
        lines = []
        for row in self.reference.indicators:
            periods = row["periods"].split("|")
            is_asked = period.kind in periods and row["extract"] in (
                "lscb_return", "lado_referrals", "pct_admissions", "police_offences",
                "missing_children",
            )  # fmt: skip
            is_asked = is_asked and row["is_context"] == "false"
            if not is_asked or row["value_type"] == "undefined":
                continue
            own = row["extract"] == "lscb_return"
            if self.chance(held if own else 0.1):
                lines += self._return_line(row, odd)
        if not lines or self.chance(0.03):
            lines.append(Line({"pi_code": UNKNOWN, "numerator": 7}, "pi_code"))
            of_quarters = [
                row["indicator_id"]
                for row in self.reference.indicators
                if (row["periods"], row["extract"]) == ("quarter", "lscb_return")
            ]
            extra = self.random.choice(of_quarters or [UNKNOWN])
            if (
                of_quarters
                and period.kind == "quarter"
                and not any(line.cells["pi_code"] == extra for line in lines)
            ):
                lines.append(Line({"pi_code": extra, "numerator": 3, "denominator": 9}))
        return lines

    def _has_versions(self, indicator_id: str) -> bool:
        """Whether the catalogue has defined an indicator more than once."""
        known = [row["indicator_id"] for row in self.reference.indicators]
        return known.count(indicator_id) > 1

    def _return_line(self, row: dict[str, str], odd: float) -> list[Line]:
        """One row of a return; now and then an odd one, or two that claim one cell."""
        is_ratio = row["denominator_basis"] == "sent"
        bottom = self.random.randint(20, 900)
        top = (
            self.random.randint(0, bottom) if is_ratio else self.random.randint(0, 400)
        )
        line = Line({"pi_code": row["indicator_id"], "numerator": top})
        if is_ratio or self.chance(0.2):
            line.cells["denominator"] = bottom
        if self._has_versions(row["indicator_id"]) or self.chance(0.3):
            line.cells["definition"] = row["definition_version"]
        if row["measure_qualifier"]:
            line.cells["measure"] = self.random.choice(
                [row["measure_qualifier"]] * 4 + ["persons per room"]
            )
        if not self.chance(odd):
            return [line]
        self.traits.add("odd returns")
        draw = self.random.random()
        if draw < 0.35:
            line.cells["numerator"] = self.random.choice([*MARKS, ""])
        elif draw < 0.75 and is_ratio:
            line.cells["denominator"] = self.random.choice(["", 0, "*", "x", "1 .4"])
            if line.cells["denominator"] == 0 and self.chance(0.5):
                line.cells["numerator"] = 0
        elif draw < 0.85:
            line.cells["numerator"], line.fault = "1O", "numerator"
        else:
            other = Line(dict(line.cells))
            other.cells["numerator"] = int(top) + 1
            if draw > 0.92 and not row["measure_qualifier"]:
                self.traits.add("parts by measure")
                other.cells["measure"] = "Girls"
                line.cells["measure"] = "Boys" if draw < 0.97 else ""
            return [line, other]
        return [line]

    def _population(self) -> list[Sent]:
        files = []
        way = self.random.choice(["all", "some", "last year", "single", "mixed"])
        self.traits.add(f"population: {way}")
        years = [self.years[0] - 1] if way == "last year" else self.years
        for year in years:
            areas = self.some(self.areas, 0.6) if way == "some" else self.areas
            lines = []
            for area in areas:
                single = way == "single" or (way == "mixed" and self.chance(0.5))
                lines += self._people(area, year, single)
            if self.chance(0.5):
                cells = {"gss_code": "E08000001", "age_band": "0-17", "persons": 900}
                lines.append(Line(cells, is_passed_over=True))
            if not lines:
                continue
            names = ("gss_code", "age_band", "persons")
            files.append(self._sent(
                "population", "ONS", str(year), lines, names, date(year, 12, 31), names
            ))  # fmt: skip
        return files

    def _people(self, area: str, year: int, single: bool) -> list[Line]:
        place = self.reference.area_codes.index(area)
        growth = (1 if area == CITY else 11) * (year - 2000)
        each = (30 if area == CITY else 2_400 + 70 * place) + growth
        by_age = [each + 3 * (age % 7) for age in range(91)]
        bands = {
            "0-15": sum(by_age[:16]), "0-17": sum(by_age[:18]),
            "0-19": sum(by_age[:20]), "10-17": sum(by_age[10:18]),
            "14-17": sum(by_age[14:18]), "5-15": sum(by_age[5:16]),
            "all": sum(by_age),
        }  # fmt: skip
        if single:
            given = {str(age): by_age[age] for age in range(20)}
            if self.chance(0.2):
                given.pop(str(self.random.randrange(20)))
                self.traits.add("an age is missing")
        else:
            given = bands
        if self.chance(0.03):
            given = {band: people for band, people in given.items() if band != "0-17"}
        return [
            Line({"gss_code": area, "age_band": band, "persons": people})
            for band, people in given.items()
        ]

    # -- published statistics

    def _mps_borough_crime(self) -> list[Sent]:
        files = []
        months = [
            one
            for year in self.years
            for one in calendar.months_of(calendar.financial_year(year))
        ]
        which = self.random.choice(["2008", "2010"])
        for number in range(self.random.choice([1, 1, 2, 3])):
            if number and self.chance(0.3):
                which = {"2008": "2010", "2010": "2008"}[which]
            if number:
                self.traits.add("vintages")
            start = self.random.randrange(len(months))
            held = months[start : start + self.random.randint(1, 24)]
            head = {
                "2008": ["Borough", "Major Category", "Minor Category"],
                "2010": ["LookUp_BoroughName", "MajorText", "MinorText"],
            }[which]
            columns = [f"{one.start:%Y%m}" for one in held]
            names = [self.reference.by_area[area]["area_name"] for area in self.areas]
            names = [
                name for name in self.some(names, 0.95) if name != "City of London"
            ]
            pseudo = self.some(PSEUDO_AREAS, 0.3)
            if pseudo:
                self.traits.add("pseudo-areas")
            lines = []
            for name in [*names, *pseudo]:
                for major, minor in CATEGORIES[: self.random.randint(1, 3)]:
                    figures: dict[str, Value] = {
                        column: self.random.randint(0, 90) for column in columns
                    }
                    if self.chance(0.05):
                        column = self.random.choice(columns)
                        figures[column] = self.random.choice(["", "n/a"])
                    cells = dict(zip(head, (name, major, minor), strict=True))
                    lines.append(Line(cells | figures))
            if not lines:
                continue
            if self.chance(0.4):
                cells = dict(zip(head, ("MPS Total", "All", "All"), strict=True))
                lines.append(
                    Line(cells | dict.fromkeys(columns, 999), is_passed_over=True)
                )
            files.append(self._sent(
                "mps_borough_crime", "GLA", f"release-{number}", lines,
                [*head, *columns], held[-1].end,
            ))  # fmt: skip
        return files

    def _ees_statistics(self) -> list[Sent]:
        files = []
        for number in range(self.random.choice([1, 1, 2])):
            if number:
                self.traits.add("releases overlap")
            chosen = self.random.choice([
                ("referral_count", "rereferral_count"), ("referral_count",),
                ("cpp_start", "cpp_subsequent"), ("population_estimate",),
                ("something_else",),
            ])  # fmt: skip
            lines = []
            for year in self.years:
                for area in self.some(self.areas, 0.9):
                    lines.append(self._statistic(area, year, chosen))
                if self.chance(0.5):
                    other = self._statistic("E08000001", year, chosen)
                    other.is_passed_over = True
                    lines.append(other)
            if not lines:
                continue
            head = [
                "time_period", "time_identifier", "geographic_level", "country_code",
                "new_la_code",
            ]  # fmt: skip
            if "population_estimate" in chosen:
                head.append("age_group")
            files.append(self._sent(
                "ees_statistics", "DFE", f"release-{number}", lines,
                [*head, *chosen], date(self.years[-1] + 1, 3, 31),
            ))  # fmt: skip
        keep_parts_within([line for sent in files for line in sent.lines])
        return files

    def _statistic(self, area: str, year: int, names: Sequence[str]) -> Line:
        whole = self.random.randint(60, 3_000)
        cells: dict[str, Value] = {
            "time_period": str(year + 1),
            "time_identifier": "Reporting year",
            "geographic_level": "Local authority",
            "country_code": "E92000001",
            "new_la_code": area,
        }
        if "population_estimate" in names:
            cells["age_group"] = "Children aged 0 to 17 years"
            whole *= 20
        for place, name in enumerate(names):
            figure = self.random.randint(0, whole) if place else whole
            if self.chance(0.04):
                self.traits.add("marks of the DfE")
                cells[name] = self.random.choice(["c", "z", "x", "u", "low", "k"])
            else:
                cells[name] = figure
        return Line(cells)

    # -- what happens to files

    def _with_versions(self, sent: Sent) -> list[Sent]:
        """The file, and now and then another version, a twin, a rival, a damage."""
        draw = self.random.random()
        if draw < 0.82:
            return [sent]
        later = replace(
            sent,
            version=2,
            received=sent.received + timedelta(days=9, seconds=self.number()),
            lines=[Line(dict(line.cells), line.fault, line.is_passed_over)
                   for line in sent.lines],
            style=self._style(),
        )  # fmt: skip
        if draw < 0.9:
            self.traits.add("a later version")
            if later.lines and self.chance(0.7):
                later.lines.pop(self.random.randrange(len(later.lines)))
                self.traits.add("rows withdrawn")
            return [sent, later]
        if draw < 0.93:
            self.traits.add("the same twice")
            again = replace(sent, folder="again", received=later.received)
            return [sent, again]
        if draw < 0.95:
            self.traits.add("damaged")
            later.damage = "empty"
            if later.style.suffix != "csv":
                later.damage = "cut off"
            return [sent, later] if self.chance(0.7) else [replace(later, version=1)]
        if draw < 0.97:
            self.traits.add("withdrawn")
            sent.leaves_in = 2
            return [sent]
        if draw < 0.99:
            self.traits.add("arrives later")
            later.arrives_in = 2
            return [sent, later]
        self.traits.add("rivals")
        rival = replace(later, version=1, folder="rival")
        return [sent, rival]

    def _double(self, files: list[Sent]) -> None:
        """The same record in two blocks, now and then."""
        if not self.chance(0.25):
            return
        for extract, key, day in (
            ("pct_admissions", "epikey", ""),
            ("police_offences", "crime_ref", "recorded_date"),
        ):
            held = [
                sent
                for sent in files
                if sent.extract == extract and sent.lines and not sent.damage
            ]
            pairs = [
                (one, two)
                for one in held
                for two in held
                if one.block != two.block and one.submitter[:1] == two.submitter[:1]
                and (day or one.period == two.period)
            ]  # fmt: skip
            if not pairs:
                continue
            source, target = self.random.choice(pairs)
            line = next((each for each in source.lines if not each.fault), None)
            if line is None or len(source.lines) > 20:
                continue
            copy = Line({name: line.cells.get(name, "") for name in target.columns})
            missing = [
                name for name in source.columns
                if name not in target.columns and line.cells.get(name)
            ]  # fmt: skip
            if missing or not copy.cells.get(key):
                continue
            if day:
                period = calendar.month(
                    int(target.period[1:5]), int(target.period[6:8])
                )
                copy.cells[day] = self.day_in(period)
            target.lines.append(copy)
            self.traits.add("in two blocks")

    def _slip(self) -> Sent:
        """A file for a period that the warehouse does not keep."""
        self.traits.add("a slip of the period")
        year = self.random.choice([1979, 1985, 2038, 2049])
        period = calendar.quarter(year, self.random.randint(1, 4))
        return self._referral_file(self.areas[0], period, self._referral_lines(period))


def keep_parts_within(lines: list[Line]) -> None:
    """Raise each whole that one release prints to the part of it that another prints.

    A cell takes each statistic from the newest release that has it, so both may meet.
    """
    for whole, part in PARTS_OF_WHOLES:
        largest: Counter[tuple[Value, Value]] = Counter()
        for line in lines:
            if isinstance(line.cells.get(part), int):
                key = line.cells["new_la_code"], line.cells["time_period"]
                largest[key] = max(largest[key], line.cells[part])
        for line in lines:
            if isinstance(line.cells.get(whole), int):
                key = line.cells["new_la_code"], line.cells["time_period"]
                line.cells[whole] = max(line.cells[whole], largest[key])


def draw_world(seed: int, reference: Reference) -> World:
    """The world of a seed."""
    return Drawing(seed, reference).world()
