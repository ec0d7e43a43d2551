"""Large synthetic extracts in the contracts' own shapes, the same for the same size."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

_NAME = (
    "['김','이','박','최','정','강','조','윤'][1 + h % 8] || "
    "['민수','영희','서연','지훈','하준','은주','말순','철수'][1 + h // 8 % 8]"
)
_ROAD = (
    "'충청남도 천안시 ' || ['동남구','서북구'][1 + h % 2] || ' ' || "
    "['충절로','불당대로','쌍용대로','만남로','성정두정로'][1 + h // 3 % 5] || ' ' || "
    "(1 + h // 100 % 300)"
)
_UNIT = "(1 + h % 120) || '동 ' || (101 + h // 7 % 1900) || '호'"
# One cell in a hundred is written as no parser expects it.
_MONTHS = (
    "CASE WHEN h % 100 = 0 THEN (2 + h % 20) || '개월' ELSE '' || (2 + h % 20) END"
)
_AMOUNT = "'' || (10000 + 10 * (h % 90000))"
_STOP = (
    "CASE WHEN h // 11 % 5 >= 3 THEN "
    "strftime(DATE '2025-01-01' + CAST(h % 365 AS INTEGER), '%Y%m%d') ELSE '' END"
)
_BORN = "strftime(DATE '1940-01-01' + CAST(h // 64 % 20000 AS INTEGER), '%y%m%d')"
_PERSON = f"{_BORN} || (1 + h % 2) || lpad('' || (i % 1000000), 6, '0')"
_PERSON_OF_FOUR = (
    "strftime(DATE '1940-01-01' + CAST(g // 64 % 20000 AS INTEGER), '%y%m%d') "
    "|| (1 + g % 2) || lpad('' || (i // 4 % 1000000), 6, '0')"
)


@dataclass(frozen=True)
class Shape:
    """One kind of file: its cells as SQL over i (row), h (its hash), g (of 4 rows)."""

    source: str
    file_name: str
    encoding: str
    delimiter: str
    cells: dict[str, str]
    widths: tuple[int, ...] = ()


SHAPES = {
    "kepco": Shape(
        "kepco",
        "KEPCO_LIMIT_20260131.txt",
        "cp949",
        "|",
        {
            "기준일자": "'20260131'",
            "고객번호": "lpad('' || (1000000 + i * 7), 10, '0')",
            "계약종별": "['주택용','주택용','일반용','산업용'][1 + h % 4]",
            "성명": _NAME,
            "생년월일": _BORN,
            "도로명주소": _ROAD,
            "상세주소": _UNIT,
            "체납개월수": _MONTHS,
            "체납금액": _AMOUNT,
            "제한구분": "['0','0','0','1','2'][1 + h // 11 % 5]",
            "제한일자": _STOP,
            "해제일자": "''",
            "사회적배려": "['N','N','N','Y'][1 + h // 13 % 4]",
        },
    ),
    "gas": Shape(
        "gas",
        "GAS_STOP_20260131.csv",
        "utf-8-sig",
        ",",
        {
            "조회일": "'20260131'",
            "사용계약번호": "lpad('' || (1000000 + i * 7), 12, '0')",
            "성명": _NAME,
            "연락처": "'010-' || (1000 + h % 9000) || '-' || (1000 + h // 9 % 9000)",
            "도로명주소": f"{_ROAD} || ' ' || {_UNIT}",
            "체납개월": _MONTHS,
            "체납액": _AMOUNT,
            "공급중지일": _STOP,
            "재개일": "''",
        },
    ),
    "nps": Shape(
        "nps",
        "NPS_ARREARS_202601.csv",
        "cp949",
        ",",
        {
            "주민번호": _PERSON,
            "성명": _NAME,
            "가입종별": "{kind}",
            "체납개월": _MONTHS,
            "체납액": _AMOUNT,
            "납부예외": "'N'",
            "납부예외사유": "''",
            "최종납부월": "'2025' || lpad('' || (1 + h % 12), 2, '0')",
        },
    ),
    "benefit": Shape(
        "benefit",
        "BENEFIT_20260131.csv",
        "cp949",
        ",",
        {
            # Four spells a person, as they come: one after the other.
            "주민번호": _PERSON_OF_FOUR,
            "급여종류": "['생계','의료','주거','교육'][1 + i % 4]",
            "상태": "['수급','수급','수급','중지','탈락'][1 + h % 5]",
            "시작일": "strftime(DATE '2019-01-01' + CAST(h % 2500 AS INTEGER), "
            "'%Y%m%d')",
            "종료일": "''",
            "사유": "CASE WHEN h % 5 >= 3 THEN "
            "['소득 초과','재산 초과','자료 미제출'][1 + h % 3] ELSE '' END",
        },
    ),
    "nhis": Shape(
        "nhis",
        "NHIS_ARREARS_202601.dat",
        "cp949",
        "",
        {
            "증번호": "lpad('' || (1000000 + i * 7), 11, '0')",
            "가입자구분": "'1'",
            "세대주주민번호": _PERSON,
            "성명": _NAME,
            "월보험료": f"lpad({_AMOUNT}, 9, '0')",
            "체납개월": "lpad('' || (1 + h % 60), 3, '0')",
            "체납금액": f"lpad({_AMOUNT}, 11, '0')",
            "최초체납월": "'2025' || lpad('' || (1 + h % 12), 2, '0')",
            "급여제한": "['N','N','N','Y'][1 + h // 13 % 4]",
            "행정동코드": "['4413151000','4413152000','4413358000'][1 + h % 3]",
            "주소": f"{_ROAD} || ' ' || {_UNIT}",
        },
        widths=(11, 1, 13, 20, 9, 3, 11, 6, 1, 10, 100),
    ),
}


def write_file(shape: Shape, rows: int, folder: Path, subscriber: str) -> Path:
    """A file of that many rows; and beside it, for bare parsers, `<name>.utf8`.

    `subscriber` is a 가입종별 that the nps contract knows.
    """
    path = folder / shape.file_name
    cells = [sql.replace("{kind}", f"'{subscriber}'") for sql in shape.cells.values()]
    line = f" || '{shape.delimiter}' || ".join(f"({cell})" for cell in cells)
    if shape.widths:
        # In cp949 a Hangul letter is two bytes, in UTF-8 three.
        padded = [
            f"rpad({cell}, CAST({width} - (strlen({cell}) - length({cell})) // 2 "
            "AS INTEGER), ' ')"
            for cell, width in zip((f"({c})" for c in cells), shape.widths, strict=True)
        ]
        line = " || ".join(padded)
    mark = "\ufeff" if shape.encoding == "utf-8-sig" else ""
    codec = shape.encoding.removesuffix("-sig")
    with path.open("wb") as file, Path(f"{path}.utf8").open("wb") as bare:
        if shape.delimiter:
            header = shape.delimiter.join(shape.cells) + "\n"
            file.write((mark + header).encode(codec))
            bare.write(header.encode())
        for text in _lines(line, rows):
            file.write(text.encode(codec))
            bare.write(text.encode())
        if shape.widths:
            file.write(f"T{rows:010}\n".encode())
    return path


def _lines(line: str, rows: int) -> Iterator[str]:
    found = duckdb.connect().execute(
        f"SELECT {line} FROM (SELECT i, CAST(hash(i) >> 2 AS BIGINT) AS h, "
        "CAST(hash(i // 4) >> 2 AS BIGINT) AS g "
        f"FROM range({rows}) t(i)) ORDER BY i"
    )
    while part := found.fetchmany(100_000):
        yield "".join(f"{text}\n" for (text,) in part)
