"""What leaves is sealed, runs in no spreadsheet, is never half there, and stays the same."""

import csv
import io
import shutil
import stat
import tempfile
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import pyzipper

from pipeline import logs
from tests.lib.killed import killed_at
from tests.lib.sheet_town import FORMER_DAY, make_sheet_town, read_rows
from tests.lib.towns import AS_OF, done

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--confirm-by", "김담당")
SHAPES = ("--format", "both", "--by-hub", "--cards")
NIGHT = ("urgent", "--as-of", "2026-06-28", *BY)
KEPT = ("RESIDENT_2", "TEAM", "KIK", "GAS", "KEPCO", "NHIS", "HISTORY", "TIP")
PLANTED = ("성명", "도로명주소", "상세주소", "팀명")
# What a spreadsheet runs, with all that may stand before it.
STARTS = (
    "=cmd|'/c calc'!A1 ", "+1+", "-2+3 ", "@SUM(1) ", "\t=1 ", "  =2 ", "\ufeff=3 ",
    "＝4 ", "＋5 ", "－6 ", "＠x ", "\u200b=7 ", "\u3000=8 ", "﹦9 ", "\x0b=10 ",
    "\u2066=11 ",
)  # fmt: skip
# Typed by officers, and how it is kept: half width, single blanks, no mark of ours.
TYPED = {
    "=cmd|'/c calc'!A1": "=cmd|'/c calc'!A1",
    "+82 10": "+82 10",
    "  =4": "=4",
    "＝1": "=1",
    "'=7": "'=7",
}
UNSEEN = " \t\r\n\u3000\ufeff\u200b\u2066\x0b"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text that a holder sends begins like a formula; a round came back."""
    root = make_sheet_town(tmp_path_factory.mktemp("safe") / "office", months=4)
    for file in sorted((root / "inbox").iterdir()):
        if not file.name.startswith(KEPT):
            file.unlink()
        elif file.suffix == ".csv" and not file.name.startswith(("KIK", "HISTORY")):
            _plant(file)
    where = ("--office", str(root))
    done("ingest", *DAY, *where)
    done("screen", *FORMER_DAY, *where)
    done("export", *FORMER_DAY, *BY, *where)
    _send_back(root, "2026-R3", "2026-05-18", "2026-06-10")
    done("ingest", *DAY, *where)
    done(*NIGHT, *where)
    done("screen", *DAY, *where)
    done("export", *DAY, *BY, *SHAPES, *where)
    done("export", *DAY, *BY, *SHAPES, *where, "--sealed")
    done("delta", *DAY, *where, "--write")
    done("reentry", "--round", "2026-R3", *DAY, *where)
    return root


def _plant(file: Path) -> None:
    encoding = "cp949" if file.name.startswith("RESIDENT") else "utf-8-sig"
    rows = read_rows(file, encoding)
    for number, row in enumerate(rows):
        start = STARTS[number % len(STARTS)]
        if encoding == "cp949":
            start = start.encode("cp949", errors="ignore").decode("cp949")
        for header in PLANTED:
            # The one whom the town protects keeps its canaries.
            if row.get(header) and row.get("열람제한") != "Y":
                row[header] = start + row[header]
    if rows:
        _write(file, rows, encoding)


def _write(file: Path, rows: list[dict[str, str]], encoding: str = "utf-8-sig") -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_bytes(text.getvalue().encode(encoding))


def _send_back(root: Path, round_: str, met: str, day: str) -> None:
    files = sorted((root / "rounds" / round_).glob("의뢰목록*.csv"))
    rows = [row for file in files for row in read_rows(file)]
    assert len(rows) >= len(TYPED)
    for number, row in enumerate(rows):
        typed = list(TYPED)[number % len(TYPED)]
        row |= {"1차시도일": met, "1차방법": "방문", "접촉일": met}
        row |= {"결과코드": "S3", "필요확인": "Y", "담당자판단": "변경"}
        row |= {"서비스": typed, "변경사유": typed, "담당": typed}
    back = root / "inbox" / f"회신 {round_}.csv"
    _write(back, rows)
    back.with_name(back.name + ".received").write_text(f"{day}\n")


def _passwords(root: Path) -> dict[str, bytes]:
    rows = read_rows(root / "keys" / "team_passwords.csv")
    return {row["team"]: row["password"].encode() for row in rows}


def _sealed(root: Path) -> Iterator[tuple[Path, str, dict[str, bytes]]]:
    """Every sealed file, whose password opens it, and what is inside."""
    for path in sorted((root / "rounds").rglob("*.zip")):
        opened = []
        for team, password in _passwords(root).items():
            with pyzipper.AESZipFile(path) as container:
                container.setpassword(password)
                try:
                    held = {name: container.read(name) for name in container.namelist()}
                except (RuntimeError, zlib.error):  # one wrong word in 65,536
                    continue
            opened.append((path, team, held))
        (one,) = opened
        yield one


def _cells(name: str, content: bytes) -> Iterator[str]:
    if name.endswith(".csv"):
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        yield from (cell for row in csv.reader(text) for cell in row)
    if name.endswith(".xlsx"):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            for row in sheet.iter_rows():
                assert "f" not in {cell.data_type for cell in row}, (name, sheet.title)
                yield from (str(cell.value) for cell in row if cell.value is not None)


def _published(root: Path) -> dict[str, bytes]:
    files = (p for p in sorted((root / "rounds").rglob("*")) if p.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_no_cell_of_any_file_is_run_by_a_spreadsheet(office: Path) -> None:
    files = _published(office)
    files["passwords.csv"] = (office / "keys" / "team_passwords.csv").read_bytes()
    marked = {".csv": 0, ".xlsx": 0}
    for name, content in files.items():
        for cell in _cells(name, content):
            shown = cell.lstrip(UNSEEN)
            first = unicodedata.normalize("NFKC", shown[:1])
            assert first not in set("=+-@"), (name, len(cell))
            assert not any(unicodedata.category(c) == "Cc" for c in cell), name
            if shown[:1] == "'":
                marked[Path(name).suffix] += 1
    assert min(marked.values()) > 20, marked


def test_what_officers_typed_comes_back_as_it_was_and_leaves_with_one_mark(
    office: Path,
) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        kept = warehouse.rows(
            "SELECT DISTINCT a.service, v.change_reason, v.officer FROM acc_result AS a "
            "JOIN vault.main.vault_result AS v USING (file_id, row_no)"
        )
    assert set(kept) == {(text,) * 3 for text in TYPED.values()}
    sheets = sorted((office / "rounds" / "reentry").glob("*.csv"))
    left = {row["서비스"] for sheet in sheets for row in read_rows(sheet)}
    assert left == {"'" + text.removeprefix("'") for text in TYPED.values()}


def test_a_sealed_file_opens_for_its_reader_and_holds_nobody_elses(
    office: Path,
) -> None:
    from pipeline.office import open_warehouse
    from pipeline.settings import load_office

    with open_warehouse(load_office(office), read_only=True) as warehouse:
        warehouse.run_sql("referral/_export_dong")
        # Whose list it is, and who was sent to a household of it.
        worked = warehouse.rows(
            "SELECT team_code, dong_code FROM _export_dong UNION "
            "SELECT worked_by, dong_code FROM out_referral "
            "WHERE round = '2026-R4' AND route = 'team'"
        )
        unit = dict(
            warehouse.rows(
                "SELECT dong_code, coalesce(hub_code, dong_code) FROM core_team"
            )
        )
    held: dict[str, bytes] = {}
    readers = []
    for path, team, members in _sealed(office):
        readers.append(team)
        held |= members
        for name in members:
            if team == "city":
                assert not name.startswith(("의뢰목록", "사유카드", "지정담당자"))
            elif team == "protected_officer":
                assert name.startswith("지정담당자")
            else:
                code = name.split("_")[2]
                # A workbook of a hub is every one of its teams'.
                mine = {dong for who, dong in worked if who == team}
                assert {unit[dong] for dong in mine} == {unit[team]}
                whose = {unit[team]} if " 등 " in name else mine
                assert code in whose, (path.name, name)
    assert {"city", "protected_officer"} < set(readers)
    assert len(set(readers)) == len(readers) > 10
    plain = {
        path.name: path.read_bytes()
        for path in (office / "rounds" / "2026-R4").iterdir()
        if path.name != "manifest.json"
    }
    assert held == plain


def test_a_list_is_made_without_a_plain_copy_elsewhere(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = _before_round_4(office, tmp_path)
    # Whoever asks for a temporary file finds no folder for it.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    done("export", *DAY, *BY, *SHAPES, "--sealed", "--office", str(copy))
    folder = copy / "rounds" / "2026-R4"
    assert {path.suffix for path in folder.iterdir()} == {".zip", ".json"}
    everything = (path for path in (copy / "data").rglob("*") if path.is_file())
    left = [path.name for path in everything if path.parent.name != "access"]
    assert sorted(left) == [".run.lock", "vault.duckdb", "warehouse.duckdb"]


def _before_round_4(office: Path, folder: Path) -> Path:
    """A copy of the office in which nothing of this round has left."""
    old = shutil.ignore_patterns("2026-R4*", "delta*", "urgent*", "reentry", "truth")
    return Path(shutil.copytree(office, folder / "office", ignore=old))


def test_whatever_lies_in_an_office_is_its_owners_alone(office: Path) -> None:
    theirs = {office / "inbox", office / "truth", office / "policy.toml"}
    for path in (office, *office.rglob("*")):
        if theirs.isdisjoint((path, *path.parents)):
            wanted = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_a_log_that_was_rotated_is_its_owners_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_MAX_BYTES", 200)
    with logs.office_log(tmp_path / "logs"):
        for _ in range(9):
            logs.LOGGER.info("a line that is long enough to fill the file soon")
    files = list((tmp_path / "logs").iterdir())
    assert len(files) > 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


# The n-th file that reaches the disk is the last thing that the process does.
@pytest.mark.parametrize(
    ("words", "at"),
    [
        (("export", *DAY, *BY, *SHAPES), 17),
        (("delta", *DAY, "--write"), 3),
        (NIGHT, 1),
        (("reentry", "--round", "2026-R3", *DAY), 2),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_a_killed_run_leaves_no_half_file_and_the_next_one_finishes(
    office: Path, tmp_path: Path, words: tuple[str, ...], at: int
) -> None:
    copy = _before_round_4(office, tmp_path)
    killed_at(at, *words, "--office", str(copy))
    whole, left = _published(office), _published(copy)
    final = {name for name in left if "/." not in name}
    assert left.keys() - final, "it was killed before it wrote anything"
    for name in final:
        assert left[name] == whole[name], name
    done(*words, "--office", str(copy))
    again = _published(copy)
    assert not [name for name in again if "/." in name]
    made = again.keys() - final
    assert made
    for name in made - {name for name in made if name.endswith("manifest.json")}:
        assert again[name] == whole[name], name


def test_a_round_exported_anew_or_replayed_after_later_results_has_the_same_bytes(
    office: Path, tmp_path: Path
) -> None:
    copy = _before_round_4(office, tmp_path)
    where = ("--office", str(copy))

    def exported() -> dict[str, bytes]:
        done("export", *DAY, *BY, *SHAPES, *where)
        return _round_4(copy)

    first = exported()
    assert {Path(name).suffix for name in first} == {".csv", ".xlsx", ".html", ".json"}
    assert first == _round_4(office)
    # Later results of this very round, received after the day of the screening.
    _send_back(copy, "2026-R4", "2026-07-18", "2026-08-10")
    told: Any = done("ingest", "--as-of", "2026-08-11", *where).output
    assert "회신 2026-R4.csv" in told
    done("screen", *DAY, *where)
    shutil.rmtree(copy / "rounds" / "2026-R4")
    assert exported() == first


def _round_4(root: Path) -> dict[str, bytes]:
    folder = root / "rounds" / "2026-R4"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
