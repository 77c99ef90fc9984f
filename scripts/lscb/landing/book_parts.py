"""The parts of a workbook around its sheet: which sheet, which texts, which styles.

Read by local names, so that ISO strict Open XML is read like any other; by expat, so
that UTF-16 is; without any entity of its own.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from lscb.landing.records import plain
from lscb.landing.refusals import Refused

CHUNK = 1 << 18
SMALL_PART = 10_000_000
# Texts cost memory even where they hold nothing: bytes a text beside its own.
TEXT_COST = 64
TEXTS_LIMIT = 600_000_000
# A cell holds 32,767 characters at most; a tag, a comment, no more than a page.
LONGEST_TEXT, LONGEST_TAG = 2_000_000, 5_000_000
# How Open XML packs a part. Others unpack to any length at once, whatever is asked for.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# No part has more levels, or names, than these; a workbook has a few dozen parts.
DEEPEST, MOST_NAMES, DIRECTORY_LIMIT = 200, 5_000, 5_000_000
# What a workbook may write of a character that XML cannot hold: _x000D_.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Numbers of formats that need no description: dates, times, per cents.
DATE_FORMATS = frozenset(
    [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]
)
PER_CENT_FORMATS = frozenset([9, 10])
# Texts, escaped characters, fillers and colours of a format show no value.
FORMAT_TEXT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


class Show(Enum):
    """How a cell shows its number; above and below zero a format may differ."""

    NUMBER = 0
    DATE = 1
    PER_CENT = 2
    PER_CENT_ABOVE = 3
    PER_CENT_BELOW = 4


@dataclass(frozen=True)
class Book:
    """What the cells of one sheet need to be read, and which other sheets there are.

    `others` gives the part of each by its title, in lower case.
    """

    sheet: str
    others: Mapping[str, str]
    is_1904: bool
    strings: list[str]
    shows: list[Show]

    @property
    def held_bytes(self) -> int:
        """About how much memory it takes."""
        entries = len(self.strings) + len(self.shows)
        return sum(map(len, self.strings)) + TEXT_COST * entries

    def show_of(self, style: str | None) -> Show:
        """How a cell of that style shows a number."""
        number = 0 if style is None else int(style)
        return self.shows[number] if 0 <= number < len(self.shows) else Show.NUMBER


def open_book(path: Path, name: str, limit: int) -> Book:
    """Unpack everything once, as a check of damage and size; read all but the sheet.

    `name` is the sheet that is wanted; without one of that name it is the first. More
    than `limit` bytes are not unpacked.
    """
    _refuse_long_directory(path)
    with zipfile.ZipFile(path) as archive:
        _unpack_all(archive, limit)
        parts = {
            entry.filename.lower().lstrip("/"): entry for entry in archive.infolist()
        }

        def part(name: str) -> zipfile.ZipInfo:
            return parts[name.lower().lstrip("/")]

        office = _links(archive, part("_rels/.rels"), PurePosixPath())
        book = _of_kind(office, "/officeDocument")
        if book is None:
            raise KeyError("a workbook")
        place = PurePosixPath(book)
        rels = place.parent / "_rels" / f"{place.name}.rels"
        links = _links(archive, part(str(rels)), place.parent)
        sheets, is_1904 = _sheets(archive, part(book))
        found = [
            (title, links[link][0])
            for title, link in sheets
            if link in links and links[link][1].endswith("/worksheet")
        ]
        if not found:
            raise KeyError("a worksheet")
        chosen = next((s for s in found if s[0].strip().lower() == name), found[0])
        strings, styles = (
            _of_kind(links, kind) for kind in ("/sharedStrings", "/styles")
        )
        return Book(
            sheet=part(chosen[1]).filename,
            others={
                s[0].strip().lower(): part(s[1]).filename
                for s in found
                if s is not chosen
            },
            is_1904=is_1904,
            strings=[] if strings is None else _strings(archive, part(strings)),
            shows=[] if styles is None else _shows(archive, part(styles)),
        )


class _LocalNames(dict[str, str]):
    """Names without their namespace, each worked out once."""

    def __missing__(self, name: str) -> str:
        if len(self) > MOST_NAMES:
            raise Refused("workbook_too_large")
        self[name] = name.rpartition(" ")[2]
        return self[name]


def local_names() -> dict[str, str]:
    """For each name the same without its namespace."""
    return _LocalNames()


def follow(
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """A parser of XML that calls these; what declares entities is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = start
    if end is not None:
        parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    return parser


