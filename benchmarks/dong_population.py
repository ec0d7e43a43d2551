"""Does a population file of an earlier year lose a dong? Every code, traced to a day.

    python benchmarks/dong_population.py --at 2024-08-01 \
        --register KIKcd_H.20240801_with_abolished.csv population_202301.csv …

A code in brackets in the first column, or in a column of its own, counts as a dong
when a register names one by it; the first number behind it is what must not get lost.
"""

import argparse
import csv
import datetime as dt
import io
import re
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter

from pipeline.dong_register import read_register
from pipeline.dong_trace import build_trace_tables
from pipeline.warehouse import Warehouse

_CODE = re.compile(r"(?<!\d)([1-9]\d{9})(?!\d)")
WAYS = (
    "live",
    "recoded",
    "renamed",
    "merged",
    "split_one_heir",
    "review",
    "lost",
)


def codes_of(file: Path) -> dict[str, int]:
    """Every 10-digit code of a population file and the first number beside it."""
    raw = file.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp949", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows)
    at = header.index("households") if "households" in header else 1
    found = {}
    for row in rows:
        if code := _CODE.search(row[0] if row else ""):
            found[code[1]] = int(re.sub(r"\D", "", row[at]) or 0)
    return found


def count(
    warehouse: Warehouse, codes: dict[str, int]
) -> tuple[Counter[str], int, Counter[str]]:
    """Codes by way, codes without a named heir, and people or homes by way."""
    now = {
        code: (how, current, heirs)
        for code, how, current, heirs in warehouse.rows(
            "SELECT dong_code, how, current_dong_code, heirs FROM core_dong_current"
        )
    }
    ways: Counter[str] = Counter()
    people: Counter[str] = Counter()
    unnamed = 0
    for code, size in codes.items():
        how, current, heirs = now.get(code, ("lost", None, []))
        if current is None and not heirs:
            how = "lost"
        unnamed += how == "review" and not heirs
        ways[how] += 1
        people[how] += size
    return ways, unnamed, people


def main() -> int:
    """Print the counts per file; 1 when a code is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--register", action="append", type=Path, required=True)
    parser.add_argument("--at", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    lost = 0
    with Warehouse.in_memory() as warehouse:
        rows = [
            row
            for number, file in enumerate(options.register, 1)
            for row in read_register(file, number)
        ]
        heads = {row["dong_code"] for row in rows if row["dong_name"] is None}
        begun = perf_counter()
        build_trace_tables(warehouse, rows, options.at)
        seconds = perf_counter() - begun
        (known,) = warehouse.rows(
            "SELECT count(*), count(*) FILTER (how = 'live') FROM core_dong_current"
        )
        sys.stdout.write(
            f"at {options.at}: {known[0]:,} codes, {known[1]:,} live, all traced in "
            f"{seconds:.2f} s\n"
        )
        sys.stdout.write(f"{'file':52} {'dongs':>6}")
        sys.stdout.write("".join(f"{way:>15}" for way in WAYS) + f"{'sum':>14}\n")
        for file in options.files:
            codes = {c: n for c, n in codes_of(file).items() if c not in heads}
            ways, _, people = count(warehouse, codes)
            lost += ways["lost"]
            if sum(people.values()) != sum(codes.values()):
                raise AssertionError("people got lost between the codes")
            sys.stdout.write(f"{file.name[:52]:52} {len(codes):6,}")
            sys.stdout.write("".join(f"{ways[way]:15,}" for way in WAYS))
            sys.stdout.write(f"{sum(people.values()):14,}\n")
            sys.stdout.write(f"{'  people or households':52} {'':6}")
            sys.stdout.write("".join(f"{people[way]:15,}" for way in WAYS) + "\n")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
