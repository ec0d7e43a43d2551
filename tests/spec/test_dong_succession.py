"""What became of an ended dong: small excerpts of the ministry's register, drawn."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.dong_register import read_register
from pipeline.dong_trace import build_trace_tables, in_words, trace
from pipeline.errors import OptionError
from pipeline.warehouse import Warehouse
from tests.lib.tables import assert_table, read

# The register opens in 1988: what it opens with was not born then.
OPENING = """
    dong_code  | sido       | sgg    | dong_name | created_on | abolished_on
    1100000000 | 서울특별시 |        |           | 1988-04-23 |
    1111051500 | 서울특별시 | 종로구 | 청운동    | 1988-04-23 |
"""
NAMWON = """
    4519057000 | 전라북도       | 남원시 | 향교동 | 1998-09-22 | 2024-01-18
    4519052000 | 전라북도       | 남원시 | 죽항동 | 1998-09-22 | 2024-01-18
    5219057000 | 전북특별자치도 | 남원시 | 향교동 | 2024-01-18 |
    5219052000 | 전북특별자치도 | 남원시 | 죽항동 | 2024-01-18 |
"""
GUNWI = """
    4772037000 | 경상북도   | 군위군 | 고로면     | 1988-04-23 | 2021-01-01
    4772036000 | 경상북도   | 군위군 | 산성면     | 1988-04-23 | 2023-07-01
    4772038000 | 경상북도   | 군위군 | 삼국유사면 | 2021-01-01 | 2023-07-01
    2772036000 | 대구광역시 | 군위군 | 산성면     | 2023-07-01 |
    2772037000 | 대구광역시 | 군위군 | 삼국유사면 | 2023-07-01 |
"""
BULDANG = """
    4413356500 | 충청남도 | 천안시 서북구 | 불당동  | 2013-10-14 | 2021-11-15
    4413356600 | 충청남도 | 천안시 서북구 | 불당1동 | 2021-11-15 |
    4413356700 | 충청남도 | 천안시 서북구 | 불당2동 | 2021-11-15 |
    4413351000 | 충청남도 | 천안시 서북구 | 성정1동 | 2008-06-23 |
"""
JUNGHEUNG = """
    2917052000 | 광주광역시 | 북구 | 중흥2동 | 1995-01-01 | 2024-01-01
    2917053000 | 광주광역시 | 북구 | 중흥3동 | 1995-01-01 | 2024-01-01
    2917052500 | 광주광역시 | 북구 | 중흥동  | 2024-01-01 |
    2917051000 | 광주광역시 | 북구 | 중흥1동 | 1995-01-01 |
"""
GAEHANG = """
    2811060000 | 인천광역시 | 중구 | 북성동 | 1995-01-01 | 2021-07-01
    2811061000 | 인천광역시 | 중구 | 송월동 | 1995-01-01 | 2021-07-01
    2811060500 | 인천광역시 | 중구 | 개항동 | 2021-07-01 |
"""
JANGJEON = """
    2641060000 | 부산광역시 | 금정구 | 장전제1동 | 1995-01-01 |
    2641061000 | 부산광역시 | 금정구 | 장전제2동 | 1995-01-01 |
    2641062000 | 부산광역시 | 금정구 | 장전제3동 | 1995-01-01 | 2020-01-01
    2641063000 | 부산광역시 | 금정구 | 선두구동  | 1995-01-01 |
