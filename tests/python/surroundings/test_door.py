"""The command `lscb`: help that can be worked from, and one way to end."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

import lscb
from lscb import cli
from lscb.settings import PROJECT

SCRIPTS = str(PROJECT / "scripts")
DOOR = typer.main.get_command(cli.app)
GROUPS = {"lscb": DOOR, "lscb bench": DOOR.commands["bench"]}
COMMANDS = {
    f"{group} {name}": command
    for group, known in GROUPS.items()
    for name, command in known.commands.items()
    if command not in GROUPS.values()
}
ESCAPE = "\x1b["

# Every command that reads the settings, with what it must be told besides.
READS_SETTINGS = (
    "build", "land", "add a.csv", "check a.csv", "common-ground a.csv", "forms",
    "due",
    "quality", "sheets", "settings",
    "explain SG12 E09000002 2008-09", "ask", "pages", "exports", "attack", "publish",
    "sign", "replay", "forget --before 2008-04-01 --extract lado_referrals",
    "clean", "purge",
    "sample", "dbt-docs", "bench check --folder checked", "bench faults",
    "bench lost --folder lost",
    "bench versions --folder versions",
)  # fmt: skip
READS_NONE = {"docs", "public-data"} | {
    f"bench {name}"
    for name in (
        *("bombs", "build", "builds", "changes", "disclosure"),
        *("gate", "house", "landing", "late", "mutants", "resilience"),
        *("touched", "worlds"),
    )
}


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., int]]:
    """Call the command in this process, from an empty folder; gives its exit code."""
    monkeypatch.chdir(tmp_path)
    # What the command sets in its own process is set back.
    monkeypatch.setenv("_TYPER_FORCE_DISABLE_TERMINAL", "1")
    umask = os.umask(0o022)

    def called(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["lscb", *words])
        return cli.main()

    yield called
    os.umask(umask)


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": SCRIPTS} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def by_module(*words: str, **variables: str) -> subprocess.CompletedProcess:
    return run(sys.executable, "-m", "lscb", *words, **variables)


def by_make(*words: str, **variables: str) -> subprocess.CompletedProcess:
    """Through make, in the environment of the tests, which is not set up anew."""
    python = f"RUN={sys.executable}"
    return run("make", "-s", "-o", ".venv/ready", python, *words, **variables)


def test_the_tests_are_of_this_checkout() -> None:
    """And of no other that an environment they share has installed."""
    assert Path(lscb.__file__).parent == PROJECT / "scripts" / "lscb"


# Help


@pytest.mark.parametrize("name", [*GROUPS, *COMMANDS])
def test_help_says_what_a_command_is_for_and_names_an_example(
    name: str, call: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*name.split()[1:], "--help") == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert f"Usage: {name} " in said.out
    example = "Begin with" if name == "lscb" else "Example"
    assert f"{example}: " in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_an_example_is_taken_as_it_stands(name: str) -> None:
    """By the command that names it, without running it."""
    (example,) = re.findall(r"^Example: (.*)$", COMMANDS[name].help, flags=re.MULTILINE)
    words = [word for word in shlex.split(example) if not word.startswith("CONFIRM=")]
    assert " ".join(words[: len(name.split())]) == name
    COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_and_option_is_explained(name: str) -> None:
    assert [
        each.name
        for each in COMMANDS[name].params
        if not each.hidden and not (each.help or "").strip().endswith(".")
    ] == []


@pytest.mark.parametrize("words", [(), ("bench",)])
def test_a_group_alone_lists_its_commands(
    words: tuple, call: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*words) == 0
    said = capsys.readouterr().out
    for name in GROUPS[" ".join(("lscb", *words))].commands:
        assert f"│ {name} " in said


def test_no_shell_is_changed() -> None:
    assert "completion" not in by_module("--help").stdout


def test_only_a_terminal_is_coloured() -> None:
    assert ESCAPE not in by_module("--help", GITHUB_ACTIONS="true").stdout
    for variables, is_coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        ours, theirs = os.openpty()
        kept = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        done = subprocess.Popen(
            [sys.executable, "-m", "lscb", "--help"],
            env=kept | {"PYTHONPATH": SCRIPTS, "TERM": "xterm"} | variables,
            stdout=theirs,
        )
        os.close(theirs)
        said = b""
        while part := read_end(ours):
            said += part
        os.close(ours)
        assert done.wait() == 0
        colours = re.findall(r"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7])m", said.decode())
        assert bool(colours) == is_coloured


def read_end(terminal: int) -> bytes:
    """What the other end wrote; nothing once it is closed, which raises."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


