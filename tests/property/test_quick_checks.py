"""The quick checks of plain cells say what the full checks say, for every type."""

import datetime as dt
from itertools import cycle, product

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import derive
from data_contracts.base import Contract, ContractField, Rule
from data_contracts.identifiers import Digits, KeyedId, Phone, ResidentNumber
from data_contracts.measures import (
    Date,
    Month,
    ReferenceDate,
    ShortBirthDate,
    Whole,
    count,
    months,
    won,
)
from data_contracts.rejects import Reject
from data_contracts.sources import SOURCES
from data_contracts.types import Code, FieldType, Pattern, Text, YesNo
from pipeline import cells
from pipeline.cells import SegmentCheck, check_by_law
from pipeline.plain_rows import split_plain
from pipeline.warehouse import Warehouse

REF = dt.date(2026, 5, 31)
GIVEN = {"ref_date": REF, "ipad": b"6" * 64, "opad": b"\\" * 64}
TYPES: dict[str, FieldType] = {
    "text": Text(),
    "code": Code({"주택용": "home", "1": "one"}),
    "yes_no": YesNo(),
    "dong": Pattern(r"[1-9]\d{9}"),
    "pattern": Pattern(r"\d+-\d+"),
    "day": Date(),
    "reference": ReferenceDate(),
    "month": Month(),
    "reference_month": Month(is_reference=True),
    "birth": ShortBirthDate(),
    "won": won(),
    "months": months(),
    "count": count(),
    "account": Digits(10, account_of="kepco"),
    "number": Digits(3),
    "household": KeyedId(12, prefix="household:"),
    "phone": Phone(),
    "person": ResidentNumber(),
}

# Cells near what is expected: digits of every length, days that are none, marks in
# the wrong place, words for missing, and text that needs cleaning.
DIGITS = st.text("0123456789", max_size=18)
MARKED = st.text("0123456789-./", max_size=14)
DAYS = st.builds(
    lambda year, month, day, mark: f"{year}{mark}{month:02}{mark}{day:02}",
    st.sampled_from([*range(1898, 2102, 7), 2024, 2026, 9999]),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from(["", "-", ".", "/"]),
)
PERSONS = st.builds(
    lambda year, month, day, mark, tail: f"{year:02}{month:02}{day:02}{mark}{tail}",
    st.integers(0, 99),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from(["", "-", " ", "*"]),
    st.text("0123456789", min_size=6, max_size=8),
)
ODD = st.text(
    " \t\n\u00a0\u3000\u0301\u1100\u1161가힣ퟰ漢\uf914Ａ１（-.…XxYyNn0123456789개월원,e+*'",
    max_size=14,
)
ODDITIES = [
    "00000000",
    "99991231",
    "9999-12-31",
    "0000-00-00",
    "-",
    "X",
    "…",
    "...",
    "000000",
    "000",
    "600",
    "601",
    "1000000",
    "1000000000000000",
    "9999999999999999",
    "Y",
    "n",
    "주택용",
    "1",
    "4413151000",
    "0100010001",
    "202605",
    "20260531",
    "2026-05-31",
    "202613",
    "000229",
    "040229",
    "010229",
    "110531",
    "110601",
    "9.0010E+12",
    "900101-1234567",
    "9001011234567",
    "9001019234567",
    "3005313234567",
    "3006013234567",
    "010-1234-5678",
    "1012345678",
    "12개월",
    "1,000원",
    "101.01",
    "2026011.",
    "20.6-01-01",
    "-026-01-01",
]
KNOWN = st.sampled_from(ODDITIES)
CELLS = st.one_of(DIGITS, MARKED, DAYS, PERSONS, ODD, KNOWN, st.none())


def contract_of(kinds: dict[str, FieldType], *, required: bool = False) -> Contract:
    return Contract(
        source="many", title_ko="", holder="", grain="", contains="", cadence="",
        snapshot="full", reference="date", key=(next(iter(kinds)),),
        fields=tuple(
            ContractField(name=name, header_ko=name, type=kind, meaning="", required=required)
            for name, kind in kinds.items()
        ),
    )  # fmt: skip


def both_ways(
    contract: Contract, rows: list[dict[str, str | None]]
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]], int]:
    """Rows through the full and the quick checks, and how many were plain."""
    names = [field.name for field in contract.fields]
    texts = {name: pa.array([row[name] for row in rows], pa.string()) for name in names}
    table = pa.table({"row_no": pa.array(range(len(rows)), pa.int64()), **texts})
    plain, other = split_plain(table, derive.plain_marks(contract))
    flagged = pa.concat_tables(
        part.append_column("is_plain", pa.array([flag] * part.num_rows, pa.bool_()))
        for part, flag in ((plain, True), (other, False))
    )
    params = {name: GIVEN[name] for name in derive.parameters(contract)}
    connection = duckdb.connect()
    connection.register("full_rows", table)
    connection.register("flagged_rows", flagged)
    full = connection.execute(
        f"SELECT * EXCLUDE (repaired) FROM ({derive.checking_sql(contract, 'full_rows')})"
        " ORDER BY row_no",
        params,
    ).fetchall()
    quick = connection.execute(
        f"FROM ({derive.quick_sql(contract, 'flagged_rows')}) ORDER BY row_no", params
    ).fetchall()
    return full, quick, plain.num_rows


