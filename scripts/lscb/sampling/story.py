"""What goes wrong in the sample: who is silent, late, refused, or sends again.

seeds/sample/story.csv has a row a happening: its word, the sender, and the period where
it is of one. Everything that happens to a whole file is said there, so that a reader of
the truth need not look for it in the generators.
"""

from collections.abc import Iterable, Mapping

# Every word of the seed. What no row names happens to nobody.
WORDS = frozenset({
    "pct_silent", "pct_refused", "pct_late", "pct_corrected", "pct_with_faulty_lines",
    "pct_columns_reversed", "pct_sends_workbooks", "pct_sends_parquet",
    "pct_sends_gzip",
    "police_silent", "police_late", "missing_children_late",
    "lado_has_none", "lado_silent", "lado_ambiguous", "lado_twice", "lado_late",
    "lado_corrected", "lado_broken_correction",
    "return_counts_allegations", "return_counts_admissions", "return_silent",
    "return_broken", "return_contested", "return_late", "return_corrected",
    "return_contradicts_itself", "return_new_definition_early",
    "return_old_definition_still", "return_hides_one_to_five",
    "return_hides_one_to_four", "return_other_measure", "return_measure_unnamed",
    "return_plan_revised", "return_plan_blank", "return_plain", "return_of_joint_team",
    "return_with_strangers", "return_with_semicolons", "return_in_utf_16",
    "return_with_tabs", "return_with_bars", "return_reversed", "return_in_workbooks",
    "tellus_absent", "tellus_suppressed", "tellus_late",
    "population_missing", "statistic_hidden", "statistic_not_available",
})  # fmt: skip

# 2007-08 was the pilots' year and holds most of what goes wrong in returns.
PILOT_YEAR = "2007-08"

# Days after a period's end at which files come: within every extract's time, and
# beyond every extract's.
DAYS_ON_TIME = 20
DAYS_LATE = 240


class Story:
    """To whom what happens, and when."""

    def __init__(self, rows: Iterable[Mapping[str, str]]) -> None:
        self._told: dict[tuple[str, str, str], str] = {}
        for row in rows:
            if row["happening"] not in WORDS:
                raise ValueError(f"seeds/sample/story.csv: {row['happening']!r} is new")
            key = (row["happening"], row["submitter"], row["period"])
            self._told[key] = row["what"]

    def tells(self, word: str, submitter: str, period: str = "") -> bool:
        """Return whether it happens to a sender, in that period where one is given."""
        if word not in WORDS:
            raise ValueError(f"no story has the word {word!r}")
        return (word, submitter, period) in self._told

    def what(self, word: str, submitter: str, period: str = "") -> str:
        """Return what happens, in words."""
        return self._told[word, submitter, period]
