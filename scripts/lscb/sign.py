"""Sign the publication that stands off, or say whether the signed one is still whole.

    lscb sign --role "LSCB business manager"
    lscb sign

What a build publishes is a draft and says so. Signed, it is written once more, with its
state, into `signed` below what is published: file, manifest, pages and exports, whole.
No build touches that folder; the next signature replaces it. All figures are those of
the draft, table by table, and the digest of the draft that was looked at is kept.

Without a role nothing is signed: it says what is signed, and reads the file to see that
it is what was signed. Exit code 0: signed, or whole. 1: altered since. 2: not signed.
"""

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import yaml

from lscb.build import only_one_build
from lscb.errors import UserError
from lscb.exporting.exports import write_exports
from lscb.pages.site import draw_site
from lscb.publishing.history import FILE_NAME, MANIFEST_NAME, as_text, sha256_of
from lscb.publishing.publish import attach, described, read_manifest, tables_of
from lscb.settings import Settings
from lscb.states import DRAFT, SIGNED
from lscb.swapping import put_back, replaced_folder

ALTERED = 1
ROLES = Path(__file__).parent / "publishing" / "roles.yml"
ABOUT = "about_publication"


def sign(role: str | None = None) -> int:
    """Sign what is published, or say what is signed; see the exit codes above."""
    settings = Settings.from_environment()
    if role is None:
        put_back(settings.published / SIGNED)
        return say_signed(settings.published / SIGNED)
    known = {each.casefold(): each for each in yaml.safe_load(ROLES.read_text())}
    if role.strip().casefold() not in known:
        raise UserError(
            f"{role!r} is no role that signs, and nobody signs by name: give one of"
            f" {', '.join(known.values())}, or add it in {ROLES.name}."
        )
    manifest = read_manifest(settings.published)
    if manifest is None or not (settings.published / FILE_NAME).is_file():
        raise UserError(
            f"There is no publication in {settings.published}: run `make build` first."
        )
    with only_one_build(settings.lake):
        manifest = read_manifest(settings.published) or manifest
        given = known[role.strip().casefold()]
        signed = write_signed(settings.published, manifest, given)
    print(said_of(signed))
    print(f"{settings.published / SIGNED}: the file, its pages and exports, signed.")
    return 0


def write_signed(published: Path, manifest: dict, role: str) -> dict:
    """Write what is published once more, as signed; its manifest.

    UserError where it is not what was published.
    """
    with replaced_folder(published / SIGNED) as fresh:
        file = fresh / FILE_NAME
        shutil.copyfile(published / FILE_NAME, file)
        if sha256_of(file) != manifest["sha256"]:
            raise UserError(
                f"Not signed: {published / FILE_NAME} was altered since it was"
                " published. Remove it and run `make build`."
            )
        state = {
            "state": SIGNED,
            "signed_by": role,
            "signed_on": date.today().isoformat(),
            "signed_sha256": manifest["sha256"],
        }
        signed = manifest | state | {"tables": mark(file, state)}
        if differing := sorted(
            table
            for table, told in manifest["tables"].items()
            if table != ABOUT and signed["tables"].get(table) != told
        ):
            raise UserError(
                f"Not signed: {', '.join(differing)} is not what the manifest says."
                " Remove the publication and run `make build`."
            )
        signed["sha256"] = sha256_of(file)
        write_exports(file, fresh / "exports")
        draw_site(file, fresh / "site")
        (fresh / MANIFEST_NAME).write_text(as_text(signed))
    return signed


def mark(file: Path, state: dict[str, str]) -> dict[str, dict]:
    """Give a published file its state; what a manifest says of its tables then."""
    with duckdb.connect(str(file)) as connection:
        for item, content in state.items():
            connection.execute(f"delete from mart.{ABOUT} where item = ?", [item])
            connection.execute(
                f"insert into mart.{ABOUT} values (?, ?)", [item, content]
            )
        connection.execute("checkpoint")
    with duckdb.connect(":memory:") as connection:
        attach(connection, file, "warehouse")
        tables = tables_of(connection, "warehouse")
        connection.execute("use warehouse")
        return {table: described(connection, table) for table in tables}


def say_signed(folder: Path) -> int:
    """Say what is signed, and whether it is still what was signed."""
    if not (folder / MANIFEST_NAME).is_file():
        is_published = read_manifest(folder.parent) is not None
        so = (
            f"what is published is a {DRAFT}"
            if is_published
            else "nothing is published"
        )
        print(f"Nothing is signed: {so}.")
        return 0
    manifest = json.loads((folder / MANIFEST_NAME).read_text())
    print(said_of(manifest))
    file = folder / FILE_NAME
    if file.is_file() and sha256_of(file) == manifest["sha256"]:
        return 0
    print(f"{file} is not what was signed: it was altered or removed since.")
    return ALTERED


def said_of(manifest: dict) -> str:
    """The signature in one line."""
    return (
        f"Publication {manifest['publication_id']} is signed off by the"
        f" {manifest['signed_by']}, {manifest['signed_on']}."
    )
