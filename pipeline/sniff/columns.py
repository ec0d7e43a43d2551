"""What a column holds, told from its header and the shapes of its cells."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.sniff.headers import JOINT
from pipeline.sniff.rows import NO_VALUE
from pipeline.text_rows import plain

# Of the filled cells, so many must have a type's form.
_MOST = 0.9
_ENOUGH = 0.7
_HALF = 0.5
_MAX_SHAPE = 24

_RESIDENT = re.compile(r"\d{6}-?[1-8][\d*]{6}|\d{6}-?\*{7}")
_PHONE = re.compile(r"0\d{1,2}[-) ]?\d{3,4}[-\s]?\d{4}|1\d{9}")
_DAY = r"(19|20)\d\d{0}(0[1-9]|1[0-2]){0}(0[1-9]|[12]\d|3[01])|00000000|99991231"
_MON = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATES = {
    "YYYYMMDD": re.compile(_DAY.replace("{0}", "")),
    "YYYY-MM-DD": re.compile(_DAY.replace("{0}", "-")),
    "YYYY.MM.DD": re.compile(r"(19|20)\d\d\.\s?\d{1,2}\.\s?\d{1,2}\.?"),
    "YYYY/MM/DD": re.compile(r"(19|20)\d\d/\d{1,2}/\d{1,2}"),
    "YY-Mon": re.compile(rf"\d{{2}}-({_MON})"),
}
_MONTHS = {
    "YYYYMM": re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])|000000"),
    "YYYY-MM": re.compile(r"(19|20)\d\d[-./](0?[1-9]|1[0-2])"),
}
_WHOLE = re.compile(r"[-+]?\d[\d,]*(\.0+)?(개월|원|명|건)?")
_DECIMAL = re.compile(r"[-+]?[\d,]*\.?\d+%?")
_ADDRESS = re.compile(r"(시|도|구|군)\s.*(로|길|동|리|가|읍|면)\s?\d+|(로|길)\s?\d+")
_NAME = re.compile(r"[가-힣]{2,4}|[가-힣]\*[가-힣]{0,2}")
_PROVINCE = re.compile(r"(1[1-9]|[2-4]\d|5[0-2])\d+")
# What a header's words say when the digits leave it open.
_SAYS = (
    ("months", re.compile(r"개월|월수$")),
    ("won", re.compile(r"금액|비용|체납액|요금|보험료|급여액|[(_]원\)?$|액$")),
    ("count", re.compile(r"수$|수\(|인구|세대|명\)|건\)|인원|횟수|가구")),
)
_IS_NAME = re.compile(r"성명|이름|세대주$|대표자$|담당자$|신청인|보호자")
_IS_BIRTH = re.compile(r"생년월일|생일")
_IS_DAY = re.compile(r"일$|일자$|날짜$")
# Types whose cells are a person's own: only their shapes may be told.
PERSONAL = frozenset(
    {"resident_number", "phone", "name", "address", "birth_date", "account_id"}
)


@dataclass(frozen=True)
class ColumnSeen:
    """A column: its name, what it holds, and its shapes; no value of it."""

    name: str
    type: str
    style: str | None
    filled: int
    distinct: int
    shapes: tuple[str, ...]

    @property
    def is_personal(self) -> bool:
        """Does it hold what belongs to a person?"""
        return self.type in PERSONAL


def shape_of(cell: str) -> str:
    """A cell's pattern: digits are 9, Hangul 가, Latin A or a; marks stay.

    Example: `서울 12-3` gives `가가 99-9`.
    """
    classes = []
    for letter in cell[:_MAX_SHAPE]:
        if letter.isdigit():
            classes.append("9")
        elif letter.isascii():
            upper = "A" if letter.isupper() else "a"
            classes.append(upper if letter.isalpha() else letter)
        else:
            classes.append("가" if letter.isalpha() else "·")
    return "".join(classes) + ("…" if len(cell) > _MAX_SHAPE else "")


def column_seen(name: str, cells: Sequence[str]) -> ColumnSeen:
    """What a column holds, from a sample of its cells."""
    present = [cell.strip() for cell in cells]
    filled = [cell for cell in present if cell and cell not in NO_VALUE]
    kind, style = _type_of(plain(name), filled)
    shapes = Counter(map(shape_of, filled))
    common = sorted(shapes.items(), key=lambda each: (-each[1], each[0]))[:3]
    return ColumnSeen(
        name, kind, style, len(filled), len(set(filled)), tuple(s for s, _ in common)
    )


def _type_of(header: str, filled: list[str]) -> tuple[str, str | None]:
    if not filled:
        return "empty", None
    if _share(_RESIDENT, filled) >= _ENOUGH and "계좌" not in header:
        return "resident_number", None
    if (style := _style(_DATES, filled, _MOST)) is not None:
        return ("birth_date" if _IS_BIRTH.search(header) else "date"), style
    if (style := _style(_MONTHS, filled, _MOST)) is not None and not _said(header):
        return "month", style
    if _IS_DAY.search(header) and (style := _style(_DATES, filled, _HALF)) is not None:
        return "date", style
    if _share(re.compile(r"\d+"), filled) >= _MOST:
        return _digits(header, filled), None
    return _number_or_text(header, filled)


def _style(
    styles: Mapping[str, re.Pattern[str]], filled: list[str], enough: float
) -> str | None:
    """How days or months are written, when enough of the cells are; else None."""
    counts = {
        style: sum(1 for cell in filled if form.fullmatch(cell))
        for style, form in styles.items()
    }
    if sum(counts.values()) < enough * len(filled):
        return None
    common = [style for style, number in counts.items() if number > 0.05 * len(filled)]
    return common[0] if len(common) == 1 else "mixed"


def _digits(header: str, filled: list[str]) -> str:
    """Digits only: a code of the state, an id, or a number."""
    lengths = Counter(map(len, filled))
    length, often = max(lengths.items(), key=lambda each: (each[1], each[0]))
    constant = often >= _MOST * len(filled)
    distinct = len(set(filled)) / len(filled)
    if _IS_BIRTH.search(header) and length <= 8:
        return "birth_date"
    if constant and (code := _dong(header, filled, length)):
        return code
    if said := _said(header):
        return said
    if _share(_PHONE, filled) >= _MOST and (length > 9 or "전화" in header):
        return "phone"
    if constant and length == 5 and _IS_DAY.search(header):
        return "date_serial"
    if length == 4 and _share(re.compile(r"(19|20)\d\d"), filled) >= _MOST:
        return "year"
    if constant and length >= 7 and (distinct > 0.5 or header.endswith("번호")):
        return "account_id"
    is_code = constant and any(cell.startswith("0") for cell in filled) and length > 1
    if is_code or header.endswith(("코드", "구분", "ID")):
        return "code"
    return "count"


def _dong(header: str, filled: list[str], length: int) -> str | None:
    """Codes of a dong: 10 digits, 8 of the interior ministry, 7 of the statisticians.

    They begin with the number of a province, 11-52, and an account seldom does
    throughout.
    """
    if length not in (7, 8, 10):
        return None
    if _share(_PROVINCE, filled) < _MOST:
        return None
    if re.search(r"동코드|행정구역코드|법정동|행정동|지역코드", header):
        return f"dong_code_{length}"
    leads = {cell[:2] for cell in filled}
    if (
        length == 10
        and len(filled) > 3
        and _share(re.compile(r"\d{8}00"), filled) > 0.6
    ):
        return "dong_code_10"
    if length != 10 and len(filled) > 9 and len(leads) * 8 < len(filled):
        return f"dong_code_{length}"
    return None


def _number_or_text(header: str, filled: list[str]) -> tuple[str, str | None]:
    if _share(_WHOLE, filled) >= _MOST:
        months = sum(cell.endswith("개월") for cell in filled)
        won = sum(cell.endswith("원") for cell in filled)
        said = "months" if months * 3 > len(filled) else "won" if won else None
        return said or _said(header) or "count", None
    if _share(_DECIMAL, filled) >= _MOST:
        return "number", None
    if _share(_PHONE, filled) >= _ENOUGH:
        return "phone", None
    distinct = len(set(filled))
    if _IS_NAME.search(header) or (
        header.endswith("명") and "성" in header and _share(_NAME, filled) > _ENOUGH
    ):
        return "name", None
    if _share_found(_ADDRESS, filled) >= 0.5 or header.endswith("주소"):
        return "address", None
    if _share_found(re.compile(r"\(\d{10}\)$"), filled) >= _MOST:
        return "text", "name (dong_code_10)"
    if distinct <= 20 and distinct * 3 <= len(filled):
        return "code", None
    return "text", None


def _said(header: str) -> str | None:
    """What the last part of a joined name says, else its other parts."""
    parts = header.split(JOINT)
    for part in (parts[-1], header):
        bare = re.sub(r"\([^()]*\)$", "", part) or part
        for kind, words in _SAYS:
            if words.search(part) or words.search(bare):
                return kind
    return None


def _share(form: re.Pattern[str], cells: list[str]) -> float:
    return sum(1 for cell in cells if form.fullmatch(cell)) / len(cells)


def _share_found(form: re.Pattern[str], cells: list[str]) -> float:
    return sum(1 for cell in cells if form.search(cell)) / len(cells)
