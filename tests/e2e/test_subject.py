"""A person's rights through the commands: all of theirs, nothing of others', no number."""

import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.subject import answer
from pipeline.accesslog import AccessLog
from pipeline.identity import keys_in, person_key
from pipeline.office import open_warehouse
from pipeline.sealed import _pyzipper
from pipeline.settings import load_office
from pipeline.staging import build_core
from pipeline.subject_decisions import waiting
from pipeline.subject_page import MEMBER_NAME
from pipeline.warehouse import Warehouse
from tests.lib.towns import AS_OF, copy_town, done, make_town

DAY = ("--as-of", AS_OF.isoformat())
BY = ("--by", "김담당")
PASSWORD = "아주긴비밀번호열두자"
_NUMBER = re.compile(rb"(?<!\d)(\d{6})-?([1-8]\d{6})(?!\d)")
NOBODY = "9001011234567"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_town(tmp_path_factory.mktemp("subject") / "office", months=4)
    for command in ("ingest", "screen"):
        done(command, *DAY, "--office", str(root))
    return root


@pytest.fixture(scope="module")
def numbers(town: Path) -> dict[str, str]:
    """Key -> resident number, as the newest register file writes it."""
    file = sorted((town / "inbox").glob("RESIDENT_2*.csv"))[-1]
    keys = keys_in(town / "keys")
    found = {b"".join(m.groups()).decode() for m in _NUMBER.finditer(file.read_bytes())}
    return {person_key(keys, number): number for number in sorted(found)}


def asked(root: Path, *words: str, typed: str) -> Result:
    """A command of the group, what is asked for typed on standard input."""
    line = ["subject", *words, "--office", str(root)]
    return CliRunner().invoke(app, line, input=typed, prog_name="blindspot")


def query(root: Path, sql: str) -> list[Any]:
    with open_warehouse(load_office(root), read_only=True) as warehouse:
        return warehouse.rows(sql)


def members(root: Path, *, alone: bool) -> list[str]:
    """Some people with arrears of their own, who live alone or with others."""
    found = query(
        root,
        "SELECT m.person_key FROM core_household_member AS m JOIN acc_nhis AS n "
        "ON n.head_key = m.person_key JOIN core_household AS h USING (household_id) "
        f"WHERE (h.members_alive = 1) = {alone} GROUP BY ALL "
        "ORDER BY count(*) DESC, 1 LIMIT 4",
    )
    return [str(key) for (key,) in found]


def housemates_of_payers(root: Path) -> list[str]:
    """People whose household has a supply in the name of somebody else who lives there."""
    found = query(
        root,
        "SELECT DISTINCT m.person_key FROM core_household_member AS m JOIN core_link "
        "AS l USING (household_id) WHERE m.relation <> 'head' AND NOT m.is_dead "
        "AND l.source IN ('kepco', 'water', 'gas') ORDER BY 1 LIMIT 6",
    )
    return [str(key) for (key,) in found]


def scanned(warehouse: Warehouse, key: str) -> dict[str, int]:
    """Rows per table in which a key stands anywhere, found the slow way."""
    found = {}
    for database, table in warehouse.rows(
        "SELECT database_name, table_name FROM duckdb_tables() "
        "WHERE database_name IN ('warehouse', 'vault') AND NOT temporary ORDER BY ALL"
    ):
        rows = warehouse.rows(f"SELECT * FROM {database}.main.{table}")
        if count := sum(key in repr(row) for row in rows):
            found[f"{database}.{table}"] = count
    return found


@pytest.mark.parametrize("who", ["alone", "with others", "beside who pays"])
def test_all_of_theirs_is_told_and_nothing_of_another(
    town: Path, numbers: dict[str, str], who: str
) -> None:
    office = load_office(town)
    if who == "beside who pays":
        asked_for = [key for key in housemates_of_payers(town) if key in numbers]
    else:
        asked_for = members(town, alone=who == "alone")
    assert asked_for
    for key in asked_for[:2]:
        told = answer(office, numbers[key], "김담당")
        assert told is not None
        parts = {one.title: one for one in told}
        with open_warehouse(office, read_only=True) as warehouse:
            slow = scanned(warehouse, key)
            assert {t: int(n) for t, n in parts["저장된 곳"].rows} == slow
            names = {row[2] for row in parts["받은 자료"].rows}
            for table, count in slow.items():
                if table.startswith("warehouse.acc_"):
                    source = table.removeprefix("warehouse.acc_")
                    assert sum(name.startswith(f"{source}:") for name in names) == count
            text = repr(told)
            assert not [other for other in numbers if other in text]
            assert not [n for n in housemates(warehouse, key) if n in text]


