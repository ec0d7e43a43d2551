"""Weights of the probabilistic step, counted on a town whose truth is known.

    python benchmarks/linkage_weights.py --inbox DIR --accounts 110000 [--write]

m: how often each part agrees so between an account and the household it belongs to,
over all accounts, not only those that the exact steps leave open. u: how often with
people drawn by chance. [owner], [nobody] and the thresholds are policy and stay. The
town must be another than those on which linkage_quality.py is then read.
"""

import argparse
import datetime as dt
import re
import sys
import tempfile
from importlib import resources
from pathlib import Path

import pyarrow as pa

from benchmarks.linkage_quality import TUNING_SEED, lay, registers_of
from benchmarks.linkage_register import household_id, read_register
from benchmarks.linkage_town import Account, Damage
from pipeline.linkage_weights import linkage_params
from pipeline.staging import build_core
from pipeline.warehouse import Warehouse

WEIGHTS = Path(str(resources.files("pipeline") / "linkage_weights.toml"))
SELDOM = 20  # pairs; fewer say nothing, and the committed weight stays
PAIRS = ("_rest", "_near_name", "_pair", "_pair_level", "_candidate")
# What stands nearest to a true pair; a household without any pair agrees on nothing.
TRUE_PAIR = """
SELECT
    t.source, coalesce(c.name_level, 'other') AS name,
    coalesce(c.birth_level, CASE WHEN r.birth IS NULL THEN 'missing' END) AS birth,
    coalesce(c.phone_level, CASE WHEN r.phone IS NULL THEN 'missing' END) AS phone,
    'place_' || CASE
        WHEN r.road_key IS NULL AND r.unit_key IS NULL THEN 'bare_lot'
        WHEN r.road_key IS NULL THEN 'lot'
        WHEN r.is_complete THEN 'door'
        ELSE 'number'
    END AS field,
    coalesce(c.place_level, 'elsewhere') AS place,
    h.moved_in_on > r.holder_since AS has_moved_since,
    -- A landlord's or stranger's name is counted as such, once: by the name.
    coalesce(c.name_level, 'other') <> 'other' AS is_theirs
FROM _truth AS t
INNER JOIN _rest AS r ON t.source = r.source AND t.account_no = r.account_no
LEFT JOIN _candidate AS c
    ON
        t.source = c.source AND t.account_no = c.account_no
        AND t.truth = c.household_id
LEFT JOIN _register_home AS h ON t.truth = h.household_id
"""
# Drawn by the hash of the key, so that the same town gives the same pairs.
CHANCE_PAIR = """
WITH account AS (FROM _rest ORDER BY hash(source || account_no) LIMIT 1500),
person AS (
    SELECT p.*, h.moved_in_on FROM _register_person AS p
    INNER JOIN _register_home AS h ON p.household_id = h.household_id
    ORDER BY hash(p.person_key) LIMIT 4000
)
SELECT
    CASE
        WHEN a.birth IS NULL THEN NULL
        WHEN a.birth = strftime(p.birth_date, '%y%m%d') THEN 'same'
        WHEN damerau_levenshtein(a.birth, strftime(p.birth_date, '%y%m%d')) = 1
            THEN 'near'
        ELSE 'other'
    END AS birth,
    CASE
        WHEN a.phone IS NULL OR p.phone IS NULL THEN NULL
        WHEN a.phone = p.phone THEN 'same'
        WHEN damerau_levenshtein(a.phone, p.phone) = 1 THEN 'near'
        ELSE 'other'
    END AS phone,
    p.moved_in_on > a.holder_since AS has_moved_since
FROM account AS a
CROSS JOIN person AS p
INNER JOIN _truth AS t ON a.source = t.source AND a.account_no = t.account_no
WHERE t.truth <> p.household_id
"""
MOVE = "CASE WHEN has_moved_since THEN 'moved_since' ELSE 'stayed' END"

Shares = dict[tuple[str, str, str], float]


