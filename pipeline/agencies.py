"""Agencies that visit homes anyway: going along, and not twice in one week."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data_contracts.sheets import AGENCY, AGENCY_COUNT, VISIT_TWICE
from pipeline.access_record import current_head, touched
from pipeline.access_verify import seal_comment
from pipeline.consents import agreed
from pipeline.disclosure import is_small, shown
from pipeline.list_formats import render_csv
from pipeline.partner_files import (
    confirmation_kept,
    confirmed_name,
    publish_for_partners,
    require_screened,
)
from pipeline.rounds import parse_round
from pipeline.sealed import Archive
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_files import Published, sheet_file
from pipeline.sheet_people import Row, ask_for, fetched, forget_asked, people
from pipeline.team_passwords import team_passwords
from pipeline.warehouse import Warehouse

ASK: Final = "다음 방문 때 동 팀과 함께 갈 수 있는지 알려 주세요"


@dataclass(frozen=True)
class AgencySheets:
    """What was published: counts for all, a sealed sheet for each with a consent."""

    published: Published
    confirmed_by: str
    sealed: Mapping[str, int]


def agency_sheets(
    office: Office,
    warehouse: Warehouse,
    round_: str,
    *,
    as_of: dt.date,
    confirm_by: str | None,
) -> AgencySheets:
    """Publish counts, duplicate visits for the teams, and who agreed to be told of.

    An agency learns nothing of a household without its consent, not even that another
    one visits it; signs and reasons are in none of the sheets.

    Raises:
        NotConfirmed: Nobody is named who confirms them.
        NotReady: The round was not screened as of that day.
        SecretError: The file of passwords cannot be used.
        DiskError: A file cannot be written; nothing is published.
    """
    confirmed_by, round_ = confirmed_name(confirm_by), parse_round(round_)
    require_screened(warehouse, round_, as_of)
    warehouse.run_sql("partners/_agency_visit", {"round": round_, "as_of": as_of})
    visits = fetched(
        warehouse, "SELECT * FROM _agency_visit ORDER BY agency, referral_id"
    )
    is_synthetic = office.config.office.synthetic
    sheets = {
        AGENCY_COUNT: _counted(round_, visits),
        VISIT_TWICE: _twice(round_, visits),
    }
    contents, rows = {}, {}
    for sheet, lines in sheets.items():
        name = sheet_file(f"{sheet.title_ko}_{round_}", "전체", is_synthetic)
        contents[name] = render_csv(sheet_rows(sheet, lines, is_synthetic=is_synthetic))
        rows[name] = len(lines)
    told_of = _agreed(warehouse, round_, visits, as_of)
    archives, sealed = _archives(office, round_, told_of)
    # Tampering with the access log is found back to whatever has left sealed.
    kept = current_head()
    comment = seal_comment(kept[1]) if kept else b""
    contents |= {
        name: archive.sealed(as_of, comment) for name, archive in archives.items()
    }
    made = publish_for_partners(
        office,
        f"agencies_{round_}",
        contents,
        rows | sealed,
        as_of=as_of,
        told={"round": round_, "confirmed_by": confirmed_by},
        archives=archives,
    )
    return AgencySheets(made, confirmation_kept(made), sealed)


def _counted(round_: str, visits: Sequence[Row]) -> list[Row]:
    """Each count stands alone: a household may have several agencies, so no total."""
    return [
        {
            "round": round_,
            "agency": agency,
            "households": _told(mine),
            "planned": _told(one for one in mine if one["next_visit_on"]),
            "twice": _told(one for one in mine if one["is_twice"]),
        }
        for agency, mine in _by_agency(visits).items()
    ]


def _told(visits: Iterable[Row]) -> str:
    households = len({one["household_id"] for one in visits})
    return shown(None if is_small(households) else households)


def _by_agency(visits: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for one in visits:
        found.setdefault(one["agency"], []).append(one)
    return found


def _twice(round_: str, visits: Sequence[Row]) -> list[Row]:
    weeks: dict[tuple[str, dt.date], list[Row]] = {}
    for one in visits:
        if one["is_twice"]:
            weeks.setdefault((one["referral_id"], one["week_of"]), []).append(one)
    return [
        {
            "referral_id": referral_id,
            "round": round_,
            "dong_name": mine[0]["dong_name"],
            "week_of": week_of,
            "visits_ko": " · ".join(
                f"{one['agency']} {one['next_visit_on']}"
                for one in sorted(mine, key=lambda v: (v["next_visit_on"], v["agency"]))
            ),
        }
        for (referral_id, week_of), mine in sorted(
            weeks.items(), key=lambda item: (item[0][1], item[0][0])
        )
    ]


def _agreed(
    warehouse: Warehouse, round_: str, visits: Sequence[Row], as_of: dt.date
) -> dict[str, list[Row]]:
    """The rows of who agreed, by agency, with names."""
    holds = agreed(warehouse, as_of)
    mine = [one for one in visits if (one["household_id"], one["agency"]) in holds]
    try:
        ask_for(
            warehouse, ((one["referral_id"], one["household_id"], None) for one in mine)
        )
        known = people(warehouse) if mine else {}
    finally:
        forget_asked(warehouse)
    touched(known)
    rows = [
        {**known[one["household_id"]], **one, "round": round_, "ask_ko": ASK}
        for one in mine
        if one["household_id"] in known
    ]
    return _by_agency(rows)


def _archives(
    office: Office, round_: str, told_of: Mapping[str, Sequence[Row]]
) -> tuple[dict[str, Archive], dict[str, int]]:
    if not told_of:
        return {}, {}
    is_synthetic = office.config.office.synthetic
    passwords = team_passwords(
        office, {f"agency:{agency}": agency for agency in told_of}
    )
    archives, counts = {}, {}
    for agency, rows in sorted(told_of.items()):
        file = sheet_file(f"{AGENCY.title_ko}_{round_}", agency, is_synthetic)
        sealed = f"봉인_{file.removesuffix('.csv')}.zip"
        content = render_csv(sheet_rows(AGENCY, rows, is_synthetic=is_synthetic))
        archives[sealed] = Archive({file: content}, passwords[f"agency:{agency}"])
        counts[sealed] = len(rows)
    return archives, counts
