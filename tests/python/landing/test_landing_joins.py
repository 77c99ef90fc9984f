"""No statement of landing tries every line of a file with every other.

A file in which each record stands twice, or shares its key with another, is read in the
time that its lines ask for, not in their square: half a million took hours.
"""

import re

import pytest
from landing_help import Lander

from lscb.landing.checking import Engine

ROW_BY_ROW = re.compile(r"BLOCKWISE_NL_JOIN|NESTED_LOOP_JOIN")
KINDS = {
    "lado_referrals__E09000003__2008-09Q1__v1.csv": (
        "referral_id,referral_date,contact_type,employer_sector,strategy_meeting_date",
        "R1,2008-05-01,Referral,Education,",
        "R1,2008-05-01,Referral,Education,",
        "R2,2008-05-01,Referral,Education,",
        "R2,2008-05-02,Referral,Education,",
        "R3,2008-05-02,Advice,Education,2008-05-01",
    ),
    "lscb_return__E09000003__2008-09Q1__v1.csv": (
        "pi_code,definition,numerator,denominator,value,measure,note",
        "SG02,,5,50,,,",
        "SG02,,5,50,,,",
        "SG03,,*,50,,,",
        "SG03,,6,50,,,",
    ),
    "mps_borough_crime__GLA__2008__v1.csv": (
        "Borough,Major Category,Minor Category,200804,200805",
        "Barnet,Drugs,Trafficking,3,4",
        "Barnet,Drugs,Trafficking,3,4",
        "Barnet,Drugs,Other,n/a,4",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_lines_are_joined_by_keys(
    name: str, lander: Lander, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[str] = []
    execute = Engine.execute

    def explained(engine: Engine, query: str):
        if " join " in query:
            ((_, plan),) = execute(engine, f"explain {query}").fetchall()
            plans.append(plan)
        return execute(engine, query)

    monkeypatch.setattr(Engine, "execute", explained)
    entry = lander.one(name, "\n".join([*KINDS[name], ""]).encode())
    assert entry.rows_duplicate == 1
    assert len(plans) > 1
    assert [plan for plan in plans if ROW_BY_ROW.search(plan)] == []