def housemates(warehouse: Warehouse, key: str) -> set[str]:
    """Names and phones of whoever else is of the household, unless they share them."""
    found = warehouse.rows(
        "SELECT r.person_key = $key, v.name, v.phone FROM acc_resident AS r "
        "JOIN vault.main.vault_resident AS v USING (file_id, row_no) "
        "WHERE r.person_key IN (SELECT person_key FROM core_household_spell WHERE "
        "household_id IN (SELECT household_id FROM core_household_spell "
        "WHERE person_key = $key))",
        {"key": key},
    )
    own = {word for is_own, *words in found if is_own for word in words}
    return {w for is_own, *words in found if not is_own for w in words if w} - own


def test_the_answer_is_sealed_recorded_and_leaves_no_number(
    town: Path, numbers: dict[str, str], tmp_path: Path
) -> None:
    root = copy_town(town, tmp_path / "office")
    key = members(town, alone=False)[0]
    number, file = numbers[key], tmp_path / "answer.zip"
    typed = f"{number[:6]}-{number[6:]}\n{PASSWORD}\n"
    result = asked(root, "show", *BY, "--out", str(file), typed=typed)
    assert result.exit_code == 0, result.output
    page = opened(file, PASSWORD)
    assert "합성 자료" in page
    assert "받은 자료" in page
    assert "<script" not in page
    assert "http" not in page
    entries = list(AccessLog(root / "data").entries())[-3:]
    assert [e["phase"] for e in entries] == ["begun", "handed", "ended"]
    assert {e["purpose"] for e in entries} == {"data_subject"}
    ((household,),) = query(
        root,
        f"SELECT household_id FROM core_household_member WHERE person_key = '{key}'",
    )
    assert household in entries[1]["whose"]
    row = next(
        r[2] for r in told(root, number, "받은 자료") if r[2].startswith("nhis:")
    )
    for words in (
        ("correct", row, "--ground", "paid", *BY, *DAY),
        ("settle", row, "--ground", "confirmed", *BY, *DAY),
        ("stop", *BY, "--refuse", "duty", *DAY),
        ("stop", *BY, *DAY),
    ):
        result = asked(root, *words, typed=f"{number}\n")
        assert result.exit_code == 0, result.output
        assert number not in result.output
    assert_nowhere(root, number, page, file)
    kinds = [
        one["kind"]
        for one in json.loads(asked(root, "list", "--json", typed="").stdout)
    ]
    assert kinds == ["stop", "stop_refused", "settled", "dispute"]
    with open_warehouse(load_office(root), as_it_is=True) as warehouse:
        build_core(warehouse, AS_OF + timedelta(days=1))
        assert [waiting(warehouse, AS_OF + timedelta(days=n)) for n in (10, 11)] == [
            0,
            0,
        ]
        warehouse.execute("DELETE FROM subject_decision WHERE kind = 'settled'")
        build_core(warehouse, AS_OF + timedelta(days=1))
        assert [waiting(warehouse, AS_OF + timedelta(days=n)) for n in (10, 11)] == [
            0,
            1,
        ]


def opened(file: Path, password: str) -> str:
    with pytest.raises(RuntimeError), zipfile.ZipFile(file) as plain:
        plain.read(MEMBER_NAME)
    with _pyzipper().AESZipFile(file) as sealed:
        sealed.setpassword(password.encode())
        return str(sealed.read(MEMBER_NAME).decode())


def told(root: Path, number: str, title: str) -> tuple[tuple[str, ...], ...]:
    found = answer(load_office(root), number, "김담당")
    assert found is not None
    return next(one.rows for one in found if one.title == title)


