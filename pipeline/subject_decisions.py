"""What a person asked of their own data, and what was decided: added to, never changed.

A dispute takes the row and the same claim in other files out of every screening of a
later day, until the source corrects that day's file or an officer settles it. A stop
(처리정지) takes the person's household out of the lists until it is lifted.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.access_record import touched
from pipeline.errors import OptionError
from pipeline.named import NAME_LIMIT, name_of
from pipeline.quarantine import last_screened
from pipeline.subject_person import Person
from pipeline.warehouse import Warehouse

# grain: one decision; the last word on a row, or on a person, holds
DECISION_DDL: Final = """CREATE TABLE IF NOT EXISTS warehouse.main.subject_decision (
    decision_no INTEGER, kind VARCHAR, person_key VARCHAR, household_id VARCHAR,
    source VARCHAR, file_id INTEGER, row_no BIGINT, ground VARCHAR, letter_no VARCHAR,
    decided_by VARCHAR, decided_on DATE, known_on DATE)"""
# Codes instead of free text: what is written of people belongs in the vault.
GROUNDS: Final = {
    "dispute": {
        "wrong": "사실과 다름",
        "paid": "이미 냄",
        "not_mine": "본인 것이 아님",
        "wrong_date": "날짜나 기간이 다름",
    },
    "settled": {
        "corrected": "기관이 정정함",
        "confirmed": "기관이 사실로 확인함",
        "withdrawn": "본인이 취하함",
    },
    "stop": {"asked": "정보주체의 요구"},
    "stop_refused": {
        "law": "법률에 특별한 규정·법령상 의무 (개인정보 보호법 §37②1)",
        "others": "다른 사람의 생명·신체·이익을 해칠 우려 (§37②2)",
        "duty": "공공기관이 법률이 정한 소관 업무를 할 수 없음 (§37②3)",
    },
    "resumed": {"asked": "정보주체의 요구", "law": "법령상 의무가 생김"},
}
KIND_KO: Final = {
    "dispute": "정정 요구 접수(확인까지 반영 중지)",
    "settled": "정정 요구 처리",
    "stop": "처리정지",
    "stop_refused": "처리정지 거절",
    "resumed": "처리정지 해제",
}
# Whose rows may be disputed here; the register is mended by the resident office, and
# results of ours by sending the list back again.
DISPUTABLE: Final = (
    "kepco", "water", "gas", "nhis", "nps", "kcomwel", "indicator", "benefit",
    "case_management", "visit", "tip",
)  # fmt: skip
# 개인정보 보호법 시행령 §43: what was done is told within ten days.
ANSWER_DAYS: Final = 10
_ROW: Final = re.compile(r"([a-z_]+):(\d+):(\d+)")
_LETTER: Final = re.compile(r"[가-힣A-Za-z0-9()-]{1,40}")


@dataclass(frozen=True)
class Row:
    """A stored row as a look-up names it: `kepco:12:345`."""

    source: str
    file_id: int
    row_no: int


@dataclass(frozen=True)
class Decided:
    """Who decided what, on what ground, when; counts from the next day on."""

    kind: str
    ground: str
    by: str
    on: dt.date
    letter_no: str = ""


def row_of(name: str) -> Row:
    """A row by its name.

    Raises:
        OptionError: It is none, or of a source that is not disputed here.
    """
    if (parts := _ROW.fullmatch(name)) is None:
        raise OptionError(
            "a row is named as source:file:row, e.g. kepco:12:345",
            "copy it from: blindspot subject show",
        )
    if parts[1] not in DISPUTABLE:
        raise OptionError(
            "rows of this source are not disputed here",
            "the register is mended by the resident office (민원과), a result by "
            f"sending the list back; here: {', '.join(DISPUTABLE)}",
        )
    return Row(parts[1], int(parts[2]), int(parts[3]))


def decided(kind: str, ground: str, by: str, on: dt.date, letter: str = "") -> Decided:
    """A checked decision.

    Raises:
        OptionError: The ground is none of the kind's, or who decided is no name.
    """
    if ground not in GROUNDS[kind]:
        raise OptionError(
            "--ground: that is none of those that are kept",
            f"use one of {', '.join(GROUNDS[kind])}",
        )
    if (name := name_of(by)) is None:
        raise OptionError(
            f"--by: a name of at most {NAME_LIMIT} letters was expected",
            "write --by 김담당",
        )
    if letter and _LETTER.fullmatch(letter) is None:
        raise OptionError(
            "--letter: the number of a letter was expected, without a blank",
            "write it as 복지정책과-1234",
        )
    return Decided(kind, ground, name, on, letter)


def ensure_subject_decisions(warehouse: Warehouse) -> None:
    """Create the table of decisions if it is not there yet."""
    warehouse.execute(DECISION_DDL)


def decide_row(warehouse: Warehouse, person: Person, row: Row, made: Decided) -> int:
    """Keep a dispute of a row of theirs, or how it was settled; returns its number.

    Raises:
        OptionError: The row is not theirs, or it is (not) in dispute already, or a
            round was screened for a later day.
    """
    if row not in {Row(*one) for one in person.rows}:
        raise OptionError(
            "this is no row of the person whose number was given",
            "copy it from: blindspot subject show",
        )
    last = _last_kind(warehouse, "source = $source AND file_id = $file_id "
                      "AND row_no = $row_no", vars(row))  # fmt: skip
    if (last == "dispute") is (made.kind == "dispute"):
        state = "in dispute already" if last == "dispute" else "not in dispute"
        raise OptionError(f"this row is {state}", "see: blindspot subject list")
    return _keep(warehouse, person, made, row)


def decide_person(warehouse: Warehouse, person: Person, made: Decided) -> int:
    """Keep that processing stops, that this was refused, or that it goes on again.

    Raises:
        OptionError: It is so already, or a round was screened for a later day.
    """
    last = _last_kind(
        warehouse,
        "kind IN ('stop', 'resumed') AND list_contains($keys, person_key)",
        {"keys": list(person.keys)},
    )
    if (made.kind == "resumed") is not (last == "stop"):
        state = "stopped already" if last == "stop" else "not stopped"
        raise OptionError(
            f"the processing of this person's data is {state}",
            "see: blindspot subject list",
        )
    return _keep(warehouse, person, made, None)


def decisions(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Every decision, the newest first, without a person's key."""
    if not warehouse.has_table("warehouse.subject_decision"):
        return []
    found = warehouse.fetch(
        "SELECT * EXCLUDE (person_key, household_id) FROM subject_decision "
        "ORDER BY decision_no DESC"
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def disputes_of(warehouse: Warehouse, household_id: str) -> list[dict[str, Any]]:
    """What was disputed in a household, and whether screenings leave it out."""
    if not warehouse.has_table("warehouse.subject_decision"):
        return []
    is_open = "false"
    if warehouse.has_table("warehouse.core_dispute"):
        is_open = "decision_no IN (SELECT decision_no FROM core_dispute)"
    found = warehouse.fetch(
        "SELECT decision_no, source, file_id, row_no, ground, decided_on, "
        f"{is_open} AS is_left_out FROM subject_decision "
        "WHERE kind = 'dispute' AND household_id = $id ORDER BY decision_no",
        {"id": household_id},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def forget_decisions(warehouse: Warehouse, before: dt.date) -> int:
    """Delete what was decided before a day; a stop that still holds must stay known."""
    if not warehouse.has_table("warehouse.subject_decision"):
        return 0
    return warehouse.execute(
        "DELETE FROM subject_decision WHERE known_on < $before AND decision_no NOT IN ("
        "SELECT max(decision_no) FROM subject_decision "
        "WHERE kind IN ('stop', 'resumed') GROUP BY person_key "
        "HAVING max_by(kind, (known_on, decision_no)) = 'stop')",
        {"before": before},
    )


def waiting(warehouse: Warehouse, day: dt.date) -> int:
    """How many disputes were open longer on a day than the law gives for an answer."""
    if not warehouse.has_table("warehouse.core_dispute"):
        return 0
    ((count,),) = warehouse.rows(
        "SELECT count(*) FROM subject_decision WHERE decided_on < $before "
        "AND decision_no IN (SELECT decision_no FROM core_dispute)",
        {"before": day - dt.timedelta(days=ANSWER_DAYS)},
    )
    return int(count)


def _last_kind(warehouse: Warehouse, which: str, params: dict[str, Any]) -> str | None:
    if not warehouse.has_table("warehouse.subject_decision"):
        return None
    found = warehouse.rows(
        f"SELECT kind FROM subject_decision WHERE {which} "
        "ORDER BY known_on DESC, decision_no DESC LIMIT 1",
        params,
    )
    return str(found[0][0]) if found else None


def _keep(warehouse: Warehouse, person: Person, made: Decided, row: Row | None) -> int:
    screened = last_screened(warehouse)
    if screened is not None and made.on < screened:
        raise OptionError(
            f"--as-of: a round was screened as of {screened}; what is decided before "
            "would change it",
            f"give {screened} or a later day",
        )
    household = person.household_id
    touched([household] if household else [], decision=made.kind, by=made.by)
    ensure_subject_decisions(warehouse)
    with warehouse.transaction():
        ((number,),) = warehouse.rows(
            "SELECT coalesce(max(decision_no), 0) + 1 FROM subject_decision"
        )
        place = vars(row) if row else dict.fromkeys(Row.__annotations__)
        kept = {
            "decision_no": number,
            "kind": made.kind,
            "person_key": person.key,
            "household_id": household,
            **place,
            "ground": made.ground,
            "letter_no": made.letter_no or None,
            "decided_by": made.by,
            "decided_on": made.on,
            "known_on": made.on,
        }
        warehouse.append("subject_decision", pa.Table.from_pylist([kept]))
    return int(number)
