"""The officers of the simulated town hall behave as published, and know no more."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from data_contracts.codes import FIELD_FLAG, RESULT_CODE
from data_contracts.outputs import HEADERS_KO, OFFICER_HEADERS_KO
from pipeline.errors import NotReady, OptionError
from pipeline.list_formats import render_csv
from pipeline.twin.clock import stream
from pipeline.twin.generate import Wanted, make_twin, write_town
from pipeline.twin.returned import Row, Task, fill_rows, read_list, result_of
from pipeline.twin.townhall import (
    CLOSURES,
    FLAGS,
    REACHES,
    STEPS,
    UNREACHED_AWAY,
    UNREACHED_HERE,
    Habits,
    Seen,
    chance_to_meet,
    is_met,
)
from pipeline.twin.townhall_post import IN_TIME, LATE, Return, come_back, is_list
from pipeline.twin.townhall_truth import TownTruth, found_at_door

START = dt.date(2026, 7, 1)
HERE = Seen(in_need=False, lives_there=True)


def a_list(count: int, phone: str = "010-1234-5678") -> bytes:
    given = {"연락처": phone, "성명": "가나다"}
    rows = [
        [given | {"의뢰번호": f"R20264-{n:08d}0"}][0].get(header, "")
        for n in range(count)
        for header in HEADERS_KO
    ]
    width = len(HEADERS_KO)
    lines = [rows[n : n + width] for n in range(0, len(rows), width)]
    return render_csv([list(HEADERS_KO), *lines])


def a_task(
    count: int, seen: Seen = HERE, habits: Habits | None = None, seed: int = 1
) -> Task:
    truth = {
        f"R20264-{n:08d}0": Seen(
            seen.in_need, seen.lives_there, seen.is_dead, seen.in_town,
            seen.is_door_known, f"{n:010d}",
        )
        for n in range(count)
    }  # fmt: skip
    return Task(truth, START, seed, {}, habits or Habits())


def worked(count: int, task: Task, phone: str = "010-1234-5678") -> list[Row]:
    return [
        row | result_of(row, task, is_second=True)
        for row in read_list(a_list(count, phone))[1]
    ]


def met_share(rows: list[Row]) -> float:
    return sum(bool(row["접촉일"]) for row in rows) / len(rows)


def test_every_word_they_write_is_one_of_the_tables() -> None:
    codes = {*CLOSURES, *UNREACHED_HERE, *UNREACHED_AWAY}
    assert codes <= set(RESULT_CODE)
    assert {*RESULT_CODE} - codes == {"D1", "P0", "P1"}
    assert set(FLAGS) == set(FIELD_FLAG)
    # 부적합 etc.: closed with support, after a visit or from the registers.
    assert sum(share for share, _ in CLOSURES.values()) == pytest.approx(87.0)


def test_the_published_reach_is_that_of_the_closures() -> None:
    # 1 - 0.369 x 0.149 / (1 - 0.077 - 0.002) = 0.94 of what was worked is reached,
    # and of the rest 26.7 % live elsewhere, when a tenth of all do.
    here, away = REACHES["published"].here, REACHES["published"].away
    unmet = 0.9 * (1 - here) + 0.1 * (1 - away)
    assert 1 - unmet == pytest.approx(0.94, abs=0.005)
    assert 0.1 * (1 - away) / unmet == pytest.approx(0.267, abs=0.02)
    assert 0.9 * REACHES["low"].here == pytest.approx(0.2, abs=0.005)


def test_they_meet_as_many_as_the_reach_says() -> None:
    rows = worked(1500, a_task(1500))
    paper = sum(not row["접촉일"] and not row["1차시도일"] for row in rows)
    assert met_share(rows) + paper / 1500 == pytest.approx(0.95, abs=0.02)
    low = a_task(1500, habits=Habits(REACHES["low"]))
    assert met_share(worked(1500, low)) == pytest.approx(0.22, abs=0.035)


def test_reach_by_need_meets_those_in_need_a_third_as_often() -> None:
    habits = Habits(is_reach_by_need=True)
    needy = Seen(in_need=True, lives_there=True)
    ratio = met_share(worked(800, a_task(800, needy, habits)))
    assert ratio == pytest.approx(0.95 * 0.35, abs=0.05)
    assert met_share(worked(400, a_task(400, HERE, habits))) > 0.85


def test_who_was_not_met_is_met_less_often_the_next_time() -> None:
    both: Counter[tuple[bool, bool]] = Counter()
    for n in range(3000):
        seen = Seen(in_need=False, lives_there=True, household=f"{n}")
        first, second = (
            is_met(0.8, seen, stream(1, f"{n}/{round_}"), seed=1) for round_ in (1, 2)
        )
        both[first, second] += 1
    after_met = both[True, True] / (both[True, True] + both[True, False])
    after_unmet = both[False, True] / (both[False, True] + both[False, False])
    assert after_met > after_unmet + 0.2
    assert sum(n for (f, _), n in both.items() if f) == pytest.approx(2400, abs=100)


def _chance(seen: Seen, step: str = "", *, phone: bool = True) -> float:
    return chance_to_meet(seen, Habits(), has_phone=phone, step=step)


def test_a_locate_step_helps_where_the_truth_is_what_it_looks_for() -> None:
    no_door = Seen(in_need=True, lives_there=True, is_door_known=False)
    near = Seen(in_need=True, lives_there=False, in_town=True)
    far = Seen(in_need=True, lives_there=False, in_town=False)
    for seen in (HERE, no_door, near, far):
        for step in STEPS:
            for phone in (True, False):
                plain = _chance(seen, phone=phone)
                assert _chance(seen, step, phone=phone) >= plain - 1e-9
    gain = {step: _chance(near, step, phone=False) for step in STEPS}
    assert max(gain, key=lambda step: gain[step]) == "NEWER_ADDRESS"
    assert _chance(no_door, "UNIT", phone=False) > 2 * _chance(no_door, phone=False)
    assert _chance(far, "UNIT", phone=False) == pytest.approx(0.10)
    assert _chance(far, "FIELD_CHECK", phone=False) == pytest.approx(1 - 0.9 * 0.85)


def test_the_dead_are_told_as_dead_and_the_missing_as_untouched() -> None:
    task = a_task(20, Seen(True, True, is_dead=True))
    assert {r["결과코드"] for r in worked(20, task)} == {"D1"}
    assert not any(r["접촉일"] for r in worked(20, task))
    nobody = Task({}, START, 1)
    assert {r["결과코드"] for r in worked(5, nobody)} == {"P0"}


def test_a_day_of_contact_stands_where_somebody_was_met_and_nowhere_else() -> None:
    seen = Seen(in_need=True, lives_there=False, in_town=True)
    rows = worked(400, a_task(400, HERE)) + worked(400, a_task(400, seen), phone="")
    first, last = "20260703", "20260820"
    for row in rows:
        days = [row[f"{n}차시도일"] for n in (1, 2, 3) if row.get(f"{n}차시도일")]
        assert days == sorted(set(days))
        assert all(first <= day < last for day in days)
        assert bool(row["접촉일"]) == bool(row["필요확인"])
        if row["접촉일"]:
            assert row["결과코드"][0] in "SCNR"
            assert row["접촉일"] == days[-1]
        elif row["결과코드"][0] == "L":
            assert days
        else:
            assert row["결과코드"] in ("N1", "N3")  # on paper
            assert not days
    assert {row["결과코드"] for row in rows} > {"S5", "N5", "L4"}


def test_need_shows_through_the_officers_error() -> None:
    found: Mapping[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for needs in (True, False):
        rows = worked(800, a_task(800, Seen(needs, lives_there=True)))
        found[needs].update(row["필요확인"] for row in rows if row["접촉일"])
    assert found[True]["Y"] / found[True].total() == pytest.approx(0.84, abs=0.05)
    assert found[False]["N"] / found[False].total() == pytest.approx(0.87, abs=0.05)


def test_first_returns_hold_pending_rows_and_slips() -> None:
    rows = fill_rows(read_list(a_list(3000))[1], a_task(3000))
    codes = Counter(row["결과코드"] for row in rows)
    assert codes["P1"] / 3000 == pytest.approx(0.077, abs=0.015)
    assert 0 < codes["Q9"] < 30
    assert sum(code != code.strip() for code in codes.elements()) > 20
    assert any(". " in row["접촉일"] for row in rows)


@pytest.fixture(scope="module")
def posted() -> list[list[Return]]:
    return [come_back(f"{n}.csv", a_list(12), a_task(12, seed=n)) for n in range(300)]


def test_lists_come_back_in_time_late_in_parts_again_or_never(
    posted: list[list[Return]],
) -> None:
    never = sum(not one for one in posted)
    late = sum(len(one) == 1 and "늦음" in one[0].name for one in posted)
    assert never / 300 == pytest.approx(0.02, abs=0.02)
    assert late / 300 == pytest.approx(0.10, abs=0.05)
    parted = sum(bool(one) and len(one[0].rows) < 12 for one in posted)
    assert parted / 300 == pytest.approx(0.20, abs=0.06)
    for files in posted:
        for file in files:
            days = (file.received - START).days
            span = IN_TIME if "완료" in file.name else LATE
            assert span[0] <= days < span[1]


def test_what_was_wrongly_coded_or_left_out_comes_in_the_end(
    posted: list[list[Return]],
) -> None:
    slipped = 0
    for files in posted:
        last = {row["의뢰번호"]: row for file in files for row in file.rows}
        assert len(last) == (12 if files else 0)
        if files and "완료" in files[0].name:
            assert "Q9" not in {row["결과코드"] for row in last.values()}
            slipped += sum(row["결과코드"] == "Q9" for row in files[0].rows)
    assert slipped > 3


def test_the_same_list_comes_back_the_same() -> None:
    def made() -> Iterator[bytes]:
        for file in come_back("x.csv", a_list(40), a_task(40)):
            yield file.content

    assert list(made()) == list(made())
    other = come_back("x.csv", a_list(40), a_task(40, seed=2))
    assert [file.content for file in other] != list(made())


def test_only_lists_are_filled_in() -> None:
    assert is_list(a_list(1))
    assert not is_list(render_csv([["회차", "의뢰번호"]]))
    assert set(OFFICER_HEADERS_KO) <= set(HEADERS_KO)


def test_habits_that_cannot_be_are_refused() -> None:
    for reach, share in (("best", 0.1), ("low", 1.0)):
        with pytest.raises(OptionError):
            Habits.named(reach, by_need=False, late_share=share)


def test_officers_find_what_is_true_in_the_month(tmp_path: Path) -> None:
    day = dt.date(2026, 7, 1)
    write_town(
        tmp_path / "in", tmp_path, town="cheonan", households=1500, months=8, seed=3,
        as_of=day, personas=True,
    )  # fmt: skip
    truth = TownTruth(tmp_path)
    twin = make_twin(Wanted("cheonan", 1500, 8, 3, day, personas=True))
    pop = twin.population
    when = dt.date(2026, 3, 1)
    column = twin.column(when)
    apart = broad = dead = 0
    for h in range(pop.households):
        seen = truth.seen(pop.number[h], when)
        if pop.split_month[h] > column:
            continue
        away = pop.home[h, column] != pop.registered_home[h, column]
        assert seen.lives_there == (not away)
        assert seen.in_need == (float(twin.payers.need[h, column - 1]) > 2.69)
        apart, broad, dead = apart + away, broad + seen.in_need, dead + seen.is_dead
    assert min(apart, broad, dead) > 0
    told = truth.seen("470000000101", when)
    assert (told.in_need, told.lives_there, told.in_town) == (True, False, False)


def test_the_dead_are_those_of_whom_nobody_is_left(tmp_path: Path) -> None:
    day = dt.date(2026, 7, 1)
    write_town(
        tmp_path / "in", tmp_path, town="cheonan", households=1500, months=8, seed=3,
        as_of=day,
    )  # fmt: skip
    truth = TownTruth(tmp_path)
    twin = make_twin(Wanted("cheonan", 1500, 8, 3, day))
    died: dict[int, list[dt.date]] = {}
    people = twin.population.persons
    for person, household in enumerate(people.household.tolist()):
        home = twin.population.split_person.get(person, household)
        died.setdefault(home, []).append(people.died[person].astype(object))
    gone = {h for h, days in died.items() if max(days) < day}
    assert gone
    for h in died:
        assert truth.seen(twin.population.number[h], day).is_dead == (h in gone)


def test_a_door_without_a_register_has_somebody_behind_it() -> None:
    seen = [found_at_door(f"A{n}", 1) for n in range(300)]
    assert all(one.lives_there and not one.is_dead for one in seen)
    assert 0.2 < sum(one.in_need for one in seen) / 300 < 0.4


def test_a_town_without_truth_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="blindspot twin|town.json"):
        TownTruth(tmp_path)
