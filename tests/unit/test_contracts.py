"""Each field type as a drawn table: text in, value and reject code out."""

import datetime as dt
import hashlib
import hmac

import duckdb
import pytest

from data_contracts import derive
from data_contracts.base import Contract, ContractField
from data_contracts.identifiers import Digits, KeyedId, Phone, ResidentNumber
from data_contracts.measures import (
    Date,
    Fraction,
    Month,
    ReferenceDate,
    ShortBirthDate,
    months,
    won,
)
from data_contracts.sources import SOURCES
from data_contracts.types import (
    Code,
    FieldType,
    OfficeNumber,
    Pattern,
    Text,
    Words,
    YesNo,
)

KEY = b"k" * 32
PADS = {
    "ipad": bytes(byte ^ 0x36 for byte in KEY.ljust(64, b"\0")),
    "opad": bytes(byte ^ 0x5C for byte in KEY.ljust(64, b"\0")),
}
REF = dt.date(2026, 5, 31)
DAY = dt.date(2026, 5, 1)


def check(
    kind: FieldType, text: str | None, *, required: bool = False
) -> tuple[object, str | None]:
    """The typed value and the first reject code of one cell."""
    contract = Contract(
        source="one", title_ko="", holder="", grain="", contains="", cadence="",
        snapshot="full", reference="date", key=("cell",),
        fields=(ContractField(name="cell", header_ko="칸", type=kind, meaning="", required=required),),
    )  # fmt: skip
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (row_no BIGINT, cell VARCHAR)")
    connection.execute("INSERT INTO t VALUES (1, $text)", {"text": text})
    given = {"ref_date": REF, **PADS}
    params = {name: given[name] for name in derive.parameters(contract)}
    row = connection.execute(derive.checking_sql(contract, "t"), params).fetchone()
    assert row is not None
    reasons = row[-2]
    return row[1], reasons[0] if reasons else None


def key(message: str) -> str:
    return hmac.new(KEY, message.encode(), hashlib.sha256).hexdigest()[:32]


