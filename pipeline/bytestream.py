"""A file's bytes as strictly decoded UTF-8, in blocks; whatever is odd refuses it."""

import codecs
import io
from pathlib import Path

from pipeline.refusals import Reason, Refused, cut_off

BLOCK = 1 << 20
_MARK = "\ufeff"


class Utf8Stream(io.RawIOBase):
    """Reads a cp949 or UTF-8 file as UTF-8 without mark, for a CSV parser.

    The parser runs in the engine's own threads and may wrap what is raised in them:
    `refusal` keeps the reason for whoever drives it.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        super().__init__()
        self._file = path.open("rb")
        codec = encoding.removesuffix("-sig")
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._encoding = encoding
        self._ready = b""
        self._offset = 0  # bytes read so far
        self._lines = 0  # line ends among them
        self._last = b""
        self._done = False
        self.quotes = 0
        self.refusal: Refused | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty only at the end."""
        while not self._done and (size < 0 or len(self._ready) < size):
            self._ready += self._next()
        if size < 0:
            size = len(self._ready)
        part, self._ready = self._ready[:size], self._ready[size:]
        return part

    @property
    def bytes_read(self) -> int:
        """How many bytes of the file have been taken in."""
        return self._offset

    def _next(self) -> bytes:
        raw = self._file.read(BLOCK)
        try:
            if not raw:
                return self._end()
            text = self._decode(raw)
        except Refused as refusal:
            self.refusal = refusal
            raise
        if self._offset == 0:
            text = text.removeprefix(_MARK)
        self._offset += len(raw)
        self._lines += raw.count(b"\n")
        self.quotes += raw.count(b'"')
        self._last = raw[-1:]
        return text.encode()

    def _decode(self, raw: bytes) -> str:
        if (nul := raw.find(b"\0")) >= 0:
            line = self._lines + raw.count(b"\n", 0, nul) + 1
            raise cut_off(f"a zero byte at byte {self._offset + nul + 1}, line {line}")
        if self._offset == 0 and self._encoding == "cp949":
            self._refuse_mark(raw)
        carried = len(self._decoder.getstate()[0])
        try:
            return self._decoder.decode(raw)
        except UnicodeDecodeError as error:
            raise self._undecodable(error.start - carried, raw) from None

    def _refuse_mark(self, raw: bytes) -> None:
        if raw.startswith(_MARK.encode()):
            raise Refused(
                Reason.ENCODING,
                "begins with a UTF-8 mark, but the layout says cp949",
                "ask for it in cp949, or set encoding in the office's layout",
            )

    def _undecodable(self, start: int, raw: bytes) -> Refused:
        line = self._lines + raw.count(b"\n", 0, max(start, 0)) + 1
        return Refused(
            Reason.ENCODING,
            f"byte {self._offset + start + 1} (line {line}) is no {self._encoding} "
            "text",
            "ask for the file in that encoding, or set encoding in the office's layout",
        )

    def _end(self) -> bytes:
        self._done = True
        if self._offset == 0:
            raise cut_off("the file is empty, without even a header")
        if self._last != b"\n":
            raise cut_off("the last line has no end")
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise cut_off("the last letter is incomplete") from None
        return b""
