"""LibreOffice, headless: does by a macro what a person does at the screen."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
XLSX, ODS = "Calc MS Excel 2007 XML", "calc8"
CSV = "Text - txt - csv (StarCalc)"
HERE = Path(__file__).resolve().parent
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC
 "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{code}</script:module>
"""


def work(steps: Iterable[tuple[str, ...]], folder: Path) -> None:
    """Do these steps in one run, with a profile of its own below a folder.

    A fresh profile is filled from the program's own, with an empty module in it; the
    macro takes its place.
    """
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run(profile, "--terminate_after_init")
    module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
    macro = (HERE / "office.bas").read_text(encoding="utf-8")
    code = macro.replace("&", "&amp;").replace("<", "&lt;")
    assert module.exists()
    module.write_text(MODULE.format(code=code))
    listed = folder / "steps.txt"
    listed.write_text("".join("\t".join(step) + "\n" for step in steps))
    run(profile, f'macro:///Standard.Module1.Work("{listed}")')
    assert listed.with_name("steps.txt.done").exists(), "the macro did not end"


def run(*words: str) -> None:
    subprocess.run(
        [str(SOFFICE), "--headless", "--norestore", *words],
        check=True,
        capture_output=True,
        timeout=1800,
    )
