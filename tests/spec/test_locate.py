"""Unreached is a state: nobody whom a team did not meet is ever silently closed."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts.codes import RESULT_CODE
from tests.lib.loop import BULDANG, Handover, House, Listing, Result, loop_of
from tests.lib.tables import assert_table

FIRST = dt.date(2024, 1, 1)
AS_OF = dt.date(2025, 6, 1)
REPEATED = ("VILLAGE_HEAD", "POST", "FIELD_CHECK", "LANDLORD")
STEPS = ("UNIT", "NEWER_ADDRESS", *REPEATED)
REVIEW = {"L6": 30, "L7": 30, "L8": 90, "L9": 180}
DUE = {"UNIT": 14, "NEWER_ADDRESS": 14, "POST": 21, "FIELD_CHECK": 30}


def day(offset: int) -> dt.date:
    return FIRST + dt.timedelta(days=offset)


def unmet(number: int, code: str = "L1", step: str | None = None) -> Listing:
    """Round `number`: listed, looked for a week later, back a month after that."""
    start = day(60 * number)
    tried, back = start + dt.timedelta(days=7), start + dt.timedelta(days=37)
    return Listing(f"R{number}", start, Result(back, code, (tried,)), step=step)


def met(number: int) -> Listing:
    one = unmet(number)
    assert one.result
    back = replace(one.result, code="N5", contact=one.result.attempts[0])
    return replace(one, result=back)


# --- a plain-Python version of the same rules --------------------------------------


@dataclass(frozen=True)
class Told:
    """What the queue should say of a household."""

    state: str
    unmet: int
    tried: str | None
    next_step: str
    review_on: dt.date | None
    step_due_on: dt.date | None


def back_of(one: Listing, as_of: dt.date) -> Result | None:
    return one.result if one.result and one.result.known_on < as_of else None


def contact_of(one: Listing, as_of: dt.date) -> dt.date | None:
    back = back_of(one, as_of)
    is_l = back is not None and (back.code or "").startswith("L")
    return back.contact if back and not is_l else None


def disposition(house: House, one: Listing, as_of: dt.date) -> str:
    answers = [
        (h.decided_on, h.status)
        for h in house.handovers
        if h.round == one.round and h.status != "offered" and h.decided_on < as_of
    ]
    back = back_of(one, as_of)
    if one.route != "team" or (answers and max(answers)[1] == "accepted"):
        return "routed"
    if back and back.code == "D1":
        return "routed"
    if contact_of(one, as_of):
        return "met"
    is_l = back is not None and (back.code or "").startswith("L")
    return "locate" if back and (is_l or back.attempts) else "carried"


def on_date(one: Listing, as_of: dt.date) -> dt.date:
    back = back_of(one, as_of)
    days = [*back.attempts, *([back.contact] if back.contact else [])] if back else []
    return max(days, default=one.listed_on)


def oracle(house: House, as_of: dt.date) -> Told | None:
    listings = [one for one in house.listings if one.listed_on < as_of]
    if house.members == 0 or not listings:
        return None
    moves = [h for h in house.handovers if h.decided_on < as_of]
    contact = max(filter(None, (contact_of(x, as_of) for x in listings)), default=None)
    taken = max((h.decided_on for h in moves if h.status == "accepted"), default=None)
    since = max(filter(None, (contact, taken)), default=dt.date.min)
    handed = any(
        h.to_dong and h.status == "accepted" and h.decided_on == since for h in moves
    )
    is_handed = handed and since != contact
    live = [
        x for x in listings
        if disposition(house, x, as_of) in ("locate", "carried")
        and on_date(x, as_of) > since
    ]  # fmt: skip
    lost = [x for x in live if disposition(house, x, as_of) == "locate"]
    lost.sort(key=lambda x: (on_date(x, as_of), x.round))
    if not lost and not is_handed:
        return None
    tried = [x.step for x in lost if x.step]
    can = {"UNIT": house.has_unit, "NEWER_ADDRESS": house.has_newer or is_handed}
    options = [
        (tried.count(s), n, s) for n, s in enumerate(STEPS)
        if can.get(s, True) and (s in REPEATED or s not in tried)
    ]  # fmt: skip
    step = min(options)[2]
    told_on = max((x.result.known_on for x in lost if x.result), default=since)
    last = lost[-1] if lost else None
    code = last.result.code if last and last.result else None
    review = None
    if code in REVIEW and house.members == 1:
        review = told_on + dt.timedelta(days=REVIEW[code])
    news = [k for _, k in house.signs if last and on_date(last, as_of) <= k < as_of]
    is_parked = review is not None and review > as_of and not news
    begins = told_on if review is None else max(told_on, min(news + [review]))
    city = [h for h in moves if h.to_city]
    last_city = max(
        city, key=lambda h: (h.decided_on, h.status != "offered"), default=None
    )
    is_offered = last_city is not None and last_city.status == "offered"
    return Told(
        "transfer_offered" if is_offered else "parked" if is_parked else "open",
        len({x.round for x in live}),
        ",".join(tried) or None,
        step,
        review if is_parked and not is_offered else None,
        None if is_parked else begins + dt.timedelta(days=DUE.get(step, 14)),
    )


@st.composite
def listings(draw: st.DrawFn, number: int) -> Listing:
    start = day(60 * number)
    shift = st.integers(0, 90).map(lambda n: start + dt.timedelta(days=n))
    attempts = tuple(sorted(draw(st.lists(shift, max_size=3))))
    contact = draw(st.none() | st.none() | shift)
    codes = st.sampled_from([*RESULT_CODE, *(c for c in RESULT_CODE if c[0] == "L")])
    lag = draw(st.integers(1, 200))
    back = Result(
        start + dt.timedelta(days=90 + lag), draw(st.none() | codes), attempts, contact
    )
    return Listing(
        f"R{number}",
        start,
        draw(st.sampled_from([back, back, back, None])),
        draw(st.sampled_from(["team"] * 5 + ["case_manager"])),
        draw(st.none() | st.sampled_from(STEPS)),
    )


@st.composite
def handovers(draw: st.DrawFn, rounds: list[str]) -> tuple[Handover, ...]:
    made: list[Handover] = []
    for round_ in rounds:
        kind = draw(st.sampled_from(["none"] * 4 + ["dong", "city"]))
        on = draw(st.integers(0, 600).map(day))
        if kind == "dong":
            made.append(Handover(round_, "accepted", on, to_dong=BULDANG))
        elif kind == "city":
            made.append(Handover(round_, "offered", on, to_city="아산시"))
            answer = draw(st.sampled_from(["accepted", "refused", None]))
            if answer:
                later = on + dt.timedelta(days=draw(st.integers(0, 40)))
                made.append(Handover(round_, answer, later, to_city="아산시"))
    # Two answers on one day about one household are told apart by nothing.
    return tuple(made) if len({h.decided_on for h in made}) == len(made) else ()


@st.composite
def houses(draw: st.DrawFn) -> list[House]:
    made = []
    for number in range(draw(st.integers(1, 12))):
        rounds = sorted(draw(st.sets(st.integers(0, 7), max_size=6)))
        listed = tuple(draw(listings(n)) for n in rounds)
        sign = st.tuples(
            st.sampled_from(["kepco_stop", "nhis_arrears", "tip"]),
            st.integers(0, 600).map(day),
        )
        made.append(
            House(
                f"h{number:02d}",
                listed,
                draw(handovers([f"R{n}" for n in rounds])),
                members=draw(st.sampled_from([0, 1, 1, 1, 2])),
                has_unit=draw(st.booleans()),
                has_newer=draw(st.booleans()),
                signs=tuple(draw(st.lists(sign, max_size=2, unique_by=lambda s: s[0]))),
            )
        )
    return made


@given(houses(), st.integers(30, 620).map(day))
def test_the_queue_says_what_plain_rules_say_after_any_history(
    town: list[House], as_of: dt.date
) -> None:
    with loop_of(town, as_of) as warehouse:
        found = {
            row[0]: Told(*row[1:])
            for row in warehouse.rows(
                "SELECT household_id, state, unmet, tried, next_step, review_on, "
                "step_due_on FROM core_locate"
            )
        }
        became = {
            (h, r): d
            for h, r, d in warehouse.rows(
                "SELECT household_id, round, disposition FROM core_listing"
            )
        }
    wanted = {h.id: told for h in town if (told := oracle(h, as_of))}
    assert found == wanted
    assert became == {
        (h.id, one.round): disposition(h, one, as_of)
        for h in town
        for one in h.listings
        if one.listed_on < as_of
    }


# --- rules that an official would ask about ----------------------------------------


def state_of(house: House, as_of: dt.date = AS_OF) -> str | None:
    with loop_of([house], as_of) as warehouse:
        found = warehouse.rows("SELECT state FROM core_locate")
    return found[0][0] if found else None


@pytest.mark.parametrize("code", [c for c in RESULT_CODE if c[0] == "L"])
def test_no_l_code_ever_closes_a_household(code: str) -> None:
    family = House("h1", (unmet(1, code),), members=2)
    assert state_of(family) == "open"
    assert state_of(replace(family, members=1), day(100)) in ("open", "parked")


@pytest.mark.parametrize("code", ["S1", "C1", "N1", "N5", "R1", "P0", "P1"])
def test_a_paper_closure_after_a_vain_visit_closes_nothing(code: str) -> None:
    paper = Listing("R2", day(120), Result(day(150), code))
    assert state_of(House("h1", (unmet(1), paper))) == "open"


def test_a_meeting_closes_it_and_a_later_vain_visit_opens_it_again() -> None:
    assert state_of(House("h1", (unmet(1), met(2)))) is None
    assert state_of(House("h1", (unmet(1), met(2), unmet(3)))) == "open"


def test_the_dead_are_not_looked_for_but_who_is_left_is() -> None:
    assert state_of(House("h1", (unmet(1),), members=0)) is None
    assert state_of(House("h1", (unmet(1), unmet(2, "D1")), members=1)) == "open"


def test_steps_come_in_order_and_what_is_told_once_is_not_repeated() -> None:
    order = ["UNIT", "NEWER_ADDRESS", *REPEATED, "VILLAGE_HEAD", "POST"]
    house = House("h1", (unmet(0),), has_unit=True, has_newer=True)
    for number, step in enumerate(order, start=1):
        with loop_of([house], day(900)) as warehouse:
            assert warehouse.rows("SELECT next_step FROM core_locate") == [(step,)]
        house = replace(house, listings=(*house.listings, unmet(number, step=step)))


def test_a_step_that_did_not_come_back_was_not_tried() -> None:
    waiting = Listing("R2", day(120), None, step="VILLAGE_HEAD")
    with loop_of([House("h1", (unmet(1), waiting))], AS_OF) as warehouse:
        row = warehouse.rows("SELECT tried, next_step, unmet FROM core_locate")
    assert row == [(None, "VILLAGE_HEAD", 2)]


@pytest.mark.parametrize(("code", "days"), REVIEW.items())
def test_who_lives_alone_is_parked_until_the_review(code: str, days: int) -> None:
    house = House("h1", (unmet(1, code),))
    back = day(60 + 37)
    review = back + dt.timedelta(days=days)
    with loop_of([house], review - dt.timedelta(days=1)) as warehouse:
        row = warehouse.rows("SELECT state, review_on, step_due_on FROM core_locate")
    assert row == [("parked", review, None)]
    assert state_of(house, review) == "open"
    assert state_of(replace(house, members=2), back + dt.timedelta(days=1)) == "open"


def test_a_new_sign_brings_a_parked_household_back_and_an_old_one_does_not() -> None:
    house, looked_on = House("h1", (unmet(1, "L8"),)), day(67)
    soon = day(60 + 37 + 30)
    before, after = looked_on - dt.timedelta(days=1), looked_on
    assert state_of(replace(house, signs=(("nhis_arrears", before),)), soon) == "parked"
    assert state_of(replace(house, signs=(("nhis_arrears", after),)), soon) == "open"
    with loop_of([replace(house, signs=(("kepco_stop", after),))], soon) as warehouse:
        assert warehouse.rows("SELECT is_relisted FROM core_locate") == [(True,)]


def test_one_more_month_of_the_same_bill_is_no_news() -> None:
    months = tuple(("nhis_arrears", day(n)) for n in (30, 61, 90))
    house = House("h1", (unmet(1, "L8"),), signs=months)
    assert state_of(house, day(60 + 37 + 30)) == "parked"


def test_another_city_takes_over_only_when_it_accepts() -> None:
    offered = Handover("R1", "offered", day(100), to_city="아산시")
    house = House("h1", (unmet(1),), (offered,))
    assert state_of(house) == "transfer_offered"
    for answer, state in (("refused", "open"), ("accepted", None)):
        made = replace(offered, status=answer)
        assert state_of(replace(house, handovers=(offered, made))) == state, answer


def test_handed_to_another_dong_it_is_looked_for_there_from_the_start() -> None:
    made = Handover("R2", "accepted", day(200), to_dong=BULDANG)
    listed = (unmet(1), unmet(2, step="VILLAGE_HEAD"))
    with loop_of([House("h1", listed, (made,))], AS_OF) as warehouse:
        assert_table(
            warehouse,
            "core_locate",
            """
            household_id | state | unmet | tried | next_step     | step_due_on
            h1           | open  | 0     |       | NEWER_ADDRESS | 2024-08-02
            """,
        )


def test_the_queue_does_not_ask_whether_a_sign_is_left() -> None:
    assert state_of(House("h1", (unmet(1),), signs=())) == "open"
