"""Screening a round again after later files arrived gives the same bytes."""

import json
from pathlib import Path

import pytest

from tests.lib.towns import AS_OF, blindspot, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
LATER = "2026-07-10"
TABLES = ("out_score", "out_eligibility", "out_referral", "core_event", "core_link")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with a file that was refused, screened, its lists published."""
    root = make_town(tmp_path_factory.mktemp("replay") / "office", months=4)
    spoil_layout(root)
    assert blindspot("ingest", "--office", str(root), *DAY).exit_code == 5
    done("screen", "--office", str(root), *DAY)
    done("export", "--office", str(root), *DAY, "--confirm-by", "김확인")
    return root


def spoil_layout(root: Path) -> None:
    """Gas files come with a debt that is the holder's name: every row is rejected."""
    from importlib import resources

    text = (resources.files("data_contracts.layouts") / "gas.toml").read_text("utf-8")
    spoilt = text.replace('"체납액"', '"성명"')
    (root / "layouts" / "gas.toml").write_text(spoilt, encoding="utf-8")


def state(root: Path) -> dict[str, list[tuple[object, ...]]]:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return {t: warehouse.rows(f"FROM {t} ORDER BY ALL") for t in TABLES}


def published(root: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted((root / "rounds").rglob("*.csv"))
    }


def corrected(root: Path, pattern: str, day: str = LATER) -> Path:
    """The newest file of a kind once more as _v2, the last third of its rows gone."""
    path = sorted((root / "inbox").glob(pattern))[-1]
    lines = path.read_bytes().splitlines(keepends=True)
    name = path.stem + "_v2" + path.suffix
    return put(root, name, b"".join(lines[: len(lines) * 2 // 3]), day)


def put(root: Path, name: str, content: bytes, day: str) -> Path:
    path = root / "inbox" / name
    path.write_bytes(content)
    path.with_name(name + ".received").write_text(f"{day}\n", encoding="utf-8")
    return path


def test_later_files_corrections_and_retries_change_no_earlier_round(
    office: Path,
) -> None:
    before, lists = state(office), published(office)
    assert before["out_referral"]
    assert lists

    corrected(office, "KEPCO_LIMIT_*.txt")
    corrected(
        office, "RESIDENT_2*.csv", AS_OF.isoformat()
    )  # received on the day itself
    late = sorted((office / "inbox").glob("KEPCO_LIMIT_*.txt"))[0]
    put(
        office,
        "KEPCO_LIMIT_20260131.txt",
        late.read_bytes().replace(late.stem[-8:].encode(), b"20260131"),
        LATER,
    )
    (office / "layouts" / "gas.toml").unlink()
    words = ("quarantine", "retry", "--source", "gas", "--office", str(office))
    early = blindspot(*words, "--known-on", "2026-06-30")
    assert early.exit_code == 2
    assert f"screened as of {AS_OF}" in early.stderr
    tried = json.loads(done(*words, "--known-on", AS_OF.isoformat(), "--json").stdout)
    assert {one["status"] for one in tried} == {"loaded"}
    told = json.loads(done("ingest", "--office", str(office), *DAY, "--json").stdout)
    loaded = {one["file"] for one in told if one["status"] == "loaded"}
    assert len(loaded) == 3

    done("screen", "--office", str(office), *DAY)
    assert state(office) == before
    again = done(
        "export", "--office", str(office), *DAY, "--confirm-by", "이확인", "--json"
    )
    assert json.loads(again.stdout)["already_published"] is True
    assert published(office) == lists

    # The later files do count afterwards: the test above could fail.
    done("screen", "--office", str(office), "--as-of", "2026-07-11")
    assert state(office)["core_event"] != before["core_event"]
