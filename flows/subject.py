"""Glue of the rights of a person: number to key, key to answer or decision."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flows.clock import today
from pipeline.errors import OptionError
from pipeline.settings import Office

if TYPE_CHECKING:
    from pipeline.subject_decisions import Decided, Row
    from pipeline.subject_section import Section

SHORTEST_PASSWORD: Final = 10


def answer(office: Office, number: str, by: str) -> "list[Section] | None":
    """Everything that is held of who has this number; None when it is nothing.

    Raises:
        OptionError: It is no resident number, or who asks for it is no name.
        NotReady: Nothing was screened yet.
    """
    from pipeline.access_record import touched
    from pipeline.accesslog import AccessLog
    from pipeline.identity import load_keys
    from pipeline.named import NAME_LIMIT, name_of
    from pipeline.office import open_warehouse
    from pipeline.subject_lookup import look_up
    from pipeline.subject_person import find_person, key_of

    if (name := name_of(by)) is None:
        raise OptionError(
            f"--by: a name of at most {NAME_LIMIT} letters was expected",
            "write --by 김담당",
        )
    keys = load_keys(office)
    key = key_of(keys, number)
    with open_warehouse(office, keys, read_only=True) as warehouse:
        person = find_person(warehouse, key)
        if person is None:
            touched((), by=name, held=False)
            return None
        touched([one.household_id for one in person.spells], by=name, held=True)
        months = office.config.retention.records_months
        entries = AccessLog(office.path("data")).entries()
        return look_up(warehouse, person, entries, months)


def seal(
    office: Office, file: Path, sections: "Sequence[Section]", password: str
) -> None:
    """Write the answer as a page in a zip that its password alone opens.

    Raises:
        OptionError: The password is too short, or the file is there already.
        DiskError: It cannot be written.
    """
    from pipeline.access_record import handed
    from pipeline.identity import Secret
    from pipeline.publish import replace_durably
    from pipeline.sealed import Archive
    from pipeline.subject_page import MEMBER_NAME, render_answer

    if len(password) < SHORTEST_PASSWORD:
        raise OptionError(
            f"a password of at least {SHORTEST_PASSWORD} characters was expected",
            "choose a longer one, and tell it to the person apart from the file",
        )
    if file.exists():
        raise OptionError(f"{file} is there already", "name another with --out")
    day = today()
    page = render_answer(office, sections, day)
    archive = Archive({MEMBER_NAME: page.encode()}, Secret(password.encode()))
    content = archive.sealed(day)
    handed(file.parent.name, {file.name: content})
    replace_durably(file, content)


def keep(office: Office, number: str, made: "Decided", row: "Row | None") -> int:
    """Keep a decision about who has this number; returns its number.

    Raises:
        OptionError: It is no resident number, or the decision cannot be so.
        NotReady: Nothing is held under it.
    """
    from pipeline.identity import load_keys
    from pipeline.office import open_warehouse
    from pipeline.subject_decisions import decide_person, decide_row
    from pipeline.subject_person import held, key_of

    keys = load_keys(office)
    key = key_of(keys, number)
    with open_warehouse(office, keys) as warehouse:
        person = held(warehouse, key)
        if row is None:
            return decide_person(warehouse, person, made)
        return decide_row(warehouse, person, row, made)
