"""The same accounts linked by Splink: what its model finds, and in what time.

    python benchmarks/linkage_splink.py FOLDER

Needs Splink 5 (not in the lock). FOLDER comes of linkage_quality.py --dump; it holds
reg.parquet (id, hh, name, jamo, birth, phone, road, unit, area) and acc.parquet (the
same, with hh as the truth, knowable, and `ours`: the household linked here).
Synthetic people only.
"""

import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import splink.comparison_level_library as levels
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BLOCKS = [
    block_on("name", "birth"),
    block_on("name", "phone"),
    block_on("name", "road"),
    block_on("road", "unit"),
    block_on("birth", "road"),
    block_on("phone"),
    block_on("name", "area", "unit"),
    block_on("substr(jamo,1,6)", "birth"),
    block_on("substr(jamo,4,6)", "birth"),
    block_on("substr(jamo,1,6)", "road"),
    block_on("substr(jamo,4,6)", "road"),
]


def settings() -> SettingsCreator:
    """Name by jamo with term frequencies, birth and phone with slips, place."""
    place = compare.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            levels.CustomLevel(
                "road_l = road_r AND coalesce(unit_l,'') = coalesce(unit_r,'')", "door"
            ),
            levels.CustomLevel("road_l = road_r", "number"),
            levels.CustomLevel(
                "area_l = area_r AND unit_l = unit_r AND "
                "(road_l IS NULL OR road_r IS NULL)",
                "area and unit",
            ),
            levels.CustomLevel("area_l = area_r", "area"),
            levels.ElseLevel(),
        ],
    )
    name = compare.CustomComparison(
        output_column_name="jamo",
        comparison_levels=[
            levels.NullLevel("jamo"),
            levels.ExactMatchLevel("jamo", term_frequency_adjustments=True),
            levels.LevenshteinLevel("jamo", 1),
            levels.LevenshteinLevel("jamo", 3),
            levels.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="id",
        blocking_rules_to_generate_predictions=BLOCKS,
        comparisons=[
            name,
            compare.DamerauLevenshteinAtThresholds("birth", [1]),
            compare.DamerauLevenshteinAtThresholds("phone", [1]),
            place,
        ],
    )


def main() -> int:
    """Train, predict, and compare precision, recall and time with ours."""
    folder = Path(sys.argv[1])
    registered = pq.read_table(folder / "reg.parquet")
    accounts = pq.read_table(folder / "acc.parquet")
    common = registered.column_names
    began = time.perf_counter()
    api = DuckDBAPI()
    tables = [
        api.register(t, dataset_display_name=n)
        for t, n in ((registered, "reg"), (accounts.select(common), "acc"))
    ]
    linker = Linker(tables, settings())
    linker.training.estimate_probability_two_random_records_match(
        [block_on("name", "birth"), block_on("name", "road", "unit")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (
        block_on("name", "birth"),
        block_on("name", "phone"),
        block_on("name", "road"),
        block_on("road", "unit"),
    ):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.2)
    import duckdb

    connection = duckdb.connect()
    frame = found.as_pyarrow_table()
    connection.register("pairs", frame)
    connection.register("acc", accounts)
    connection.register("reg", registered)
    took = time.perf_counter() - began
    rows = connection.execute(
        """WITH p AS (
            SELECT
                CASE WHEN source_dataset_l = 'acc' THEN id_l ELSE id_r END AS a,
                CASE WHEN source_dataset_l = 'acc' THEN id_r ELSE id_l END AS r,
                match_probability AS p
            FROM pairs
        ),
        best AS (
            SELECT p.a, reg.hh, max(p.p) AS p
            FROM p INNER JOIN reg ON p.r = reg.id GROUP BY ALL
        ),
        two AS (
            SELECT *, row_number() OVER (PARTITION BY a ORDER BY p DESC, hh) AS n,
                coalesce(lead(p) OVER (PARTITION BY a ORDER BY p DESC, hh), 0)
                    AS second
            FROM best
        ),
        t AS (SELECT unnest([0.5, 0.9, 0.99, 0.999]) AS t),
        x AS (
            SELECT t.t, acc.*, CASE
                WHEN two.p >= t.t AND two.p - two.second > 1e-3 * t.t THEN two.hh
            END AS theirs
            FROM t CROSS JOIN acc LEFT JOIN two ON acc.id = two.a AND two.n = 1
        )
        SELECT t, count(theirs), avg((theirs = hh)::INT),
            sum((knowable AND coalesce(theirs = hh, FALSE))::INT) / sum(knowable::INT),
            count(ours) FILTER (ours[1] = 'H'),
            sum((ours = hh)::INT) / count(ours) FILTER (ours[1] = 'H'),
            sum((knowable AND coalesce(ours = hh, FALSE))::INT) / sum(knowable::INT)
        FROM x GROUP BY t ORDER BY t"""
    ).fetchall()
    print(
        f"{registered.num_rows:,} people, {accounts.num_rows:,} accounts: {took:.1f} s"
    )
    print("threshold  linked precision recall | ours: linked precision recall")
    for row in rows:
        print("{:9} {:7} {:9.4f} {:6.4f} | {:12} {:9.4f} {:6.4f}".format(*row))
    return 0


if __name__ == "__main__":
    sys.exit(main())
