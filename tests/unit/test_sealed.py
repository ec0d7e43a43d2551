"""Sealed lists: AES-256, a password per team, the same when the same is inside."""

import csv
import datetime as dt
import io
import stat
import zipfile
from pathlib import Path

import pytest
import pyzipper

from pipeline.errors import SecretError
from pipeline.identity import Secret
from pipeline.sealed import Archive
from pipeline.team_passwords import ALPHABET, password_file, team_passwords
from tests.lib.referral_tables import an_office

DAY = dt.date(2026, 7, 1)
ONE = Archive({"목록.csv": "김하나".encode() * 50}, Secret(b"pass-of-this-team"))


def test_it_opens_with_the_password_and_with_no_other() -> None:
    content = ONE.sealed(DAY)
    with pyzipper.AESZipFile(io.BytesIO(content)) as container:
        (member,) = container.infolist()
        # 3 is AES-256 in the format of the container.
        assert (member.filename, member.wz_aes_strength) == ("목록.csv", 3)
        assert member.date_time == (2026, 7, 1, 0, 0, 0)
        container.setpassword(b"pass-of-this-team")
        assert container.read("목록.csv") == ONE.members["목록.csv"]
        container.setpassword(b"pass-of-other-one")
        with pytest.raises(RuntimeError):
            container.read("목록.csv")
    assert "김하나".encode() not in content


def test_plain_zip_tools_do_not_get_at_it() -> None:
    with (
        zipfile.ZipFile(io.BytesIO(ONE.sealed(DAY))) as container,
        pytest.raises((RuntimeError, NotImplementedError)),
    ):
        container.read("목록.csv")


def test_two_containers_are_the_same_by_what_is_inside() -> None:
    first, second = ONE.sealed(DAY), ONE.sealed(DAY)
    assert first != second
    assert ONE.holds(first)
    assert ONE.holds(second)


@pytest.mark.parametrize(
    "other",
    [
        Archive({"목록.csv": b"other"}, ONE.password),
        Archive({"이름.csv": ONE.members["목록.csv"]}, ONE.password),
        Archive({**ONE.members, "둘.csv": b"2"}, ONE.password),
        Archive({}, ONE.password),
        Archive(ONE.members, Secret(b"a-new-password-since")),
    ],
)
def test_anything_else_inside_is_another_container(other: Archive) -> None:
    assert not other.holds(ONE.sealed(DAY))


def test_what_is_damaged_is_not_the_same() -> None:
    content = bytearray(ONE.sealed(DAY))
    content[len(content) // 3] ^= 1
    assert not ONE.holds(bytes(content))
    assert not ONE.holds(b"no container")


def test_every_team_has_a_password_of_its_own_that_stays(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    office.path("keys").mkdir()
    first = team_passwords(office, {"4413158000": "신방동", "city": "시청"})
    file = password_file(office)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    shown = {team: one.reveal().decode() for team, one in first.items()}
    assert len(set(shown.values())) == 2
    for word in shown.values():
        assert len(word) == 20
        assert set(word) <= set(ALPHABET)
    assert not set("Il1Oo0") & set(ALPHABET)
    again = team_passwords(office, {"4413158000": "신방동", "4413368000": "불당동"})
    assert again["4413158000"] == first["4413158000"]
    with file.open(encoding="utf-8") as lines:
        kept = {row["team"]: row["password"] for row in csv.DictReader(lines)}
    assert set(kept) == {"4413158000", "4413368000", "city"}
    assert kept["city"] == shown["city"]
    assert shown["city"] not in repr(first)


def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    office = an_office(tmp_path)
    office.path("keys").mkdir()
    word = team_passwords(office, {"city": "시청"})["city"].reveal().decode()
    password_file(office).chmod(0o644)
    with pytest.raises(SecretError) as caught:
        team_passwords(office, {"city": "시청"})
    assert "chmod 600" in caught.value.next_step
    assert word not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "team;name;password\n",
        "team,name,password\ncity,시청,short\n",
        "team,name,password\ncity,시청\n",
        f"team,name,password\ncity,시청,{'a' * 20}\ncity,시청,{'b' * 20}\n",
    ],
)
def test_a_damaged_password_file_stops_the_export(tmp_path: Path, text: str) -> None:
    office = an_office(tmp_path)
    office.path("keys").mkdir()
    password_file(office).write_text(text, encoding="utf-8")
    password_file(office).chmod(0o600)
    with pytest.raises(SecretError) as caught:
        team_passwords(office, {"city": "시청"})
    assert "is damaged" in caught.value.what
    assert password_file(office).read_text(encoding="utf-8") == text
