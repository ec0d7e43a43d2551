"""Sniff: fixed width that looks delimited, and the other way round."""

from pathlib import Path
from typing import Any

from pipeline.sniff.told import tell


def told_of(file: Path, content: bytes) -> Any:
    file.write_bytes(content)
    return tell(file)[0]


def test_fixed_width_with_a_comma_in_each_address_is_not_delimited(
    tmp_path: Path,
) -> None:
    names = ["김가을", "남궁라온", "이나무"]
    lines = []
    for n in range(30):
        road = f"전북특별자치도 남원시 {'용성로' if n % 2 else '시청로길'} {n}, 가동"
        person = names[n % 3].encode("cp949").ljust(10)
        home = road.encode("cp949").ljust(50)
        lines.append(b"7%02d900101-123456%d" % (n, n % 10) + person + home)
    told = told_of(tmp_path / "x.dat", b"\n".join([*lines, b""]))
    assert (told["shape"], told["record_bytes"]) == ("fixed", 77)
    assert [tuple(cut) for cut in told["byte_ranges"]][:3] == [
        (0, 3),
        (3, 17),
        (17, 27),
    ]
    assert told["columns"][1]["type"] == "resident_number"
    # A blank that all addresses share does not part them.
    assert told["byte_ranges"][3][0] == 27
    assert told["byte_ranges"][3][1] > 27 + len("전북특별자치도 남원시".encode("cp949"))


def test_cells_of_one_width_with_a_mark_at_one_byte_are_delimited(
    tmp_path: Path,
) -> None:
    lines = [b"%03d,%05d" % (n, n * 7) for n in range(30)]
    told = told_of(tmp_path / "x.csv", b"\n".join([*lines, b""]))
    assert (told["shape"], told["delimiter"]) == ("delimited", ",")


def test_rows_that_came_to_stand_above_known_names_name_no_column(
    tmp_path: Path,
) -> None:
    head = "의뢰번호,1차시도일,1차방법,결과코드,담당\n"
    row = "R20263-0000000{}W,20260316,전화,S3,한누리꽃뜰\n"
    content = row.format("A") + row.format("B") + head + row.format("C")
    told = told_of(tmp_path / "x.csv", content.encode())
    names = [column["name"] for column in told["columns"]]
    assert names == head.strip().split(",")
    # Words of a group above them do, as in any header of two rows.
    content = "접수,접수,접수,결과,결과\n" + head + row.format("C") * 3
    told = told_of(tmp_path / "y.csv", content.encode())
    assert told["columns"][0]["name"] == "접수_의뢰번호"


def test_more_rows_of_names_than_any_file_has_are_data(tmp_path: Path) -> None:
    """A broken file whose rows of words look like header after header."""
    rows = "".join(f"이름{n},꽃뜰{n},마을{n}\n" for n in "가나다라마바사")
    told = told_of(tmp_path / "x.csv", (rows + "1,2,3\n" * 9).encode())
    assert told["header_rows"] == 7
    names = [column["name"] for column in told["columns"]]
    assert names == ["column_1", "column_2", "column_3"]
