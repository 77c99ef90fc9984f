"""Land files that unpack to far more than they are, and measure what that costs.

    lscb bench bombs --folder /tmp/bombs

Each is landed by itself, in a process and a lake of its own. Prints a row a bomb: its
size, what it unpacks to, what landing said, the largest memory, the time and the size
of the lake. Exits 1 where one is not refused by its size or takes more than 1 GB.
"""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lscb.errors import UserError
from lscb.landing import Settings, land
from lscb.settings import PROJECT

MEGABYTE = 1_000_000
MEMORY_LIMIT = 1_000 * MEGABYTE
TOO_LARGE = {
    "gzip_too_large",
    "workbook_too_large",
    "parquet_too_large",
    "line_too_long",
    "too_many_lines",
    "too_many_columns",
    "cell_far_away",
}
HEADER = b"referral_id,referral_date,contact_type\n"
REST = {
    "_rels/.rels": '<Relationships><Relationship Id="r1" Target="xl/workbook.xml"'
    ' Type="x/officeDocument"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target='
    '"sheet1.xml" Type="x/worksheet"/><Relationship Id="r2" Target="texts.xml"'
    ' Type="x/sharedStrings"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="a" r:id="r1"/>'
    "</sheets></workbook>",
}
ROWS = (
    b'<row r="1">'
    + b"".join(
        b'<c t="inlineStr"><is><t>%s</t></is></c>' % each
        for each in HEADER.strip().split(b",")
    )
    + b"</row>"
)
SHEET = b"<worksheet><sheetData>" + ROWS + b"</sheetData></worksheet>"
TEXTS = b"<sst></sst>"