# How commands end


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nonsense", "No such command 'nonsense'"),
        ("--nonsense", "No such option: --nonsense"),
        ("bench nonsense", "No such command 'nonsense'"),
        ("explain SG12", "Missing argument"),
        ("explain SG12 E09000002 2008-09 first", "Invalid value"),
        ("forget", "Missing option '--before'"),
        ("forget --before soon", "--before is 'soon'"),
        ("sample --size 0", "The size is 0"),
        ("sample --size large", "Invalid value for '--size'"),
        ("sample --years 2008", "'2008' is not a financial year"),
        ("settings LSCB_NOTHING", "No setting is called LSCB_NOTHING"),
        ("add", "Missing argument"),
        ("check", "Missing argument"),
        ("bench gate --warehouse w --folder f --part 3/2", "The part is '3/2'"),
        ("bench resilience naps --folder f", "'naps' is not one of"),
        ("bench bombs --only big", "No bomb is called big"),
        ("bench builds --folder f --rule lax", "No rule is called lax"),
        ("bench disclosure --rules lax", "No rule is called lax"),
        ("bench lost --folder f --rules lax", "No rule is called lax"),
        ("bench landing --folder f --extract x", "No records are drawn of x"),
    ],
)
def test_what_is_asked_wrongly_is_one_sentence(
    words: str, said: str, call: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*words.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert said in printed.err


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_one_sentence_of_every_command(
    name: str, call: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*name.split()[1:], "--qqq") == 2
    printed = capsys.readouterr()
    assert printed.err == f"No such option: --qqq: see `{name} --help`.\n"
    assert printed.out == ""


def test_every_command_is_known_here() -> None:
    """One that is new is put to the test below, or said to read no setting."""
    listed = {" ".join(each.split()[:2]) for each in READS_SETTINGS} | READS_NONE
    assert {
        each if each.startswith("bench ") else each.split()[0] for each in listed
    } == {name.removeprefix("lscb ") for name in COMMANDS}


@pytest.mark.parametrize("words", READS_SETTINGS)
def test_a_wrong_setting_is_one_sentence_of_every_command(
    words: str,
    call: Callable,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("LSCB_DISCLOSURE", "lax")
    assert call(*words.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("LSCB_DISCLOSURE is 'lax'")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("ends", "code"),
    [(lambda: 0, 0), (lambda: 1, 1), (lambda: 2, 2), (KeyboardInterrupt, 130)],
)
def test_a_command_ends_with_the_code_of_what_it_does(
    ends: Callable, code: int, call: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attack(*_: Path | None) -> int:
        found = ends()
        if isinstance(found, BaseException):
            raise found
        return found

    monkeypatch.setattr("lscb.attack.attack_publication", attack)
    assert call("attack") == code


def test_a_fault_of_the_code_keeps_its_traceback(
    call: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lscb.attack.attack_publication", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call("attack")


def test_a_reader_that_left_ends_it_quietly() -> None:
    listing = f"set -o pipefail; {sys.executable} -m lscb settings | true; echo $?"
    done = run("bash", "-c", f"for each in 1 2 3; do {listing}; done")
    assert set(done.stdout.split()) <= {"0", "141"}
    assert done.stderr == ""


@pytest.mark.parametrize("through", [by_module, by_make])
def test_codes_are_the_same_through_make(through: Callable, tmp_path: Path) -> None:
    """That of make is 2 for any but 0; what it says names the command's own."""
    assert through("settings").returncode == 0
    wrong = through("settings", LSCB_DISCLOSURE="lax")
    assert wrong.returncode == 2
    said = [line for line in wrong.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1 and said[0].startswith("LSCB_DISCLOSURE is 'lax'")
    nothing = through("attack", LSCB_PUBLISHED=str(tmp_path / "nothing"))
    assert nothing.returncode == 2
    assert "There is no publication" in nothing.stderr


def test_make_passes_on_what_it_is_given(tmp_path: Path) -> None:
    """Names with blanks, quotes and letters of any language."""
    odd = tmp_path / "Grüße 'n more.csv"
    done = by_make("check-files", f"FILES={shlex.quote(str(odd))}")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"{odd} does not exist, or is not a file."
    folders = [tmp_path / "a b", tmp_path / "c"]
    for each in folders:
        each.mkdir()
    sent = tmp_path / "lado_referrals__Barnet__2008-09Q1__v1.csv"
    sent.write_text("referral_id\n")
    gone = shlex.join([*map(str, folders), str(tmp_path / "d e")])
    done = by_make("check-files", f"FILES={sent}", f"EARLIER={gone}")
    assert f"{tmp_path / 'd e'} does not exist." in done.stderr
    value = "VALUE=SG12 E09000002 2008-09 first"
    assert "Invalid value" in by_make("explain", value).stderr


def test_every_target_is_a_command_that_there_is() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    called = re.findall(r"\$\(LSCB\) (bench [a-z-]+|[a-z-]+)", makefile)
    assert len(called) >= 17
    assert {f"lscb {each}" for each in called} <= set(COMMANDS)
    assert "scripts/" not in makefile


@pytest.mark.parametrize(
    "page",
    sorted(
        path.relative_to(PROJECT).as_posix()
        for path in (*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"))
        if "`lscb " in path.read_text(encoding="utf-8")
    ),
)
def test_a_command_that_a_page_names_is_there(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    for words in re.findall(r"`lscb ((?:bench )?[a-z][a-z-]*)[^`]*`", text):
        assert f"lscb {words}" in {*COMMANDS, *GROUPS}, words


# Its start


@pytest.mark.parametrize("words", [["--help"], ["settings"], ["bench", "--help"]])
def test_what_answers_at_once_loads_no_engine(words: list[str]) -> None:
    code = (
        "import sys; from lscb.cli import main; sys.argv = ['lscb', *sys.argv[1:]];"
        " main(); print('loaded', *sorted({each.split('.')[0] for each in sys.modules}"
        " & {'duckdb', 'dbt', 'scipy', 'numpy', 'pandas', 'pyarrow', 'jinja2'}))"
    )
    done = run(sys.executable, "-c", code, *words)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "loaded"
