"""A round with a theme: whom it moves up, of how many, and that it says so."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.campaign import Campaign, find_fitting, overlaps, running
from pipeline.errors import OfficeError
from pipeline.places import Shares
from pipeline.policy_file import load_policy, shipped_text
from pipeline.referral import build_referrals
from pipeline.warehouse import Warehouse
from tests.lib.places import Household, Team, Town, fill, put_town
from tests.lib.referral_tables import AS_OF, ROUND, SINBANG, an_office, draw_town
from tests.lib.tables import load

DONG = "4413100001"
TEAM = Team(DONG, None, Decimal(2), 3)  # 2 x 3 x 2 weeks = 12 places
SHARES = Shares(must=0.7, locate=0.15, sample=0.0)
WINTER = Campaign(
    title_ko="겨울 에너지",
    months=(11, 12, 1, 2),
    share=0.2,
    sources_any=("kepco", "gas"),
)


@pytest.fixture(scope="module")
def town() -> Iterator[Warehouse]:
    with draw_town() as warehouse:
        yield warehouse


def placed(
    warehouse: Warehouse, people: list[Household], fits: set[str], share: float
) -> dict[str, str | None]:
    """Who got a place, and by which campaign alone."""
    put_town(warehouse, Town((TEAM,), tuple(people)))
    warehouse.put(
        "_campaign",
        pa.table(
            {
                "household_id": pa.array(sorted(fits), pa.string()),
                "campaign": pa.array(["winter"] * len(fits), pa.string()),
                "reason_ko": pa.array(["겨울"] * len(fits), pa.string()),
            }
        ),
        home="temp",
    )
    shares = Shares(SHARES.must, SHARES.locate, SHARES.sample, campaign=share)
    fill(warehouse, shares=shares)
    found = warehouse.rows("SELECT household_id, campaign FROM _place")
    warehouse.execute("DROP TABLE temp._campaign")
    return dict(found)


@given(
    st.lists(st.integers(0, 9), min_size=TEAM.slots, max_size=20),
    st.sets(st.integers(0, 19), min_size=5),
    st.sampled_from([0.0, 0.1, 0.3, 0.5]),
    st.integers(0, 19),
)
def test_a_campaign_gives_its_places_and_takes_none_from_who_grows_worse(
    town: Warehouse, scores: list[int], chosen: set[int], share: float, worse: int
) -> None:
    people = [Household(f"H{n:02}", DONG, score) for n, score in enumerate(scores)]
    fits = {f"H{n:02}" for n in chosen if n < len(people)}
    without = placed(town, people, set(), 0.0)
    listed = placed(town, people, fits, share)
    reserved = int(Decimal(str(share)) * TEAM.slots)
    assert len(listed) == len(without) == min(len(people), TEAM.slots)
    assert len(fits & listed.keys()) >= min(len(fits), reserved)
    by_campaign = {who for who, campaign in listed.items() if campaign}
    assert by_campaign == listed.keys() - without.keys() <= fits
    assert len(by_campaign) <= reserved
    if (who := f"H{worse:02}") in listed:
        # Worse signs: a higher score, and perhaps a sign that the campaign looks for.
        raised = [
            Household(h.household_id, DONG, h.score + (h.household_id == who))
            for h in people
        ]
        joined = fits | {who} if worse % 2 else fits
        assert who in placed(town, raised, joined, share)


def test_must_and_locate_keep_their_places(town: Warehouse) -> None:
    people = [
        *(Household(f"M{n}", DONG, 1, must=1) for n in range(10)),
        Household("L0", DONG, 1, unmet=2),
        *(Household(f"R{n}", DONG, 9) for n in range(9)),
        Household("FITS", DONG, 0),
    ]
    listed = placed(town, people, {"FITS", "M9", "L0"}, 0.5)
    # 70 % of 12 places: the first 8 in their own order, whomever the campaign fits.
    assert {f"M{n}" for n in range(8)} | {"L0", "FITS"} <= listed.keys()
    assert "M9" not in listed
    assert {who for who, campaign in listed.items() if campaign} == {"FITS"}


def test_whom_it_fits(town: Warehouse) -> None:
    load(
        town,
        "_policy_fact",
        """
        household_id | members INT | is_alone_aged BOOLEAN | children INT | disabled INT
        GAS          | 1           | true                  | 0            | 0
        OLD_GAS      | 1           | false                 | 0            | 0
        PENSION      | 1           | true                  | 0            | 0
        CHILD        | 3           | false                 | 1            | 0
        """,
    )
    load(
        town,
        "_policy_sign",
        """
        household_id | event_type    | is_current BOOLEAN
        GAS          | gas_stop      | true
        OLD_GAS      | gas_arrears   | false
        PENSION      | nps_arrears   | true
        CHILD        | kepco_arrears | true
        """,
    )

    def fitting(**who: tuple[str, ...]) -> list[str]:
        told = {"title_ko": "시험", "months": (1,), "share": 0.1, **who}
        find_fitting(town, "trial", Campaign.model_validate(told))
        rows = town.rows("SELECT household_id FROM _campaign ORDER BY 1")
        return [household for (household,) in rows]

    assert fitting(sources_any=("kepco", "gas")) == ["CHILD", "GAS"]
    assert fitting(home_any=("alone",)) == ["GAS", "OLD_GAS", "PENSION"]
    assert fitting(sources_any=("gas", "kepco"), home_any=("child",)) == ["CHILD"]
    assert fitting(home_any=("alone_65", "child")) == ["CHILD", "GAS", "PENSION"]
    find_fitting(town, None, None)
    assert town.rows("SELECT count(*) FROM _campaign") == [(0,)]


def test_the_month_of_the_round_s_day_says_which_one_runs() -> None:
    campaigns = {"winter": WINTER}
    assert running(campaigns, AS_OF.replace(month=1)) == "winter"
    assert running(campaigns, AS_OF) is None
    other = WINTER.model_copy(update={"months": (2, 3)})
    assert overlaps({**campaigns, "spring": other}) == [
        "campaign spring: winter has month 2 already"
    ]


def test_the_examples_of_the_template_hold(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    text = shipped_text()
    assert load_policy(office).campaign == {}
    start = text.index("# [campaign.")
    lines = [line.removeprefix("# ") for line in text[start:].splitlines()]
    own = tmp_path / "policy.toml"
    own.write_text(text[:start] + "\n".join(lines).replace("\n#\n", "\n\n"), "utf-8")
    assert list(load_policy(office).campaign) == [
        *("winter_energy", "heat_wave", "one_person"),
    ]
    own.write_text(own.read_text("utf-8").replace("months = [7, 8]", "months = [1]"))
    with pytest.raises(OfficeError, match="winter_energy has month 1 already"):
        load_policy(office)
    own.write_text(own.read_text("utf-8").replace('home_any = ["alone"]', ""))
    with pytest.raises(OfficeError, match="say whom it is for"):
        load_policy(office)


def test_who_has_a_place_by_it_alone_is_told_so_on_the_list(tmp_path: Path) -> None:
    start = shipped_text().index("# [campaign.")
    (tmp_path / "policy.toml").write_text(
        shipped_text()[:start].replace("sample_share = 0.05", "sample_share = 0.01")
        + '[campaign.power]\ntitle_ko = "전기"\nmonths = [6]\nshare = 0.5\n'
        'sources_any = ["kepco"]\n',
        "utf-8",
    )
    homes = ("FIRST", "SECOND", "THIRD", "POWER")
    drawn = {
        "core_team": f"dong_code | fte | weekly_cases\n{SINBANG} | 0.5 | 1",
        "core_household": "household_id | members_alive | row_no\n"
        + "\n".join(f"{home} | 1 | {n}" for n, home in enumerate(homes, 1)),
        "core_household_member": "household_id | person_key\n"
        + "\n".join(f"{home} | p{n}" for n, home in enumerate(homes, 1)),
        "core_event": "household_id | source | event_type | subject | occurred_on "
        "| known_on | months_overdue | is_current\n"
        + "\n".join(
            f"{home} | {source} | {source}_arrears | {home} | 2026-05-31 | 2026-06-05 "
            "| 5 | true"
            for home, source in zip(
                homes, ("nhis", "nhis", "nhis", "kepco"), strict=True
            )
        ),
        "core_source_clock": "source | last_ref_date\nnhis | 2026-05-31",
        "out_score": "household_id | score | band | reason_1\n"
        + "\n".join(
            f"{home} | {9 - n} | 높음 | 오래 내지 못했습니다"
            for n, home in enumerate(homes)
        ),
    }
    office = an_office(tmp_path, round={"weeks": 4})
    with draw_town(**drawn) as town:
        counts = build_referrals(
            office, town, ROUND, as_of=AS_OF, referral_key=b"k" * 32
        )
        rows = town.rows(
            "SELECT household_id, campaign, reason_1, reason_2 FROM out_referral "
            "ORDER BY household_id"
        )
        account = town.rows("SELECT rank_listed, campaign_listed FROM out_unit")
    assert counts["CAMPAIGN power"] == 1
    assert rows == [
        ("FIRST", None, "오래 내지 못했습니다", None),
        (
            "POWER", "power", "기획발굴(전기) 대상으로 자리를 얻었습니다",
            "오래 내지 못했습니다",
        ),
    ]  # fmt: skip
    assert account == [(2, 1)]
