"""The models that are written from a declaration alone, and what it must say."""

import re
import shutil
from pathlib import Path

import pytest

from lscb.docs import extract_models
from lscb.errors import UserError

PROJECT = Path(__file__).resolve().parents[2]
REGISTRY = Path("macros/extracts/declared_extracts.sql")
DECLARED = (
    "visits,A brigade,fire__visits,record,fixed,LFB,quarter,30,365,true,false,,Visits,"
    "ours\n"
)
COLUMNS = (
    "visits,ref,,,,1,true,true,false,text,,,,,,,true,false,,,visit_ref,any,Key,ours\n"
    "visits,name,,,,2,false,false,true,text,,,,,,,false,false,,,,any,Name,ours\n"
    "visits,day,,,,3,true,true,false,date,,,,,,,false,true,,,visit_date,any,Day,o\n"
    "visits,sort,,,,4,true,true,false,choice,,,,a|b,,,false,false,,,sort,a or b,"
    "Say: which,ours\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Seeds, staging and the macro of the extracts, to be added to."""
    for part in ("seeds", "models/staging", "macros/extracts"):
        shutil.copytree(PROJECT / part, tmp_path / part)
    return tmp_path


def declare(project: Path, extract: str = DECLARED, columns: str = COLUMNS) -> None:
    for name, rows in (("extracts", extract), ("extract_columns", columns)):
        with (project / f"seeds/reference/{name}.csv").open("a") as seed:
            seed.write(rows)


def test_what_is_staged_by_hand_is_left_to_hands(project: Path) -> None:
    written = extract_models.render(project)
    staged = project.glob("models/staging/*/stg_*.sql")
    by_hand = {path.name for path in staged if "make docs" not in path.read_text()}
    assert len(by_hand) > 5
    assert by_hand.isdisjoint(path.name for path in written)
    assert str(REGISTRY) not in extract_models.out_of_step(written, project)


def test_a_declaration_becomes_models(project: Path) -> None:
    declare(project)
    written = extract_models.render(project)
    assert {path.name for path in written} >= {
        "declared_extracts.sql", "stg_fire__visits.sql", "int_fire__visits_flagged.sql",
        "_fire__declared.yml",
    }  # fmt: skip
    staging = written[Path("models/staging/fire/stg_fire__visits.sql")]
    cast = re.findall(r"cast\((\w+) as (\w+)\) as (\w+)", staging)
    assert cast[4:] == [
        ("visit_ref", "string", "visit_ref"),
        ("visit_date", "date", "visit_date"),
        ("sort", "string", "sort"),
    ]
    assert "land('visits')" in staging
    described = written[Path("models/staging/fire/_fire__declared.yml")]
    assert 'description: "Say: which"' in described
    assert "one_of_the_choices" in described
    assert set(written) >= {
        Path(p) for p in extract_models.out_of_step(written, project)
    }
    assert str(REGISTRY) in extract_models.out_of_step(written, project)
    extract_models.write(written, project)
    assert extract_models.out_of_step(written, project) == []


def test_what_is_no_longer_declared_goes(project: Path) -> None:
    before = extract_models.render(project)
    declare(project)
    extract_models.write(extract_models.render(project), project)
    assert (project / "models/intermediate/fire").is_dir()
    assert {
        "int_fire__visits_flagged.sql",
        "stg_fire__visits.sql",
    } <= {path.name for path in extract_models.left_over(before, project)}
    extract_models.write(before, project)
    assert extract_models.left_over(before, project) == []
    assert extract_models.out_of_step(before, project) == []


@pytest.mark.parametrize(
    ("extract", "columns", "said"),
    [
        (DECLARED, COLUMNS.replace("true,false,,,visit", "false,false,,,visit"),
         "visits is declared without what counting needs"),
        (DECLARED, COLUMNS.replace("false,true,,,visit", "false,false,,,visit"),
         "visits is declared without what counting needs"),
        (DECLARED.replace(",record,", ",aggregate,"), COLUMNS,
         "visits is staged by nobody"),
    ],
)  # fmt: skip
def test_what_a_declaration_lacks_is_said(
    project: Path, extract: str, columns: str, said: str
) -> None:
    declare(project, extract, columns)
    with pytest.raises(UserError, match=said):
        extract_models.render(project)
