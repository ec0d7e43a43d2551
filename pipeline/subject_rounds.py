"""How rounds judged the household of somebody who asks, while they belonged to it."""

from collections.abc import Mapping
from typing import Any, Final

from data_contracts.outputs import ELIGIBILITY_KO, ROUTE_KO, SLOT_KIND_KO
from pipeline.subject_person import SUPPLIES, Person
from pipeline.subject_section import HIDDEN, Section
from pipeline.warehouse import Warehouse

_PAYERS: Final = frozenset({*SUPPLIES, "nhis", "nps", "kcomwel"})
_HEAD: Final = (
    "회차", "기준일", "판단", "점수", "의뢰번호", "보낸 곳", "구분", "순서", "사유",
)  # fmt: skip


def rounds(warehouse: Warehouse, person: Person) -> Section:
    """How each round judged their household while they belonged to it."""
    if not warehouse.has_table("out_eligibility"):
        return Section("회차별 판단", (), ())
    others = _sources_of_others(warehouse, person)
    found = warehouse.fetch(
        "SELECT e.round, e.household_id, s.as_of, e.reason, s.score, s.band, s.model, "
        "r.referral_id, r.route, r.slot_kind, r.rank_in_dong, s.reason_codes, "
        "[s.reason_1, s.reason_2, s.reason_3] AS said, "
        "[r.reason_1, r.reason_2, r.reason_3] AS listed "
        "FROM out_eligibility AS e "
        "LEFT JOIN out_score AS s USING (round, household_id) "
        "LEFT JOIN out_referral AS r USING (round, household_id) "
        "WHERE list_contains($ids, e.household_id) ORDER BY e.round, e.household_id",
        {"ids": sorted({one.household_id for one in person.spells})},
    ).to_pylist()
    rows = tuple(
        (
            str(row["round"]),
            str(row["as_of"] or ""),
            ELIGIBILITY_KO[row["reason"]],
            _score(row),
            str(row["referral_id"] or "목록에 없음"),
            ROUTE_KO.get(row["route"] or "", ""),
            SLOT_KIND_KO.get(row["slot_kind"] or "", ""),
            str(row["rank_in_dong"] or ""),
            _reasons(row, _hidden(row, person, others)),
        )
        for row in found
        if row["as_of"] is None
        or any(s.household_id == row["household_id"] and s.holds_on(row["as_of"])
               for s in person.spells)
    )  # fmt: skip
    note = "목록은 만나는 순서이며 급여 자격을 정하지 않습니다. 사람이 정합니다."
    return Section("회차별 판단", _HEAD, rows, note)


def _score(row: Mapping[str, Any]) -> str:
    return f"{row['score']:.0f} ({row['band']}, {row['model']})" if row["model"] else ""


def _hidden(
    row: Mapping[str, Any], person: Person, others: frozenset[str]
) -> frozenset[str]:
    """Of a household that they left, what was whose is not known any more."""
    return others if row["household_id"] == person.household_id else _PAYERS


def _reasons(row: Mapping[str, Any], others: frozenset[str]) -> str:
    """The reasons that only their own data can have given."""
    said = dict(zip(row["said"], row["reason_codes"] or (), strict=False))
    told = []
    for text in dict.fromkeys(filter(None, (*row["listed"], *row["said"]))):
        payer = str(said.get(text, "")).partition("_")[0]
        is_own = payer not in others if payer in _PAYERS else not others
        told.append(text if is_own else HIDDEN)
    return " · ".join(dict.fromkeys(told))


def _sources_of_others(warehouse: Warehouse, person: Person) -> frozenset[str]:
    """Sources that told of their household what is not of themselves alone."""
    if person.is_alone:
        return frozenset()
    found = warehouse.rows(
        "SELECT DISTINCT source FROM core_event WHERE household_id = $id AND NOT "
        "list_bool_or(list_transform($keys, lambda k: contains(subject, k))) "
        "AND event_type NOT IN ('listing', 'contact') ORDER BY source",
        {"id": person.household_id, "keys": list(person.keys)},
    )
    mine = {source for source, _, _ in person.rows}
    return frozenset(
        str(source)
        for (source,) in found
        # A supply in their own name alone is theirs.
        if source not in SUPPLIES or person.others or source not in mine
    )


def results(warehouse: Warehouse, person: Person) -> Section:
    """What officers sent back of the lists on which their household stood."""
    if not warehouse.has_table("out_issued"):
        return Section("방문·상담 결과", (), ())
    found = warehouse.rows(
        "SELECT DISTINCT i.as_of, i.household_id, i.referral_id, r.contacted_on, "
        "r.result_code, r.need_confirmed, r.crisis_level, r.service FROM out_issued "
        "AS i JOIN acc_result AS r USING (referral_id) "
        "WHERE list_contains($ids, i.household_id) ORDER BY ALL",
        {"ids": sorted({one.household_id for one in person.spells})},
    )
    rows = tuple(
        tuple(str(value or "") for value in row[2:])
        for row in found
        if any(s.household_id == row[1] and s.holds_on(row[0]) for s in person.spells)
    )
    head = ("의뢰번호", "접촉일", "결과코드", "필요확인", "위기도", "서비스")
    note = "담당자가 적은 글은 다른 사람의 정보가 있는지 확인한 뒤 알려 드립니다."
    return Section("방문·상담 결과", head, rows, note if rows else "")