"""
# 구 dissolved in 2016, three dongs put into one in 2019, all as before in 2024. The
# 상동 of 2019 is not that of 2016: it was put together out of others.
BUCHEON = """
    4119562000 | 경기도 | 부천시 원미구 | 중동   | 1993-01-15 | 2016-07-04
    4119567000 | 경기도 | 부천시 원미구 | 상동   | 1993-01-15 | 2016-07-04
    4119568000 | 경기도 | 부천시 원미구 | 상1동  | 1993-05-12 | 2016-07-04
    4119563000 | 경기도 | 부천시 원미구 | 중1동  | 1993-05-12 | 2016-07-04
    4119561000 | 경기도 | 부천시 원미구 | 약대동 | 1993-01-15 | 2016-07-04
    4119061000 | 경기도 | 부천시        | 중동   | 2016-07-04 | 2024-01-01
    4119062000 | 경기도 | 부천시        | 상동   | 2016-07-04 | 2019-07-01
    4119063000 | 경기도 | 부천시        | 상1동  | 2016-07-04 | 2019-07-01
    4119066000 | 경기도 | 부천시        | 중1동  | 2016-07-04 | 2019-07-01
    4119065000 | 경기도 | 부천시        | 약대동 | 2016-07-04 | 2019-07-01
    4119074200 | 경기도 | 부천시        | 신중동 | 2019-07-01 | 2024-01-01
    4119074400 | 경기도 | 부천시        | 상동   | 2019-07-01 | 2024-01-01
    4119060600 | 경기도 | 부천시        | 부천동 | 2019-07-01 | 2024-01-01
    4119262000 | 경기도 | 부천시 원미구 | 중동   | 2024-01-01 |
    4119267000 | 경기도 | 부천시 원미구 | 상동   | 2024-01-01 |
    4119268000 | 경기도 | 부천시 원미구 | 상1동  | 2024-01-01 |
    4119261000 | 경기도 | 부천시 원미구 | 약대동 | 2024-01-01 |
