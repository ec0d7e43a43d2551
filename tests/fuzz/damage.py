"""Damages to a file's bytes, its name and its side-car."""

import gzip
import unicodedata

from tests.fuzz.corpus import PHONE_MARK, RESIDENT_MARK, Case
from tests.fuzz.mutators import Mutator

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "cp949",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "johab",
    "iso2022_kr",
    "latin-1",
)
_SCRAPS = (
    b"\0",
    b"\xff",
    b"\x80",
    b'"',
    b"\r",
    b"\n",
    b",",
    b"|",
    b"\x1a",
    b"\xef\xbb\xbf",
)


def _at(case: Case) -> int:
    return int(case.rng.integers(len(case.content) + 1))


def flipped(case: Case) -> None:
    raw = bytearray(case.content)
    for _ in range(int(case.rng.choice([1, 1, 2, 8, 64]))):
        if raw:
            raw[int(case.rng.integers(len(raw)))] = int(case.rng.integers(256))
    case.content = bytes(raw)


def one_bit(case: Case) -> None:
    raw = bytearray(case.content)
    if raw:
        raw[int(case.rng.integers(len(raw)))] ^= 1 << int(case.rng.integers(8))
    case.content = bytes(raw)


def span_cut(case: Case) -> None:
    start = _at(case)
    length = int(case.rng.choice([1, 2, 10, 200, 5_000]))
    case.content = case.content[:start] + case.content[start + length :]


def scraps(case: Case) -> None:
    for _ in range(int(case.rng.integers(1, 6))):
        at = _at(case)
        scrap = _SCRAPS[int(case.rng.integers(len(_SCRAPS)))]
        case.content = case.content[:at] + scrap + case.content[at:]


def truncated(case: Case) -> None:
    case.content = case.content[: _at(case)]


def lines_cut(case: Case) -> None:
    """Whole lines gone: every line is still one."""
    lines = case.content.splitlines(keepends=True)
    keep = case.rng.random(len(lines)) > 0.2
    case.content = b"".join(x for x, kept in zip(lines, keep, strict=True) if kept)


def lines_swapped(case: Case) -> None:
    lines = case.content.splitlines(keepends=True)
    case.content = b"".join(lines[at] for at in case.rng.permutation(len(lines)))


def no_last_end(case: Case) -> None:
    case.content = case.content.rstrip(b"\r\n\0")


def zeros(case: Case) -> None:
    at = _at(case)
    gap = b"\0" * int(case.rng.choice([1, 2, 512, 70_000]))
    case.content = case.content[:at] + gap + case.content[at:]


def recoded(case: Case) -> None:
    """The same text in another encoding."""
    if case.form.is_book:
        return
    text = case.content.decode(case.codec, "replace")
    case.content = text.encode(case.any_of(ENCODINGS), "replace")


def marked(case: Case) -> None:
    """Byte-order marks that do not belong there."""
    marks = (
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf" * 2,
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff\xfe\0\0",
    )
    case.content = marks[int(case.rng.integers(len(marks)))] + case.content


def packed(case: Case) -> None:
    """Packed without saying so, whole or with its tail cut off."""
    raw = gzip.compress(case.content, mtime=0)
    case.content = raw if case.rng.random() < 0.5 else raw[: int(len(raw) * 0.7)]


def packed_tail(case: Case) -> None:
    case.content += gzip.compress(case.content[:500], mtime=0)[
        : int(case.rng.integers(60))
    ]


def twice(case: Case) -> None:
    case.content += case.content


def nothing(case: Case) -> None:
    contents = (
        b"",
        b"\n",
        b"\r\n" * 9,
        b" ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b",",
        b'"',
    )
    case.content = contents[int(case.rng.integers(len(contents)))]


def noise(case: Case) -> None:
    size = int(case.rng.choice([1, 30, 5_000, 300_000]))
    case.content = case.rng.integers(256, size=size, dtype="uint8").tobytes()


def web_page(case: Case) -> None:
    case.content = (
        b"<html><table><tr><td>" + case.content + b"</td></tr></table></html>"
    )


def one_long_line(case: Case) -> None:
    filler = (b"x", b'"', b",", b"9", b"|", b'",')[int(case.rng.integers(6))]
    case.content += filler * int(case.rng.choice([70_000, 1_500_000, 5_000_000]))
    case.content += b"\n" if case.rng.random() < 0.7 else b""


def many_lines(case: Case) -> None:
    case.content += (b"\n", b"\r", b"\r\n", b",\n")[int(case.rng.integers(4))] * 50_000


