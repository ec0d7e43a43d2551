"""Shapes of an edition, who has which file, until when, and what was called back."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import pyzipper

from data_contracts.outputs import HEADERS_KO, SLOT_KIND_KO
from pipeline.delivery import Delivery, deliver, deliveries, recall
from pipeline.errors import ContractBroken, NotReady, OptionError
from pipeline.exports import ExportReport, export_round
from pipeline.list_files import Dong, DongList, Edition, ExportOptions, UnitFigures
from pipeline.manifest import read_manifest
from pipeline.referral import build_referrals
from pipeline.settings import Office
from pipeline.team_passwords import password_file, team_passwords
from pipeline.warehouse import Warehouse
from tests.lib.listed_town import KEY, a_town
from tests.lib.referral_tables import (
    AS_OF,
    BULDANG,
    MOKCHEON,
    ROUND,
    SINBANG,
    an_office,
)

DAY = dt.date(2026, 6, 17)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = an_office(tmp_path)
    office.path("keys").mkdir()
    return office


@pytest.fixture
def town(office: Office) -> Iterator[Warehouse]:
    with a_town() as warehouse:
        build_referrals(office, warehouse, ROUND, as_of=AS_OF, referral_key=KEY)
        yield warehouse


def exported(
    office: Office, town: Warehouse, form: str = "csv", only: str | None = None,
    **options: bool,
) -> ExportReport:  # fmt: skip
    shape = ExportOptions.of(form, **options)
    return export_round(
        office, town, ROUND, as_of=AS_OF, confirm_by="홍길동", only=only, options=shape
    )


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"manifest.json"}


def state_of(town: Warehouse, day: dt.date) -> set[tuple[str, str]]:
    return {(one.dong_code, one.state) for one in deliveries(town, as_of=day)}


# Shapes


def test_both_formats_and_cards_hold_the_same_rows(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town, "both", cards=True)
    assert report.rows == 4
    assert read_manifest(report.folder)["listed"] == 4
    stem = f"_{ROUND}_{SINBANG}_신방동_합성"
    csv_text = (report.folder / f"의뢰목록{stem}.csv").read_text("utf-8-sig")
    book = openpyxl.load_workbook(report.folder / f"의뢰목록{stem}.xlsx")
    rows = list(book["의뢰목록"].iter_rows(min_row=3, values_only=True))
    assert len(rows) == 3
    page = (report.folder / f"사유카드{stem}.html").read_text("utf-8")
    assert page.count("<article>") == 3
    for row in rows:
        assert str(row[0]) in csv_text
        assert str(row[0]) in page
    assert not names_in(report.folder) - {
        one.file for one in (*report.lists, *report.others)
    }
    assert exported(office, town, "both", cards=True).already_published
    assert not exported(office, town, "both").already_published


def test_a_card_tells_why_and_no_score_and_runs_nothing(
    office: Office, town: Warehouse
) -> None:
    town.execute("UPDATE vault.vault_resident SET name = '<b>=이둘' WHERE row_no = 2")
    folder = exported(office, town, cards=True).folder
    page = (folder / f"사유카드_{ROUND}_{SINBANG}_신방동_합성.html").read_text("utf-8")
    for told in (
        "건강보험료를 오래 내지 못했습니다",
        "<li>도시가스 공급중지 2026-05-12(재개 기록 없음, 2026-05-31 기준)</li>",
        "기한: 2026-",
        "010-1234-5678",
        '<span class="mark">합성</span>',
        "default-src 'none'",
        "&lt;b&gt;=이둘",
    ):
        assert told in page
    assert "9.5" not in page
    assert "<script" not in page
    assert "<b>" not in page
    empty = (folder / f"사유카드_{ROUND}_{MOKCHEON}_목천읍_합성.html").read_text(
        "utf-8"
    )
    assert "의뢰할 가구가 없습니다" in empty


def test_a_workbook_per_hub_has_a_sheet_per_dong(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town, "xlsx", by_hub=True)
    files = {one.file for one in report.lists}
    hub = f"의뢰목록_{ROUND}_HUB1_신방동 등 2개 동_합성.xlsx"
    assert files == {hub, f"의뢰목록_{ROUND}_{MOKCHEON}_목천읍_합성.xlsx"}
    book = openpyxl.load_workbook(report.folder / hub)
    assert book.sheetnames == ["신방동", "불당1동", "안내", "코드"]
    for sheet in ("신방동", "불당1동"):
        at = HEADERS_KO.index("행정동")
        rows = list(book[sheet].iter_rows(min_row=3, values_only=True))
        assert rows
        assert {row[at] for row in rows} == {sheet}


@pytest.mark.parametrize(("form", "by_hub"), [("csv", True), ("pdf", False)])
def test_a_shape_that_cannot_be_is_an_option_error(form: str, by_hub: bool) -> None:
    with pytest.raises(OptionError):
        ExportOptions.of(form, by_hub=by_hub)


def test_the_title_tells_how_far_the_places_reach() -> None:
    figures = {"HUB1": UnitFigures(dongs=2, slots=5, below_line=1234, must_to_city=3)}
    edition = Edition(ROUND, AS_OF, True, ExportOptions(), figures)
    row = [""] * len(HEADERS_KO)
    kinds = [SLOT_KIND_KO[kind] for kind in ("must", "must", "rank", "sample")]
    at = HEADERS_KO.index("의뢰구분")
    rows = [[*row[:at], kind, *row[at + 1 :]] for kind in kinds]
    dong = Dong(SINBANG, "신방동", "HUB1", SINBANG, "신방팀")
    assert edition.title(DongList(dong, rows, (SINBANG,))) == (
        "2026-R3 · 신방동 · 신방팀 · 의뢰 4(표본 1/필수 2/소재 0/순위 1)"
        " · 권역(동 2개) 정원 5 · 선 아래 대상 1,234가구 · 희망복지지원단 이관 3 · 합성"
    )


# Sealed


def members(office: Office, folder: Path, team: str, name: str) -> dict[str, bytes]:
    word = team_passwords(office, {team: name})[team].reveal()
    (file,) = folder.glob(f"봉인_{ROUND}_{team}_*.zip")
    with pyzipper.AESZipFile(io.BytesIO(file.read_bytes())) as container:
        container.setpassword(word)
        return {one: container.read(one) for one in container.namelist()}


def test_sealed_lists_lie_nowhere_in_the_open(office: Office, town: Warehouse) -> None:
    report = exported(office, town, cards=True, sealed=True)
    names = names_in(report.folder)
    assert names
    assert {Path(name).suffix for name in names} == {".zip"}
    everything = b"".join(path.read_bytes() for path in report.folder.iterdir())
    for kept in ("김하나", "01012345678", "신방로", "도시가스"):
        assert kept.encode() not in everything
    words = password_file(office).read_text("utf-8").splitlines()[1:]
    assert words
    for line in words:
        assert line.split(",")[2].encode() not in everything
    # The hub's team works both dongs, Mokcheon's its own.
    assert set(members(office, report.folder, SINBANG, "신방동")) == {
        f"{kind}_{ROUND}_{dong}_합성.{end}"
        for kind, end in (("의뢰목록", "csv"), ("사유카드", "html"))
        for dong in (f"{SINBANG}_신방동", f"{BULDANG}_불당1동")
    }
    assert all(
        MOKCHEON in name for name in members(office, report.folder, MOKCHEON, "목천읍")
    )


def test_sealed_again_is_the_same_until_the_content_or_password_changes(
    office: Office, town: Warehouse
) -> None:
    first = exported(office, town, sealed=True)
    again = exported(office, town, sealed=True)
    assert again.already_published
    assert again.lists == first.lists
    password_file(office).unlink()
    anew = exported(office, town, sealed=True)
    assert (anew.already_published, anew.edition) == (False, 2)
    town.execute("UPDATE vault.vault_resident SET phone = '01000000000'")
    assert exported(office, town, sealed=True).edition == 3


# Delivery


def test_a_delivery_is_kept_with_its_end_and_a_receipt(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town, "both")
    made = deliver(office, town, ROUND, as_of=DAY, to=" 박 주무 ", dong=SINBANG)
    # 8 weeks of work from the round's day, then 30 days.
    assert made.expires_on == AS_OF + dt.timedelta(days=8 * 7 + 30)
    kept = deliveries(town, as_of=DAY)
    assert [(one.dong_code, one.delivered_to, one.state) for one in kept] == [
        (SINBANG, "박 주무", "out"),
        (SINBANG, "박 주무", "out"),
    ]
    assert {one.sha256 for one in kept} == {
        one.sha256 for one in report.lists if one.dong_code == SINBANG
    }
    text = made.receipt.read_text("utf-8-sig")
    assert made.receipt.parent == office.path("rounds") / "receipts"
    assert made.receipt.stat().st_mode & 0o077 == 0
    for told in ("박 주무", "2026-09-09", "홍길동", kept[0].sha256, "의뢰 3건"):
        assert told in text
    assert "김하나" not in text
    again = deliver(office, town, ROUND, as_of=DAY, to="박 주무", dong=SINBANG)
    assert again.already_delivered
    assert again.receipt.read_text("utf-8-sig") == text
    assert deliveries(town, as_of=DAY) == kept


def test_it_expires_the_day_after_its_last(office: Office, town: Warehouse) -> None:
    exported(office, town)
    last = deliver(office, town, ROUND, as_of=DAY, to="박주무").expires_on
    assert {state for _, state in state_of(town, last)} == {"out"}
    after = last + dt.timedelta(days=1)
    assert {state for _, state in state_of(town, after)} == {"expired"}


def test_who_has_it_has_it_until_it_is_called_back(
    office: Office, town: Warehouse
) -> None:
    exported(office, town)
    deliver(office, town, ROUND, as_of=DAY, to="박주무", dong=SINBANG)
    with pytest.raises(OptionError) as caught:
        deliver(office, town, ROUND, as_of=DAY, to="최주무", dong=SINBANG)
    assert "박주무" not in str(caught.value)
    deliver(office, town, ROUND, as_of=DAY, to="최주무", dong="불당1동")
    called = recall(town, ROUND, as_of=DAY, reason="잘못된 명부", dong=SINBANG)
    assert [(one.dong_code, one.recall_reason) for one in called] == [
        (SINBANG, "잘못된 명부")
    ]
    assert state_of(town, DAY) == {(SINBANG, "recalled"), (BULDANG, "out")}
    with pytest.raises(NotReady):
        deliver(office, town, ROUND, as_of=DAY, to="박주무", dong=SINBANG)
    # What was called back never counts as published: the same lists leave anew.
    anew = exported(office, town)
    assert (anew.already_published, anew.edition) == (False, 2)
    deliver(office, town, ROUND, as_of=DAY, to="박주무", dong=SINBANG)
    assert {(o.edition, o.state) for o in deliveries(town, as_of=DAY)} == {
        (1, "recalled"),
        (1, "out"),
        (2, "out"),
    }


def test_a_second_recall_keeps_the_first(office: Office, town: Warehouse) -> None:
    exported(office, town)
    deliver(office, town, ROUND, as_of=DAY, to="박주무")
    recall(town, ROUND, as_of=DAY, reason="하나")
    before: list[Delivery] = deliveries(town, as_of=DAY)
    with pytest.raises(NotReady):
        recall(town, ROUND, as_of=DAY, reason="둘")
    assert deliveries(town, as_of=DAY) == before


def test_only_the_named_officer_gets_who_is_protected(
    office: Office, town: Warehouse
) -> None:
    (office.root / "rounds").mkdir(exist_ok=True)
    report = exported(office, town)
    manifest = report.folder / "manifest.json"
    (city,) = [one for one in report.others if one.dong_code == "city"]
    text = manifest.read_text("utf-8").replace('"city"', '"protected_officer"')
    manifest.write_text(text, "utf-8")
    made = deliver(office, town, ROUND, as_of=DAY, to="박주무")
    assert city.file not in {one.file for one in made.files}
    made = deliver(
        office, town, ROUND, as_of=DAY, to="최지정", dong="protected_officer"
    )
    assert [one.file for one in made.files] == [city.file]


def test_a_sealed_file_goes_to_its_team_with_all_its_dongs(
    office: Office, town: Warehouse
) -> None:
    exported(office, town, sealed=True)
    made = deliver(office, town, ROUND, as_of=DAY, to="박주무", dong=SINBANG)
    assert {one.dong_code for one in made.files} == {SINBANG, BULDANG}
    assert "비밀번호는 파일과 따로" in made.receipt.read_text("utf-8-sig")
    assert state_of(town, DAY) == {(SINBANG, "out"), (BULDANG, "out")}
    # A container is called back whole.
    assert len(recall(town, ROUND, as_of=DAY, reason="x", dong=BULDANG)) == 2


def test_what_was_changed_since_it_was_published_is_not_delivered(
    office: Office, town: Warehouse
) -> None:
    report = exported(office, town)
    file = report.folder / report.lists[0].file
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(ContractBroken):
        deliver(office, town, ROUND, as_of=DAY, to="박주무")
    assert deliveries(town, as_of=DAY) == []


def test_what_cannot_be_delivered_says_so(office: Office, town: Warehouse) -> None:
    with pytest.raises(NotReady):
        deliver(office, town, ROUND, as_of=DAY, to="박주무")
    exported(office, town)
    early = AS_OF - dt.timedelta(days=1)
    for options in (
        {"as_of": DAY, "to": " "},
        {"as_of": DAY, "to": "a\x1bb"},
        {"as_of": DAY, "to": "박주무", "dong": "없는동"},
        {"as_of": early, "to": "박주무"},
    ):
        with pytest.raises(OptionError):
            deliver(office, town, ROUND, **options)  # type: ignore[arg-type]
    with pytest.raises(NotReady):
        recall(town, ROUND, as_of=DAY, reason="x")
    deliver(office, town, ROUND, as_of=DAY, to="박주무")
    with pytest.raises(OptionError):
        recall(town, ROUND, as_of=AS_OF, reason="x")
    with pytest.raises(OptionError):
        recall(town, ROUND, as_of=DAY, reason="")
