"""delta, urgent and reentry by the commands, in an office of its own."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.lib.sheet_town import FORMER_DAY, make_sheet_town, read_rows, send_back
from tests.lib.towns import AS_OF, blindspot, done

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--confirm-by", "김담당")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rounds, the lists of the first came back."""
    root = make_sheet_town(tmp_path_factory.mktemp("sheets") / "office", households=200)
    where = ("--office", str(root))
    # Some lines of the made-up files are refused on purpose.
    assert blindspot("ingest", *DAY, *where).exit_code in (0, 5)
    done("screen", *FORMER_DAY, *where)
    done("export", *FORMER_DAY, *where, *BY)
    assert send_back(root, root / "rounds" / "2026-R3")
    done("ingest", *DAY, *where)
    done("screen", *DAY, *where)
    return root


def told(office: Path, *words: str) -> Any:
    return json.loads(done(*words, "--office", str(office), "--json").stdout)


def test_delta_accounts_for_both_lists_and_writes_once(office: Path) -> None:
    found = told(office, "delta", *DAY)
    assert (found["round"], found["former_round"]) == ("2026-R4", "2026-R3")
    assert found["files"] is None
    totals = found["totals"]
    listed = json.loads((office / "rounds/2026-R3/manifest.json").read_text())["listed"]
    assert sum(totals.values()) - totals["new"] == listed
    made = told(office, "delta", *DAY, "--write")
    wanted = totals["new"] + totals["worsened"] + totals["resolved"]
    assert wanted > 0
    assert sum(made["files"].values()) == wanted
    assert told(office, "delta", *DAY, "--write")["already_published"]
    assert "Round 2026-R4 against 2026-R3" in (
        done("delta", *DAY, "--office", str(office)).stdout
    )
    first = blindspot("delta", *DAY, "--round", "2026-R3", "--office", str(office))
    assert first.exit_code == 9


def test_reentry_holds_the_results_of_the_round(office: Path) -> None:
    words = ("reentry", "--round", "2026-R3", *DAY)
    found = told(office, *words)
    results = [
        row
        for name in found["files"]
        for row in read_rows(Path(found["folder"]) / name)
    ]
    assert len(results) == sum(found["files"].values()) > 0
    assert {(r["접촉일"], r["접촉방법"], r["결과"]) for r in results} == {
        ("2026-05-20", "방문", "긴급복지")
    }
    for name in found["files"]:
        assert stat.S_IMODE((Path(found["folder"]) / name).stat().st_mode) == 0o600
    assert told(office, *words)["written"] == []
    early = done("reentry", "--round", "2026-R3", *FORMER_DAY, "--office", str(office))
    assert "no result of 2026-R3 was known before 2026-05-01" in early.stdout


def test_an_urgent_night_leaves_the_round_exportable(office: Path) -> None:
    words = ("urgent", "--as-of", "2026-06-28", "--office", str(office))
    assert blindspot(*words).exit_code == 10
    made = told(office, *words[:3], *BY)
    # Since the day of the last list that left.
    assert (made["since"], made["round"]) == ("2026-05-01", "2026-R3")
    assert made["households"] > 0
    rows = [r for name in made["files"] for r in read_rows(Path(made["folder"]) / name)]
    assert len(rows) == made["households"]
    again = told(office, *words[:3], "--confirm-by", "이담당")
    assert (again["already_published"], again["confirmed_by"]) == (True, "김담당")
    assert "confirmed by: 김담당" in done(*words, *BY).stdout
    # The screened round's own tables are as they were.
    exported = told(office, "export", *DAY, *BY)
    assert exported["round"] == "2026-R4"
    # Nothing new in a night after which no file came.
    nothing = done(
        *words[:1], "--as-of", "2026-06-29", *words[3:], "--since", "2026-06-28", *BY
    )
    assert "nothing was written" in nothing.stdout
    assert not (office / "rounds" / "urgent_20260629").exists()


def test_the_result_of_an_urgent_referral_comes_back(office: Path) -> None:
    folder = office / "rounds" / "urgent_20260628"
    if not folder.exists():
        told(office, "urgent", "--as-of", "2026-06-28", *BY)
    file = sorted(folder.glob("*.csv"))[0]
    text = file.read_text("utf-8-sig").splitlines()
    header, first = text[0].split(","), read_rows(file)[0]
    first |= {"1차시도일": "2026-06-29", "1차방법": "방문", "접촉일": "2026-06-29"}
    first |= {"결과코드": "S3"}
    back = office / "inbox" / "긴급회신.csv"
    quoted = ",".join(f'"{first[name]}"' for name in header)
    back.write_text(f"{text[0]}\n{quoted}\n", encoding="utf-8-sig")
    back.with_name(back.name + ".received").write_text("2026-06-30\n")
    (loaded,) = [
        one for one in told(office, "ingest", *DAY) if one["file"] == back.name
    ]
    assert (loaded["status"], loaded["accepted"]) == ("loaded", 1)
    found = told(office, "reentry", "--round", "2026-R3", *DAY)
    rows = [
        row
        for name in found["files"]
        for row in read_rows(Path(found["folder"]) / name)
    ]
    assert first["의뢰번호"] in {row["의뢰번호"] for row in rows}


def test_the_page_tells_of_places_and_of_the_round_before(office: Path) -> None:
    page = Path(
        done("report", *DAY, "--office", str(office)).stdout.split(": ")[1].strip()
    )
    text = page.read_text(encoding="utf-8")
    assert "자리의 쓰임" in text
    assert "이전 회차(2026-R3)는 어떻게 되었는가" in text


def test_partners_get_numbers_and_nobody_s_name(office: Path) -> None:
    where = ("--office", str(office))
    assert blindspot("partners", "council-brief", *DAY, *where).exit_code == 10
    assert blindspot("partners", "case-sheet", *DAY, *where, *BY).exit_code == 2
    made = [
        told(office, "partners", "council-brief", *DAY, *BY),
        told(office, "partners", "dong-profile", *DAY),
        told(office, "partners", "agencies", *DAY, *BY),
        told(office, "partners", "support-team", "--round", "2026-R3", *DAY),
        told(office, "partners", "case-sheet", "--escalated", *DAY, *BY),
    ]
    people = {
        row["성명"]
        for file in (office / "rounds" / "2026-R3").glob("의뢰목록_*.csv")
        for row in read_rows(file)
    } - {""}
    assert people
    for one in made:
        folder = Path(one["folder"])
        for name in one["files"]:
            assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
            text = (folder / name).read_bytes().decode("utf-8", "ignore")
            assert "합성" in name
            assert not [person for person in people if person in text]
            assert "R2026" not in text.replace("2026-R", "") or "중복" in name
    assert made[-1]["behind"]
    referral = next(iter(made[-1]["behind"].values()))
    day = ("--on", "2026-06-20", "--by", "김담당")
    done("export", *DAY, *where, *BY)
    done("partners", "consent", referral, "--agency", "복지관", *day, *where)
    (kept,) = told(office, "partners", "consents")
    assert (kept["agency"], kept["given_on"]) == ("복지관", "2026-06-20")
