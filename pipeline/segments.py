"""Chunks of a file gathered to segments, the next one read while one is checked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from pipeline.text_rows import Chunk


def segments(chunks: Iterator[Chunk], least: int, *, ahead: bool) -> Iterator[Chunk]:
    """Chunks joined until they have `least` rows; with `ahead`, read in a thread."""
    gathered = _gathered(chunks, least)
    if not ahead:
        yield from gathered
        return
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, gathered, None)
        while (segment := coming.result()) is not None:
            coming = reader.submit(next, gathered, None)
            yield segment


def _gathered(chunks: Iterator[Chunk], least: int) -> Iterator[Chunk]:
    tables: list[pa.Table] = []
    ragged: list[int] = []
    rows = 0
    for chunk in chunks:
        tables.append(chunk.rows)
        ragged.extend(chunk.ragged)
        rows += chunk.rows.num_rows
        if rows >= least:
            yield Chunk(pa.concat_tables(tables), tuple(ragged))
            tables, ragged, rows = [], [], 0
    if rows or ragged:
        yield Chunk(pa.concat_tables(tables), tuple(ragged))
