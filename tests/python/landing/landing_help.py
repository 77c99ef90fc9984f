"""A landing folder and a lake of a test's own, and short ways to ask what became."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lscb.landing import LandingResult, Settings, land
from lscb.landing.ledger import Entry, Ledger

LADO = "lado_referrals__LBBD__2008-09Q1__v1.csv"
LADO_HEADER = (
    "referral_id,referral_date,contact_type,staff_name,child_name,child_dob,"
    "employer_sector,allegation_category,strategy_meeting_date,closed_date,outcome"
)


def lado_row(key: str, day: str = "2008-05-01", **values: str) -> str:
    """A sound LADO record, with some of its values replaced."""
    row = dict.fromkeys(LADO_HEADER.split(","), "")
    row |= {"referral_id": key, "referral_date": day, "contact_type": "Referral"}
    row |= {"staff_name": "A Person", "employer_sector": "school"}
    return ",".join((row | values).values())


def lado_text(*rows: str) -> str:
    """A LADO file of these records."""
    return "\n".join([LADO_HEADER, *rows, ""])


@dataclass
class Lander:
    """Writes files, lands them, and reads the lake."""

    root: Path
    messages: list[str] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(self.root / "landing", self.root / "lake")

    def send(self, name: str, content: str | bytes, folder: str = "") -> Path:
        """Put a file into the folder of its extract, or into another one."""
        path = self.settings.landing / (folder or name.split("__")[0].lower()) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def land(self, extracts: list[str] | None = None) -> LandingResult:
        return land(extracts, self.settings, self.messages.append)

    def one(self, name: str, content: str | bytes) -> Entry:
        """Send one file, land, and give its entry."""
        self.send(name, content)
        self.land()
        return self.entry(name)

    def lado(self, *rows: str) -> Entry:
        """Land one LADO file of these records."""
        return self.one(LADO, lado_text(*rows))

    def entries(self) -> list[dict[str, object]]:
        return self.query("select * from ledger/files.parquet")

    def entry(self, name: str) -> Entry:
        found = Ledger(self.settings.lake).entries.values()
        return next(
            e for e in found if e.relative_path.endswith(name) and e.is_in_landing
        )

    def records(self, extract: str) -> list[dict[str, object]]:
        return self.query(f"select * from extracts/{extract}/*.parquet order by 1, 2")

    def accepted(self, extract: str) -> list[dict[str, object]]:
        return [r for r in self.records(extract) if r["record_state"] == "accepted"]

    def set_aside(self) -> set[tuple[int, str | None, str, str]]:
        rows = self.query("select * from ledger/set_aside.parquet")
        names = ("line_number", "column_name", "level", "reason_code")
        return {tuple(row[name] for name in names) for row in rows}

    def notices(self) -> set[tuple[str | None, str, int]]:
        rows = self.query("select * from ledger/notices.parquet")
        names = ("column_name", "notice_code", "occurrences")
        return {tuple(row[name] for name in names) for row in rows}

    def query(self, query: str) -> list[dict[str, object]]:
        lake = self.settings.lake
        words = [
            f"read_parquet('{lake / word}')" if word.endswith(".parquet") else word
            for word in query.split()
        ]
        with duckdb.connect() as connection:
            result = connection.execute(" ".join(words))
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def adds_up(entry: Entry) -> bool:
    """Every line read has one fate."""
    parts: Iterable[int | None] = (
        entry.rows_accepted,
        entry.rows_set_aside,
        entry.rows_duplicate,
        entry.rows_passed_over,
    )
    return entry.lines_read == sum(part or 0 for part in parts)
