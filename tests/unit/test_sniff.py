"""Unknown files of every other kind: encoding, cut, types, contract and the layout."""

import io
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.errors import FileRefused, UserError
from pipeline.layouts import Layout, load_layouts, read_layout
from pipeline.sniff.columns import column_seen, shape_of
from pipeline.sniff.headers import header_names
from pipeline.sniff.told import tell
from tests.lib import files

HEADER = "조회일,사용계약번호,성명,연락처,도로명주소,체납개월,체납액,공급중지일,재개일"
ROWS = [
    f"20260315,01234567890{n},똠방각하,0100000000{n},천안시 중앙로 {n},1,30000,,"
    for n in range(6)
]
GAS = "\n".join([HEADER, *ROWS, ""])


def told_of(tmp_path: Path, content: bytes, name: str = "unknown.csv") -> Any:
    file = tmp_path / name
    file.write_bytes(content)
    return tell(file)[0]


@pytest.mark.parametrize(
    ("content", "encoding", "mark", "extended"),
    [
        (GAS.encode(), "utf-8", False, False),
        (GAS.encode("utf-8-sig"), "utf-8-sig", True, False),
        (GAS.encode("cp949"), "cp949", False, True),
        (GAS.replace("똠방", "가나").encode("cp949"), "cp949", False, False),
        (GAS.encode("utf-16"), "utf-16", True, False),
        (b"\xfe\xff" + GAS.encode("utf-16-be"), "utf-16", True, False),
        (GAS.encode("utf-16-le"), "utf-16-le", False, False),
        (GAS.encode("utf-16-be"), "utf-16-be", False, False),
    ],
)
def test_the_same_rows_in_every_encoding(
    tmp_path: Path, content: bytes, encoding: str, mark: bool, extended: bool
) -> None:
    told = told_of(tmp_path, content)
    assert (told["encoding"], told["has_mark"]) == (encoding, mark)
    assert told["extended_hangul"] is extended
    assert (told["header_rows"], told["data_rows"], told["delimiter"]) == (1, 6, ",")
    assert (told["contract"]["source"], told["contract"]["score"]) == ("gas", 1.0)


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_delimiters_whatever_the_name_says(tmp_path: Path, delimiter: str) -> None:
    # Commas inside the cells must not win.
    content = GAS.replace(",", delimiter).replace("중앙로", "중앙로, 뒤")
    told = told_of(tmp_path, content.encode())
    assert told["delimiter"] == delimiter
    assert len(told["columns"]) == 9
    assert told["data_rows"] == 6


def test_mixed_line_ends_and_a_last_line_without_one(tmp_path: Path) -> None:
    lines = GAS.rstrip("\n").split("\n")
    mixed = "\r\n".join(lines[:3]) + "\r\n" + "\n".join(lines[3:])
    told = told_of(tmp_path, mixed.encode())
    assert (told["line_ends"], told["has_last_line_end"]) == ("mixed", False)
    assert told["data_rows"] == 6


def test_types_are_told_and_values_are_not(tmp_path: Path) -> None:
    lines = ["주민등록번호,이름,행정동코드,납부월,체납일,금액(원),구분"]
    for n in range(8):
        lines.append(
            f"{files.CANARY},{files.CANARY_NAME},441310{n}000,20260{n + 1},"
            f'2026-03-0{n + 1},"{n + 1},200",{"YN"[n % 2]}'
        )
    told = told_of(tmp_path, "\n".join([*lines, ""]).encode("cp949"))
    types = [column["type"] for column in told["columns"]]
    assert types == [
        "resident_number",
        "name",
        "dong_code_10",
        "month",
        "date",
        "won",
        "code",
    ]
    assert told["columns"][4]["style"] == "YYYY-MM-DD"
    assert told["columns"][0]["shapes"] == ["9" * 13]
    assert files.CANARY not in str(told)
    assert files.CANARY_NAME not in str(told)