def assert_nowhere(root: Path, number: str, page: str, file: Path) -> None:
    """In no file but the extracts as they came, in no answer."""
    forms = (number, f"{number[:6]}-{number[6:]}", number[6:])
    for path in [*root.rglob("*"), file]:
        inbox = path.is_relative_to(root / "inbox") or path.is_relative_to(
            root / "truth"
        )
        if path.is_file() and not inbox:
            content = path.read_bytes()
            assert not [f for f in forms[:2] if f.encode() in content], path
    assert not [f for f in forms if f in page]
    # A command line has no place for it: nothing of the group takes one.
    (group,) = [
        g for g in app.registered_groups if g.typer_instance.info.name == "subject"
    ]
    for command in group.typer_instance.registered_commands:
        assert command.callback is not None
        assert not {"number", "resident"} & set(command.callback.__annotations__)


def test_an_unknown_number_is_not_held_and_not_repeated(town: Path) -> None:
    result = asked(town, "show", *BY, "--to-terminal", typed=f"{NOBODY}\n")
    assert (result.exit_code, result.output) == (
        0,
        "nothing is held under this number\n",
    )
    for typed in ("12345678901234567\n", f"{NOBODY}9\n", "\n"):
        result = asked(town, "show", *BY, "--to-terminal", typed=typed)
        assert result.exit_code == 2
        assert "13 digits were expected" in result.output
        assert not typed.strip() or typed.strip() not in result.output
    result = asked(town, "stop", *BY, *DAY, typed=f"{NOBODY}\n")
    assert result.exit_code == 9
    assert NOBODY not in result.output
    logs = b"".join(f.read_bytes() for f in (town / "logs").rglob("*") if f.is_file())
    assert NOBODY.encode() not in logs


def test_where_the_answer_goes_must_be_said(town: Path) -> None:
    result = asked(town, "show", *BY, typed=f"{NOBODY}\n")
    assert result.exit_code == 10
    assert "--to-terminal" in result.output


def test_a_row_of_another_person_is_not_disputed(
    town: Path, numbers: dict[str, str], tmp_path: Path
) -> None:
    root = copy_town(town, tmp_path / "office")
    one, other = members(town, alone=True)[:2]
    row = next(
        r[2]
        for r in told(root, numbers[other], "받은 자료")
        if r[2].startswith("nhis:")
    )
    words = ("correct", row, "--ground", "paid", *BY, *DAY)
    result = asked(root, *words, typed=f"{numbers[one]}\n")
    assert result.exit_code == 2
    assert "no row of the person" in result.output
    result = asked(
        root, "correct", "resident:1:1", *words[2:], typed=f"{numbers[one]}\n"
    )
    assert "민원과" in result.output


def test_stopped_the_household_is_counted_and_goes_nowhere(
    town: Path, numbers: dict[str, str], tmp_path: Path
) -> None:
    root = copy_town(town, tmp_path / "office")
    ((key, household),) = query(
        root,
        "SELECT m.person_key, m.household_id FROM core_household_member AS m JOIN "
        "out_referral USING (household_id) JOIN out_policy USING (household_id) WHERE m.relation = 'head' ORDER BY ALL LIMIT 1",
    )
    assert asked(root, "stop", *BY, *DAY, typed=f"{numbers[key]}\n").exit_code == 0
    counts = json.loads(
        done("screen", "--as-of", "2026-07-02", "--office", str(root), "--json").stdout
    )
    assert counts["processing_stopped"] == 1
    for table in ("out_referral", "out_policy"):
        found = query(
            root, f"SELECT * FROM {table} WHERE household_id = '{household}' "
            "AND round = '2026-R4'",
        )  # fmt: skip
        assert not found
    ((households, judged),) = query(
        root,
        "SELECT (SELECT count(*) FROM core_household), (SELECT count(*) "
        "FROM out_eligibility WHERE round = '2026-R4')",
    )
    assert households == judged
    resume = ("resume", *BY, "--as-of", "2026-07-02")
    assert asked(root, *resume, typed=f"{numbers[key]}\n").exit_code == 0
    done("screen", "--as-of", "2026-07-03", "--office", str(root))
    ((reason,),) = query(
        root, f"SELECT reason FROM out_eligibility WHERE household_id = '{household}'"
    )
    assert reason != "PROCESSING_STOPPED"
