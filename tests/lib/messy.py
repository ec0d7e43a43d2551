"""Files as offices publish them, small: each kind of oddity that was found in the wild.

Every maker returns the bytes of a file and what sniffing must tell of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

DISTRICTS = ("종로구", "중구", "용산구", "성동구", "광진구", "동대문구")


@dataclass(frozen=True)
class Messy:
    """A file, and what is true of it."""

    content: bytes
    encoding: str
    header_rows: int
    data_rows: int
    columns: tuple[str, ...]
    delimiter: str = ","
    total_rows: int = 0
    others: tuple[tuple[str, object], ...] = ()


def text(lines: list[str], end: str = "\n", *, closed: bool = True) -> str:
    """Lines with their ends; the last one without, unless closed."""
    return end.join(lines) + (end if closed else "")


def row(*cells: object) -> str:
    """A comma row, quoted only where needed."""
    return ",".join(f'"{c}"' if "," in str(c) else str(c) for c in cells)


def padded_month_headers() -> Messy:
    """Header cells with blanks around them, all numbers quoted with thousands."""
    lines = ["연도,시도,시군구,계약종별, 1월 , 2월 "]
    for number, name in enumerate(DISTRICTS):
        lines.append(
            row(2024, "서울특별시", name, "주택용", f"2{number},457,510", "1,314")
        )
    names = ("연도", "시도", "시군구", "계약종별", "1월", "2월")
    return Messy(text(lines, "\r\n").encode("utf-8-sig"), "utf-8-sig", 1, 6, names)


def two_headers_repeated() -> Messy:
    """The upper header repeats its group; each year begins with a 소계 row."""
    lines = [
        '"시점","자치구별(1)",자치구별(2),일반수급자,일반수급자',
        '"시점","자치구별(1)",자치구별(2),소계,0~4세',
    ]
    for year in (2012, 2013):
        for number, name in enumerate(("소계", *DISTRICTS)):
            lines.append(f'"{year}","합계",{name},{3057 + number},{33 + number}')
    names = (
        "시점",
        "자치구별(1)",
        "자치구별(2)",
        "일반수급자_소계",
        "일반수급자_0~4세",
    )
    return Messy(
        text(lines).encode("utf-8-sig"), "utf-8-sig", 2, 12, names, total_rows=2
    )


def years_as_headers() -> Messy:
    """Header cells that are numbers: years."""
    lines = ['"자치구별(1)","자치구별(2)",구분별(1),2015,2016,2017']
    for name in ("소계", *DISTRICTS):
        for kind in ("다문화가구 (가구)", "내국인(귀화·인지)"):
            lines.append(f'"합계","{name}",{kind},64013,69054,7')
    names = ("자치구별(1)", "자치구별(2)", "구분별(1)", "2015", "2016", "2017")
    return Messy(text(lines).encode("cp949"), "cp949", 1, 12, names, total_rows=2)


def four_headers_with_dashes() -> Messy:
    """Four header rows, years first; a dash stands for nothing."""
    lines = [
        "자치구별(1),자치구별(2),2006,2006,2007",
        "자치구별(1),자치구별(2),계,계,계",
        "자치구별(1),자치구별(2),시설수 (개소),이용자수 (명),시설수 (개소)",
        "자치구별(1),자치구별(2),소계,소계,소계",
    ]
    for name in ("소계", *DISTRICTS):
        lines.append(
            f"서울시,{name},213,-,209" if name != "중구" else "서울시,중구,-,-,-"
        )
    names = (
        "자치구별(1)",
        "자치구별(2)",
        "2006_계_시설수 (개소)_소계",
        "2006_계_이용자수 (명)_소계",
        "2007_계_시설수 (개소)_소계",
    )
    return Messy(
        text(lines).encode("utf-8-sig"), "utf-8-sig", 4, 6, names, total_rows=1
    )


def whole_row_quoted() -> Messy:
    """Every row in one quoted cell, a comma too many at its end, the last unclosed."""

    def wrapped(*cells: str) -> str:
        inner = ",".join([cells[0], *(f'""{cell}""' for cell in cells[1:]), ""])
        return f'"{inner}"'

    lines = [wrapped("동별", "독거노인별", "성별", "단위", "2019 년", "2020 년")]
    for name in ("서울특별시", *DISTRICTS):
        for sex in ("계", "남", "여"):
            lines.append(wrapped(name, "합계", sex, "", "343567", "366134"))
    names = ("동별", "독거노인별", "성별", "단위", "2019 년", "2020 년")
    content = text(lines, "\r\n", closed=False).encode()
    others = (("wrapped", True), ("has_last_line_end", False))
    return Messy(content, "utf-8", 1, 21, names, others=others)


def three_headers() -> Messy:
    """Years, measures and sexes above each other; a first column that says 합계 always."""
    lines = [
        '"동별(1)",동별(2),2019,2019,2019',
        '"동별(1)",동별(2),세대 (세대),계 (명),계 (명)',
        '"동별(1)",동별(2),소계,소계,남자',
    ]
    for number, name in enumerate(("소계", *DISTRICTS)):
        lines.append(f'"합계",{name},{73947 + number},161869,2.05')
    names = (
        "동별(1)",
        "동별(2)",
        "2019_세대 (세대)_소계",
        "2019_계 (명)_소계",
        "2019_계 (명)_남자",
    )
    return Messy(
        text(lines).encode("utf-8-sig"), "utf-8-sig", 3, 6, names, total_rows=1
    )


def five_headers() -> Messy:
    """Five header rows, decimals below."""
    lines = [
        '"자치구별(1)",자치구별(2),2019,2019,2019',
        '"자치구별(1)",자치구별(2),합계,도시공원,도시공원',
        '"자치구별(1)",자치구별(2),소계,소계,도시계획시설(공원) ',
        '"자치구별(1)",자치구별(2),소계,소계,근린공원',
        '"자치구별(1)",자치구별(2),공원수 (개소),면적 (천㎡),면적 (천㎡)',
    ]
    for name in ("소계", *DISTRICTS, "서울대공원"):
        lines.append(f'"합계",{name},2868,168896.8,-')
    names = (
        "자치구별(1)",
        "자치구별(2)",
        "2019_합계_소계_공원수 (개소)",
        "2019_도시공원_소계_면적 (천㎡)",
        "2019_도시공원_도시계획시설(공원)_근린공원_면적 (천㎡)",
    )
    return Messy(
        text(lines).encode("utf-8-sig"), "utf-8-sig", 5, 7, names, total_rows=1
    )


def newline_in_header() -> Messy:
    """Title and unit rows, line feeds in a header cell, a merged header, 서울합계."""
    lines = [
        "다. 노인여가복지시설 총괄표(시･군･구),,,,,,",
        ',,,,,,"(단위 : 개소, 명)"',
        '시·도,"65세 이상 노인인구\n(2019.12.31\n주민등록 인구기준)",'
        "합 계,노 인 복 지 관,,경 로 당,노 인 교 실",
        ",,,시설수,종사자수,,",
        '서울합계,"1,478,664 ","3,942 ",85 ,"2,104 ","3,466 ",391 ',
    ]
    for number, name in enumerate(DISTRICTS):
        lines.append(f'{name},"27,31{number} ",76 ,3 ,107 ,63 ,10 ')
    names = (
        "시·도",
        "65세 이상 노인인구 (2019.12.31 주민등록 인구기준)",
        "합 계",
        "노 인 복 지 관_시설수",
        "노 인 복 지 관_종사자수",
        "경 로 당",
        "노 인 교 실",
    )
    others = (("title_rows", 1), ("unit_rows", 1), ("padded", True))
    content = text(lines, "\r\n", closed=False).encode("utf-8-sig")
    return Messy(content, "utf-8-sig", 2, 6, names, total_rows=1, others=others)


def title_blank_unit_merged() -> Messy:
    """Title, blank and unit rows; a header merged over three columns each."""
    lines = [
        "[시군구별 및 성별 우울증 진료현황]" + "," * 8,
        "," * 8,
        "," * 7 + '"(단위: 원, 일, 명)",',
        "시도,시군구,성별, 2019년 ,,, 2020년 ,,",
        ",,,요양급여비용,입내원일수,환자수,요양급여비용,입내원일수,환자수",
    ]
    for name in DISTRICTS:
        cells = '," 7,353,830 ", 83 , 15 , - , - , - '
        lines += [f"서울,{name},남{cells}", f"서울,{name},여{cells}"]
    measures = ("요양급여비용", "입내원일수", "환자수")
    names = ("시도", "시군구", "성별")
    names += tuple(f"{year}년_{each}" for year in (2019, 2020) for each in measures)
    others = (("title_rows", 1), ("unit_rows", 1), ("blank_rows", 1))
    content = text(lines, "\r\n").encode()
    return Messy(content, "utf-8", 2, 12, names, others=others)


def dong_code_in_name() -> Messy:
    """A dong's name and its ten digits in one cell; numbers quoted when they need it."""
    lines = ["행정구역,2023년01월_계_총인구수,2023년01월_계_0~9세"]
    for number, name in enumerate(DISTRICTS):
        lines.append(f'서울특별시 {name} (11{number}1000000),"141,22{number}",912')
    names = ("행정구역", "2023년01월_계_총인구수", "2023년01월_계_0~9세")
    content = text(lines, closed=False).encode("utf-8-sig")
    return Messy(content, "utf-8-sig", 1, 6, names)