def half_letter(case: Case) -> None:
    case.content = case.content.rstrip(b"\r\n") + b"\xb0" + case.content[-1:]


def width_off(case: Case) -> None:
    """A byte more or less in one record, in some, or in all."""
    lines = case.content.split(b"\n")
    share = float(case.rng.choice([0.02, 0.5, 1.0]))
    for at, line in enumerate(lines):
        if line and case.rng.random() < share:
            cut = int(case.rng.integers(len(line)))
            more = b" " if case.rng.random() < 0.5 else b""
            lines[at] = line[:cut] + more + line[cut + (0 if more else 1) :]
    case.content = b"\n".join(lines)


def trailer(case: Case) -> None:
    """The last line says something else, or is gone."""
    lines = case.content.rstrip(b"\n").split(b"\n")
    told = (
        b"T9999999999",
        b"T0000000000",
        b"T",
        b"T-000000001",
        b"",
        b"T" + b"9" * 5_000,
    )
    lines[-1] = told[int(case.rng.integers(len(told)))]
    case.content = b"\n".join(lines) + b"\n"


def named_oddly(case: Case) -> None:
    """Names that a letter's attachment may have."""
    stem, dot, ending = str(case.name).rpartition(".")
    person = f"900101-1{RESIDENT_MARK}"
    names = (
        f"{person}.{ending}",
        f"{stem}{person}.{ending}",
        f"{stem}_010{PHONE_MARK}0000_{person.replace('-', '')}.{ending}",
        unicodedata.normalize("NFD", f"회신 {stem}.{ending}"),
        f"{stem}\n\x1b[31m.{ending}",
        f"{stem}'; DROP TABLE x; --.{ending}",
        f'{stem}"$ref_date.{ending}',
        f"{'가' * 70}{case.number}.{ending}",
        f"{stem}.{ending.upper()}",
        f" {stem} .{ending}",
        f"{stem}.{ending}.{ending}",
        f"RESIDENT_00000101_v{case.number % 9000 + 2}.csv",
        f"RESIDENT_99991231_v{case.number % 9000 + 2}.csv",
        f"RESIDENT_20260230_v{case.number % 9000 + 2}.csv",
        f"NPS_ARREARS_000013_v{case.number % 9000 + 2}.csv",
        f"WATER_STOP_000001_v{case.number % 9000 + 2}.csv",
        f"KIKcd_H.{'9' * 200}_v{case.number % 9000 + 2}.csv",
        f"KIKcd_H.99999999_v{case.number % 9000 + 2}.csv",
        f"{stem}_v0.{ending}",
        f"{stem}_v99999.{ending}",
        f"KEPCO_LIMIT_２０２６０３１５_v{case.number % 9000 + 2}.txt",
        f"KEPCO_LIMIT_²²²²²²²²_v{case.number % 9000 + 2}.txt",
        f"{stem}\U0001f600\u202e.{ending}",
    )
    case.name = case.any_of(names)
    case.spared = None
    if case.rng.random() < 0.25:
        raw = f"{stem}".encode() + b"\xff\xfe\xc0."
        case.name = raw + ending.encode()


def side_car(case: Case) -> None:
    """What stands where the day of arrival should."""
    lines = (
        None,
        b"",
        b"\0\0",
        b"\xff\xfe2\0",
        b"2026-02-30\n",
        b"0000-01-01\n",
        b"0001-01-01\n",
        b"9999-12-31\n",
        b"2026-03-20\n2026-03-21\n",
        b"20260320",
        b"\xef\xbb\xbf2026-03-20\r\n",
        b"x" * 3_000_000,
        "２０２６-03-20".encode(),
        "٢٠٢٦-٠٣-٢٠".encode(),
        b"2026-03-20T00:00:00",
        f"900101-1{RESIDENT_MARK}".encode(),
    )
    case.side_car = lines[int(case.rng.integers(len(lines)))]
    case.spared = None


def places(case: Case) -> None:
    """No plain file at all, or a side-car that is none."""
    case.place = case.any_of(("dangling link", "link", "side-car folder", "link loop"))
    case.spared = None


BYTES: dict[str, Mutator] = {
    each.__name__: each
    for each in (
        flipped,
        one_bit,
        span_cut,
        scraps,
        truncated,
        lines_cut,
        lines_swapped,
        no_last_end,
        zeros,
        recoded,
        marked,
        packed,
        packed_tail,
        twice,
        nothing,
        noise,
        web_page,
        one_long_line,
        many_lines,
        half_letter,
        width_off,
        trailer,
    )
}
AROUND: dict[str, Mutator] = {
    each.__name__: each for each in (named_oddly, side_car, places)
}