CASES: list[tuple[FieldType, str | None, object, str | None]] = [
    (Text(), "  김  민수 ", "김 민수", None),
    (Text(), "김민수", "김민수", None),  # NFD
    (Text(), "１０１동　２０２호", "101동 202호", None),  # full width
    (Text(), "\uf914\u5e0c", "\u6a02\u5e0c", None),  # a Hanja's second code in cp949
    (Text(), "-", "-", None),  # a missing word is no missing name
    (Date(), "20260501", DAY, None),
    (Date(), "2026-05-01", DAY, None),
    (Date(), "2026.05.01", DAY, None),
    (Date(), "20260230", None, "DATE_BAD"),
    (Date(), "00000000", None, None),
    (Date(), "99991231", None, None),
    (Date(), "9999.12.31", None, None),
    (Date(), "0000-00-00", None, None),
    (Date(), "-", None, None),
    (Date(), "X", None, None),
    (Date(), "…", None, None),
    (Date(), "...", None, None),
    (Date(), "2026051", None, "DATE_BAD"),
    (ReferenceDate(), "2026-05-31", REF, None),
    (ReferenceDate(), "20260530", dt.date(2026, 5, 30), "REF_MISMATCH"),
    (Month(), "202605", 2026 * 12 + 5, None),
    (Month(), "2026.05", 2026 * 12 + 5, None),
    (Month(), "202613", None, "DATE_BAD"),
    (Month(), "000000", None, None),
    (Month(is_reference=True), "202604", 2026 * 12 + 4, "REF_MISMATCH"),
    (ShortBirthDate(), "900101", dt.date(1990, 1, 1), None),
    (ShortBirthDate(), "110530", dt.date(2011, 5, 30), None),  # 15 the day before
    (ShortBirthDate(), "110601", dt.date(1911, 6, 1), None),  # would be 14
    (ShortBirthDate(), "50312", dt.date(2005, 3, 12), None),  # lost its zero
    (ShortBirthDate(), "90-01-01", dt.date(1990, 1, 1), None),
    (ShortBirthDate(), "90.01.01", dt.date(1990, 1, 1), None),
    (ShortBirthDate(), "000000", None, None),
    (ShortBirthDate(), "-", None, None),
    (ShortBirthDate(), "901301", None, "DATE_BAD"),
    (won(), "1,234,000원", 1_234_000, None),
    (won(), " 12 000 ", 12_000, None),
    (won(), "99999999999", 10**11 - 1, None),
    (won(), "9001011234567", None, "NUMBER_BAD"),  # a resident number is no money
    (won(), "-", None, None),
    (won(), "-5", None, "NUMBER_BAD"),
    (won(), "12.5", None, "NUMBER_BAD"),
    (won(), "00000012345", 12_345, None),
    (months(), "12개월", 12, None),
    (months(), "000", 0, None),
    (months(), "600", 600, None),
    (months(), "601", None, "NUMBER_BAD"),
    (Fraction(), "2.5", 2.5, None),
    (Fraction(), "둘", None, "NUMBER_BAD"),
    (Code({"주택용": "home"}), "주택용", "home", None),
    (Code({"주택용": "home"}), "농사용", None, "CODE_UNKNOWN"),
    (YesNo(), "y", True, None),
    (YesNo(), "예", None, "CODE_UNKNOWN"),
    (Pattern(r"[1-9]\d{9}"), "4413151000", "4413151000", None),
    (Pattern(r"[1-9]\d{9}"), "441315100", "441315100", "ID_BAD"),
    (Words(), "실직 (2025)", "실직 (2025)", None),
    (Words(), "폐업 9001011234567", "폐업 *", None),
    (Words(), "900101-1234567 폐업", "* 폐업", None),
    (OfficeNumber(), "2026-중앙-001", "2026-중앙-001", None),
    (OfficeNumber(), "2026031500001", "2026031500001", None),  # 13 digits of its own
    (OfficeNumber(), "T202603150000001", "T202603150000001", None),
    (OfficeNumber(), "9001011234567", "9001011234567", "ID_BAD"),
    (OfficeNumber(), "900101-1234567", "900101-1234567", "ID_BAD"),
    (OfficeNumber(), "001011234567", "001011234567", "ID_BAD"),
    (OfficeNumber(max_length=3), "A001", "A001", "ID_BAD"),
    (Digits(10), "0123456789", "0123456789", None),
    (Digits(10), "123456789", "0123456789", None),
    (Digits(10), "12345", None, "ID_BAD"),
    (Digits(10), "12345A7890", None, "ID_BAD"),
    (KeyedId(12, prefix="household:"), "123456789012", key("household:123456789012"), None),
    (Phone(), "010-1234-5678", "01012345678", None),
    (Phone(), "1012345678", "01012345678", None),
    (Phone(), "없음", None, None),
    (ResidentNumber(), "900101-1234567", key("9001011234567"), None),
    (ResidentNumber(), "9001018234567", None, "RRN_BAD"),  # digit 8: born 2090
    (ResidentNumber(), "0512314234567", key("0512314234567"), None),
    (ResidentNumber(), "9001019234567", None, "RRN_BAD"),
    (ResidentNumber(), "9013011234567", None, "RRN_BAD"),
    (ResidentNumber(), "900101-1******", None, "RRN_MASKED"),
    (ResidentNumber(), "501011234567", None, "RRN_LOST_ZERO"),
    (ResidentNumber(), "9.0010E+12", None, "RRN_SCIENTIFIC"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value", "code"), CASES)
def test_a_cell(kind: FieldType, text: str, value: object, code: str | None) -> None:
    got, reject = check(kind, text)
    if isinstance(kind, Fraction) and got is not None:
        got = float(got)  # type: ignore[arg-type]
    assert (got, reject) == (value, code)


@pytest.mark.parametrize("kind", [Text(), Date(), won(), Digits(10), ResidentNumber()])
def test_an_empty_cell_is_missing_and_refused_only_where_required(
    kind: FieldType,
) -> None:
    assert check(kind, "") == (None, None)
    assert check(kind, None, required=True) == (None, "REQUIRED_MISSING")


def test_a_required_date_that_is_a_missing_word_is_missing() -> None:
    assert check(Date(), "00000000", required=True) == (None, "REQUIRED_MISSING")


@pytest.mark.parametrize("contract", SOURCES.values(), ids=lambda c: c.source)
def test_checking_sql_yields_exactly_the_declared_columns(contract: Contract) -> None:
    connection = duckdb.connect()
    names = ", ".join(f"{field.name} VARCHAR" for field in contract.fields)
    connection.execute(f"CREATE TABLE t (row_no BIGINT, {names})")
    given = {"ref_date": REF, **PADS}
    params = {name: given[name] for name in derive.parameters(contract)}
    result = connection.execute(derive.checking_sql(contract, "t"), params)
    kinds = {column[0]: str(column[1]) for column in result.description or []}
    declared = dict(derive.acc_columns(contract) + derive.vault_columns(contract))
    assert set(kinds) == {"row_no", "reasons", "repaired", *declared}
    connection.execute(
        f"CREATE TABLE r AS {derive.checking_sql(contract, 't')}", params
    )
    typed = connection.execute("DESCRIBE r").fetchall()
    assert {n: t for n, t, *_ in typed if n in declared} == declared


def test_nothing_personal_is_among_the_warehouse_columns() -> None:
    personal = {"name", "birth_date", "phone", "address"}
    for contract in SOURCES.values():
        for name, _ in derive.acc_columns(contract):
            assert not any(
                word in name.split("_") or word == name for word in personal
            ) or (name in {"dong_name", "team_name", "legal_name"}), (
                contract.source,
                name,
            )
