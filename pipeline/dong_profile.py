"""A dong in figures for area plans: signs by kind and quarter, and how they move."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from data_contracts.sheets import PROFILE
from pipeline.disclosure import TOTAL, protected_list, shown
from pipeline.errors import OptionError
from pipeline.list_formats import render_csv
from pipeline.mention import BILL_KO, EVENT_KO, STOP_KO
from pipeline.partner_files import publish_for_partners, reading_note
from pipeline.round_tables import require_table
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_files import Published
from pipeline.sheet_people import Row
from pipeline.warehouse import Warehouse

MOST_QUARTERS: Final = 20
NO_DATA: Final = "자료 없음"
CITY: Final = "전체"
INDICATOR_KO: Final = {
    **{name: " ".join(words) for name, words in STOP_KO.items()},
    **{name: f"{words[0]} 체납" for name, words in BILL_KO.items()},
    **EVENT_KO,
}

_Table = Mapping[str, int | None]


def dong_profile(
    office: Office, warehouse: Warehouse, *, as_of: dt.date, quarters: int
) -> Published:
    """Publish households by dong, kind of sign and quarter, the last ones that ended.

    Each kind and quarter is a list of dongs with its total: the few are withheld, and
    what they would follow from. A trend is told where both its counts are.

    Raises:
        OptionError: Not a number of quarters that makes a trend.
        NotReady: No round was screened yet.
        DiskError: The file cannot be written; nothing is published.
    """
    if not 2 <= quarters <= MOST_QUARTERS:
        raise OptionError(
            f"--quarters: from 2 to {MOST_QUARTERS}", "leave it out for 8 of them"
        )
    for table in ("core_event", "core_household", "core_coverage", "core_team"):
        require_table(warehouse, table, f"run: blindspot screen --as-of {as_of}")
    last = as_of.year * 4 + (as_of.month - 1) // 3 - 1
    given = {"first_quarter": last - quarters + 1, "last_quarter": last}
    warehouse.run_sql("partners/_profile_count", {**given, "as_of": as_of})
    warehouse.run_sql("partners/_profile_heard", given)
    warehouse.run_sql("referral/_export_dong")
    rows = _rows(warehouse, range(last - quarters + 1, last + 1))
    is_synthetic = office.config.office.synthetic
    file = f"dong_profile_{_quarter_ko(last)}{'_합성' if is_synthetic else ''}.csv"
    content = render_csv(sheet_rows(PROFILE, rows, is_synthetic=is_synthetic))
    note = reading_note(
        office,
        f"{NO_DATA} = 그 분기에 그 동의 자료가 온 적이 없음(0과 다릅니다).",
        "분기에 그 지표가 한 번이라도 확인된 세대 수이며, 지표끼리는 겹칩니다.",
    )
    return publish_for_partners(
        office,
        f"profile_{_quarter_ko(last)}",
        {file: content, **note},
        {file: len(rows), **dict.fromkeys(note, 0)},
        as_of=as_of,
        told={"quarters": quarters},
    )


def _rows(warehouse: Warehouse, quarters: range) -> list[Row]:
    names = dict(
        warehouse.rows(
            "SELECT dong_code, dong_name FROM _export_dong ORDER BY dong_code"
        )
    )
    counts = {
        (quarter, kind, dong): households
        for quarter, kind, dong, households in warehouse.rows(
            "SELECT quarter, event_type, dong_code, households FROM _profile_count"
        )
    }
    heard = set(
        warehouse.rows("SELECT quarter, event_type, dong_code FROM _profile_heard")
    )
    kinds = [
        kind for kind in INDICATOR_KO if any(kind == told for _, told, _ in counts)
    ]
    rows = []
    for kind in kinds:
        before: _Table = {}
        for quarter in quarters:
            # A dong of which nothing could be seen has no part in the list: its count
            # is known to be none, and says nothing.
            told = {
                dong: counts.get((quarter, kind, dong), 0)
                for dong in names
                if (quarter, kind, dong) in heard
            }
            table = protected_list(told) if told else {}
            rows += [
                {
                    "quarter": _quarter_ko(quarter),
                    "dong_code": "" if dong == TOTAL else dong,
                    "dong_name": names.get(dong, CITY),
                    "indicator": INDICATOR_KO[kind],
                    **_told(dong, table, before),
                }
                for dong in (*names, TOTAL)
            ]
            before = table
    return rows


def _told(dong: str, table: _Table, before: _Table) -> Row:
    if dong not in table:
        return {"households": NO_DATA, "before": "", "change": "", "trend": ""}
    now, then = table[dong], before.get(dong)
    row: Row = {"households": shown(now), "before": "", "change": "", "trend": ""}
    if dong in before:
        row["before"] = shown(then)
    if now is not None and then is not None:
        row["change"] = now - then
        row["trend"] = round(100 * (now - then) / then, 1) if then else ""
    return row


def _quarter_ko(quarter: int) -> str:
    return f"{quarter // 4}Q{quarter % 4 + 1}"
