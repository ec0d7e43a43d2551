"""Persona households from accepted rows to the line on the list that an officer reads.

Rows and expectations stand in tests/cases/personas.toml, where an officer can edit them.
"""

import csv
import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from features.build import build_features
from models.predict import score
from models.registry import MODELS, ready_model
from pipeline.exports import export_round
from pipeline.referral import build_referrals
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.extracts import DEFAULTS, ingested
from tests.lib.referral_tables import SCHEMAS, an_office
from tests.lib.tables import draw, load, read

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "personas.toml").read_text("utf-8")
)
AS_OF, ROUND = dt.date.fromisoformat(CASES["as_of"]), "2026-R2"
# The Dutch rule knows no duration: it is there to be beaten on these households too.
READY = [
    name
    for name, spec in MODELS.items()
    if not spec.needs_outcomes and name != "dutch_v1"
]
EXPECTED = [
    pytest.param(household, expect, id=f"{persona['name'][0]}-{household}")
    for persona in CASES["persona"]
    for household, expect in persona["expect"].items()
]


@dataclass(frozen=True)
class Listed:
    """What came of the town: lines by household, reasons for no line, ranking.

    `referred`: route, escalation and must rule of every referral, whoever has it.
    """

    lines: Mapping[str, Mapping[str, str]]
    why_not: Mapping[str, str]
    scores: Mapping[str, Mapping[str, float]]
    referred: Mapping[str, Mapping[str, str | None]]


def drawings() -> dict[str, str]:
    """Every persona's rows of a source as one drawing."""
    parts = defaultdict(list)
    for rows in (CASES["town"], *(persona["rows"] for persona in CASES["persona"])):
        for source, text in rows.items():
            parts[source].append(read(text))
    drawn = {}
    for source, tables in parts.items():
        columns = list(dict.fromkeys(c for table in tables for c in table.columns))
        usual = DEFAULTS.get(source, {})
        rows = (
            {**usual, **dict(zip(table.columns, row, strict=True))}
            for table in tables
            for row in table.rows
        )
        lines = [[row.get(column) for column in columns] for row in rows]
        drawn[source] = draw(columns, lines)
    return drawn


def put_scores(warehouse: Warehouse) -> dict[str, dict[str, float]]:
    """The first model's scores where a screen leaves them; every model's by name."""
    frame = build_features(warehouse, AS_OF).to_pandas()
    scored = {name: score(frame, ready_model(name)) for name in READY}
    load(warehouse, "out_score", "round", SCHEMAS["out_score"])
    lent = scored["scorecard_v1"].assign(
        round=ROUND, as_of=AS_OF, model="scorecard_v1", model_hash="a" * 64
    )
    warehouse.append("out_score", pa.Table.from_pandas(lent, preserve_index=False))
    return {
        name: dict(zip(one["household_id"], one["score"], strict=True))
        for name, one in scored.items()
    }


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listed]:
    office = an_office(tmp_path_factory.mktemp("office"))
    with Warehouse.in_memory() as warehouse:
        ingested(warehouse, CASES["files"], **drawings())
        build_core(warehouse, AS_OF, office)
        scores = put_scores(warehouse)
        build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=b"k" * 32)
        report = export_round(
            office, warehouse, ROUND, as_of=AS_OF, confirm_by="홍길동"
        )
        written: dict[str, dict[str, str]] = {}
        for part in report.lists:
            with (report.folder / part.file).open(
                encoding="utf-8-sig", newline=""
            ) as f:
                written |= {row["의뢰번호"]: row for row in csv.DictReader(f)}
        ids = dict(
            warehouse.rows(
                "SELECT household_id, referral_id FROM out_referral "
                "WHERE route = 'team'"
            )
        )
        why = dict(warehouse.rows("SELECT household_id, reason FROM out_eligibility"))
        referred = warehouse.fetch(
            "SELECT household_id, route, escalate_ko AS escalate, must_code AS must "
            "FROM out_referral ORDER BY household_id"
        ).to_pylist()
        yield Listed(
            {h: written[i] for h, i in ids.items()},
            why,
            scores,
            {one["household_id"]: one for one in referred},
        )


@pytest.mark.parametrize(("household", "expect"), EXPECTED)
def test_what_must_come_of_it(
    town: Listed, household: str, expect: dict[str, Any]
) -> None:
    if "why_not" in expect:
        assert town.why_not[household] == expect["why_not"]
        assert household not in town.lines
        assert town.referred.get(household, {}).get("route") == expect.get("route")
        return
    assert town.why_not[household] == "ELIGIBLE"
    line, referred = town.lines[household], town.referred[household]
    assert referred["must"] == expect.get("must")
    assert expect.get("escalate", "") in (referred["escalate"] or "")
    assert (referred["escalate"] is None) == ("escalate" not in expect)
    reasons = [line[f"사유{place}"] for place in (1, 2, 3)]
    for header, key in (
        ("위험구간", "band"), ("첫 조치", "first"), ("행정동", "dong"), ("성명", "name")
    ):  # fmt: skip
        assert line[header] == expect.get(key, line[header])
    assert set(expect.get("reasons", [])) <= set(reasons), reasons
    for header, key in (("확인된 사실", "seen"), ("주소", "address")):
        for text in expect.get(key, []):
            assert text in line[header]
    whole = " ".join(line.values())
    assert not [text for text in expect.get("never", []) if text in whole], whole


@pytest.mark.parametrize("model", READY)
@pytest.mark.parametrize(("household", "expect"), EXPECTED)
def test_who_stands_above_whom(
    town: Listed, model: str, household: str, expect: dict[str, Any]
) -> None:
    scores = town.scores[model]
    for other in (*expect.get("above", []), *expect.get("not_below", [])):
        assert scores[household] >= scores[other]
        if model == "scorecard_v1" and other in expect.get("above", []):
            assert scores[household] > scores[other]