def test_without_a_header_no_row_is_taken_for_one(tmp_path: Path) -> None:
    # Words only: the first row would be shown as names of columns.
    people = "\n".join(f"{files.CANARY_NAME},천안시 중앙로,{n}동" for n in "가나다라")
    told = told_of(tmp_path, (people + "\n").encode())
    assert (told["header_rows"], told["data_rows"]) == (0, 4)
    assert files.CANARY_NAME not in str(told)
    numbered = "\n".join(f"{files.CANARY},{files.CANARY_NAME},{n}" for n in range(4))
    told = told_of(tmp_path, (numbered + "\n").encode())
    assert (told["header_rows"], told["data_rows"]) == (0, 4)
    assert files.CANARY not in str(told)


def test_an_id_in_the_place_of_a_header_is_not_shown(tmp_path: Path) -> None:
    content = "성명,비고코드,01012345678\n가나,나,다라\n마바,사,아자\n"
    told = told_of(tmp_path, content.encode())
    assert told["header_rows"] == 1
    names = [column["name"] for column in told["columns"]]
    assert names == ["성명", "비고코드", "column_3"]


def test_a_layout_is_toml_whatever_stands_in_the_header(tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    odd = '"이름 ""a"" \x07\x7f\x1b[1m",금액\\,체납\x85일자,금액\\\n가,1,20260101,2\n'
    file.write_bytes(odd.encode())
    told, proposal = tell(file)
    assert tomllib.loads(proposal.text)["source"] == ""
    assert any("more than one column" in each for each in told["to_decide"])
    assert told["columns"][0]["name"] == '이름 "a" [1m'


def test_a_merged_header_ends_where_another_group_begins() -> None:
    rows = [["갑", "", "을", ""], ["금액", "", "", ""], ["가", "나", "다", "라"]]
    assert header_names(rows) == ["갑_금액_가", "갑_금액_나", "을_다", "을_라"]


@pytest.mark.parametrize("word", ["합계", "소 계", "서울합계", "총계", "계", "전체"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_for_a_sum_make_a_total(tmp_path: Path, word: str, form: str) -> None:
    rows = [
        f"{name},{n}" for n, name in enumerate(["중계동", "상계동", "정체동", word])
    ]
    content = "\n".join(["동명,세대수", *rows, ""])
    told = told_of(tmp_path, unicodedata.normalize(form, content).encode())
    assert (told["data_rows"], told["total_rows"]) == (3, 1)


def test_a_shape_has_no_letter_of_the_cell() -> None:
    assert shape_of("서울 12-3 Bldg.") == "가가 99-9 Aaaa."
    assert shape_of("가" * 30) == "가" * 24 + "…"


def test_days_in_several_styles_are_days() -> None:
    days = ["20260301", "2026-03-02", "2026.3.3", "00000000"] * 3
    seen = column_seen("정수일자", days)
    assert (seen.type, seen.style) == ("date", "mixed")


@pytest.mark.parametrize("source", sorted(files.NAMES))
def test_every_extract_of_ours_fits_its_own_contract(
    tmp_path: Path, source: str
) -> None:
    file = tmp_path / files.NAMES[source]
    file.write_bytes(files.extract(source, [files.row(source)] * 4))
    told, proposal = tell(file)
    assert told["contract"]["source"] == source
    assert told["contract"]["missing"] == []
    assert proposal.is_complete
    ours = load_layouts()[source]
    proposed = Layout.model_validate({**tomllib.loads(proposal.text), "form": source})
    assert proposed.columns == ours.columns
    for name in (
        "encoding",
        "shape",
        "record_bytes",
        "trailer",
        "delimiter",
        "quoting",
    ):
        assert getattr(proposed, name) == getattr(ours, name), name


def test_other_header_words_are_matched_by_likeness_and_type(tmp_path: Path) -> None:
    content = (
        GAS.replace("체납개월", "체납 개월(수)")
        .replace("체납액", "체납금액(원)")
        .replace("연락처", "휴대폰")
    )
    file = tmp_path / "도시가스_20260315.csv"
    file.write_bytes(content.encode("utf-8-sig"))
    told, proposal = tell(file)
    fields = told["contract"]["fields"]
    assert fields["account_no"]["by"] == "exact"
    assert fields["months_overdue"] == {
        "column": "체납 개월(수)",
        "by": "normalised",
        "type_fits": True,
    }
    assert fields["amount_krw"]["by"] == "similar"
    assert fields["phone"] == {"column": "휴대폰", "by": "type", "type_fits": True}
    assert proposal.is_complete
    assert 'pattern = "도시가스_{date}.csv"' in proposal.text


def test_a_missing_required_column_leaves_the_layout_to_be_edited(
    tmp_path: Path,
) -> None:
    file = tmp_path / "gas.csv"
    file.write_bytes(GAS.replace("사용계약번호", "비고").encode())
    told, proposal = tell(file)
    assert told["contract"]["missing_required"] == ["account_no"]
    assert not proposal.is_complete
    assert '# account_no = ""  # REQUIRED: 사용계약번호' in proposal.text
    assert any("사용계약번호" in question for question in told["to_decide"])
    layout = tmp_path / "layout.toml"
    layout.write_text(proposal.text, encoding="utf-8")
    with pytest.raises(UserError, match="account_no"):
        read_layout(layout)


def test_fixed_width_without_a_layout_gets_byte_columns(tmp_path: Path) -> None:
    lines = []
    for n, name in enumerate(["김가을", "이나무", "박다리", "남궁라온", "최마루"] * 4):
        text = name.encode("cp949").ljust(10)
        lines.append(
            b"7%02d" % n
            + text
            + b"900101123456%d" % (n % 10)
            + b"2026030%d" % (n % 9 + 1)
            + b"%09d" % (n * 70_000)
            + (b"Y" if n % 2 else b"N")
        )
    told = told_of(tmp_path, b"\r\n".join([*lines, b"T" + b"%010d" % 20, b""]), "x.dat")
    assert (told["shape"], told["record_bytes"], told["trailer"]) == ("fixed", 44, "T")
    assert told["data_rows"] == 20
    ranges = [tuple(cut) for cut in told["byte_ranges"]]
    assert ranges == [(0, 3), (3, 13), (13, 26), (26, 34), (34, 43), (43, 44)]
    types = [column["type"] for column in told["columns"]]
    assert types[2:4] == ["resident_number", "date"]
    assert told["columns"][2]["name"] == "bytes_13_26"


def book(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_tells_the_sheet_with_the_data(tmp_path: Path) -> None:
    header: list[list[Any]] = [["도시가스 체납 현황"], [], list(HEADER.split(","))]
    data: list[list[Any]] = [
        [46096, f"01234567890{n}", "김가을", "01000000000", "중앙로 1", 1, 30000.0]
        for n in range(5)
    ]
    total: list[list[Any]] = [["합계", None, None, None, None, None, 150000]]
    content = book(("표지", [["안내"]]), ("체납", header + data + total))
    told = told_of(tmp_path, content, "gas.xlsx")
    assert (told["shape"], told["sheet"]) == ("xlsx", "체납")
    assert told["sheets"] == ["표지", "체납"]
    assert [
        told[f"{k}_rows"] for k in ("title", "blank", "header", "data", "total")
    ] == [
        1,
        1,
        1,
        5,
        1,
    ]
    assert told["columns"][0]["type"] == "date_serial"
    assert told["contract"]["source"] == "gas"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        b"%PDF-1.7\n",
        b"<html><body><table></table></body></html>",
        b"PK\x03\x04 no container",
        "가나,다라\n".encode() + b"\xff\xfe\xb0\n",
    ],
)
def test_what_is_no_list_is_refused_with_a_next_step(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(FileRefused) as caught:
        told_of(tmp_path, content)
    assert caught.value.exit_code == 5
    assert "{" not in str(caught.value)


def test_a_bad_byte_is_told_in_the_encoding_that_gets_furthest(tmp_path: Path) -> None:
    content = GAS.encode()
    with pytest.raises(FileRefused, match=f"byte {len(content) + 1} is no utf-8"):
        told_of(tmp_path, content + b"\xff\n")
