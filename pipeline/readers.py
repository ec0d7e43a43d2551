"""Files into text rows: contract fields as text columns, numbered, in chunks.

Memory does not grow with the file: a chunk is some 16 MB, whatever the file's size.
"""

from collections.abc import Iterator
from pathlib import Path

from pipeline.delimited import read_delimited
from pipeline.fixed_width import read_fixed
from pipeline.layouts import Layout
from pipeline.text_rows import Chunk, Counts
from pipeline.unusual import read_unusual


def read_rows(path: Path, layout: Layout, counts: Counts) -> Iterator[Chunk]:
    """The rows of a file as text, chunk by chunk; `counts` grows with them.

    Row numbers are 1-based over all records of the file, header and skipped included.

    Raises:
        Refused: The file cannot be read to its end as the layout says.
    """
    if layout.is_unusual:
        return read_unusual(path, layout, counts)
    reader = read_delimited if layout.shape == "delimited" else read_fixed
    return reader(path, layout, counts)
