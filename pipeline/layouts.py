"""How extracts lie in files: layout TOMLs, read and checked against the contracts."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_contracts.sources import SOURCES
from pipeline.errors import ContractBroken
from pipeline.settings import Office


class Slice(BaseModel):
    """A field's bytes in a fixed-width record, half open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int = Field(gt=0)


class Layout(BaseModel):
    """How one form of an extract lies in a file.

    `columns` says where each field of the contract is: its column's header, or its
    bytes. Every column named here must be in the file; a field not named is empty.
    Several `header_rows` make one name per column, joined by _. `wrapped`: every row
    stands in one quoted cell. `open_end`: the last line may lack its end, so that a
    file that was cut off is not always noticed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    form: str
    source: str
    pattern: str
    encoding: Literal["cp949", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]
    shape: Literal["delimited", "fixed", "xlsx"]
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quoting: bool = True
    header: Literal["first", "search", "none"] = "first"
    header_rows: int = Field(default=1, ge=1, le=8)
    wrapped: bool = False
    sheet: str | None = Field(default=None, min_length=1)
    open_end: bool = False
    record_bytes: int | None = Field(default=None, ge=1)
    trailer: str | None = Field(default=None, min_length=1, max_length=8)
    columns: dict[str, str | Slice]

    @model_validator(mode="after")
    def _fits_its_contract(self) -> Self:
        if self.source not in SOURCES:
            raise ValueError(f"source must be one of {sorted(SOURCES)}")
        contract = SOURCES[self.source]
        fields = {field.name for field in contract.fields}
        needed = {field.name for field in contract.fields if field.required}
        if unknown := set(self.columns) - fields:
            raise ValueError(f"[columns] names no field of the contract: {unknown}")
        if missing := (needed | set(contract.key)) - set(self.columns):
            raise ValueError(f"[columns] lacks the required fields {sorted(missing)}")
        return self

    @model_validator(mode="after")
    def _fits_its_shape(self) -> Self:
        wanted = Slice if self.shape == "fixed" else str
        if wrong := [n for n, c in self.columns.items() if not isinstance(c, wanted)]:
            kind = "start and end" if self.shape == "fixed" else "a header name"
            raise ValueError(f"[columns] of this shape need {kind}: {wrong}")
        if self.sheet is not None and self.shape != "xlsx":
            raise ValueError("sheet is for the shape xlsx only")
        if self.shape != "fixed":
            if self.header == "none":
                raise ValueError("a delimited file needs a header row")
            if self.trailer is not None or self.record_bytes is not None:
                raise ValueError("trailer and record_bytes are for fixed width only")
            return self
        self._check_bytes()
        return self

    def _check_bytes(self) -> None:
        """Fixed width: plain records, whose columns do not overlap."""
        if self.is_unusual:
            raise ValueError(
                "fixed width is cp949 or utf-8, not wrapped, with closed lines and at "
                "most one header row"
            )
        if self.record_bytes is None:
            raise ValueError("fixed width needs record_bytes")
        end = 0
        for each in sorted(self.slices.values(), key=lambda cut: cut.start):
            if each.start < end or each.end <= each.start:
                raise ValueError("the bytes of two columns overlap, or end too early")
            end = each.end
        if end > self.record_bytes:
            raise ValueError("a column ends after record_bytes")

    @property
    def is_unusual(self) -> bool:
        """Is it a shape that the quick reader of delimited files cannot take?"""
        return (
            self.shape == "xlsx"
            or self.encoding.startswith("utf-16")
            or self.header_rows > 1
            or self.wrapped
            or self.open_end
        )

    @property
    def headers(self) -> dict[str, str]:
        """Field -> header name, of a delimited layout."""
        return {n: c for n, c in self.columns.items() if isinstance(c, str)}

    @property
    def slices(self) -> dict[str, Slice]:
        """Field -> bytes, of a fixed-width layout."""
        return {n: c for n, c in self.columns.items() if isinstance(c, Slice)}


def load_layouts(office: Office | None = None) -> dict[str, Layout]:
    """Form -> layout: ours, with an office's own files of the same name in their place.

    Raises:
        ContractBroken: A layout file that is no TOML or does not fit its contract.
    """
    files: dict[str, Traversable | Path] = {
        file.name: file
        for file in resources.files("data_contracts.layouts").iterdir()
        if file.name.endswith(".toml")
    }
    if office is not None and office.path("layouts").is_dir():
        files |= {file.name: file for file in office.path("layouts").glob("*.toml")}
    return {
        name.removesuffix(".toml"): _load(name.removesuffix(".toml"), files[name])
        for name in sorted(files)
    }


def read_layout(file: Path) -> Layout:
    """One layout file, which need not lie in an office's folder.

    Raises:
        ContractBroken: It is no TOML or does not fit its contract.
    """
    return _load(file.stem, file)


def _load(form: str, file: Traversable | Path) -> Layout:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
        return Layout.model_validate({**raw, "form": form})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractBroken(
            f"layout {file} is no valid TOML: {error}", "mend that line"
        ) from None
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'file'}: "
            f"{problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise ContractBroken(
            f"layout {file} cannot be used: {problems}",
            "correct it; data_contracts/layouts/ has a working one per extract",
        ) from None