"""


def register(
    *drawn: str, ref_date: str = "2024-08-01", current_only: bool = False, no: int = 1
) -> list[dict[str, object]]:
    """Rows as read from one file of the ministry."""
    day = dt.date.fromisoformat(ref_date)
    rows = []
    for row_no, cells in enumerate(read("\n".join((OPENING, *drawn))).rows, 1):
        code, sido, sgg, name, began, ended = cells
        assert began is not None
        rows.append(
            {
                "file_id": no,
                "ref_date": day,
                "known_on": day,
                "version": 1,
                "row_no": row_no,
                "dong_code": code,
                "sido": sido,
                "sgg": sgg,
                "dong_name": name,
                "created_on": dt.date.fromisoformat(began),
                "abolished_on": dt.date.fromisoformat(ended) if ended else None,
                "is_map": False,
                "is_current_only": current_only,
            }
        )
    return rows


def became(rows: list[dict[str, object]], at: str, expected: str) -> None:
    codes = [str(code) for code, *_ in read(expected).rows]
    with Warehouse.in_memory() as w:
        build_trace_tables(w, rows, dt.date.fromisoformat(at))
        assert_table(
            w,
            "SELECT dong_code, current_dong_code, how, "
            "nullif(array_to_string(heirs, ' '), '') AS heirs FROM core_dong_current "
            f"WHERE dong_code IN ({', '.join(repr(code) for code in codes)})",
            expected,
        )


def test_a_province_changes_its_number_and_its_dongs_go_along() -> None:
    became(
        register(NAMWON),
        "2024-01-18",
        """
        dong_code  | current_dong_code | how
        4519057000 | 5219057000        | recoded
        4519052000 | 5219052000        | recoded
        5219052000 | 5219052000        | live
        """,
    )


def test_the_old_code_is_the_live_one_until_the_day() -> None:
    became(
        register(NAMWON),
        "2024-01-17",
        "dong_code | current_dong_code | how\n4519057000 | 4519057000 | live",
    )


def test_a_renamed_dong_whose_county_then_joined_a_metropolis() -> None:
    # The tail is re-dealt as well: 삼국유사면 takes the one that 고로면 had.
    became(
        register(GUNWI),
        "2024-08-01",
        """
        dong_code  | current_dong_code | how
        4772036000 | 2772036000        | recoded
        4772037000 | 2772037000        | renamed
        4772038000 | 2772037000        | recoded
        """,
    )


def test_a_divided_dong_is_never_guessed() -> None:
    became(
        register(BULDANG),
        "2021-11-15",
        """
        dong_code  | current_dong_code | how    | heirs
        4413356500 |                   | review | 4413356600 4413356700
        4413351000 | 4413351000        | live   |
        """,
    )


def test_dongs_put_together_go_to_the_one() -> None:
    became(
        register(JUNGHEUNG, GAEHANG),
        "2024-08-01",
        """
        dong_code  | current_dong_code | how
        2917052000 | 2917052500        | merged
        2917053000 | 2917052500        | merged
        2917051000 | 2917051000        | live
        2811060000 | 2811060500        | merged
        2811061000 | 2811060500        | merged
        """,
    )


def test_a_dong_that_others_took_in_names_its_neighbours_first() -> None:
    with Warehouse.in_memory() as w:
        build_trace_tables(w, register(JANGJEON), dt.date(2024, 8, 1))
        told = trace(w, "2641062000", dt.date(2024, 8, 1))
        assert (told.how, told.current) == ("review", None)
        assert [heir.name.split()[-1] for heir in told.steps[0].heirs] == [
            "장전제1동",
            "장전제2동",
            "선두구동",
        ]


def test_the_same_name_is_no_heir_where_a_whole_town_was_dealt_anew() -> None:
    became(
        register(BUCHEON),
        "2016-07-04",
        """
        dong_code  | current_dong_code | how
        4119562000 | 4119061000        | recoded
        4119567000 | 4119062000        | recoded
        """,
    )
    became(
        register(BUCHEON),
        "2019-07-01",
        """
        dong_code  | current_dong_code | how
        4119567000 |                   | review
        4119562000 | 4119061000        | recoded
        """,
    )


def test_codes_of_different_province_that_share_a_name_and_day_are_strangers() -> None:
    strangers = """
        2611051000 | 부산광역시 | 중구 | 중앙동 | 1995-01-01 | 2022-01-01
        2711059000 | 대구광역시 | 중구 | 중앙동 | 2022-01-01 |
    """
    became(
        register(strangers),
        "2024-08-01",
        "dong_code | current_dong_code | how\n2611051000 | | review",
    )


HWASEONG = """
    4100000000 | 경기도 |        |           | 1988-04-23 |
    4159061000 | 경기도 | 화성시 | 동탄7동   | 2019-07-01 |
    4159025300 | 경기도 | 화성시 | 봉담읍    | 2001-03-21 |
"""
HWASEONG_LATER = """
    4100000000 | 경기도 |               |         | 1988-04-23 |
    4159757000 | 경기도 | 화성시 동탄구 | 동탄7동 | 2026-02-01 |
    4159325000 | 경기도 | 화성시 효행구 | 봉담읍  | 2026-02-01 |
