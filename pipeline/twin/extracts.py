"""Clean rows of each extract at a reference date, in ascending order of their key."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from pipeline.twin.accounts import Accounts
from pipeline.twin.clock import Flags, Ints, Window, month_no, ym, ymd
from pipeline.twin.facts import Town
from pipeline.twin.hardship import Unpaid, months_on
from pipeline.twin.payers import GREAT_METER, Payers
from pipeline.twin.places import APARTMENT, DETACHED, Places
from pipeline.twin.population import Population
from pipeline.twin.sheets import Row, Sheet

COLUMNS: dict[str, tuple[str, ...]] = {
    source: tuple(names.split())
    for source, names in {
        "kepco": "기준일자 고객번호 계약종별 성명 생년월일 도로명주소 상세주소 "
        "체납개월수 체납금액 제한구분 제한일자 해제일자 사회적배려",
        "water": "고지년월 수용가번호 업종 가구수 성명 지번주소 동코드 체납월수 "
        "체납금액 정수일자 해제일자",
        "gas": "조회일 사용계약번호 성명 연락처 도로명주소 체납개월 체납액 "
        "공급중지일 재개일",
        "nhis": "증번호 가입자구분 세대주주민번호 성명 월보험료 체납개월 체납금액 "
        "최초체납월 급여제한 행정동코드 주소",
        "resident": "세대번호 세대주관계 주민번호 성명 전입일 행정동코드 도로명주소 "
        "상세주소 통 반 거주불명 사망일 연락처 장애정도 열람제한",
        "history": "회차 주민번호 선정일 접촉일 접촉방법 시도횟수 결과코드 필요확인 "
        "위기도",
        "team": "행정동코드 팀명 권역코드 인력 주당건수 시작일 종료일",
        "kikcd_h": "행정동코드 시도명 시군구명 읍면동명 생성일자 말소일자",
    }.items()
}
LEAST_MONTHS = {"kepco": 2, "water": 2, "gas": 1, "nhis": 1}
MEMORY_DAYS = 62  # an ended stop stays in the extract that long
MISSING_UNIT_SHARE = 0.08


@dataclass
class Twin:
    """The whole invented town.

    The modules of the further files (`more_files.MORE_FILES`) read from it: `seed`,
    `window`, `town`, `places` (lists per building and home), `population` (`home`,
    `registered_home`, `head`, `number`, `split_*` and `persons`, row by person) and
    `payers.hardship` (a row per payer, households first; a column per `window.step`).
    """

    seed: int
    window: Window
    town: Town
    places: Places
    population: Population
    payers: Payers
    accounts: dict[str, Accounts]

    def column(self, day: dt.date) -> int:
        """Month column of a day; 0 is before the first month."""
        return month_no(day) - self.window.first + 1


@dataclass
class _Listed:
    """The accounts that stand in one extract, and what is said of each."""

    account: Ints
    payer: Ints
    months: Ints
    stop: Ints  # number of the stop, -1 when none is shown


def luck(number: int, salt: int) -> int:
    """A number from 0 to 99 that always belongs to the same account or home."""
    return (number * 2_654_435_761 + salt * 40_503) % 4_294_967_296 // 65_536 % 100


def _last_stop(unpaid: Unpaid, day: np.datetime64, payers: int) -> Ints:
    last = np.full(payers, -1, dtype=np.int64)
    seen = np.flatnonzero(unpaid.stop_day <= day)
    last[unpaid.stop_payer[seen]] = seen  # stops come in order: the latest stays
    return last


def _shown(unpaid: Unpaid, last: Ints, day: np.datetime64) -> Flags:
    """Stops open on the day, or ended not long before."""
    shown = last >= 0
    ended = unpaid.restored_day[last[shown]]
    old = ended + np.timedelta64(MEMORY_DAYS, "D") < day  # NaT compares false
    shown[shown] = ~old
    return shown


def listed(twin: Twin, source: str, day: dt.date) -> _Listed:
    """Who stands in the extract of a reference date."""
    unpaid, accounts = twin.payers.unpaid[source], twin.accounts[source]
    column = twin.column(day) - 1
    step = twin.window.step(month_no(day))
    months = months_on(unpaid, step, day.day)
    last = _last_stop(unpaid, np.datetime64(day), len(months))
    account = accounts.current[:, column].astype(np.int64)
    # A stop of an earlier home was that account's, not this one's.
    stops = np.flatnonzero(last >= 0)
    if len(stops):
        stop_month = unpaid.stop_day[last[stops]].astype("datetime64[M]").astype(int)
        then = np.maximum(stop_month + 1970 * 12 + 1 - twin.window.first, 0)
        same = accounts.current[stops, then] == account[stops]
        last[stops[~same]] = -1
    shown = _shown(unpaid, last, np.datetime64(day))
    here = np.flatnonzero((account >= 0) & ((months >= LEAST_MONTHS[source]) | shown))
    order = np.argsort([accounts.number[a] for a in account[here]], kind="stable")
    here = here[order]
    return _Listed(account[here], here, months[here], np.where(shown, last, -1)[here])


def _stop_dates(unpaid: Unpaid, stop: int, day: dt.date) -> tuple[str, str]:
    if stop < 0:
        return "", ""
    began = unpaid.stop_day[stop].astype(object)
    ended = unpaid.restored_day[stop].astype(object)
    return ymd(began), ymd(ended) if ended is not None and ended <= day else ""


def _kind_word(twin: Twin, payer: int, *, with_industry: bool) -> str:
    if payer < twin.payers.homes:
        return "주택용" if with_industry else "가정용"
    if payer >= twin.payers.homes + len(twin.payers.shops):
        return "가정용"
    if with_industry and payer % 9 == 0:
        return "산업용"
    return "기타" if payer % 13 == 0 else "일반용"


def _supply_unit(twin: Twin, source: str, account: int) -> str:
    """The unit as the supplier writes it: sometimes shorter, sometimes not at all."""
    home = twin.accounts[source].home[account]
    unit = twin.places.unit[home] if home >= 0 else ""
    if unit and luck(account, 1) < 3:
        return ""
    return unit.split()[-1] if "층" in unit and luck(account, 2) < 30 else unit


def _kepco(twin: Twin, day: dt.date) -> list[Row]:
    acc, unpaid, rows = twin.accounts["kepco"], twin.payers.unpaid["kepco"], []
    who = listed(twin, "kepco", day)
    for a, payer, months, stop in zip(
        who.account, who.payer, who.months, who.stop, strict=True
    ):
        began, ended = _stop_dates(unpaid, int(stop), day)
        rows.append(
            [
                ymd(day),
                acc.number[a],
                _kind_word(twin, int(payer), with_industry=True),
                acc.name[a],
                acc.birth[a],
                twin.places.road[acc.building[a]],
                _supply_unit(twin, "kepco", int(a)),
                str(months),
                str(months * acc.bill[a]),
                str(unpaid.stop_kind[stop]) if stop >= 0 else "0",
                began,
                ended,
                "Y" if twin.payers.is_protected_customer[payer] else "N",
            ]
        )
    return rows


def _meter_size(twin: Twin, sizes: Ints, building: int) -> int:
    meters = twin.payers.meters
    great = len(meters) and building == meters[int(np.argmax(sizes[meters]))]
    return GREAT_METER if great else int(sizes[building])


def _water(twin: Twin, day: dt.date) -> list[Row]:
    acc, unpaid, places = (
        twin.accounts["water"],
        twin.payers.unpaid["water"],
        twin.places,
    )
    who, rows = listed(twin, "water", day), []
    sizes = np.bincount(np.array(places.building))
    for a, payer, months, stop in zip(
        who.account, who.payer, who.months, who.stop, strict=True
    ):
        building, unit = acc.building[a], _supply_unit(twin, "water", int(a))
        shared = twin.payers.kind(int(payer)) == "master"
        size = _meter_size(twin, sizes, building) if shared else 1
        lot = places.lot[building] + (f" {unit}" if unit else "")
        rows.append(
            [
                ym(month_no(day)),
                acc.number[a],
                _kind_word(twin, int(payer), with_industry=False),
                str(size),
                acc.name[a],
                lot,
                twin.town.dongs[places.dong[building]].waterworks,
                str(months),
                f"{months * acc.bill[a] * size:,}",
                *_stop_dates(unpaid, int(stop), day),
            ]
        )
    return rows


def _gas(twin: Twin, day: dt.date) -> list[Row]:
    acc, unpaid, places = twin.accounts["gas"], twin.payers.unpaid["gas"], twin.places
    who, rows = listed(twin, "gas", day), []
    for a, months, stop in zip(who.account, who.months, who.stop, strict=True):
        building, unit = acc.building[a], _supply_unit(twin, "gas", int(a))
        head, tail = places.road_head[building], places.road_tail[building]
        if not unit:
            address = head + tail
        elif luck(int(a), 3) < 75:
            address = f"{head}, {unit}{tail}"
        else:
            address = f"{head}{tail} {unit}"
        rows.append(
            [
                ymd(day),
                acc.number[a],
                acc.name[a],
                acc.phone[a],
                address,
                str(months),
                str(months * acc.bill[a]),
                *_stop_dates(unpaid, int(stop), day),
            ]
        )
    return rows


def _nhis(twin: Twin, day: dt.date) -> list[Row]:
    acc, pop, places = twin.accounts["nhis"], twin.population, twin.places
    who, rows, column = listed(twin, "nhis", day), [], twin.column(day)
    for a, payer, months in zip(who.account, who.payer, who.months, strict=True):
        home = int(pop.registered_home[payer, column])
        building = places.building[home]
        text = places.lot[building] if luck(int(a), 4) < 20 else places.road[building]
        unit = shown_unit(twin, home)
        since = month_no(day) - int(months) + 1
        restricted = months >= 6 and luck(int(a), 5) < 55
        rows.append(
            [
                acc.number[a],
                "1" if twin.payers.is_regional[payer] else "5",
                pop.persons.resident_no[int(pop.head[payer])],
                acc.name[a],
                str(acc.bill[a]),
                str(months),
                str(months * acc.bill[a]),
                ym(since),
                "Y" if restricted else "N",
                twin.town.dongs[places.dong[building]].code,
                f"{text} {unit}".strip(),
            ]
        )
    return rows


def shown_unit(twin: Twin, home: int) -> str:
    """The unit as the register has it: missing for 8 % of homes in shared houses."""
    kind = twin.places.kind[twin.places.building[home]]
    hidden = kind not in (APARTMENT, DETACHED)
    if hidden and luck(home, 6) < MISSING_UNIT_SHARE * 100:
        return ""
    return twin.places.unit[home]


_ROWS = {
    "kepco": _kepco,
    "water": _water,
    "gas": _gas,
    "nhis": _nhis,
}


def clean_sheet(twin: Twin, source: str, day: dt.date) -> Sheet:
    """One extract as it would be if nothing ever went wrong."""
    return Sheet(COLUMNS[source], _ROWS[source](twin, day))