class Follower:
    """Feeds a part to its parser, and refuses what would be held whole in memory.

    A parser keeps the tags that are open, a tag until it ends, and a text as long as
    nobody takes it.
    """

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._fed = 0
        self._depth = 0
        start, end = parser.StartElementHandler, parser.EndElementHandler

        def open_one(name: str, attributes: dict[str, str]) -> None:
            self._depth += 1
            if self._depth > DEEPEST:
                raise Refused("workbook_too_large")
            start(name, attributes)

        def close_one(name: str) -> None:
            self._depth -= 1
            if end is not None:
                end(name)

        parser.StartElementHandler = open_one
        parser.EndElementHandler = close_one

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._parser.Parse(chunk, False)
        self._fed += len(chunk)
        if self._fed - self._parser.CurrentByteIndex > LONGEST_TAG:
            raise Refused("workbook_too_large")

    def finish(self) -> None:
        """Take the end."""
        self._parser.Parse(b"", True)


class Taken:
    """The pieces of one text, up to a length that no cell has."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        """Take a piece."""
        self._length += len(piece)
        if self._length > LONGEST_TEXT:
            raise Refused("workbook_too_large")
        self._pieces.append(piece)

    def text(self) -> str:
        """All of it."""
        return "".join(self._pieces)


def unescaped(text: str) -> str:
    """A text of which characters are written as _x000D_, with these characters."""
    if "_x" not in text:
        return text
    text = ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    # Characters beyond the first 65,536 are written as two halves.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refuse_doctype(*_: object) -> None:
    raise Refused("workbook_broken")


def _refuse_long_directory(path: Path) -> None:
    """A directory of very many parts, which whoever opens the file reads whole.

    Its length stands in the last record of the file, or in the one that this names.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 16) - 100))
        end = file.read()
    place = end.rfind(b"PK\5\6")
    length = int.from_bytes(end[place + 12 : place + 16], "little") if place >= 0 else 0
    if length == 0xFFFFFFFF:
        place = end.rfind(b"PK\6\6", 0, place)
        length = int.from_bytes(end[place + 40 : place + 48], "little")
    if length > DIRECTORY_LIMIT:
        raise Refused("workbook_too_large")


def _unpack_all(archive: zipfile.ZipFile, limit: int) -> None:
    """Sizes that the directory claims are checked, and the bytes that really come.

    A part that holds more than it claims is read on: it is too large where that comes
    to too much, and else damaged, for another program may show more of it than we read.
    """
    entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > limit:
        raise Refused("workbook_too_large")
    total = 0
    for entry in entries:
        held = 0
        for length in _lengths(archive, entry, limit + 2 * CHUNK):
            held += length
            total += length
            if total > limit:
                raise Refused("workbook_too_large")
        if held > entry.file_size:
            raise zipfile.BadZipFile("a part holds more than it claims")


def _lengths(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int
) -> Iterator[int]:
    """How much comes of a part, piece by piece, whatever size it claims.

    At its end its sum is checked, and so it is where `most` bytes have come.
    """
    if entry.compress_type not in PACKINGS:
        raise NotImplementedError("a packing that is none of Open XML")
    # A part is read to the size that it claims, and no further.
    whole = copy(entry)
    whole.file_size = most
    with archive.open(whole) as part:
        while chunk := part.read(CHUNK):
            yield len(chunk)


