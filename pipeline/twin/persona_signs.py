"""What each extract says of the personas on a reference date."""

import datetime as dt
from collections.abc import Callable

from pipeline.twin.clock import month_no, ym, ymd
from pipeline.twin.persona_people import Persona, When

Fields = dict[str, str]
GREAT_METER, MEMORY_DAYS = 493, 62
# Months overdue in the last file known before as_of, and the monthly premium: A owes
# 16 × 16,870 = 269,920 won in all.
NHIS = {
    "A": (16, 16_870), "B": (22, 31_400), "B17": (17, 31_400), "C": (9, 24_100),
    "D": (4, 28_600), "I": (5, 22_300), "K": (8, 19_800), "L": (6, 26_500),
}  # fmt: skip


def _grown(months: int, at: When, month: int) -> int:
    """Months overdue in another month, when they are `months` in the last one seen."""
    return max(0, months - (at.seen - month))


def _nhis(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    out, month = [], month_no(day)
    for letter, (total, premium) in NHIS.items():
        who, months = cast[letter], _grown(total, at, month)
        if months:
            out.append(
                {
                    "증번호": who.accounts["nhis"],
                    "가입자구분": "1",
                    "세대주주민번호": who.head.number,
                    "성명": who.head.name,
                    "월보험료": str(premium),
                    "체납개월": str(months),
                    "체납금액": str(months * premium),
                    "최초체납월": ym(month - months + 1),
                    "급여제한": "N",
                    "행정동코드": who.dong.code_on(day),
                    "주소": f"{who.address_on(who.road, day)} {who.detail}".strip(),
                }
            )
    return out


def _kepco_line(who: Persona, day: dt.date, months: int, limit: str) -> Fields:
    number = who.head.number
    return {
        "기준일자": ymd(day),
        "고객번호": who.accounts["kepco"],
        "계약종별": "주택용",
        "성명": who.head.name,
        "생년월일": number[:6],
        "도로명주소": who.address_on(who.road, day),
        "상세주소": who.detail,
        "체납개월수": str(months),
        "체납금액": str(months * 21_500),
        "제한구분": "1" if limit else "0",
        "제한일자": limit,
        "해제일자": "",
        "사회적배려": "N",
    }


def _kepco(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    out = []
    for letter, total in (("H", 5), ("K", 4)):
        months = _grown(total, at, month_no(day))
        limited = letter == "H" and at.limit <= day
        if months >= 2 or limited:
            limit = ymd(at.limit) if limited else ""
            out.append(_kepco_line(cast[letter], day, max(months, 3 * limited), limit))
    return out


def _water(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    who, months = cast["G"], _grown(9, at, month_no(day))
    if months < 2 or not who.dong.waterworks:
        return []
    return [
        {
            "고지년월": ym(month_no(day)),
            "수용가번호": who.accounts["water"],
            "업종": "가정용",
            "가구수": str(GREAT_METER),
            "성명": who.head.name,
            "지번주소": who.address_on(who.lot, day),
            "동코드": who.dong.waterworks,
            "체납월수": str(months),
            "체납금액": f"{months * 11_200 * GREAT_METER:,}",
            "정수일자": "",
            "해제일자": "",
        }
    ]


def _gas(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    month = month_no(day)
    blip = at.blip <= day
    after = at.blip + dt.timedelta(days=1)
    lines = [
        ("C", _grown(5, at, month), ymd(at.stop) if at.stop <= day else "", ""),
        ("D", min(2, _grown(2, at, month)), "", ""),
        (
            "F",
            0 if blip else max(0, 2 - (month_no(at.blip) - month)),
            ymd(at.blip) * blip,
            ymd(after) * (after <= day),
        ),
    ]
    out = []
    for letter, months, stop, back in lines:
        recent = bool(stop) and (not back or day <= after + dt.timedelta(MEMORY_DAYS))
        if not (months or recent):
            continue
        who = cast[letter]
        unit = "203호" if letter == "C" else who.detail  # the register has none for C
        head, mark, tail = who.address_on(who.road, day).partition(" (")
        out.append(
            {
                "조회일": ymd(day),
                "사용계약번호": who.accounts["gas"],
                "성명": who.head.name,
                "연락처": who.phone,
                "도로명주소": f"{head}, {unit}{mark}{tail}",
                "체납개월": str(months),
                "체납액": str(months * 38_200),
                "공급중지일": stop if recent else "",
                "재개일": back if recent else "",
            }
        )
    return out


def _resident_line(who: Persona, i: int, at: When, day: dt.date) -> Fields:
    person = who.residents[i]
    died = who.letter == "K" and i == 0 and at.died <= day
    return {
        "세대번호": who.registry_no,
        "세대주관계": person.relation,
        "주민번호": person.number,
        "성명": person.name,
        "전입일": "20170519",
        "행정동코드": who.code_on(day),
        "도로명주소": who.address_on(who.road, day),
        "상세주소": who.detail,
        "통": "7",
        "반": "3",
        "거주불명": "N",
        "사망일": ymd(at.died) if died else "",
        "연락처": who.phone if i == 0 and who.letter != "A" else "",
        "장애정도": "0",
        "열람제한": "N",
    }


def _resident(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    return [
        _resident_line(who, i, at, day)
        for who in cast.values()
        for i in range(len(who.residents))
    ]


def _change(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    if month_no(at.died) != month_no(day):
        return []
    more = {"변동구분": "사망", "변동일": ymd(at.died), "변경전주민번호": ""}
    return [_resident_line(cast["K"], 0, at, day) | more]


def _nps(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    who = cast["I"].head
    exempt = 64 - (at.seen - month_no(day))
    return [
        {
            "주민번호": who.number,
            "성명": who.name,
            "가입종별": "지역",
            "체납개월": "0",
            "체납액": "0",
            "납부예외": "Y",
            "납부예외사유": "생계곤란",
            "최종납부월": ym(month_no(day) - exempt),
        }
    ]


def _kcomwel(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    who, months = cast["J"], _grown(7, at, month_no(day))
    if not months:
        return []
    return [
        {
            "사업장관리번호": who.accounts["kcomwel"],
            "대표자주민번호": who.head.number,
            "업종": "음식점업",
            "상시근로자수": "1",
            "고용체납개월": str(months),
            "고용체납액": str(months * 28_000),
            "산재체납개월": str(months),
            "산재체납액": str(months * 16_500),
            "휴폐업일": ymd(at.closed) if at.closed <= day else "",
        }
    ]


def _indicator(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    month, out = month_no(day), []

    def line(code: str, letter: str, on: dt.date, value: int, won: int) -> None:
        out.append(
            {
                "위기정보코드": code,
                "주민번호": cast[letter].head.number,
                "발생일": ymd(on),
                "값": str(value),
                "금액": str(won) if won else "",
                "비고코드": "",
            }
        )

    if month == at.seen:
        line("F02", "D", day.replace(day=9), 2, 1_120_000)
    owed = 5 - (at.seen - month)
    if owed in (3, 4, 5):
        began = dt.date((month - owed + 3 - 1) // 12, (month - owed + 2) % 12 + 1, 25)
        line("R02", "E", began, owed, owed * 164_000)
    if month == month_no(at.closed):
        line("T01", "J", at.closed, 1, 0)
    return out


def _case(cast: dict[str, Persona], at: When, day: dt.date) -> list[Fields]:
    if at.opened > day:
        return []
    asked = at.opened + dt.timedelta(days=8)
    return [
        {
            "사례번호": f"{at.opened.year}-90001",
            "대표주민번호": cast["H"].head.number,
            "단계": "점검" if day > at.opened + dt.timedelta(days=30) else "조사",
            "담당자": "모담당",
            "개시일": ymd(at.opened),
            "종결일": "",
            "위기도": "4" if asked <= day else "",
            "조사일": ymd(asked) if asked <= day else "",
        }
    ]


Rows = Callable[[dict[str, Persona], When, dt.date], list[Fields]]
ROWS: dict[str, Rows] = {
    "nhis": _nhis,
    "kepco": _kepco,
    "water": _water,
    "gas": _gas,
    "resident": _resident,
    "resident_change": _change,
    "nps": _nps,
    "kcomwel": _kcomwel,
    "indicator": _indicator,
    "case_management": _case,
}
