"""Keys in two parts: both give them back byte for byte, one tells nothing."""

import datetime as dt
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import OptionError, SecretError
from pipeline.escrow import changed_since, escrow, joined, last_escrow, recover, split
from pipeline.escrow_text import decode, encode, read_part
from pipeline.health import Patient
from pipeline.identity import create_keys
from pipeline.key_health import escrow_is_current
from pipeline.settings import CONFIG_NAME, Office, load_office

DAY = dt.date(2026, 7, 1)
SETTINGS = (
    '[office]\nname = "시험시 [합성]"\nsynthetic = true\ndong_prefixes = ["44"]\n'
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    root = tmp_path / "office"
    root.mkdir()
    (root / CONFIG_NAME).write_text(SETTINGS, encoding="utf-8")
    made = load_office(root)
    create_keys(made, 7)
    (made.path("keys") / "team_passwords.csv").write_bytes(
        "team,name,password\r\n1,가동,xxxx\r\n".encode("utf-8-sig") + b"\xff"
    )
    return made


def parts_of(office: Office, tmp_path: Path, mark: str = "") -> list[Path]:
    places = [tmp_path / f"one{mark}", tmp_path / f"two{mark}"]
    for place in places:
        place.mkdir()
    return escrow(office, places, DAY)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_both_parts_give_the_folder_back_byte_for_byte(
    office: Office, tmp_path: Path
) -> None:
    written = parts_of(office, tmp_path)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written)
    recover(list(reversed(written)), tmp_path / "again")
    assert contents(tmp_path / "again") == contents(office.path("keys"))
    assert (tmp_path / "again" / "person.key").stat().st_mode & 0o077 == 0
    with pytest.raises(OptionError, match="is not empty"):
        recover(written, tmp_path / "again")


def test_the_hand_that_types_it_may_be_careless_in_case_blanks_and_i_and_o(
    office: Office, tmp_path: Path
) -> None:
    for path in parts_of(office, tmp_path):
        text = path.read_text(encoding="utf-8")
        typed = text.lower().replace("  ", "   ").replace("\n", "\r\n\r\n")
        typed = "\n".join(
            line.replace("0", "o").replace("1", "l") if line[:1].isdigit() else line
            for line in typed.replace("\r\n\r\n", "\n").splitlines()
        )
        # The line's own number stays a number.
        lines = zip(text.splitlines(), typed.splitlines(), strict=True)
        typed = "\n".join(
            was[:2] + now[2:] if was[:1].isdigit() else now for was, now in lines
        )
        spelt = read_part(typed, "typed").body
        assert spelt == read_part(text, "printed").body


def test_every_mistyped_character_is_told_by_its_line(
    office: Office, tmp_path: Path
) -> None:
    path = parts_of(office, tmp_path)[0]
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines[:-1]):
        place = max(i for i, one in enumerate(line) if one.isalnum())
        other = "Z" if line[place] != "Z" else "Y"
        wrong = [*lines]
        wrong[at] = line[:place] + other + line[place + 1 :]
        told = f"typed line {at + 1} " if at else "is no part of an escrow"
        with pytest.raises(OptionError, match=told):
            read_part("\n".join(wrong), "typed")
    body = [*lines]
    body[10], body[11] = body[11], body[10]
    with pytest.raises(OptionError, match="typed line 11 "):
        read_part("\n".join(body), "typed")
    # The numbers as they should be, what they number exchanged.
    body[10], body[11] = "02" + body[10][2:], "03" + body[11][2:]
    with pytest.raises(OptionError, match="typed line 11 .*does not fit"):
        read_part("\n".join(body), "typed")
    with pytest.raises(OptionError, match="is missing"):
        read_part("\n".join(lines[:12]), "typed")


def test_parts_that_do_not_belong_together_are_named(
    office: Office, tmp_path: Path
) -> None:
    one, two = parts_of(office, tmp_path)
    _, other = parts_of(office, tmp_path, "again")
    with pytest.raises(OptionError, match="of the escrow"):
        recover([one, other], tmp_path / "new")
    with pytest.raises(OptionError, match="part 2, is missing|are part 1|both files"):
        recover([one, one], tmp_path / "new")
    # Somebody who knows the format changes a part and makes its checks anew.
    part = read_part(two.read_text(encoding="utf-8"), two.name)
    forged = type(part)(**{**vars(part), "body": bytes(len(part.body))})
    two.write_text(forged.text(), encoding="utf-8")
    with pytest.raises(OptionError, match=f"{two.name} is not what the other part"):
        recover([one, two], tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_either_part_alone_is_noise(office: Office, tmp_path: Path) -> None:
    """Each part is uniform: same keys twice share no body, nor do keys show in one."""
    files = contents(office.path("keys"))
    bodies = [part.body for _ in range(8) for part in split(files, "시", DAY)]
    assert len(set(bodies)) == len(bodies)
    for body in bodies:
        assert not any(value in body for value in files.values())
        with pytest.raises(zlib.error):
            zlib.decompress(body)
    # A bit of the folder tells nothing of either share's bit: about half are set.
    ones = sum(bin(byte).count("1") for body in bodies for byte in body)
    total = sum(len(body) * 8 for body in bodies)
    assert 0.45 < ones / total < 0.55
    assert joined(split(files, "시", DAY)) == files


def test_the_office_remembers_no_key_and_tells_when_they_change(
    office: Office, tmp_path: Path
) -> None:
    assert last_escrow(office) is None
    parts_of(office, tmp_path)
    known = last_escrow(office)
    assert known is not None
    assert known.made_on == str(DAY)
    assert changed_since(office, known) == ""
    kept = (office.path("data") / "escrow.json").read_text(encoding="utf-8")
    for value in contents(office.path("keys")).values():
        assert value.decode("utf-8", "replace").strip()[:16] not in kept
    (office.path("keys") / "team_passwords.csv").write_bytes(b"x")
    assert changed_since(office, known) == "passwords"
    (office.path("keys") / "person.next.key").write_bytes(b"y")
    assert changed_since(office, known) == "keys"


def test_the_doctor_asks_for_an_escrow_and_for_a_new_one(
    office: Office, tmp_path: Path
) -> None:
    at = Patient(office, dt.datetime(2026, 7, 1, tzinfo=dt.UTC), None)
    assert [one.level for one in escrow_is_current(at)] == ["look"]
    parts_of(office, tmp_path)
    assert [one.level for one in escrow_is_current(at)] == ["good"]
    (office.path("keys") / "person.next.key").write_bytes(b"y")
    assert [one.level for one in escrow_is_current(at)] == ["bad"]


def test_an_escrow_wants_two_places_and_whole_keys(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(OptionError, match="two different places"):
        escrow(office, [tmp_path, tmp_path], DAY)
    (office.path("keys") / "vault.key").write_text("short\n")
    (office.path("keys") / "vault.key").chmod(0o600)
    with pytest.raises(SecretError, match="damaged"):
        parts_of(office, tmp_path)
    assert last_escrow(office) is None


@given(st.binary(min_size=1, max_size=60))
def test_base_32_gives_back_what_it_was_given(content: bytes) -> None:
    assert decode(encode(content), len(content)) == content
