"""Households against an oracle: connected components and plain Python."""

import datetime as dt
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.staging import build_core
from pipeline.warehouse import Warehouse
from tests.lib.extracts import core, ingested

AS_OF = dt.date(2026, 3, 1)
FILES = """
    file_id | source   | ref_date   | known_on
    1       | resident | 2025-12-31 | 2026-01-05
    2       | kepco    | 2026-02-15 | 2026-02-18
    3       | gas      | 2026-02-15 | 2026-02-18
"""
PERSON = st.tuples(
    st.integers(0, 5),  # household
    st.sampled_from(["head", "spouse", "child", "other"]),
    st.integers(23_000, 23_010),  # birth month
    st.sampled_from([None, dt.date(2025, 1, 1), dt.date(2026, 3, 1)]),  # died
    st.booleans(),  # protected
)


def drawn(people: list[tuple[Any, ...]]) -> str:
    head = "file_id | registry_no_key | person_key | relation | birth_month_no | died_on | is_protected"
    rows = [
        f"1 | h{h} | p{i:03} | {relation} | {born} | {died or ''} | {str(protected).lower()}"
        for i, (h, relation, born, died, protected) in enumerate(people)
    ]
    return "\n".join([head, *rows])


def by_hand(people: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """household, members alive, head, protected: the rule said in plain Python."""
    homes: dict[str, list[tuple[Any, ...]]] = {}
    for i, (h, relation, born, died, protected) in enumerate(people):
        is_dead = died is not None and died < AS_OF
        order = (is_dead, relation != "head", born, f"p{i:03}")
        homes.setdefault(f"Hh{h}", []).append((order, is_dead, protected))
    return [
        (
            home,
            sum(not is_dead for _, is_dead, _ in members),
            min(order for order, _, _ in members)[3],
            any(protected for _, _, protected in members),
        )
        for home, members in sorted(homes.items())
    ]


@given(st.lists(PERSON, min_size=1, max_size=14))
def test_heads_and_living_members_agree_with_plain_python(
    people: list[tuple[Any, ...]],
) -> None:
    with Warehouse.in_memory() as warehouse:
        core(warehouse, AS_OF.isoformat(), FILES, resident=drawn(people))
        found = warehouse.rows(
            "SELECT household_id, members_alive, head_person_key, is_protected "
            "FROM core_household ORDER BY household_id"
        )
    assert found == by_hand(people)


@pytest.mark.parametrize("seed", range(4))
def test_doors_without_anybody_registered_are_components_of_accounts(seed: int) -> None:
    """Accounts that share a door are one household; registered doors take theirs."""
    rng = np.random.default_rng(seed)
    graph = nx.Graph()
    rows: dict[str, list[str]] = {"kepco": [], "gas": []}
    taken = {f"한들로 {b} {u}호" for b, u in rng.integers(1, 5, (6, 2))}
    for i in range(30):
        building, unit = rng.integers(1, 5, 2)
        source = ("kepco", "gas")[int(rng.integers(0, 2))]
        door = f"한들로 {building} {unit}호"
        if door not in taken:
            graph.add_edge(f"{source}{i}", door)
        rows[source].append(
            f"{2 if source == 'kepco' else 3} | {source}{i} | 이름{i} | 2026-02-01 | 천안시 {door}"
        )
    head = "file_id | account_no | name | stopped_on | road_address"
    people = "\n".join(
        ["file_id | registry_no_key | person_key | name | road_address"]
        + [
            f"1 | h{i} | p{i} | 주민{i} | 천안시 {door}"
            for i, door in enumerate(sorted(taken))
        ]
    )
    with Warehouse.in_memory() as warehouse:
        ingested(
            warehouse,
            FILES,
            resident=people,
            kepco="\n".join([head, *rows["kepco"]]),
            gas="\n".join([head, *rows["gas"]]),
        )
        build_core(warehouse, AS_OF)
        found = warehouse.rows(
            "SELECT list(account_no ORDER BY account_no) FROM core_link "
            "WHERE reason = 'NOBODY_REGISTERED' GROUP BY household_id"
        )
    parts = [
        sorted(node for node in part if not node.startswith("한들로"))
        for part in nx.connected_components(graph)
    ]
    assert len(parts) > 2
    assert sorted(accounts for (accounts,) in found) == sorted(parts)
