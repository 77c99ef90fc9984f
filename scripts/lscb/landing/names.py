"""What a path below landing claims: extract, submitter, period, version."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lscb.landing.form_marks import FormMark
from lscb.landing.periods import EXAMPLES, Period, parse_period
from lscb.landing.records import plain
from lscb.landing.reference import Extract, Reference, normalise_name
from lscb.landing.refusals import Refused

FILE_TYPES = (".csv.gz", ".csv", ".xlsx", ".parquet")
PCT_CODE = re.compile(r"[5T][A-Z0-9]{2}")
VERSION = re.compile(r"v([1-9][0-9]{0,8})")


@dataclass(frozen=True)
class Claim:
    """What a file says it is."""

    extract: str
    submitter_as_sent: str
    submitter_code: str
    area_code: str | None
    pct_code: str | None
    period: Period
    version: int
    file_format: str

    @property
    def block(self) -> tuple[str, str, str]:
        """The unit of arrival: extract, submitter, period."""
        return self.extract, self.submitter_code, self.period.period_id


def is_passed_by(relative_path: str) -> bool:
    """Whether a path is hidden or a lock file, which nobody sent."""
    parts = PurePosixPath(relative_path).parts
    return any(part.startswith((".", "~$")) for part in parts)


def files_sent(
    landing: Path, unreadable: dict[str, OSError] | None = None
) -> Iterator[tuple[str, Path]]:
    """Paths below landing that somebody sent, in order: as shown, and as they are.

    A folder that cannot be read is among them, for nobody can say what stands in it;
    `unreadable` is given the reason. Landing itself must be readable where it is there.
    """
    failed: list[OSError] = []
    for folder, folders, files in os.walk(landing, onerror=failed.append):
        yield from _unreadable(failed, landing, unreadable)
        folders.sort()
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(folder) / name
            shown = _shown(path, landing)
            if not is_passed_by(shown):
                yield shown, path
    yield from _unreadable(failed, landing, unreadable)


def names_a_file(relative_path: str, reference: Reference) -> bool:
    """Whether a path claims a submission, as one left by a program does not."""
    try:
        read_name(relative_path, reference)
    except Refused:
        return False
    return True


def _unreadable(
    failed: list[OSError], landing: Path, unreadable: dict[str, OSError] | None
) -> Iterator[tuple[str, Path]]:
    for error in failed:
        path = Path(error.filename)
        if path == landing:
            if not isinstance(error, FileNotFoundError):
                raise error
        elif not is_passed_by(shown := _shown(path, landing)):
            if unreadable is not None:
                unreadable[shown] = error
            yield shown, path
    failed.clear()


def _shown(path: Path, landing: Path) -> str:
    relative = path.relative_to(landing).as_posix()
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def folder_of(relative_path: str, reference: Reference) -> str | None:
    """The extract in whose folder a file stands, or None."""
    parts = PurePosixPath(relative_path).parts
    folder = parts[0].lower() if len(parts) > 1 else None
    return folder if folder in reference.extracts else None


def read_name(relative_path: str, reference: Reference) -> Claim:
    """What the path below landing claims; a path that breaks the rule is refused."""
    path = PurePosixPath(relative_path)
    folders = ", ".join(sorted(reference.extracts))
    if len(path.parts) < 2:
        raise Refused("outside_folder", expected=folders)
    extract = reference.extracts.get(path.parts[0].lower())
    if extract is None:
        raise Refused("folder_unknown", folder=path.parts[0], expected=folders)
    stem, file_format = _split_type(plain(path.name))
    parts = [part.strip() for part in stem.split("__")]
    if len(parts) != 4 or not all(re.fullmatch(r"[^_](.*[^_])?", p) for p in parts):
        raise Refused("name_malformed", example=_example(extract, reference))
    named, submitter, period, version = parts
    if named.lower() != extract.name:
        if named.lower() not in reference.extracts:
            raise Refused("name_malformed", example=_example(extract, reference))
        raise Refused(
            "folder_mismatch",
            named=named,
            folder=path.parts[0],
            expected=folders,
        )
    number = VERSION.fullmatch(version.lower())
    if number is None:
        raise Refused("version_malformed", version=version)
    code, area_code, pct_code = _resolve(submitter, extract, reference)
    return Claim(
        extract=extract.name,
        submitter_as_sent=submitter,
        submitter_code=code,
        area_code=area_code,
        pct_code=pct_code,
        period=parse_period(period, extract.period_types, extract.name),
        version=int(number.group(1)),
        file_format=file_format,
    )


def _split_type(name: str) -> tuple[str, str]:
    for file_type in FILE_TYPES:
        if name.lower().endswith(file_type):
            return name[: -len(file_type)], file_type[1:]
    raise Refused("file_type_unknown")


def _resolve(
    submitter: str, extract: Extract, reference: Reference
) -> tuple[str, str | None, str | None]:
    """Submitter code, area code and PCT code of a submitter as sent."""
    if extract.submitter_kind == "local_authority":
        return _resolve_authority(submitter, extract, reference)
    code = submitter.upper()
    if (
        extract.submitter_kind == "authority_or_fixed"
        and code not in extract.fixed_submitters
    ):
        return _resolve_authority(submitter, extract, reference)
    if extract.submitter_kind == "pct":
        if PCT_CODE.fullmatch(code):
            return code, None, code
        raise Refused(
            "submitter_unknown",
            submitter=submitter,
            extract=extract.name,
            expected=f"an ODS code such as {min(reference.pct_codes)}",
        )
    if code in extract.fixed_submitters:
        return code, None, None
    raise Refused(
        "submitter_unknown",
        submitter=submitter,
        extract=extract.name,
        expected=" or ".join(extract.fixed_submitters),
    )


def _resolve_authority(
    submitter: str, extract: Extract, reference: Reference
) -> tuple[str, str, None]:
    name = normalise_name(submitter)
    if name in reference.ambiguous_names:
        raise Refused("submitter_ambiguous", submitter=submitter)
    area_code = reference.submitters.get(name)
    if area_code is None:
        raise Refused(
            "submitter_unknown",
            submitter=submitter,
            extract=extract.name,
            expected=" or ".join(
                [
                    *extract.fixed_submitters,
                    "a code, the name or an alias of an authority",
                ]
            ),
        )
    return area_code, area_code, None


def _example(extract: Extract, reference: Reference) -> str:
    submitter = {
        "pct": min(reference.pct_codes),
        "local_authority": min(reference.gss_codes),
    }.get(extract.submitter_kind) or extract.fixed_submitters[0]
    period = EXAMPLES[extract.period_types[0]]
    period = "2008-2016" if extract.period_types == ("label",) else period
    return f"{extract.name}__{submitter}__{period}__v1.csv"


def block_of_form(form: FormMark, reference: Reference) -> tuple[str, str, str] | None:
    """The block whose form it says that it is; None where no file is of such a one."""
    path = f"{form.extract}/{form.extract}__{form.submitter}__{form.period}__v1.csv"
    try:
        return read_name(path, reference).block
    except Refused:
        return None
