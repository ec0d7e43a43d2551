"""Bytes into rows: every trap of the extracts is one small file here."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.layouts import load_layouts
from pipeline.readers import read_rows
from pipeline.refusals import Reason, Refused
from pipeline.text_rows import Counts
from tests.lib import files

LAYOUTS = load_layouts()


def read(path: Path, form: str) -> tuple[list[dict[str, Any]], list[int], Counts]:
    counts = Counts()
    rows: list[dict[str, Any]] = []
    ragged: list[int] = []
    for chunk in read_rows(path, LAYOUTS[form], counts):
        rows += chunk.rows.to_pylist()
        ragged += chunk.ragged
    return rows, ragged, counts


def refused(path: Path, form: str) -> Refused:
    with pytest.raises(Refused) as caught:
        read(path, form)
    message = str(caught.value)
    assert files.CANARY not in message
    assert files.CANARY_NAME not in message
    assert "{" not in message
    return caught.value


def file(tmp_path: Path, content: bytes) -> Path:
    return files.write(tmp_path, "file", content, known_on=None)


@pytest.mark.parametrize("form", sorted(files.NAMES))
def test_a_plain_file_of_every_source(tmp_path: Path, form: str) -> None:
    wanted = [files.row(form), files.row(form)]
    rows, ragged, counts = read(file(tmp_path, files.extract(form, wanted)), form)
    cells = [[cell or "" for cell in list(row.values())[1:]] for row in rows]
    assert cells == [[c.strip('"') for c in row] for row in wanted]
    assert ragged == []
    assert counts.rows == 2 + counts.skipped.total()


def test_title_unit_total_and_blank_rows_are_skipped_and_counted(tmp_path) -> None:
    body = files.delimited("water", [files.row("water")]).decode("cp949")
    body += ",,,,,,,,,,\r\n\r\n  , ,,,,,,,,,\r\n,소 계,,,,,,,,,\r\n"
    rows, ragged, counts = read(file(tmp_path, body.encode("cp949")), "water")
    # 1 title, 2 unit, 3 header, 4 the row, 5 total, 6-8 blank, 9 total
    assert [row["row_no"] for row in rows] == [4]
    assert rows[0]["amount_krw"] == "45,000"
    assert counts.skipped == {"title": 1, "unit": 1, "total": 2, "blank": 3}
    assert (counts.rows, ragged) == (9 - 1, [])


def test_a_total_row_with_fewer_cells_is_still_a_total(tmp_path: Path) -> None:
    body = files.delimited("kepco", [files.row("kepco")]) + "총계|5\n".encode("cp949")
    rows, ragged, counts = read(file(tmp_path, body), "kepco")
    assert (len(rows), ragged, counts.skipped) == (1, [], {"total": 1})


def test_ragged_rows_are_set_aside_by_number(tmp_path: Path) -> None:
    lines = files.delimited("kepco", [files.row("kepco")] * 5).splitlines(keepends=True)
    lines[2] = lines[2].replace(b"|", b"", 1)  # record 3: a field fewer
    lines[4] = lines[4].replace(b"\n", b"|x\n")  # record 5: a field more
    rows, ragged, counts = read(file(tmp_path, b"".join(lines)), "kepco")
    assert [row["row_no"] for row in rows] == [2, 4, 6]
    assert ragged == [3, 5]
    assert counts.rows == 5


@pytest.mark.parametrize("marks", [("", "|"), ("|", ""), ("|", "||"), ("||", "|")])
def test_delimiters_after_the_last_column_mean_nothing(tmp_path, marks) -> None:
    head, *rows = files.delimited("kepco", [files.row("kepco")] * 3).splitlines()
    ends = [marks[0], "", marks[1], "|x|y|z"]  # of the header and of the records 2 to 4
    body = "".join(
        line.decode("cp949") + end + "\n"
        for line, end in zip([head, *rows], ends, strict=True)
    )
    found, ragged, counts = read(file(tmp_path, body.encode("cp949")), "kepco")
    assert sorted(row["row_no"] for row in found) == [2, 3]
    assert [list(row.values())[1:] for row in found] == [files.row("kepco")] * 2
    assert (ragged, counts.rows) == ([4], 3)


def test_a_file_of_ragged_rows_only(tmp_path: Path) -> None:
    body = files.delimited("kepco", []) + b"1|2\n3|4|5\n"
    rows, ragged, counts = read(file(tmp_path, body), "kepco")
    assert (rows, ragged, counts.rows) == ([], [2, 3], 2)


@pytest.mark.parametrize("records", [1, 700])
def test_numbers_hold_across_chunks(tmp_path: Path, monkeypatch, records: int) -> None:
    monkeypatch.setattr("pipeline.delimited.CHUNK_BYTES", 4096)
    monkeypatch.setattr("pipeline.bytestream.BLOCK", 509)  # odd: cuts Hangul in two
    lines = [files.header("kepco")]
    for number in range(2, records + 2):
        cells = files.row("kepco", account_no=f"{number:010d}")
        lines.append(cells[:-1] if number % 7 == 0 else cells)
    body = "".join("|".join(cells) + "\n" for cells in lines).encode("cp949")
    rows, ragged, counts = read(file(tmp_path, body), "kepco")
    assert [int(row["account_no"]) for row in rows] == [r["row_no"] for r in rows]
    assert ragged == list(range(7, records + 2, 7))
    assert len(rows) + len(ragged) == counts.rows == records
    assert {row["name"] for row in rows} == {"김가을"}


def test_a_header_without_rows_is_a_file_without_rows(tmp_path: Path) -> None:
    rows, ragged, counts = read(file(tmp_path, files.delimited("gas", [])), "gas")
    assert (rows, ragged, counts.rows) == ([], [], 0)


def test_other_column_order_and_further_columns_are_fine(tmp_path: Path) -> None:
    head = ["비고", *reversed(files.header("gas"))]
    cells = ["x", *reversed(files.row("gas"))]
    body = f"{','.join(head)}\n{','.join(cells)}\n".encode("utf-8-sig")
    rows, _, _ = read(file(tmp_path, body), "gas")
    assert (rows[0]["account_no"], rows[0]["name"]) == ("012345678901", "박다리")


def test_header_names_are_compared_without_blanks_width_or_composition(
    tmp_path: Path,
) -> None:
    import unicodedata

    head = [unicodedata.normalize("NFD", f" {name} ") for name in files.header("gas")]
    body = f"{','.join(head)}\r\n{','.join(files.row('gas'))}\r\n".encode()
    rows, _, _ = read(file(tmp_path, body), "gas")  # without a mark, with CRLF
    assert rows[0]["ref_date"] == "20260315"


def test_quotes_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    cells = files.row("gas", road_address='"중앙로 1, ""나""동\n101호"')
    body = files.delimited("gas", [cells, files.row("gas")])
    rows, _, counts = read(file(tmp_path, body), "gas")
    assert rows[0]["road_address"] == '중앙로 1, "나"동\n101호'
    assert [row["row_no"] for row in rows] == [2, 3]
    assert counts.rows == 2


def test_kepco_has_no_quotes(tmp_path: Path) -> None:
    body = files.delimited("kepco", [files.row("kepco", name='"김')] * 2)
    rows, _, _ = read(file(tmp_path, body), "kepco")
    assert [row["name"] for row in rows] == ['"김', '"김']


def test_rare_letters_of_cp949_survive(tmp_path: Path) -> None:
    body = files.delimited("kepco", [files.row("kepco", name="똠펲뷁")])
    assert read(file(tmp_path, body), "kepco")[0][0]["name"] == "똠펲뷁"


def test_bytes_that_are_no_text_refuse_the_file_and_say_where(tmp_path: Path) -> None:
    good = files.delimited("resident", [files.row("resident", name=files.CANARY_NAME)])
    body = good + files.CANARY.encode() + b",\xff\xff\r\n"
    refusal = refused(file(tmp_path, body), "resident")
    assert refusal.reason is Reason.ENCODING
    at = len(good) + len(files.CANARY) + 2  # the byte after the comma, counted from 1
    assert f"byte {at} (line 3)" in refusal.what


def test_utf8_where_cp949_was_agreed(tmp_path: Path) -> None:
    row = ",".join(files.row("resident", name=files.CANARY_NAME))
    text = f"{','.join(files.header('resident'))}\r\n{row}\r\n"
    for encoding in ("utf-8", "utf-8-sig"):
        refusal = refused(file(tmp_path, text.encode(encoding)), "resident")
        assert refusal.reason in (Reason.ENCODING, Reason.NO_HEADER)


def test_cp949_where_utf8_was_agreed(tmp_path: Path) -> None:
    body = files.delimited("gas", [files.row("gas")]).decode("utf-8-sig")
    refusal = refused(file(tmp_path, body.encode("cp949")), "gas")
    assert refusal.reason is Reason.ENCODING
    assert "byte 1 (line 1)" in refusal.what


@pytest.mark.parametrize("source", ["kepco", "gas", "resident", "nhis"])
@pytest.mark.parametrize("lost", [1, 2, 9])
def test_a_file_cut_off_at_its_end(tmp_path: Path, source: str, lost: int) -> None:
    body = files.extract(source, [files.row(source, name=files.CANARY_NAME)] * 3)
    refusal = refused(file(tmp_path, body[:-lost]), source)
    assert refusal.reason in (Reason.CUT_OFF, Reason.ENCODING)


@pytest.mark.parametrize("form", sorted(LAYOUTS))
def test_an_empty_file_is_cut_off(tmp_path: Path, form: str) -> None:
    assert refused(file(tmp_path, b""), form).reason is Reason.CUT_OFF


@pytest.mark.parametrize("source", ["kepco", "nhis"])
def test_a_zero_byte_is_cut_off(tmp_path: Path, source: str) -> None:
    body = files.extract(source, [files.row(source)] * 3)
    body = (
        body.replace("성명".encode("cp949"), b"\0\0\0\0")
        if source != "nhis"
        else (body[:200] + b"\0" + body[201:])
    )
    assert refused(file(tmp_path, body), source).reason is Reason.CUT_OFF


@pytest.mark.parametrize("rows", [1, 300])
def test_a_quote_that_never_closes(tmp_path: Path, monkeypatch, rows: int) -> None:
    monkeypatch.setattr("pipeline.delimited.CHUNK_BYTES", 4096)
    for field in ("registry_no", "name", "is_protected"):
        cells = files.row("resident", **{field: f'"{files.CANARY}'})
        body = files.delimited(
            "resident", [files.row("resident"), cells, *[files.row("resident")] * rows]
        )
        assert refused(file(tmp_path, body), "resident").reason is Reason.CUT_OFF


def test_a_lost_closing_quote_that_meets_the_next_rows(tmp_path: Path) -> None:
    lost = files.row("water", amount_krw='"45,000')
    body = files.delimited("water", [lost, files.row("water"), files.row("water")])
    refusal = refused(file(tmp_path, body), "water")
    assert "record 4 opens a quote" in refusal.what


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    head, cells = files.header("resident"), files.row("resident")
    at = head.index("열람제한")
    body = f"{','.join(head[:at])}\r\n{','.join(cells[:at])}\r\n".encode("cp949")
    refusal = refused(file(tmp_path, body), "resident")
    assert refusal.reason is Reason.MISSING_COLUMN
    assert "lacks the columns 열람제한; found 세대번호" in refusal.what


def test_a_column_that_is_there_twice(tmp_path: Path) -> None:
    head = [*files.header("gas"), "성명"]
    body = f"{','.join(head)}\n".encode("utf-8-sig")
    refusal = refused(file(tmp_path, body), "gas")
    assert "has more than once 성명" in refusal.what


def test_a_file_without_header_tells_no_cell_of_it(tmp_path: Path) -> None:
    row = ",".join(files.row("resident", name=files.CANARY_NAME)) + "\r\n"
    refusal = refused(file(tmp_path, (row * 30).encode("cp949")), "resident")
    assert refusal.reason is Reason.NO_HEADER


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fixed_width_counts_bytes_not_letters(tmp_path: Path, end: bytes) -> None:
    body = files.nhis([files.row("nhis", address="똠방로 1"), files.row("nhis")])
    rows, _, counts = read(file(tmp_path, body.replace(b"\n", end)), "nhis")
    assert [row["address"] for row in rows] == ["똠방로 1", "천안시 동남구 중앙로 1"]
    assert [row["row_no"] for row in rows] == [1, 2]
    assert counts.rows == 2  # the trailer is no row


def test_fixed_width_without_records(tmp_path: Path) -> None:
    assert read(file(tmp_path, b"T0000000000\n"), "nhis")[2].rows == 0


def test_fixed_width_across_chunks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.fixed_width.CHUNK_RECORDS", 3)
    wanted = [files.row("nhis", certificate_no=f"{n:011d}") for n in range(1, 9)]
    rows, _, _ = read(file(tmp_path, files.nhis(wanted)), "nhis")
    assert [int(row["certificate_no"]) for row in rows] == list(range(1, 9))
    assert [row["row_no"] for row in rows] == list(range(1, 9))


def _record(number: int, length: int) -> bytes:
    body = files.nhis([files.row("nhis")] * 3).split(b"\n")
    body[number - 1] = body[number - 1].ljust(length, b" ")[:length]
    return b"\n".join(body)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("length", [184, 186, 100])
def test_a_record_of_another_length(tmp_path: Path, number: int, length: int) -> None:
    refusal = refused(file(tmp_path, _record(number, length)), "nhis")
    assert refusal.reason is Reason.RECORD_LENGTH
    assert f"record {number} is not 185 bytes" in refusal.what


def test_two_wrong_lengths_that_even_out(tmp_path: Path) -> None:
    lines = files.nhis([files.row("nhis")] * 3).split(b"\n")
    lines[0], lines[1] = lines[0][:-1], lines[1] + b" "
    refusal = refused(file(tmp_path, b"\n".join(lines)), "nhis")
    assert "record 1 is not 185 bytes" in refusal.what


def test_a_line_end_inside_a_record(tmp_path: Path) -> None:
    body = bytearray(files.nhis([files.row("nhis")] * 3))
    body[186 + 180] = ord("\n")  # in the blanks after the address of record 2
    refusal = refused(file(tmp_path, bytes(body)), "nhis")
    assert "record 2 is not 185 bytes" in refusal.what


@pytest.mark.parametrize(
    "trailer",
    [b"T0000000002\n", b"T0000000004\n", b"T3\n", b"X0000000003\n", b""],
)
def test_a_wrong_trailer(tmp_path: Path, trailer: bytes) -> None:
    body = files.nhis([files.row("nhis")] * 3).rsplit(b"T", 1)[0] + trailer
    assert refused(file(tmp_path, body), "nhis").reason is Reason.TRAILER


def test_a_letter_cut_in_two_by_a_field_width(tmp_path: Path) -> None:
    cells = files.row("nhis", name="a" + "가" * 10)  # 21 bytes for 20
    refusal = refused(file(tmp_path, files.nhis([files.row("nhis"), cells])), "nhis")
    assert refusal.reason is Reason.ENCODING
    assert "record 2: the bytes of name" in refusal.what


def _kikcd_line(*cells: str) -> bytes:
    starts = (0, 11, 42, 73, 104, 113)
    line = b""
    for start, cell in zip(starts, cells, strict=True):
        line = line.ljust(start) + cell.encode("cp949")
    return line.ljust(300) + b"\n"


def test_the_ministrys_fixed_width_form(tmp_path: Path) -> None:
    head = _kikcd_line(*files.header("kikcd_h"))
    body = head + _kikcd_line(*files.row("kikcd_h"))
    rows, _, counts = read(file(tmp_path, body), "kikcd_h_fixed")
    assert list(rows[0].values()) == [2, *files.row("kikcd_h")]
    assert counts.rows == 1


def test_a_record_where_the_header_should_be(tmp_path: Path) -> None:
    body = _kikcd_line(*files.row("kikcd_h")) * 2
    refusal = refused(file(tmp_path, body), "kikcd_h_fixed")
    assert refusal.reason is Reason.NO_HEADER