def repeated(piece: bytes, megabytes: int) -> Iterator[bytes]:
    """A piece again and again, a megabyte at a time."""
    block = piece * (MEGABYTE // len(piece))
    for _ in range(megabytes):
        yield block


def numbered(pattern: str, times: int) -> Iterator[bytes]:
    """A pattern with one number after the other."""
    for first in range(0, times, 50_000):
        yield "".join(
            pattern.format(number) for number in range(first, first + 50_000)
        ).encode()


def book(
    path: Path,
    sheet: Callable[[], Iterator[bytes]] | None = None,
    texts: Callable[[], Iterator[bytes]] | None = None,
    more: Callable[[zipfile.ZipFile], None] | None = None,
) -> None:
    """A workbook of which one part is large."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in REST.items():
            archive.writestr(name, text)
        for name, usual, large in (
            ("xl/sheet1.xml", SHEET, sheet),
            ("xl/texts.xml", TEXTS, texts),
        ):
            with archive.open(name, "w") as part:
                for piece in large() if large else (usual,):
                    part.write(piece)
        if more is not None:
            more(archive)


def around(
    before: bytes, pieces: Callable[[], Iterator[bytes]], after: bytes
) -> Callable[[], Iterator[bytes]]:
    """Pieces between a beginning and an end."""

    def all_of_it() -> Iterator[bytes]:
        yield before
        yield from pieces()
        yield after

    return all_of_it


IN_SHEET = b"<worksheet><sheetData>" + ROWS


def of_gzip(path: Path, megabytes: int, declared: int | None = None) -> None:
    """A gzip file of records that are all alike; `declared` writes another size."""
    record = b"1,2008-05-01,Referral\n"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(HEADER)
        for piece in repeated(record, megabytes):
            packed.write(piece)
    if declared is not None:
        with path.open("r+b") as raw:
            raw.seek(-4, 2)
            raw.write(declared.to_bytes(4, "little"))


def one_line(path: Path) -> None:
    """A gzip file that is one line of a gigabyte."""
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(HEADER)
        for piece in repeated(b"a", 1_000):
            packed.write(piece)


def blank_lines(path: Path) -> None:
    """A gzip file of one record and three hundred million blank lines."""
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(HEADER + b"1,2008-05-01,Referral\n")
        for piece in repeated(b"\n", 300):
            packed.write(piece)


def many_columns(path: Path) -> None:
    """Six records under ten thousand columns that the extract does not ask for."""
    more = "".join(f",c{number}" for number in range(10_000))
    record = "\n1,2008-05-01,Referral" + "," * 10_000
    path.write_text(HEADER.decode().strip() + more + record * 6 + "\n")


def many_members(archive: zipfile.ZipFile) -> None:
    """A hundred and fifty thousand empty parts."""
    for number in range(150_000):
        archive.writestr(zipfile.ZipInfo(f"a/{number}"), b"")


def archives_within(archive: zipfile.ZipFile) -> None:
    """An archive in an archive in an archive, each of a hundred megabytes."""
    inner = b"\0" * (100 * MEGABYTE)
    for level in range(3):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
            for number in range(10):
                packed.writestr(f"{level}-{number}", inner)
        inner = content.getvalue()
    archive.writestr("xl/media/inner.zip", inner)
    for number in range(11):
        archive.writestr(f"xl/media/{number}.bin", b"\0" * (100 * MEGABYTE))


def claims_less(path: Path) -> None:
    """A sheet of two gigabytes whose size in the directory is small."""
    book(path, sheet=around(IN_SHEET, lambda: repeated(b" ", 2_000), b"</sheetData>"))
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/sheet1.xml").file_size
    content = path.read_bytes()
    path.write_bytes(
        content.replace(size.to_bytes(4, "little"), (5_000).to_bytes(4, "little"))
    )


def of_parquet(path: Path, texts: pa.Array, **options: object) -> None:
    """A Parquet file whose column of ids is the one given."""
    table = pa.table(
        {
            "referral_id": texts,
            "referral_date": ["2008-05-01"] * len(texts),
            "contact_type": ["Referral"] * len(texts),
        }
    )
    pq.write_table(table, path, compression="zstd", **options)


BOMBS: dict[str, tuple[str, str, Callable[[Path], None]]] = {
    "gzip": ("csv.gz", "4.2 GB", lambda path: of_gzip(path, 4_200)),
    "gzip that says it is small": (
        "csv.gz",
        "4.2 GB",
        lambda path: of_gzip(path, 4_200, 100),
    ),
    "gzip of one line": ("csv.gz", "1 GB", one_line),
    "gzip of blank lines": ("csv.gz", "300 million blank lines", blank_lines),
    "text of 10,000 columns": ("csv", "60,000 cells", many_columns),
    "workbook: sheet of blanks": (
        "xlsx",
        "2 GB",
        lambda path: book(
            path,
            sheet=around(IN_SHEET, lambda: repeated(b" ", 2_000), b"</sheetData>"),
        ),
    ),
    "workbook: says it is small": ("xlsx", "2 GB", claims_less),
    "workbook: archives within": (
        "xlsx",
        "1.1 GB, and 1,000 GB within",
        lambda path: book(path, more=archives_within),
    ),
    "workbook: 150,000 parts": (
        "xlsx",
        "a directory of 8 MB",
        lambda path: book(path, more=many_members),
    ),
    "workbook: levels": (
        "xlsx",
        "300 million levels, 900 MB",
        lambda path: book(
            path,
            sheet=around(IN_SHEET, lambda: repeated(b"<a>", 900), b""),
        ),
    ),
    "workbook: one text": (
        "xlsx",
        "a text of 900 MB",
        lambda path: book(
            path,
            sheet=around(
                IN_SHEET + b'<row r="2"><c t="inlineStr"><is><t>',
                lambda: repeated(b"a", 900),
                b"</t></is></c></row></sheetData></worksheet>",
            ),
        ),
    ),
    "workbook: one tag": (
        "xlsx",
        "a tag of 900 MB",
        lambda path: book(
            path,
            sheet=around(
                IN_SHEET + b'<row r="2"><c s="',
                lambda: repeated(b"a", 900),
                b'"/></row></sheetData></worksheet>',
            ),
        ),
    ),
    "workbook: names": (
        "xlsx",
        "20 million names of parts",
        lambda path: book(
            path,
            sheet=around(
                IN_SHEET,
                lambda: numbered("<a{0}/>", 20_000_000),
                b"</sheetData></worksheet>",
            ),
        ),
    ),
    "workbook: shared texts": (
        "xlsx",
        "25 million texts, 700 MB",
        lambda path: book(
            path,
            texts=around(
                b"<sst>",
                lambda: numbered("<si><t>{0}</t></si>", 25_000_000),
                b"</sst>",
            ),
        ),
    ),
    "workbook: one shared text": (
        "xlsx",
        "a text of 900 MB",
        lambda path: book(
            path,
            texts=around(
                b"<sst><si><t>", lambda: repeated(b"a", 900), b"</t></si></sst>"
            ),
        ),
    ),
    "workbook: far corners": (
        "xlsx",
        "17 billion cells",
        lambda path: book(
            path,
            sheet=lambda: iter(
                (
                    IN_SHEET,
                    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
                    b"</sheetData></worksheet>",
                )
            ),
        ),
    ),
    "Parquet: one row group": (
        "parquet",
        "a page of 800 MB",
        lambda path: of_parquet(
            path,
            pa.array(["a" * (8 * MEGABYTE)] * 100, pa.large_string()),
            use_dictionary=False,
            data_page_size=2_000 * MEGABYTE,
            write_batch_size=1_000,
        ),
    ),
    "Parquet: a dictionary": (
        "parquet",
        "400,000 times 10,000 letters, 4 GB",
        lambda path: of_parquet(
            path,
            pa.DictionaryArray.from_arrays(
                pa.array([0] * 400_000, pa.int32()), pa.array(["a" * 10_000])
            ),
        ),
    ),
    "Parquet: rows of nothing": (
        "parquet",
        "2 billion values",
        lambda path: rows_of_nothing(path),
    ),
}


def rows_of_nothing(path: Path) -> None:
    """Twenty groups of a hundred million rows without a value."""
    schema = pa.schema(
        [(n, pa.null()) for n in ("referral_id", "referral_date", "contact_type")]
    )
    with pq.ParquetWriter(path, schema) as writer:
        for _ in range(20):
            nothing = pa.nulls(100_000_000)
            writer.write_table(pa.table([nothing] * 3, schema=schema))


def most_memory() -> int:
    """The most memory that this process has had, in bytes.

    What `getrusage` says begins with what the process that started it had.
    """
    status = Path("/proc/self/status").read_text()
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def landed(folder: Path) -> dict:
    """What became of the file of a landing folder, and the most memory it took."""
    settings = Settings(landing=folder / "landing", lake=folder / "lake")
    before = most_memory()
    started = time.perf_counter()
    result = land(["lado_referrals"], settings, lambda _: None)
    (entry,) = result.read
    return {
        "code": entry.refusal_code,
        "accepted": entry.rows_accepted,
        "seconds": time.perf_counter() - started,
        "memory": most_memory(),
        "before": before,
    }


def measure(name: str, folder: Path) -> dict:
    """Write a bomb and land it in a process of its own."""
    ending, unpacked, write = BOMBS[name]
    shutil.rmtree(folder, ignore_errors=True)
    path = folder / "landing" / "lado_referrals"
    path.mkdir(parents=True)
    path = path / f"lado_referrals__E09000002__2008-09Q1__v1.{ending}"
    write(path)
    done = subprocess.run(
        [sys.executable, "-m", "lscb", "bench", "bombs", "--land", str(folder)],
        env=os.environ | {"PYTHONPATH": str(PROJECT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout) if done.returncode == 0 else {"code": None}
    size = path.stat().st_size
    lake = sum(
        each.stat().st_size for each in (folder / "lake").rglob("*") if each.is_file()
    )
    shutil.rmtree(folder)
    return {"bomb": name, "unpacks to": unpacked, "size": size, "lake": lake} | found


def land_one(folder: Path) -> int:
    """Land the bomb of a folder, in this process, and say what it took."""
    print(json.dumps(landed(folder)))
    return 0


def run(folder: Path, only: Sequence[str] = ()) -> int:
    """Measure every bomb, or those named."""
    unknown = sorted(set(only) - set(BOMBS))
    if unknown:
        raise UserError(
            f"No bomb is called {', '.join(unknown)}: choose of {', '.join(BOMBS)}."
        )
    is_safe = True
    print("| bomb | size | unpacks to | said | most memory | seconds | lake |")
    print("|---|---|---|---|---|---|---|")
    for name in only or BOMBS:
        found = measure(name, folder / "one")
        memory = found.get("memory", 0)
        print(
            f"| {name} | {found['size'] / MEGABYTE:.1f} MB | {found['unpacks to']} |"
            f" {found['code']} | {memory / MEGABYTE:,.0f} MB |"
            f" {found.get('seconds', 0):.1f} | {found['lake'] / MEGABYTE:.1f} MB |",
            flush=True,
        )
        is_safe &= found["code"] in TOO_LARGE and 0 < memory < MEMORY_LIMIT
    return 0 if is_safe else 1
