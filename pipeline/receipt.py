"""The receipt that somebody signs for lists: what they are, until when, what holds."""

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import DiskError
from pipeline.list_files import SEALED_KO
from pipeline.manifest import ListedFile
from pipeline.publish import FILE_MODE, FOLDER_MODE
from pipeline.settings import Office

RECEIPTS: Final = "receipts"
_KIND_KO = {"list": "의뢰", "card": "사유카드", "sheet": "현황"}


def receipt_text(
    office: str,
    round_: str,
    edition: int,
    files: Sequence[ListedFile],
    *,
    to: str,
    delivered_on: dt.date,
    expires_on: dt.date,
    confirmed_by: str,
) -> str:
    """A page of plain text; it names files and counts, no household."""
    lines = [
        "인 수 증",
        "",
        f"보내는 곳: {office} 복지 담당(목록 확인: {confirmed_by})",
        f"받는 사람: {to}",
        f"회차: {round_} (제{edition}판)",
        f"받은 날: {delivered_on}",
        f"쓸 수 있는 마지막 날: {expires_on}",
        "",
        "받은 파일",
        *_file_lines(files),
        "",
        "지킬 것",
        "  1. 복지사각지대 발굴 업무에만 쓰고 다른 사람에게 보내지 않습니다.",
        f"  2. {expires_on}까지 결과를 보내고, 그날 파일과 인쇄물을 모두 없앱니다.",
        "  3. 회수를 알리면 바로 쓰기를 멈추고 파일과 인쇄물을 없앱니다.",
        "  4. 잃어버리거나 잘못 보냈으면 바로 알립니다.",
    ]
    if any(one.file.startswith(SEALED_KO) for one in files):
        lines += [
            "  5. 봉인 파일의 비밀번호는 파일과 따로 받아 따로 보관합니다.",
            # Windows' own Explorer shows such a container but cannot open it.
            "  6. 봉인 파일은 반디집이나 7-Zip으로 엽니다(윈도 탐색기로는 안 됨).",
        ]
    lines += ["", f"{delivered_on}", "", "받은 사람:                      (서명)", ""]
    return "\n".join(lines)


def _file_lines(files: Sequence[ListedFile]) -> list[str]:
    lines = []
    for name in dict.fromkeys(one.file for one in files):
        held = [one for one in files if one.file == name]
        # The same list in two formats or with its cards is one list.
        counts = {(one.kind, one.dong_code): one.rows for one in held}
        rows = {kind: 0 for kind, _ in counts}
        for (kind, _), count in counts.items():
            rows[kind] += count
        told = ", ".join(f"{_KIND_KO[kind]} {count}건" for kind, count in rows.items())
        lines += [f"  - {name} ({told})", f"    SHA-256 {held[0].sha256}"]
    return lines


def write_receipt(office: Office, name: str, dong: str | None, text: str) -> Path:
    """Put a receipt beside the rounds; a published folder is never written into.

    Raises:
        DiskError: It cannot be written.
    """
    folder = office.path("rounds") / RECEIPTS
    who = f"_{dong.strip()}" if dong else ""
    file = folder / f"인수증_{name}{who}.txt".replace("/", "_")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
        temp = file.with_name(f".{file.name}.new")
        temp.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(temp, flags, FILE_MODE), "wb") as out:
            out.write(text.replace("\n", "\r\n").encode("utf-8-sig"))
            out.flush()
            os.fsync(out.fileno())
        temp.replace(file)
    except OSError as error:
        raise DiskError(
            f"the receipt could not be written ({error.strerror}); nothing "
            "was recorded",
            "free space or mend the folder's permissions, then deliver again",
        ) from None
    return file
