"""What changed since the round before: new, worse, resolved; nobody's name."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data_contracts.sheets import CHANGE_KO, DELTA
from pipeline.errors import NotReady
from pipeline.round_tables import require_table
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_cells import sheet_rows
from pipeline.sheet_files import Published, dong_file, publish_edition
from pipeline.sheet_people import Row, ask_for, fetched, forget_asked, mentions, told
from pipeline.warehouse import Warehouse

# What became of everybody on either list; the first three make the sheet.
CHANGES: Final = (
    *CHANGE_KO,
    *("unchanged", "moved", "routed", "waiting", "unseen", "gone"),
)
LISTED_NEW: Final = "이번 회차 새 의뢰"
MOVED_IN: Final = "다른 행정동에서 전입(이전 회차 의뢰)"
NO_SIGN: Final = "현재 확인되는 신호 없음"


@dataclass(frozen=True)
class DongChange:
    """How many households of a dong's two lists did what.

    The former list is worsened + unchanged + moved + routed + waiting (a sign in force,
    no place) + unseen (its source fell silent) + gone + resolved; the new one is
    new + worsened + unchanged.
    """

    dong_code: str
    dong_name: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class Delta:
    """A round against the one before; `rows` by dong are ready for the sheet."""

    round: str
    former_round: str
    as_of: dt.date
    dongs: Sequence[DongChange]
    rows: Mapping[str, Sequence[Row]]

    @property
    def totals(self) -> dict[str, int]:
        return {
            change: sum(dong.counts[change] for dong in self.dongs)
            for change in CHANGES
        }


def round_delta(warehouse: Warehouse, round_: str, *, as_of: dt.date) -> Delta:
    """Compare a round's lists with those of the last round screened before it.

    Raises:
        NotReady: The round was not screened as of that day, or no round before it was.
    """
    round_ = parse_round(round_)
    former = _former_round(warehouse, round_, as_of)
    params = {"round": round_, "former": former, "as_of": as_of}
    warehouse.run_sql("sheets/_delta_listed", params)
    warehouse.run_sql("sheets/_delta_left", params)
    warehouse.run_sql("referral/_export_dong")
    rows = [*_listed(warehouse, as_of), *_left(warehouse, as_of)]
    names = dict(warehouse.rows("SELECT dong_code, dong_name FROM _export_dong"))
    counted = Counter((row["dong_code"], row["change"]) for row in rows)
    by_dong: dict[str, list[Row]] = {}
    for row in rows:
        names.setdefault(row["dong_code"], row["dong_code"])
        if change_ko := CHANGE_KO.get(row["change"]):
            by_dong.setdefault(row["dong_code"], []).append(
                {
                    **row,
                    "round": round_,
                    "former_round": former,
                    "dong_name": names[row["dong_code"]],
                    "change_ko": change_ko,
                }
            )
    dongs = [
        DongChange(code, names[code], {c: counted[code, c] for c in CHANGES})
        for code in sorted(names)
    ]
    return Delta(round_, former, as_of, dongs, by_dong)


def write_delta(office: Office, delta: Delta) -> Published:
    """Publish the sheets of a comparison, one per dong in which something changed.

    Raises:
        DiskError: A file cannot be written; nothing is published.
    """
    is_synthetic = office.config.office.synthetic
    names = {dong.dong_code: dong.dong_name for dong in delta.dongs}
    files = {
        dong_file(
            f"{DELTA.title_ko}_{delta.round}", code, names[code], is_synthetic
        ): sheet_rows(DELTA, rows, is_synthetic=is_synthetic)
        for code, rows in sorted(delta.rows.items())
    }
    return publish_edition(office.path("rounds"), f"delta_{delta.round}", files)


def _former_round(warehouse: Warehouse, round_: str, as_of: dt.date) -> str:
    screen = f"run: blindspot screen --as-of {as_of} --round {round_}"
    for table in ("out_referral", "core_event", "core_as_of"):
        require_table(warehouse, table, screen)
    ((built_as_of,),) = warehouse.rows("SELECT as_of FROM core_as_of")
    screened = warehouse.rows(
        "SELECT count(*) FROM out_referral WHERE round = $round AND as_of = $as_of",
        {"round": round_, "as_of": as_of},
    )[0][0]
    if built_as_of != as_of or not screened:
        raise NotReady(f"round {round_} is not screened as of {as_of}", screen)
    ((former,),) = warehouse.rows(
        "SELECT max_by(round, as_of) FROM out_referral "
        "WHERE round < $round AND as_of < $as_of",
        {"round": round_, "as_of": as_of},
    )
    if former is None:
        raise NotReady(
            f"no round before {round_} was screened: there is nothing to compare with",
            "compare again from the next round on",
        )
    return str(former)


def _listed(warehouse: Warehouse, as_of: dt.date) -> list[Row]:
    rows = fetched(
        warehouse,
        "SELECT * FROM _delta_listed ORDER BY dong_code, change, rank_in_dong, "
        "referral_id",
    )
    news = _told(warehouse, rows, as_of, is_news=True)
    for row in rows:
        if row["change"] == "new":
            row["detail_ko"] = MOVED_IN if row["is_moved"] else LISTED_NEW
        else:
            row["detail_ko"] = _worse(row, news.get(row["household_id"], ""))
    return rows


def _worse(row: Row, news: str) -> str:
    parts = [news] if news else []
    if row["has_more_months"]:
        parts.append(f"최장 체납 {row['former_months']}→{row['months']}개월")
    if row["has_more_kinds"]:
        parts.append(f"신호 종류 {row['former_kinds']}→{row['kinds']}가지")
    if row["has_higher_band"]:
        parts.append(f"위험구간 {row['former_band']}→{row['band']}")
    return " · ".join(parts)


def _left(warehouse: Warehouse, as_of: dt.date) -> list[Row]:
    rows = fetched(
        warehouse,
        "SELECT *, NULL::VARCHAR AS referral_id FROM _delta_left "
        "ORDER BY dong_code, change, rank_in_dong, former_referral_id",
    )
    seen = _told(warehouse, rows, as_of, is_news=False)
    for row in rows:
        row["detail_ko"] = seen.get(row["household_id"]) or NO_SIGN
    return rows


def _told(
    warehouse: Warehouse, rows: Sequence[Row], as_of: dt.date, *, is_news: bool
) -> dict[str, str]:
    """What was seen of each household (of news: since the former round)."""
    try:
        ask_for(
            warehouse,
            (
                (row["household_id"], row["household_id"], row["former_as_of"])
                for row in rows
            ),
        )
        found = mentions(warehouse, as_of)
    finally:
        forget_asked(warehouse)
    return {ask: told(signs) for (ask, news), signs in found.items() if news is is_news}
