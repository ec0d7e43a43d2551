"""Coverage over a made-up town: told in the terminal, in the report, and before a run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.preview import preview
from pipeline.errors import ContractBroken
from pipeline.settings import load_office
from pipeline.staging import build_core
from tests.lib.towns import AS_OF, blindspot, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
LATE = "NHIS_ARREARS_202604.dat"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Screened; one file of the health insurance was lost, gas has no letter."""
    root = make_town(tmp_path_factory.mktemp("coverage") / "office")
    (root / "inbox" / LATE).unlink()
    ledger = root / "ledger.toml"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(re.sub(r"\[\[gas\]\]\n(.+\n)+", "", text), encoding="utf-8")
    blindspot("ingest", "--office", str(root), *DAY)
    done("screen", "--office", str(root), *DAY)
    return root


def told(town: Path, *words: str) -> dict[str, Any]:
    given = ("coverage", "--office", str(town), "--json", *words)
    found: dict[str, Any] = json.loads(done(*given).stdout)
    return found


def test_coverage_tells_what_is_missing_and_what_never_came(town: Path) -> None:
    found = {(f["source"], f["kind"]): f for f in told(town)["findings"]}
    lost = found["nhis", "missing"]
    assert lost["detail"] == "2026-04 (0 of 1)"
    assert lost["next_step"].startswith("ask ")
    assert "[[gas]]" in found["gas", "never came"]["next_step"]
    table = done("coverage", "--office", str(town), "--source", "nhis").stdout
    assert "2026-04 (0 of 1)" in table
    assert "water" not in table


def test_coverage_of_an_earlier_day_knows_less_and_changes_nothing(
    town: Path,
) -> None:
    # The lost file of April was not due yet, and that of May not received.
    early = told(town, "--as-of", "2026-05-10", "--source", "nhis")
    assert early["findings"] == []
    assert (early["as_of"], told(town)["as_of"]) == ("2026-05-10", AS_OF.isoformat())


def test_coverage_of_a_dong_has_a_row_for_every_source(town: Path) -> None:
    found = told(town, "--dong", "4413157000")
    assert {row["source"] for row in found["dong"]} >= {"kepco", "water", "nhis"}
    for words in (("--dong", "1"), ("--source", "team")):
        assert blindspot("coverage", "--office", str(town), *words).exit_code == 2


def test_the_report_tells_it_in_korean_and_signs(town: Path) -> None:
    done("report", "--office", str(town), *DAY)
    (file,) = (town / "rounds").rglob("보고서_*.html")
    page = file.read_text(encoding="utf-8")
    assert "출처 도착 현황" in page
    strip = page.split("<h2>월별 도착")[1].split("<h2>")[0]
    lost = re.findall(r'class="sign h-bad"[^>]*>–', strip)
    assert len(lost) == 1 + 1  # of the legend, and April of the health insurance
    assert "신방동" in page.split("<h2>동별 관측 여부")[1]
    assert "격리 중인 파일" in page


def test_a_broken_rule_that_must_hold_stops_the_screen(
    town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(warehouse: Any, *rest: Any) -> dict[str, int]:
        counts = build_core(warehouse, *rest)
        warehouse.execute("INSERT INTO core_link FROM core_link")
        return counts

    spoilt = copy_town(town, tmp_path / "office")
    monkeypatch.setattr("pipeline.staging.build_core", damaged)
    result = blindspot("screen", "--office", str(spoilt), *DAY)
    assert result.exit_code == ContractBroken.exit_code
    assert "must_link_be_once" in result.output


def test_a_dry_run_tells_which_files_the_ledger_refuses(town: Path) -> None:
    lines = preview(load_office(town), AS_OF, ("ingest",))["ingest"]
    refused = [line for line in lines if "refuse" in line]
    assert refused
    assert all("GAS_STOP" in x and "no entry for the source gas" in x for x in refused)
