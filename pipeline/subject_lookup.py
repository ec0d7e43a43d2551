"""Everything that is held of one person, as they are told it; of others nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from data_contracts.base import ContractField
from data_contracts.derive import acc_columns, vault_columns
from data_contracts.sources import SOURCES
from data_contracts.types import Code
from pipeline.access_record import PURPOSES
from pipeline.report_words import LINK_KO, SOURCE_KO
from pipeline.subject_decisions import GROUNDS, KIND_KO
from pipeline.subject_person import SUPPLIES, Person, key_columns_of
from pipeline.subject_rounds import results, rounds
from pipeline.subject_section import Section
from pipeline.warehouse import Warehouse

# Who told us of somebody is protected; so is what would let them be guessed.
_NEVER_TOLD: Final[Mapping[str, frozenset[str]]] = {
    "tip": frozenset({"reporter_kind", "reason_code", "tip_no"}),
}
# What the digits of a resident number tell is kept beside its key.
_DIGITS_TELL: Final = {
    "birth_date": "생년월일",
    "sex": "성별",
    "is_foreigner": "외국인",
}


def look_up(
    warehouse: Warehouse,
    person: Person,
    entries: Iterable[Mapping[str, Any]],
    records_months: int,
) -> list[Section]:
    """What is held of a person, in the order in which it is read to them.

    Args:
        warehouse: Open for reading.
        person: Who asked, and proved to be who they are.
        entries: The access log, oldest first.
        records_months: How long records are held (`[retention]`).
    """
    return [
        _received(warehouse, person, records_months),
        _households(person),
        _links(warehouse, person),
        rounds(warehouse, person),
        results(warehouse, person),
        _decisions(warehouse, person),
        _looked(person, entries),
        _left_out(warehouse, person),
        _derived(warehouse, person),
    ]


def _received(warehouse: Warehouse, person: Person, months: int) -> Section:
    """Every stored row of theirs: from whom, when, what, until when."""
    by_source: dict[str, list[tuple[int, int]]] = {}
    for source, file_id, row_no in person.rows:
        by_source.setdefault(source, []).append((file_id, row_no))
    rows: list[tuple[str, ...]] = []
    for source, places in by_source.items():
        for row in _stored(warehouse, source, places):
            rows.append(
                (
                    SOURCE_KO[source],
                    SOURCES[source].holder,
                    f"{source}:{row['file_id']}:{row['row_no']}",
                    str(row["file_name"]),
                    str(row["ref_date"]),
                    str(row["known_on"]),
                    _told(source, row),
                    str(_gone_on(row["known_on"], months)),
                )
            )
    return Section(
        "받은 자료",
        ("자료", "보낸 기관", "번호", "파일", "기준일", "받은 날", "내용", "파기 예정"),
        tuple(rows),
        "기관에서 받은 그대로의 내용입니다. 주민등록번호는 저장하지 않습니다.",
    )


def _stored(
    warehouse: Warehouse, source: str, places: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    contract = SOURCES[source]
    personal = [name for name, _ in vault_columns(contract)]
    vault = "".join(f', v."{name}"' for name in personal)
    join = (
        f"LEFT JOIN vault.main.vault_{source} AS v USING (file_id, row_no) "
        if personal
        else ""
    )
    found = warehouse.fetch(
        f"SELECT a.*{vault}, f.file_name, f.ref_date AS of_file, f.known_on "
        f"FROM acc_{source} AS a JOIN core_file AS f USING (file_id) {join}"
        "WHERE list_contains($places, {'f': a.file_id, 'r': a.row_no}) "
        "ORDER BY of_file, file_id, row_no",
        {"places": [{"f": file_id, "r": row_no} for file_id, row_no in places]},
    )
    rows: list[dict[str, Any]] = found.to_pylist()
    return [row | {"ref_date": row.pop("of_file")} for row in rows]


def _told(source: str, row: Mapping[str, Any]) -> str:
    """A row's fields under the holder's own headers; keys and other people aside."""
    contract = SOURCES[source]
    kept = {name for name, _ in (*acc_columns(contract), *vault_columns(contract))}
    kept -= {*key_columns_of(contract), *_NEVER_TOLD.get(source, ())}
    kept -= {"birth_month_no", *(name for name in kept if name.endswith("_key"))}
    parts = []
    for field in contract.fields:
        for column in field.type.columns(field.name, "x"):
            value = row.get(column.name)
            if column.name in kept and value not in (None, "", []):
                name = _DIGITS_TELL.get(column.name, field.header_ko)
                parts.append(f"{name} {_word(field, column.name, value)}")
    return ", ".join(parts)


def _word(field: ContractField, column: str, value: Any) -> str:
    if column.endswith("_month_no"):
        return f"{(value - 1) // 12}-{(value - 1) % 12 + 1:02}"
    if isinstance(value, bool):
        return "예" if value else "아니오"
    if isinstance(field.type, Code):
        return next((k for k, v in field.type.table.items() if v == str(value)), "")
    if isinstance(value, list):
        return "·".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and value > 9_999 else str(value)


def _gone_on(known_on: dt.date, months: int) -> dt.date:
    """The first day on which `retention run` destroys what came on a day."""
    number = known_on.year * 12 + known_on.month - 1 + months + 1
    return dt.date(number // 12, number % 12 + 1, 1)


def _households(person: Person) -> Section:
    rows = tuple(
        (one.household_id, str(one.from_on), str(one.to_on or "지금까지"))
        for one in person.spells
    )
    note = "" if person.is_alone else "함께 사는 사람의 정보는 그 사람만 봅니다."
    return Section("속한 세대", ("세대", "부터", "까지"), rows, note)


def _links(warehouse: Warehouse, person: Person) -> Section:
    found = warehouse.rows(
        "SELECT source, account_no, reason, holder_since FROM core_link "
        "WHERE list_contains($keys, person_key) OR (source IN ('kepco', 'water', "
        "'gas') AND (source, account_no) IN (SELECT (source, account_no) FROM "
        "core_link WHERE household_id = $id)) ORDER BY ALL",
        {"keys": list(person.keys), "id": person.household_id},
    )
    own = _own_accounts(warehouse, person)
    rows = tuple(
        (
            SOURCE_KO[source],
            _without_keys(str(account), person),
            LINK_KO[reason],
            str(since or ""),
        )
        for source, account, reason, since in found
        if source not in SUPPLIES or (source, account) in own
    )
    hidden = f"같은 세대의 다른 명의 계정 {person.others}개는 가립니다."
    return Section(
        "연결된 계정",
        ("자료", "계정", "연결 근거", "부터"),
        rows,
        hidden if person.others else "",
    )


def _own_accounts(warehouse: Warehouse, person: Person) -> set[tuple[str, Any]]:
    own: set[tuple[str, Any]] = set()
    for source, file_id, row_no in person.rows:
        if source in SUPPLIES:
            own |= {
                (source, account)
                for (account,) in warehouse.rows(
                    f"SELECT account_no FROM acc_{source} "
                    "WHERE file_id = $f AND row_no = $r",
                    {"f": file_id, "r": row_no},
                )
            }
    return own


def _decisions(warehouse: Warehouse, person: Person) -> Section:
    if not warehouse.has_table("subject_decision"):
        return Section("정정·처리정지 요구", (), ())
    found = warehouse.rows(
        "SELECT decided_on, kind, source || ':' || file_id || ':' || row_no, ground, "
        "letter_no FROM subject_decision WHERE list_contains($keys, person_key) "
        "ORDER BY decision_no",
        {"keys": list(person.keys)},
    )
    rows = tuple(
        (str(on), KIND_KO[kind], str(row or ""), GROUNDS[kind][ground], str(no or ""))
        for on, kind, row, ground, no in found
    )
    return Section("정정·처리정지 요구", ("날", "결정", "번호", "근거", "공문"), rows)


def _looked(person: Person, entries: Iterable[Mapping[str, Any]]) -> Section:
    """Who touched the data of their household while they belonged to it."""
    rows = []
    for entry in entries:
        day = dt.date.fromisoformat(str(entry["at"])[:10])
        for spell in person.spells:
            if spell.household_id in entry["whose"] and spell.holds_on(day):
                purpose = PURPOSES.get(entry["purpose"], str(entry["purpose"]))
                at = str(entry["at"])[:16].replace("T", " ")
                rows.append((at, str(entry["operator"]), entry["command"], purpose))
                break
    head = ("일시", "사용자", "명령", "목적")
    note = "매일 밤의 선정처럼 모든 가구를 함께 다룬 작업은 여기에 적히지 않습니다."
    return Section("누가 보았나", head, tuple(dict.fromkeys(rows)), note)


def _left_out(warehouse: Warehouse, person: Person) -> Section:
    """What stands in the data and is not told, by number: nobody is left guessing."""
    found = warehouse.rows(
        "SELECT count(DISTINCT person_key) FROM core_household_spell WHERE "
        "household_id = $id AND NOT list_contains($keys, person_key)",
        {"id": person.household_id, "keys": list(person.keys)},
    )
    tips = warehouse.rows(
        "SELECT count(*) FROM core_link WHERE source = 'tip' AND household_id = $id",
        {"id": person.household_id},
    )
    rows = (
        ("같은 세대의 다른 사람", str(found[0][0])),
        ("같은 세대의 다른 명의 계정", str(person.others)),
        ("제보(제보자 보호)", str(tips[0][0])),
    )
    return Section("가린 것", ("무엇", "수"), tuple(r for r in rows if r[1] != "0"))


def _derived(warehouse: Warehouse, person: Person) -> Section:
    """In which tables their key stands, by number of rows: nothing is left untold."""
    columns: dict[tuple[str, str], list[str]] = {}
    for database, table, column in warehouse.rows(
        "SELECT database_name, table_name, column_name FROM duckdb_columns() "
        "WHERE database_name IN ('warehouse', 'vault') AND data_type = 'VARCHAR' "
        "ORDER BY ALL"
    ):
        columns.setdefault((database, table), []).append(column)
    rows = []
    for (database, table), names in columns.items():
        text = ", ".join(f'"{name}"' for name in names)
        ((count,),) = warehouse.rows(
            f"SELECT count(*) FROM {database}.main.{table} WHERE list_bool_or("
            f"list_transform($keys, lambda k: contains(concat_ws('/', {text}), k)))",
            {"keys": list(person.keys)},
        )
        if count:
            rows.append((f"{database}.{table}", f"{count:,}"))
    note = (
        "위 내용을 만드는 데 쓰인 표와 행 수입니다. 이름 대신 열쇠 값으로 저장됩니다."
    )
    return Section("저장된 곳", ("표", "행"), tuple(rows), note)


def _without_keys(text: str, person: Person) -> str:
    """An account that is a person: its kind alone."""
    for key in person.keys:
        text = text.replace(f"{key}/", "")
    return text
