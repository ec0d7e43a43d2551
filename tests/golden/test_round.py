"""One small round: every table's row count, every list's bytes, reviewed like code.

The synthetic town, its keys and everything after it follow from a seed, so the same
code gives the same bytes. `make golden` rewrites what is expected.
"""

import json
from pathlib import Path

import pytest

from pipeline.office import open_warehouse
from pipeline.settings import load_office
from tests.lib.towns import AS_OF, done, make_town

EXPECTED = Path(__file__).parent / "round_2026_4"
LISTS = EXPECTED / "lists.csv"
COUNTS = EXPECTED / "counts.json"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town of 1,500 households whose round was made by the commands of a user."""
    root = make_town(tmp_path_factory.mktemp("golden") / "office", households=1_500)
    at = ("--office", str(root), "--as-of", AS_OF.isoformat())
    done("ingest", *at)
    done("screen", *at)
    done("export", *at, "--confirm-by", "시험 담당자")
    return root


@pytest.fixture
def rewrite(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden"))


def counts_of(root: Path) -> dict[str, dict[str, int]]:
    """Rows per table, and households per reason where a reason decides."""
    office = load_office(root)
    with open_warehouse(office, read_only=True) as warehouse:
        tables = warehouse.rows(
            "SELECT database_name || '.' || table_name FROM duckdb_tables() "
            "WHERE database_name IN ('warehouse', 'vault') "
            "AND table_name NOT LIKE 'log_%' ORDER BY ALL"
        )
        found = {
            "rows": {
                str(name): int(warehouse.rows(f"SELECT count(*) FROM {name}")[0][0])
                for (name,) in tables
            }
        }
        for what, sql in {
            "links": "SELECT source || ' ' || reason, count(*) FROM core_link",
            "events": "SELECT event_type, count(*) FROM core_event",
            "eligibility": "SELECT reason, count(*) FROM out_eligibility",
            "bands": "SELECT band, count(*) FROM out_score",
        }.items():
            rows = warehouse.rows(f"{sql} GROUP BY ALL ORDER BY ALL")
            found[what] = {str(name): int(count) for name, count in rows}
    return found


def lists_of(root: Path) -> bytes:
    """The bytes of every list and sheet that holds somebody, one after another."""
    files = sorted((root / "rounds" / "2026-R4").glob("*.csv"))
    assert len([file for file in files if file.name.startswith("의뢰목록_")]) == 31
    return b"".join(
        file.read_bytes() for file in files if file.read_bytes().count(b"\r\n") > 1
    )


def test_counts_are_as_reviewed(office: Path, rewrite: bool) -> None:
    counts = counts_of(office)
    if rewrite:
        EXPECTED.mkdir(exist_ok=True)
        text = json.dumps(counts, ensure_ascii=False, indent=2)
        COUNTS.write_text(text + "\n", encoding="utf-8")
    assert counts == json.loads(COUNTS.read_text(encoding="utf-8"))


def test_lists_are_as_reviewed_to_the_byte(office: Path, rewrite: bool) -> None:
    lists = lists_of(office)
    if rewrite:
        EXPECTED.mkdir(exist_ok=True)
        LISTS.write_bytes(lists)
    assert lists == LISTS.read_bytes()


def test_the_same_round_again_gives_the_same_bytes(office: Path) -> None:
    at = ("--office", str(office), "--as-of", AS_OF.isoformat())
    done("screen", *at)
    told = done("export", *at, "--confirm-by", "시험 담당자").output
    assert "nothing was written" in told
    assert not (office / "rounds" / "2026-R4_v2").exists()
