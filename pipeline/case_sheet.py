"""Cases for the 솔루션회의: what is known and was tried, of whom nobody can name."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from data_contracts.codes import CONTACT_METHOD, RESULT_NAME
from data_contracts.outputs import ROUTE_KO, SLOT_KIND_KO
from pipeline.access_record import touched
from pipeline.case_page import Case, render_case_sheets
from pipeline.disclosure import SMALL
from pipeline.errors import NotReady, OptionError
from pipeline.named import name_of
from pipeline.partner_files import (
    confirmation_kept,
    confirmed_name,
    publish_for_partners,
)
from pipeline.referral_id import DIGITS, is_valid_referral_id
from pipeline.report_loop import DISPOSITION_KO
from pipeline.rounds import parse_round
from pipeline.settings import Office
from pipeline.sheet_cells import DATA_KIND_KO
from pipeline.sheet_files import Published, sheet_file
from pipeline.sheet_people import Row, fetched
from pipeline.warehouse import Warehouse

HIDDEN: Final = "밝히지 않음"
# What a sheet says of who it is, told less and less: the first line that fits enough
# households of the city is taken. What helps a meeting most goes last.
LINES: Final[tuple[tuple[str | None, str | None, str | None], ...]] = (
    ("dong", "age", "kind"),
    (None, "age", "kind"),
    (None, "age_band", "kind"),
    (None, "age_band", "kind_band"),
    (None, None, "kind_band"),
    (None, None, None),
)
_WAY_KO: Final = {code: label for label, code in CONTACT_METHOD.items()}
_DAY: Final = re.compile(r"(\d{4}-\d{2})-\d{2}")
_DAYS_AGO: Final = re.compile(r"(\d+)일 전에")
# Who lives there is told by the sheet's own lines alone: those are made coarse until
# they fit several households, and a reason would tell it again exactly.
_WHO: Final = re.compile(
    r"가구원|혼자|세 이상|미성년|아이|자녀|장애|어르신|부모|조손|외국"
)
_TELLING_RULES: Final = frozenset({"CUT_CHILD", "CUT_DISABLED", "CUT_ALONE_65"})
_NAME_LENGTHS: Final = (6, 12)


@dataclass(frozen=True)
class CaseSheets:
    """What was published; which referral is behind a pseudonym stands in no file."""

    published: Published
    confirmed_by: str
    behind: Mapping[str, str]


def pseudonyms(
    keyed: Callable[[str], str], meeting: str, households: Sequence[str]
) -> dict[str, str]:
    """A name for each household that holds in one meeting only.

    Made with the office's key: without it nobody can tell that two meetings had the
    same case before them, or try households out.
    """
    whole = {
        household: int(keyed(f"case-meeting:{meeting}:{household}"), 16)
        for household in households
    }
    for length in _NAME_LENGTHS:
        names = {
            household: "사례-" + _letters(number, length)
            for household, number in whole.items()
        }
        if len({*names.values()}) == len(names):
            break
    return names


def _letters(number: int, length: int) -> str:
    return "".join(DIGITS[number >> 5 * place & 31] for place in range(length))


def told_of(row: Row, city: Sequence[Row]) -> tuple[str, str, str]:
    """Dong, age and kind of a household as far as `SMALL` households share them."""
    return _Classes(city).told(row)


class _Classes:
    """How many households of the city share what a line would say of them."""

    def __init__(self, city: Sequence[Row]) -> None:
        self.counts = [Counter(_values(row, line) for row in city) for line in LINES]

    def told(self, row: Row) -> tuple[str, str, str]:
        for line, counts in zip(LINES, self.counts, strict=True):
            if line[0] == "dong" and row["dong"] is None:
                continue
            values = _values(row, line)
            if counts[values] >= SMALL:
                return values
        return (HIDDEN, HIDDEN, HIDDEN)


def _values(row: Row, line: tuple[str | None, ...]) -> tuple[str, str, str]:
    dong, age, kind = (HIDDEN if name is None else row[name] for name in line)
    return dong, age, kind


def case_sheets(
    office: Office,
    warehouse: Warehouse,
    *,
    as_of: dt.date,
    round_: str,
    meeting: str,
    referral: str | None,
    confirm_by: str | None,
    keyed: Callable[[str], str],
) -> CaseSheets:
    """Publish a page per case; without `referral` all that a rule brings before it.

    Run it inside `loop_as_of`: what came back before the day is on the page.

    Raises:
        NotConfirmed: Nobody is named who confirms them.
        OptionError: The meeting's name or the referral is none.
        NotReady: The round has no such case.
        DiskError: The file cannot be written; nothing is published.
    """
    confirmed_by, round_ = confirmed_name(confirm_by), parse_round(round_)
    if (place := name_of(meeting)) is None:
        raise OptionError(
            "--meeting: a name for the meeting was expected, of one line",
            "e.g. --meeting 2026-07-15",
        )
    rows = _rows(warehouse, round_, referral)
    names = pseudonyms(keyed, place, [row["household_id"] for row in rows])
    touched(names, round=round_)
    cases = sorted(
        _cases(warehouse, rows, names, as_of), key=lambda case: case.pseudonym
    )
    is_synthetic = office.config.office.synthetic
    stem = sheet_file(f"솔루션회의_사례지_{round_}", place, is_synthetic)
    file = stem.removesuffix(".csv") + ".html"
    mark = DATA_KIND_KO[True] if is_synthetic else ""
    content = render_case_sheets(cases, meeting=place, as_of=as_of, mark=mark)
    made = publish_for_partners(
        office,
        f"case_meeting_{round_}",
        {file: content},
        {file: len(cases)},
        as_of=as_of,
        told={"round": round_, "confirmed_by": confirmed_by},
    )
    behind = {names[row["household_id"]]: str(row["referral_id"]) for row in rows}
    return CaseSheets(made, confirmation_kept(made), dict(sorted(behind.items())))


def _rows(warehouse: Warehouse, round_: str, referral: str | None) -> list[Row]:
    if referral is not None and not is_valid_referral_id(referral):
        raise OptionError(
            "this is no referral id: its check character does not fit",
            "copy the whole 의뢰번호, or ask for all of them with --escalated",
        )
    rows = fetched(
        warehouse,
        "SELECT r.referral_id, r.household_id, r.escalate_ko, r.seen_ko, r.reason_1, "
        "r.reason_2, r.reason_3, r.must_code, q.next_step_ko FROM out_referral AS r "
        "LEFT JOIN core_locate AS q USING (household_id) WHERE r.round = $round "
        "AND CASE WHEN $referral IS NULL THEN r.escalate_ko IS NOT NULL "
        "ELSE r.referral_id = $referral END ORDER BY r.referral_id",
        {"round": round_, "referral": referral},
    )
    if not rows:
        raise NotReady(
            f"{round_} has no such referral"
            if referral
            else f"no rule brings a case of {round_} before the meeting",
            "check --round and the 의뢰번호; see the round's 솔루션회의 sheet",
        )
    return rows


def _cases(
    warehouse: Warehouse, rows: Sequence[Row], names: Mapping[str, str], as_of: dt.date
) -> list[Case]:
    warehouse.run_sql("partners/_case_kind", {"as_of": as_of})
    warehouse.run_sql("partners/_case_history")
    city = fetched(warehouse, "SELECT * FROM _case_kind ORDER BY household_id")
    kind_of = {row["household_id"]: row for row in city}
    history: dict[str, list[Row]] = {}
    for one in fetched(
        warehouse, "SELECT * FROM _case_history ORDER BY round, subject"
    ):
        history.setdefault(one["household_id"], []).append(one)
    classes = _Classes(city)
    return [
        _case(
            row,
            names[row["household_id"]],
            classes.told(kind_of[row["household_id"]]),
            history.get(row["household_id"], []),
        )
        for row in rows
        # A household that is gone from the register since has nothing to be told.
        if row["household_id"] in kind_of
    ]


def _case(
    row: Row, name: str, told: tuple[str, str, str], history: Sequence[Row]
) -> Case:
    dong, age, kind = told
    # A must rule's words come first, and an office may have words of its own for it.
    first = 2 if row["must_code"] in _TELLING_RULES else 1
    reasons = [row[f"reason_{place}"] or "" for place in range(first, 4)]
    return Case(
        pseudonym=name,
        dong=dong,
        age=age,
        kind=kind,
        why=row["escalate_ko"] or "담당자가 상정",
        signs=tuple(months_only(row["seen_ko"] or "").split(" · ")),
        reasons=tuple(months_only(text) for text in reasons if not _WHO.search(text)),
        history=tuple(_history(one) for one in history),
        listed=len({one["round"] for one in history}),
        met=len({one["round"] for one in history if one["disposition"] == "met"}),
        next_step=row["next_step_ko"],
    )


def _history(one: Row) -> tuple[str, str, str, str]:
    kind = SLOT_KIND_KO.get(one["slot_kind"]) or ROUTE_KO.get(one["route"], "")
    ways = "·".join(_WAY_KO[way] for way in (one["ways"] or "").split(", ") if way)
    tried = f"{one['attempts']}회" + (f" ({ways})" if ways else "")
    result = DISPOSITION_KO[one["disposition"]]
    if code := RESULT_NAME.get(one["result_code"] or ""):
        result += f" — {code}"
    return one["round"], kind, tried, result


def months_only(text: str) -> str:
    """Days as months: the day on which supply was cut tells a neighbour who it is."""
    return _DAYS_AGO.sub(_about, _DAY.sub(r"\1", text))


def _about(found: re.Match[str]) -> str:
    months = int(found[1]) // 30
    return f"약 {months}개월 전에" if months else "한 달 안에"
