"""A file's text rows as one stream that the engine pulls while it checks them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa

from data_contracts.base import Contract
from data_contracts.derive import plain_marks
from pipeline.plain_rows import split_plain
from pipeline.text_rows import Chunk
from pipeline.warehouse import Warehouse

# Batches of this many rows let the engine's threads share a chunk.
_SHARE = 1 << 14


class TextFeed:
    """Chunks of text rows, lent to SQL as one table that can be read once.

    With `flagged`, plain rows and others come in batches of their own, told apart by
    the column `is_plain`: the engine then takes one way for a whole batch. Numbers of
    ragged rows are gathered in `ragged`; `on_chunk` is called after every chunk.
    """

    def __init__(
        self,
        contract: Contract,
        chunks: Iterator[Chunk],
        flagged: bool,
        on_chunk: Callable[[], None],
    ) -> None:
        self._chunks = chunks
        self._marks = plain_marks(contract) if flagged else None
        self._error: BaseException | None = None
        self.ragged: list[int] = []
        self._on_chunk = on_chunk
        texts = [(field.name, pa.string()) for field in contract.fields]
        flag = [("is_plain", pa.bool_())] if flagged else []
        self._schema = pa.schema([("row_no", pa.int64()), *texts, *flag])

    @contextmanager
    def shown_as(self, warehouse: Warehouse, name: str) -> Iterator[None]:
        """Lend the rows to SQL under a name.

        Raises:
            BaseException: What reading the file raised; the engine would wrap it.
        """
        reader = pa.RecordBatchReader.from_batches(self._schema, self._batches())
        try:
            with warehouse.registered(reader, name):
                yield
        except BaseException:
            if self._error is not None:
                raise self._error from None
            raise

    def _batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for chunk in self._chunks:
                self.ragged.extend(chunk.ragged)
                for part in self._parts(chunk.rows):
                    yield from part.cast(self._schema).to_batches(max_chunksize=_SHARE)
                self._on_chunk()
        except BaseException as error:
            self._error = error
            raise

    def _parts(self, rows: pa.Table) -> Iterator[pa.Table]:
        if self._marks is None:
            yield rows
            return
        for part, is_plain in zip(
            split_plain(rows, self._marks), (True, False), strict=True
        ):
            if part.num_rows:
                flags = pa.repeat(pa.scalar(is_plain), part.num_rows)
                yield part.append_column("is_plain", flags)