@pytest.mark.parametrize("name", TYPES)
@settings(max_examples=3, deadline=None, derandomize=True)
@given(cells=st.lists(CELLS, min_size=240, max_size=240), required=st.booleans())
def test_a_type_reads_every_cell_as_the_full_checks_do(
    name: str, cells: list[str | None], required: bool
) -> None:
    contract = contract_of({name: TYPES[name]}, required=required)
    full, quick, _ = both_ways(contract, [{name: cell} for cell in cells])
    assert quick == full


def test_every_day_of_a_century_is_read_as_the_full_checks_do() -> None:
    ends = product(range(0, 14), range(0, 33))
    days = [f"{month:02}{day:02}" for month, day in ends]
    rows = [
        {"birth": f"{year:02}{day}", "person": f"{year:02}{day}{digit}000000",
         "day": f"{century}{year:02}{day}"}
        for year, day, digit, century in product((0, 4, 11, 26, 27, 99), days, "1357", ("19", "20"))
    ]  # fmt: skip
    kinds: dict[str, FieldType] = {
        "birth": ShortBirthDate(),
        "person": ResidentNumber(with_person=True),
        "day": Date(),
    }
    # birth_date of both would be one column: the short one is checked under its name.
    full, quick, plain = both_ways(contract_of(kinds), rows)
    assert quick == full
    assert plain == len(rows)


def told(checked: cells.Checked) -> list[dict[str, object]]:
    rows = checked.good.to_pylist() + checked.bad.to_pylist()
    return sorted(rows, key=lambda row: row["row_no"])


def usual(kind: FieldType, number: int) -> str:
    """A cell as a holder writes it, another one in every row if the type allows it."""
    if isinstance(kind, Code):
        return [*kind.table, ""][number % (len(kind.table) + 1)]
    if isinstance(kind, ResidentNumber):
        return f"{60 + number % 40}0101{1 + number % 2}{number:06}"
    if isinstance(kind, Digits):
        return f"{number:0{kind.length}}"
    if isinstance(kind, ReferenceDate):
        return f"{REF:%Y%m%d}"
    if isinstance(kind, Month):
        return f"{REF:%Y%m}"
    if isinstance(kind, Date):
        return f"2026-0{1 + number % 5}-{1 + number % 28:02}"
    if isinstance(kind, ShortBirthDate):
        return f"{number % 100:02}0{1 + number % 9}{1 + number % 28:02}"
    if isinstance(kind, YesNo):
        return "YN"[number % 2]
    if isinstance(kind, Pattern):
        return f"44131{number:05}"
    return str(number) if isinstance(kind, Whole) else f"가 {number} 나"


@pytest.mark.parametrize("contract", SOURCES.values(), ids=lambda c: c.source)
@settings(max_examples=1, deadline=None, derandomize=True)
@given(data=st.data())
def test_segments_are_read_as_the_full_checks_read_their_rows(
    contract: Contract, data: st.DataObject
) -> None:
    """Few odd cells among usual ones, which are distinct or repeat, in two segments."""
    drawn = data.draw(
        st.lists(st.tuples(st.integers(0, 199), CELLS), min_size=6, max_size=6)
    )
    columns: dict[str, list[str | None]] = {
        field.name: [usual(field.type, number // repeat) for number in range(200)]
        for repeat, field in zip(cycle((1, 7)), contract.fields, strict=False)
    }
    for place, (name, (row, cell)) in enumerate(
        (name, one) for name in columns for one in drawn
    ):
        columns[name][(row + place) % 200] = cell
    texts = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    rows = pa.table({"row_no": pa.array(range(2, 202), pa.int64()), **texts})
    params = {name: GIVEN[name] for name in derive.parameters(contract)}
    with Warehouse.in_memory() as warehouse:
        check = SegmentCheck(warehouse, contract, params)
        for segment in (rows.slice(0, 120), rows.slice(100)):
            law = check_by_law(warehouse, contract, segment, params)
            assert told(check.check(segment)) == told(law)


def test_an_odd_cell_among_distinct_ones_is_read_as_the_full_checks_do() -> None:
    kinds = {name: kind for name, kind in TYPES.items() if name != "pattern"}
    rule = Rule(
        code=Reject.ENDS_BEFORE_START, broken_when="day > DATE '2026-05-27'", why=""
    )
    contract = contract_of(kinds).model_copy(update={"rules": (rule,)})
    spread = 4000
    columns: dict[str, list[str | None]] = {}
    for place, (name, kind) in enumerate(kinds.items()):
        column: list[str | None] = [usual(kind, number) for number in range(spread)]
        for number, cell in enumerate(["", None, "1000001", "9999999", *ODDITIES]):
            column[(number * 61 + place * 3) % spread] = cell
        columns[name] = column
    texts = {name: pa.array(column, pa.string()) for name, column in columns.items()}
    rows = pa.table({"row_no": pa.array(range(spread), pa.int64()), **texts})
    params = {name: GIVEN[name] for name in derive.parameters(contract)}
    with Warehouse.in_memory() as warehouse:
        law = check_by_law(warehouse, contract, rows, params)
        assert told(SegmentCheck(warehouse, contract, params).check(rows)) == told(law)
