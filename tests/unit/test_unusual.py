"""Odd shapes are read as strictly as plain ones, and give the same rows."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline import unusual
from pipeline.layouts import Layout, load_layouts
from pipeline.readers import read_rows
from pipeline.refusals import Reason, Refused
from pipeline.text_rows import Counts
from pipeline.top_rows import first_row
from tests.lib import files

GAS = load_layouts()["gas"]
HEADER = files.header("gas")
ROWS = [files.row("gas", account_no=f"01234567890{n}", name="똠뷁") for n in range(4)]


def layout(**changes: Any) -> Layout:
    given = GAS.model_dump(exclude={"form"}) | changes
    return Layout.model_validate({**given, "form": "gas"})


def read(
    tmp_path: Path, content: bytes, how: Layout
) -> tuple[list[dict[str, Any]], list[int], Counts]:
    file = tmp_path / "file"
    file.write_bytes(content)
    counts = Counts()
    chunks = list(read_rows(file, how, counts))
    rows = [row for chunk in chunks for row in chunk.rows.to_pylist()]
    return rows, [number for chunk in chunks for number in chunk.ragged], counts


def lines(rows: list[list[str]], end: str = "\n") -> str:
    return "".join(",".join(row) + end for row in rows)


def wrapped(rows: list[list[str]]) -> str:
    inner = [",".join([r[0], *(f'""{cell}""' for cell in r[1:])]) for r in rows]
    return "".join(f'"{row}"\r\n' for row in inner)


def workbook(rows: list[list[Any]], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = title
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


TEXT = lines([HEADER, *ROWS])
SHAPES: list[tuple[bytes, dict[str, Any]]] = [
    (TEXT.encode("utf-16"), {"encoding": "utf-16"}),
    (TEXT.encode("utf-16-le"), {"encoding": "utf-16-le"}),
    (TEXT.encode("utf-16-be"), {"encoding": "utf-16-be"}),
    (wrapped([HEADER, *ROWS]).encode("cp949"), {"encoding": "cp949", "wrapped": True}),
    (TEXT.rstrip("\n").encode(), {"encoding": "utf-8", "open_end": True}),
    (TEXT.replace(",", "\t").encode(), {"encoding": "utf-8", "delimiter": "\t"}),
    (workbook([HEADER, *ROWS]), {"shape": "xlsx"}),
]


@pytest.mark.parametrize(("content", "changes"), SHAPES)
def test_every_shape_gives_the_rows_of_the_plain_file(
    tmp_path: Path, content: bytes, changes: dict[str, Any]
) -> None:
    plain, _, _ = read(tmp_path, TEXT.encode("utf-8-sig"), GAS)
    rows, ragged, counts = read(tmp_path, content, layout(**changes))
    as_cells = [{name: cell or "" for name, cell in row.items()} for row in rows]
    assert as_cells == [{n: c or "" for n, c in row.items()} for row in plain]
    assert (ragged, counts.rows, counts.skipped.total()) == ([], 4, 0)


def test_chunks_do_not_change_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, changes = SHAPES[0]
    whole, _, _ = read(tmp_path, content, layout(**changes))
    monkeypatch.setattr(unusual, "_CHUNK_ROWS", 3)
    assert read(tmp_path, content, layout(**changes))[0] == whole


def test_no_row_is_lost_whatever_its_kind(tmp_path: Path) -> None:
    short = ["20260315", "012345678901"]
    body = [["도시가스 체납"], ["(단위: 원)"], HEADER, ROWS[0], short, [""], ["총계"]]
    how = layout(encoding="utf-16", header="search")
    rows, ragged, counts = read(tmp_path, lines(body).encode("utf-16"), how)
    assert [row["row_no"] for row in rows] == [4]
    assert ragged == [5]
    assert counts.skipped == {"title": 1, "unit": 1, "blank": 1, "total": 1}
    # All records but the header: one good, one ragged, four skipped.
    assert counts.rows == 6 == len(rows) + len(ragged) + counts.skipped.total()


def test_several_header_rows_make_one_name(tmp_path: Path) -> None:
    upper = [
        "조회일",
        "사용계약번호",
        "성명",
        "연락처",
        "도로명주소",
        "체납",
        "",
        "공급",
        "",
    ]
    lower = ["", "", "", "", "", "개월", "금액", "중지일", "재개일"]
    columns = dict(GAS.headers) | {
        "months_overdue": "체납_개월",
        "amount_krw": "체납_금액",
        "stopped_on": "공급_중지일",
        "restored_on": "공급_재개일",
    }
    how = layout(encoding="cp949", header_rows=2, columns=columns)
    rows, _, counts = read(tmp_path, lines([upper, lower, *ROWS]).encode("cp949"), how)
    assert [row["row_no"] for row in rows] == [3, 4, 5, 6]
    assert rows[0]["amount_krw"] == "30000"
    assert counts.rows == 4


def test_a_workbook_gives_days_months_and_ids_as_text(tmp_path: Path) -> None:
    day = dt.datetime(2026, 3, 15)  # noqa: DTZ001 - a workbook's days have no zone
    data = [
        [day, 12345678901, "김가을", None, "중앙로 1", 3.0, 30000, 46096, 46097.0],
        ["20260315", "012345678902", "이나무", None, "중앙로 2", 1, "30,000", None, ""],
    ]
    content = workbook([["현황"], HEADER, *data], "체납")
    rows, _, counts = read(tmp_path, content, layout(shape="xlsx", sheet="체납"))
    assert rows[0]["ref_date"] == rows[1]["ref_date"] == "20260315"
    assert rows[0]["account_no"] == "12345678901"
    assert (rows[0]["months_overdue"], rows[0]["amount_krw"]) == ("3", "30000")
    # 46096 days after 1899-12-30 is 2026-03-15; an amount of that size stays one.
    assert (rows[0]["stopped_on"], rows[0]["restored_on"]) == ("20260315", "20260316")
    assert counts.skipped == {"title": 1}
    with pytest.raises(Refused, match="no sheet"):
        read(tmp_path, content, layout(shape="xlsx", sheet="다른"))


def test_the_size_that_a_workbook_tells_of_itself_is_not_believed(
    tmp_path: Path,
) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([HEADER, *ROWS]))) as told,
        zipfile.ZipFile(out, "w") as lying,
    ):
        for member in told.namelist():
            content = told.read(member)
            lying.writestr(member, content.replace(b'ref="A1:I5"', b'ref="A1:A1"'))
    rows, _, _ = read(tmp_path, out.getvalue(), layout(shape="xlsx"))
    assert [row["amount_krw"] for row in rows] == ["30000"] * 4


def bomb(size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("xl/worksheets/sheet1.xml", bytes(size), compresslevel=1)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as container:
        container.writestr("xl/workbook.xml", "<?xml version='1.0'?><!DOCTYPE a>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (bomb(40 << 20), "far larger unpacked"),
        (entities(), "no readable workbook"),
        (b"PK\x03\x04" + b"\0" * 90, "no readable workbook"),
        (SHAPES[-1][0][:900], "no readable workbook"),
    ],
)
def test_bombs_and_broken_workbooks_are_refused_unopened(
    tmp_path: Path, content: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says) as caught:
        read(tmp_path, content, layout(shape="xlsx"))
    assert caught.value.reason is Reason.UNREADABLE
    assert first_row(tmp_path / "file") is None


WIDE = TEXT.encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.CUT_OFF),
        (WIDE[:-1], Reason.ENCODING),
        (WIDE[:-2], Reason.CUT_OFF),
        (WIDE[:-40] + b"\0\0" + WIDE[-40:], Reason.CUT_OFF),
        (b"\0\xd8a\0" + WIDE, Reason.ENCODING),
        (TEXT.replace("똠뷁", '"똠뷁', 1).encode("utf-16-le"), Reason.CUT_OFF),
        (TEXT.replace("똠뷁", '"똠뷁', 2).encode("utf-16-le"), Reason.CUT_OFF),
        ((TEXT[:-1] + '"x\n').encode("utf-16-le"), Reason.CUT_OFF),
        (TEXT.replace("조회일", "x").encode("utf-16-le"), Reason.MISSING_COLUMN),
        (lines(ROWS).encode("utf-16-le"), Reason.NO_HEADER),
    ],
)
def test_what_cannot_be_read_to_its_end_is_refused_whole(
    tmp_path: Path, content: bytes, reason: Reason
) -> None:
    content = content.replace("김가을".encode("utf-16-le"), b"")
    with pytest.raises(Refused) as caught:
        read(tmp_path, content, layout(encoding="utf-16-le"))
    assert caught.value.reason is reason
    assert "똠뷁" not in str(caught.value)


@pytest.mark.parametrize(("content", "changes"), SHAPES)
def test_the_first_row_of_every_shape(
    tmp_path: Path, content: bytes, changes: dict[str, Any]
) -> None:
    (tmp_path / "file").write_bytes(content)
    assert first_row(tmp_path / "file") == HEADER


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff\xff", b"PK\x03\x04"])
def test_there_may_be_no_first_row(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert first_row(tmp_path / "file") is None


def test_fixed_width_cannot_be_unusual() -> None:
    nhis = load_layouts()["nhis"].model_dump()
    for odd in ({"wrapped": True}, {"encoding": "utf-16"}, {"header_rows": 2}):
        with pytest.raises(ValueError, match="fixed width is cp949 or utf-8"):
            Layout.model_validate(nhis | odd)