def trailing_commas() -> Messy:
    """Blanks after the numbers and rows of commas at the end."""
    lines = ["행정구역,2021년05월_계_총인구수,2021년05월_계_0~4세"]
    for number, name in enumerate(DISTRICTS):
        lines.append(f"서울특별시 {name} (11{number}1000000),957535{number} ,257987 ")
    lines += [",,"] * 4
    names = ("행정구역", "2021년05월_계_총인구수", "2021년05월_계_0~4세")
    others = (("blank_rows", 4), ("blank_tail_rows", 4), ("padded", True))
    content = text(lines, "\r\n").encode("cp949")
    return Messy(content, "cp949", 1, 6, names, others=others)


def everything_quoted() -> Messy:
    """Each cell quoted, UTF-8 without a mark."""
    lines = ['"행정구역","2025년09월_총인구수","2025년09월_남자 인구수"']
    for number in range(5):
        lines.append(
            f'"부산광역시  (26{number}0000000)","3,248,359","1,579,32{number}"'
        )
    names = ("행정구역", "2025년09월_총인구수", "2025년09월_남자 인구수")
    return Messy(text(lines).encode(), "utf-8", 1, 5, names)


def merged_times() -> Messy:
    """Times over two columns each, the second header row blank at its beginning."""
    lines = [
        "사용월,호선명,역ID,지하철역,04:00:00~04:59:59,,05:00:00~05:59:59,",
        ",,,,승차,하차,승차,하차",
    ]
    for number, name in enumerate(("서울역", "중계", "상계", "석계", "범계", "시청")):
        lines.append(f'20-Oct,{number % 2 + 1}호선,{number},{name},742,17,"9,080",4')
    names = (
        "사용월",
        "호선명",
        "역ID",
        "지하철역",
        "04:00:00~04:59:59_승차",
        "04:00:00~04:59:59_하차",
        "05:00:00~05:59:59_승차",
        "05:00:00~05:59:59_하차",
    )
    return Messy(text(lines).encode("cp949"), "cp949", 2, 6, names)


def names_twice() -> Messy:
    """Words in the first header row, a database's column names in the second."""
    lines = [
        "통계청행정동코드,행자부행정동코드,시도명,행정동명",
        "H_SDNG_CD,H_DNG_CD,DO_NM,H_DNG_NM",
    ]
    for number in range(12):
        lines.append(f"11010{53 + number},11110{530 + number},서울,{number}가동")
    names = ("통계청행정동코드", "행자부행정동코드", "시도명", "행정동명")
    return Messy(text(lines).encode("cp949"), "cp949", 2, 12, names)


# By the number of the published file that has this shape.
KINDS: dict[str, Callable[[], Messy]] = {
    "01": padded_month_headers,
    "03": two_headers_repeated,
    "05": years_as_headers,
    "08": four_headers_with_dashes,
    "10": whole_row_quoted,
    "12": three_headers,
    "14": five_headers,
    "16": newline_in_header,
    "19": title_blank_unit_merged,
    "21": dong_code_in_name,
    "23": trailing_commas,
    "26": everything_quoted,
    "36": merged_times,
    "38": names_twice,
}
