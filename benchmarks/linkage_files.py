"""A damaged town's accounts as files in an empty warehouse."""

import datetime as dt
from collections import defaultdict

import numpy as np
import pyarrow as pa

from benchmarks.linkage_register import Register, put
from benchmarks.linkage_town import Account, Damage, Maker, mark_knowable
from pipeline.warehouse import Warehouse

MIX = {"kepco": 0.40, "gas": 0.35, "water": 0.20, "tip": 0.05}


def lay_accounts(
    warehouse: Warehouse,
    register: Register,
    accounts: list[Account],
    people_of_lots: list[tuple[str, str, str]],
) -> None:
    """Two files of every source: 24 months before the register, and 15 days after."""
    days = {1: register.ref_date - dt.timedelta(days=700), 2: register.ref_date}
    files = [(1, "resident", register.ref_date)]
    of: dict[str, list[Account]] = defaultdict(list)
    for account in accounts:
        of[account.source].append(account)
    for at, source in enumerate(sorted(of)):
        for turn, day in days.items():
            file_id = 10 + 10 * at + turn
            files.append((file_id, source, day + dt.timedelta(days=15)))
            rows = [a for a in of[source] if turn == 2 or a.is_seen_before]
            put(warehouse, source, file_id, _rows(source, rows, day))
    files.append((9, "nhis", register.ref_date))
    put(
        warehouse,
        "nhis",
        9,
        pa.table(
            {
                "certificate_no": [f"{i:011d}" for i in range(len(people_of_lots))],
                "subscriber_kind": ["1"] * len(people_of_lots),
                "head_key": [k for k, _, _ in people_of_lots],
                "months_overdue": pa.array([3] * len(people_of_lots), pa.int32()),
                "name": [n for _, n, _ in people_of_lots],
                "address": [a for _, _, a in people_of_lots],
            }
        ),
    )
    for file_id, source, day in files:
        warehouse.execute(
            "INSERT INTO core_file (file_id, source, form, file_name, ref_date, "
            "version, known_on, sha256) VALUES ($i, $s, $s, $s, $d, 1, $k, $i)",
            {"i": file_id, "s": source, "d": day, "k": day + dt.timedelta(days=3)},
        )


def _rows(source: str, rows: list[Account], day: dt.date) -> pa.Table:
    road = [f"{a.home.road}" for a in rows]
    table: dict[str, object] = {"name": [a.name for a in rows]}
    if source == "tip":
        return pa.table(
            {
                **table,
                "tip_no": [a.number for a in rows],
                "received_on": [day] * len(rows),
                "road_address": road,
                "detail_address": [a.detail or None for a in rows],
            }
        )
    table |= {
        "account_no": [a.number for a in rows],
        "account_key": [f"{a.number:>032}" for a in rows],
        "months_overdue": pa.array([3] * len(rows), pa.int32()),
    }
    if source == "kepco":
        table |= {
            "contract_kind": ["home"] * len(rows),
            "limit_kind": ["arrears"] * len(rows),
            "birth_date": [a.birth for a in rows],
            "road_address": road,
            "detail_address": [a.detail or None for a in rows],
        }
    elif source == "gas":
        table |= {
            "phone": [a.phone for a in rows],
            "road_address": [
                f"{r}, {a.detail}" if a.detail else r
                for r, a in zip(road, rows, strict=True)
            ],
        }
    else:
        table |= {
            "use_kind": ["home"] * len(rows),
            "households": pa.array([1] * len(rows), pa.int32()),
            "waterworks_dong": [a.home.dong[5:8] for a in rows],
            "lot_address": [f"{a.home.lot} {a.detail}".strip() for a in rows],
        }
    return pa.table(table)


def make(
    register: Register, damage: Damage, count: int, seed: int, sources: list[str]
) -> tuple[list[Account], list[tuple[str, str, str]]]:
    """The accounts, and (person, name, lot address) as the insurer knows some."""
    maker = Maker(register, damage, seed)
    accounts = [
        account
        for source in sources
        for account in maker.accounts(source, round(count * MIX[source]))
    ]
    told, lots = [], set()
    chosen = np.random.default_rng(seed + 1).random(len(register.home))
    for (household, home), draw in zip(register.home.items(), chosen, strict=True):
        if draw < damage.lots_known:
            head = register.of_household[household][0]
            told.append((head.key, head.name, f"{home.lot} {home.detail}".strip()))
            lots.add(home.lot)
    mark_knowable(register, accounts, lots)
    return accounts, told
