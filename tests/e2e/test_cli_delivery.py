"""What leaves for the offices, over a whole made-up round: nothing that must not."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from data_contracts.outputs import HEADERS_KO
from data_contracts.sheets import SHEETS
from tests.lib.towns import AS_OF, blindspot, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
ROUND = "2026-R4"
PROTECTED_EVERY = 5


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("delivery") / "office", months=3)
    for file in sorted((root / "inbox").glob("RESIDENT_2*.csv")):
        _protect_some(file)
    for command in ("ingest", "screen"):
        done(command, *DAY, "--office", str(root))
    return root


def _protect_some(file: Path) -> None:
    """Many households more get a protected address, the same in every file."""
    rows = list(csv.reader(io.StringIO(file.read_text("cp949"), newline="")))
    household, mark = rows[0].index("세대번호"), rows[0].index("열람제한")
    for row in rows[1:]:
        if sum(map(ord, row[household])) % PROTECTED_EVERY == 0:
            row[mark] = "Y"
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    file.write_text(text.getvalue(), "cp949", newline="")


@pytest.fixture(scope="module")
def made(office: Path) -> dict[str, Any]:
    words = ("--format", "both", "--cards", "--confirm-by", "김확인", "--json")
    report = json.loads(done("export", *DAY, "--office", str(office), *words).stdout)
    assert isinstance(report, dict)
    return report


@pytest.fixture(scope="module")
def tables(made: dict[str, Any]) -> dict[str, list[list[str]]]:
    """Every table that left: file (and sheet) to its rows, header first."""
    found: dict[str, list[list[str]]] = {}
    for file in sorted(Path(made["folder"]).iterdir()):
        if file.suffix == ".csv":
            text = file.read_text("utf-8-sig")
            found[file.name] = list(csv.reader(io.StringIO(text, newline="")))
        if file.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(file).worksheets:
                if sheet.title not in ("안내", "코드"):
                    rows = sheet.iter_rows(min_row=2, values_only=True)
                    found[file.name] = [[str(c or "") for c in row] for row in rows]
    return found


def fetched(office: Path, sql: str) -> list[tuple[Any, ...]]:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        return warehouse.rows(sql)


def everything(made: dict[str, Any], tables: dict[str, list[list[str]]]) -> str:
    pages = [
        file.read_text("utf-8")
        for file in Path(made["folder"]).iterdir()
        if file.suffix in (".html", ".json")
    ]
    cells = (cell for rows in tables.values() for row in rows for cell in row)
    return "\n".join((*pages, *cells))


def test_no_list_holds_another_dongs_household(
    office: Path, made: dict[str, Any], tables: dict[str, list[list[str]]]
) -> None:
    dong_of = dict(fetched(office, "SELECT referral_id, dong_code FROM out_referral"))
    seen = []
    for one in made["lists"]:
        rows = tables[one["file"]][1:]
        assert len(rows) == one["rows"]
        assert {dong_of[row[0]] for row in rows} <= {one["dong_code"]}
        seen += [row[0] for row in rows if one["file"].endswith(".csv")]
    listed = fetched(
        office, "SELECT referral_id FROM out_referral WHERE route = 'team'"
    )
    assert sorted(seen) == sorted(referral for (referral,) in listed)
    assert seen


def test_csv_and_workbook_hold_the_same_cells(
    tables: dict[str, list[list[str]]],
) -> None:
    for name, rows in tables.items():
        if name.endswith(".xlsx"):
            assert rows == tables[name.removesuffix(".xlsx") + ".csv"], name


def test_no_column_is_outside_its_contract(tables: dict[str, list[list[str]]]) -> None:
    contracts = {sheet.title_ko: sheet.headers_ko for sheet in SHEETS.values()}
    for name, rows in tables.items():
        assert tuple(rows[0]) == contracts.get(name.split("_")[0], HEADERS_KO), name


def test_no_resident_number_leaves(
    office: Path, made: dict[str, Any], tables: dict[str, list[list[str]]]
) -> None:
    text = everything(made, tables)
    digits = set(re.findall(r"\d{13}", re.sub(r"(\d{6})-(\d{7})", r"\1\2", text)))
    known = set()
    for file in (office / "inbox").glob("RESIDENT_2*.csv"):
        known |= set(re.findall(r"\d{13}", file.read_text("cp949").replace("-", "")))
    assert len(known) > 100
    assert not digits & known


def test_no_protected_address_leaves(
    office: Path, made: dict[str, Any], tables: dict[str, list[list[str]]]
) -> None:
    protected = fetched(
        office,
        "SELECT DISTINCT coalesce(v.detail_address, ''), v.road_address, v.phone, "
        "h.household_id FROM core_household AS h JOIN vault.vault_resident AS v "
        "ON v.file_id = h.source_file_id AND v.row_no = h.row_no WHERE h.is_protected",
    )
    assert len(protected) > 20
    text = everything(made, tables)
    for detail, road, phone, household in protected:
        assert f"{road} {detail}".strip() not in text
        assert household not in text
        if phone:
            tail = re.sub(r"\D", "", phone)[-8:]
            assert f"{tail[:4]}-{tail[4:]}" not in text
    kept = fetched(
        office,
        "SELECT count(*) FROM out_issued AS i JOIN core_household AS h "
        "USING (household_id) WHERE h.is_protected AND i.route = 'team'",
    )
    assert kept == [(0,)]


def test_no_score_leaves(
    office: Path, made: dict[str, Any], tables: dict[str, list[list[str]]]
) -> None:
    cells = {c for rows in tables.values() for row in rows[1:] for c in row}
    scores = fetched(office, "SELECT DISTINCT CAST(score AS VARCHAR) FROM out_referral")
    fractions = {score for (score,) in scores if score and not score.endswith(".0")}
    assert not fractions & cells


def test_a_dong_alone_gets_its_file_and_no_sheet_of_the_city(
    office: Path, made: dict[str, Any], tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "office"
    shutil.copytree(office, copy)
    dong = made["lists"][0]["dong_code"]
    words = ("--only", dong, "--confirm-by", "김확인", "--json")
    alone = json.loads(done("export", *DAY, "--office", str(copy), *words).stdout)
    assert [one["dong_code"] for one in alone["lists"]] == [dong]
    assert alone["others"] == []


def test_sealed_lists_are_told_where_their_passwords_are_and_never_which(
    office: Path, made: dict[str, Any], tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "office"
    shutil.copytree(office, copy)
    words = ("--sealed", "--confirm-by", "김확인", "--office", str(copy))
    told = done("export", *DAY, *words).stdout
    file = copy / "keys" / "team_passwords.csv"
    assert str(file) in told
    logs = "".join(p.read_text("utf-8") for p in (copy / "logs").glob("*.log"))
    passwords = [line.split(",")[-1] for line in file.read_text().splitlines()[1:]]
    assert passwords
    folder = copy / "rounds" / f"{ROUND}_v2"
    assert {path.suffix for path in folder.iterdir()} == {".zip", ".json"}
    manifest = (folder / "manifest.json").read_text("utf-8")
    assert not [word for word in passwords if word in told + logs + manifest]
    again = done("export", *DAY, *words).stdout
    assert "the same lists were published before" in again


def test_a_list_is_delivered_called_back_and_told_of(
    office: Path, made: dict[str, Any]
) -> None:
    dong = next(one["dong_code"] for one in made["lists"] if one["rows"])
    at = ("--office", str(office), "--json")
    words = (ROUND, "--as-of", "2026-07-02", "--dong", dong)
    given = json.loads(done("deliver", *words, "--to", "박주무", *at).stdout)
    assert Path(given["receipt"]).is_file()
    assert given["expires_on"] == "2026-09-25"  # 2026-07-01 + 56 + 30 days
    day = ("--as-of", "2026-07-03")
    out = json.loads(done("deliveries", *day, *at).stdout)
    assert {(one["dong_code"], one["state"]) for one in out} == {(dong, "out")}
    done("recall", ROUND, *day, "--reason", "잘못된 명부", *at)
    out = json.loads(done("deliveries", *day, *at).stdout)
    assert {one["state"] for one in out} == {"recalled"}
    refused = blindspot("deliver", *words, "--to", "박주무", "--office", str(office))
    assert refused.exit_code == 9
    assert "called back" in refused.output
