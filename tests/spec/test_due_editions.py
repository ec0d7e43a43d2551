"""Who stood on a list that left stays due, though the round was screened again."""

import datetime as dt

import pytest

from pipeline.warehouse import Warehouse
from tests.lib.loop import House, Listing, build_loop, put_houses

AS_OF = dt.date(2026, 9, 1)
LISTED_ON = dt.date(2026, 7, 1)
OTHERS = (("must", dt.date(2026, 7, 15)), ("rank", dt.date(2026, 8, 26)))


@pytest.mark.parametrize(
    ("slot_kind", "due_on"), [*OTHERS, ("locate", dt.date(2026, 8, 26))]
)
def test_a_household_of_the_first_edition_only_is_due_as_others_of_its_kind(
    slot_kind: str, due_on: dt.date
) -> None:
    house = House("H1", listings=(Listing("2026-R4", LISTED_ON),))
    with Warehouse.in_memory() as warehouse:
        put_houses(warehouse, [house], AS_OF)
        warehouse.execute(
            "UPDATE out_issued SET slot_kind = $kind", {"kind": slot_kind}
        )
        for number, (kind, day) in enumerate(OTHERS):
            warehouse.execute(
                "INSERT INTO out_referral BY NAME SELECT '2026-R4' AS round, "
                "CAST($id AS VARCHAR) AS referral_id, 'team' AS route, "
                "CAST($kind AS VARCHAR) AS slot_kind, CAST($day AS DATE) AS due_on",
                {"id": f"other{number}", "kind": kind, "day": day},
            )
        build_loop(warehouse, AS_OF)
        warehouse.run_sql("loop/due_item")
        assert warehouse.rows("SELECT kind, subject, due_on FROM due_item") == [
            ("first_contact", house.referral("2026-R4"), due_on)
        ]