"""


def test_a_list_of_live_codes_ends_what_it_leaves_out() -> None:
    rows = register(HWASEONG, ref_date="2025-07-01", current_only=True)
    rows += register(HWASEONG_LATER, ref_date="2026-03-01", current_only=True, no=2)
    became(
        rows,
        "2026-03-01",
        """
        dong_code  | current_dong_code | how
        4159061000 | 4159757000        | recoded
        4159025300 | 4159325000        | recoded
        """,
    )


def test_an_excerpt_that_kept_the_row_of_its_province_ends_nothing() -> None:
    rows = register(HWASEONG, BULDANG, ref_date="2025-07-01")
    province = "4100000000 | 경기도 | | | 1988-04-23 |"
    rows += register(province, ref_date="2026-03-01", current_only=True, no=2)
    became(
        rows,
        "2026-03-01",
        "dong_code | current_dong_code | how\n4159061000 | 4159061000 | live",
    )


def test_between_two_lists_one_end_and_one_birth_are_not_taken_for_one() -> None:
    before = """
        4691000000 | 전라남도 | 신안군 |                    | 1988-04-23 |
        4691040500 | 전라남도 | 신안군 | 안좌면자라출장소   | 1988-04-23 |
        4691034000 | 전라남도 | 신안군 | 비금면             | 1988-04-23 |
    """
    after = """
        4691000000 | 전라남도 | 신안군 |                    | 1988-04-23 |
        4691034500 | 전라남도 | 신안군 | 비금면수치도출장소 | 2025-01-31 |
        4691034000 | 전라남도 | 신안군 | 비금면             | 1988-04-23 |
    """
    rows = register(before, ref_date="2024-08-01", current_only=True)
    rows += register(after, ref_date="2025-07-01", current_only=True, no=2)
    became(
        rows,
        "2025-07-01",
        """
        dong_code  | current_dong_code | how    | heirs
        4691040500 |                   | review | 4691034000 4691034500
        """,
    )


def test_a_trace_is_told_in_words() -> None:
    at = dt.date(2024, 8, 1)
    with Warehouse.in_memory() as w:
        build_trace_tables(w, register(GUNWI, BULDANG), at)
        assert in_words(trace(w, "4772037000", at)) == [
            "4772037000  경상북도 군위군 고로면",
            "  1988-04-23  begins",
            "  2021-01-01  goes on under another name and code",
            "              4772038000  경상북도 군위군 삼국유사면",
            "4772038000  경상북도 군위군 삼국유사면",
            "  2021-01-01  begins",
            "  2023-07-01  goes on under another code",
            "              2772037000  대구광역시 군위군 삼국유사면",
            "2772037000  대구광역시 군위군 삼국유사면",
            "  2023-07-01  begins",
            "on 2024-08-01: 2772037000  대구광역시 군위군 삼국유사면 (renamed)",
        ]
        assert in_words(trace(w, "4413356500", at))[-3:] == [
            "on 2024-08-01: review, one of 2 dongs:",
            "  4413356600  충청남도 천안시 서북구 불당1동",
            "  4413356700  충청남도 천안시 서북구 불당2동",
        ]
        for code in ("4413", "9999999999"):
            with pytest.raises(OptionError):
                trace(w, code, at)


def test_both_forms_of_the_ministrys_file_say_the_same(tmp_path: Path) -> None:
    header = "행정동코드,시도명,시군구명,읍면동명,생성일자,말소일자"
    row = "4413356500,충청남도,천안시 서북구,불당동,20131014,20211115"
    comma = tmp_path / "KIKcd_H.20240801.csv"
    comma.write_text(f"{header}\r\n{row}\r\n", "utf-8-sig")
    widths = (10, 30, 30, 30, 8, 8)
    line = b" ".join(
        cell.encode("cp949").ljust(width)
        for cell, width in zip(row.split(","), widths, strict=True)
    )
    fixed = tmp_path / "KIKcd_H.20240801.txt"
    fixed.write_bytes(b"code".ljust(300) + b"\n" + line.ljust(300) + b"\n")
    mapped = tmp_path / "KIKmix.20240801.csv"
    mapped.write_text(
        f"{header},법정동코드,동리명\n{row},4413313300,불당동\n{row},4413313400,백석동\n",
        "cp949",
    )
    (first,), (second,), (third,) = map(read_register, (comma, fixed, mapped))
    assert first["abolished_on"] == dt.date(2021, 11, 15)
    assert {**first, "row_no": 0} == {**second, "row_no": 0}
    assert third == {**first, "is_map": True}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("register.csv", "행정동코드\n"),
        ("KIKcd_H.20240801.csv", "a,b,c\n1,2,3\n"),
    ],
)
def test_a_file_that_is_no_register_is_told(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(OptionError, match="--register"):
        read_register(tmp_path / name)
    with pytest.raises(OptionError, match="no file"):
        read_register(tmp_path / "nothing.csv")