def shares(
    warehouse: Warehouse, table: str, field: str, level: str, which: str
) -> Shares:
    """How often each level of a field occurs; what was seen too seldom is left out."""
    rows = warehouse.rows(
        f"SELECT f, l, n / sum(n) OVER (PARTITION BY f), n FROM (SELECT "
        f"{field} AS f, {level} AS l, count(*) AS n FROM {table} GROUP BY ALL) "
        "WHERE l IS NOT NULL ORDER BY f, l"
    )
    return {
        (str(f), str(level_), which): float(share)
        for f, level_, share, n in rows
        if n >= SELDOM
    }


def estimate(warehouse: Warehouse, accounts: list[Account]) -> Shares:
    """m and u by field and level, from a warehouse whose core tables are built."""
    truth = {
        "source": [a.source for a in accounts],
        "account_no": [a.number for a in accounts],
        "truth": [household_id(a.household) for a in accounts],
    }
    warehouse.put("_truth", pa.table(truth), home="temp")
    # With no exact match every account is compared, as the weights must hold for all.
    warehouse.execute("DELETE FROM _match")
    for name in PAIRS:
        warehouse.run_sql(f"linkage/{name}", linkage_params())
    warehouse.execute(f"CREATE TEMP TABLE _true_pair AS {TRUE_PAIR}")
    warehouse.execute(f"CREATE TEMP TABLE _chance_pair AS {CHANCE_PAIR}")
    found = shares(warehouse, "_true_pair", "'name'", "name", "m")
    for part in ("birth", "phone"):
        given = f"(FROM _true_pair WHERE {part} <> 'missing' AND is_theirs)"
        found |= shares(warehouse, given, f"'{part}'", part, "m")
        given = f"(FROM _chance_pair WHERE {part} IS NOT NULL)"
        found |= shares(warehouse, given, f"'{part}'", part, "u")
    found |= shares(warehouse, "_true_pair", "field", "place", "m")
    gone = "(FROM _true_pair WHERE place = 'elsewhere' AND is_theirs)"
    found |= shares(warehouse, gone, "'move'", MOVE, "m")
    return found | shares(warehouse, "_chance_pair", "'move'", MOVE, "u")


def rewritten(text: str, found: Shares) -> str:
    """The weights file with every number that was counted, comments as they were."""
    field, lines = "", []
    for line in text.splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            field = head[1]
        level = line.partition(" ")[0]
        for which in "mu":
            if (share := found.get((field, level, which))) is not None:
                line = re.sub(
                    rf"\b{which} = [\d.]+", f"{which} = {digits(share)}", line
                )
        lines.append(line)
    return "\n".join(lines) + "\n"


def digits(share: float) -> str:
    """A share with two digits that count."""
    return (
        f"{min(share, 1.0):.12f}"[:14].rstrip("0").rstrip(".")
        if share < 1e-4
        else (f"{share:.2g}")
    )


def main() -> int:
    """Make a town, count, print beside what is committed, and write if asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--inbox", type=Path, required=True)
    parser.add_argument("--accounts", type=int, default=110_000)
    parser.add_argument("--seed", type=int, default=TUNING_SEED)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    register = read_register(*registers_of(options.inbox))
    with tempfile.TemporaryDirectory() as folder, Warehouse.in_memory() as warehouse:
        accounts = lay(
            warehouse, folder, register, Damage(), options.accounts, options.seed
        )
        build_core(warehouse, register.ref_date + dt.timedelta(days=60))
        found = estimate(warehouse, accounts)
    committed = {
        (w["field"], w["level"], which): w[which]
        for w in linkage_params()["weights"]
        for which in "mu"
    }
    print(f"{'field':16} {'level':12} {'':1} {'committed':>10} {'counted':>10}")
    for (field, level, which), share in sorted(found.items()):
        before = committed.get((field, level, which))
        print(f"{field:16} {level:12} {which} {before!s:>10} {digits(share):>10}")
    if options.write:
        text = WEIGHTS.read_text(encoding="utf-8")
        WEIGHTS.write_text(rewritten(text, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