def _parse_small(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
) -> None:
    if entry.file_size > SMALL_PART:
        raise Refused("workbook_too_large")
    follower = Follower(follow(start, end))
    follower.feed(archive.read(entry))
    follower.finish()


def _links(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: PurePosixPath
) -> dict[str, tuple[str, str]]:
    """The parts that a part speaks of: path in the workbook and kind, by their mark."""
    local = local_names()
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if local[name] == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target if target.startswith("/") else str(folder / target)
            kind = attributes.get("Type", "")
            found[attributes.get("Id", "")] = (_without_dots(path), kind)

    _parse_small(archive, entry, start)
    return found


def _without_dots(path: str) -> str:
    steps: list[str] = []
    for step in path.strip("/").split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _of_kind(links: dict[str, tuple[str, str]], kind: str) -> str | None:
    return next((path for path, its in links.values() if its.endswith(kind)), None)


def _sheets(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo
) -> tuple[list[tuple[str, str]], bool]:
    """Title and mark of each sheet, in order; whether days are counted from 1904."""
    local = local_names()
    sheets: list[tuple[str, str]] = []
    flags: list[bool] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local[name] == "sheet":
            marks = [v for n, v in attributes.items() if n.endswith(" id")]
            sheets.append((plain(attributes.get("name", "")), marks[0]))
        elif local[name] == "workbookPr":
            flags.append(attributes.get("date1904") in ("1", "true", "on"))

    _parse_small(archive, entry, start)
    return sheets, any(flags)


def _strings(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[str]:
    """The shared texts; what a reader of Japanese is told of their sound is no text."""
    local = local_names()
    strings: list[str] = []
    state = {"wanted": False, "phonetic": False, "cost": 0, "taken": Taken()}

    def start(name: str, _: dict[str, str]) -> None:
        name = local[name]
        if name == "si":
            state["taken"] = Taken()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["wanted"] = not state["phonetic"]

    def end(name: str) -> None:
        name = local[name]
        if name == "t":
            state["wanted"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            strings.append(plain(unescaped(state["taken"].text())))
            state["cost"] += len(strings[-1]) + TEXT_COST
            if state["cost"] > TEXTS_LIMIT:
                raise Refused("workbook_too_large")

    def text(data: str) -> None:
        if state["wanted"]:
            state["taken"].add(data)

    follower = Follower(follow(start, end, text))
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            follower.feed(chunk)
    follower.finish()
    return strings


def _shows(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> list[Show]:
    """How the cells of each style show a number."""
    local = local_names()
    formats: dict[str, Show] = {}
    cells: list[str] = []
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        name = local[name]
        path.append(name)
        if path[-2:] == ["numFmts", "numFmt"]:
            code = attributes.get("formatCode", "")
            formats[attributes.get("numFmtId", "")] = show_of_format(code)
        elif path[-2:] == ["cellXfs", "xf"]:
            cells.append(attributes.get("numFmtId", "0"))

    def end(_: str) -> None:
        path.pop()

    _parse_small(archive, entry, start, end)
    return [formats.get(number) or _built_in(number) for number in cells]


def _built_in(number: str) -> Show:
    if number.isdecimal() and int(number) in DATE_FORMATS:
        return Show.DATE
    if number.isdecimal() and int(number) in PER_CENT_FORMATS:
        return Show.PER_CENT
    return Show.NUMBER


def show_of_format(code: str) -> Show:
    """How a format shows a number: its letters and per-cent signs outside of texts."""
    sections = [section.lower() for section in FORMAT_TEXT.sub("", code).split(";")]
    if any(re.search(r"[ymdhs]", s.replace("general", "")) for s in sections[:1]):
        return Show.DATE
    above = "%" in sections[0]
    below = "%" in sections[1] if len(sections) > 1 and sections[1] else above
    if above and below:
        return Show.PER_CENT
    if above:
        return Show.PER_CENT_ABOVE
    return Show.PER_CENT_BELOW if below else Show.NUMBER
