"""One process that takes mutated files in, by the real way, and judges what it sees."""

import contextlib
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import data_contracts.layouts
from pipeline import ingest
from pipeline.errors import ContractBroken, InboxEmpty, UserError
from pipeline.filenames import shown_name
from pipeline.identity import Keys, create_keys
from pipeline.layout_check import check_layout
from pipeline.layouts import load_layouts
from pipeline.logs import frames
from pipeline.office import OfficeWarehouse, open_warehouse
from pipeline.settings import Office
from pipeline.sniff.told import tell
from tests.fuzz import corpus, oracle
from tests.fuzz.around import emptied, heard, is_in, odd_sizes, peak_bytes, put
from tests.fuzz.commands import faults_by_command
from tests.fuzz.corpus import Case
from tests.fuzz.damage import AROUND, BYTES
from tests.fuzz.mutators import SHAPES
from tests.fuzz.workbooks import BOOKS
from tests.lib import files

FILES_PER_OFFICE = 200
# One file in so many also goes through the command line.
COMMAND_EVERY = 401
MAX_BYTES = 1536 << 20


@dataclass
class Verdict:
    """What became of one file: how it was damaged, its outcome, what is wrong."""

    number: int
    mutator: str
    form: str
    outcome: str = ""
    rows: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


def make_case(number: int, seed: int, forms: dict[str, corpus.Form]) -> Case:
    """The file of a number: the same for the same seed, whatever was made before."""
    rng = np.random.default_rng([seed, number])
    form = list(forms.values())[number % len(forms)]
    case = corpus.new_case(number, form, rng)
    if form.is_book and rng.random() < 0.5:
        corpus.render(case)
        _apply(case, BOOKS)
        case.spared = None
        return case
    kind = rng.random()
    if kind < 0.55:
        _apply(case, SHAPES)
        while rng.random() < 0.25:
            _apply(case, SHAPES)
            case.spared = None
    corpus.render(case)
    if kind >= 0.5:
        _apply(case, AROUND if kind > 0.93 else BYTES)
        while rng.random() < 0.2:
            _apply(case, BYTES)
        case.spared = None
    return case


def _apply(case: Case, mutators: dict[str, Callable[[Case], None]]) -> None:
    name = case.any_of(tuple(mutators))
    case.done.append(name)
    mutators[name](case)


class Bench:
    """An office that is used for some hundred files, then made anew."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        told: Callable[[int, str], None],
        *,
        own_process: bool = True,
    ) -> None:
        self.own_process = own_process
        self.folder, self.seed, self.told = folder, seed, told
        self.taken = 0
        self.made = 0
        self._open()
        self.forms = corpus.forms(load_layouts(self.office))

    def _open(self) -> None:
        strict = self.made % 2
        root = self.folder / f"office{self.made}"
        share = f"\n[thresholds]\ndefault = {0.05 if strict else 1.0}\n"
        self.office: Office = files.office(
            root, settings=share + '\n[limits]\nmemory = "512MB"\n'
        )
        corpus.write_layouts(self.office.path("layouts"))
        self.keys: Keys = create_keys(self.office, 1)
        self.warehouse: OfficeWarehouse = open_warehouse(self.office, self.keys)
        self.layouts = load_layouts(self.office)
        self.made += 1
        self.taken = 0

    def close(self) -> list[str]:
        """Look at all that is kept once more; what is wrong with it."""
        faults = list(oracle.told_in_tables(self.warehouse))
        self.warehouse.close()
        if oracle.told_on_disk(self.office):
            faults.append("a value readable on disk")
        shutil.rmtree(self.office.root)
        return faults

    def run(self, numbers: list[int]) -> list[Verdict]:
        """Take in these files at once, judge each, and all of them together."""
        verdicts = {}
        cases = {}
        for number in numbers:
            self.told(number, "made")
            case = make_case(number, self.seed, self.forms)
            verdicts[number] = Verdict(number, case.done[0], case.form.name)
            path = put(self.office.path("inbox"), case)
            cases[path.name] = (case, path, verdicts[number])
        with heard() as said:
            faults = self._ingest(cases)
            for case, path, verdict in cases.values():
                self.told(case.number, "looked at")
                verdict.faults += _looked_at(case, path, self.layouts)
                if self.own_process and case.number % COMMAND_EVERY == 0:
                    self.told(case.number, "command line")
                    verdict.faults += self._commanded(case)
        faults += oracle.leaks(said()) and ["a value in a log line or warning"]
        if self.own_process and (most := peak_bytes()) > MAX_BYTES:
            faults.append(f"{most >> 20} MB of memory")
        self.taken += len(numbers)
        if self.taken >= FILES_PER_OFFICE or faults:
            faults += self.close()
            self._open()
        else:
            emptied(self.office.path("inbox"))
        for verdict in verdicts.values():
            verdict.faults += [f"(of {len(numbers)} files) {fault}" for fault in faults]
        return list(verdicts.values())

    def _commanded(self, case: Case) -> list[str]:
        """The same file in an office of its own, by the command line."""
        root = self.folder / "commanded"
        office = files.office(root)
        corpus.write_layouts(office.path("layouts"))
        create_keys(office, 1)
        path = put(office.path("inbox"), case)
        form = "result" if case.form.source == "result" else case.form.name
        own = office.path("layouts") / f"{form}.toml"
        shipped = Path(data_contracts.layouts.__file__).parent / f"{form}.toml"
        layout = own if own.exists() else shipped
        try:
            return faults_by_command(case, path, office, layout)
        finally:
            shutil.rmtree(root)

    def _ingest(self, cases: dict[str, tuple[Case, Path, Verdict]]) -> list[str]:
        before = oracle.stored(self.warehouse)
        with (
            self._watched(cases),
            odd_sizes(self.seed, [e[0] for e in cases.values()]),
        ):
            try:
                reports = ingest.ingest_inbox(self.office, self.warehouse, self.keys)
            except InboxEmpty:
                reports = []
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault
                return [f"raised {_place(error)}"]
        after = oracle.stored(self.warehouse)
        by_name = {
            shown_name(path): entry for entry in cases.values() for path in entry[1:2]
        }
        visible = [e for e in cases.values() if not e[1].name.startswith(".")]
        told = Counter(report.file for report in reports)
        missing = [e for e in visible if is_in(e[1]) and not told[shown_name(e[1])]]
        faults = ["a file without a report" for _ in missing[:1]]
        for report in reports:
            case, path, verdict = by_name[report.file]
            verdict.outcome, verdict.rows = report.status, report.rows
            verdict.faults += oracle.faults_of(report, case, shown_name(path))
        return faults + oracle.wrong_growth(before, after, reports)

    @contextlib.contextmanager
    def _watched(self, cases: dict[str, tuple[Case, Path, Verdict]]) -> Iterator[None]:
        """Tell which file is in hand, and how long each took."""
        real = {"look_at": ingest.look_at, "take_in": ingest.take_in}

        def timed(name: str, path_of: Callable[..., Path]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                case, _, verdict = cases[path_of(*args).name]
                self.told(case.number, name)
                start = time.perf_counter()
                try:
                    return real[name](*args, **kwargs)
                finally:
                    verdict.seconds += time.perf_counter() - start

            return call

        setattr(ingest, "look_at", timed("look_at", lambda path, _: path))  # noqa: B010
        setattr(ingest, "take_in", timed("take_in", lambda _, file: file.path))  # noqa: B010
        try:
            yield
        finally:
            for name, call in real.items():
                setattr(ingest, name, call)


def _looked_at(case: Case, path: Path, layouts: dict[str, Any]) -> list[str]:
    """`sniff` and `layout check` on the file: nothing but a user error may come."""
    faults = []
    layout = layouts["result" if case.form.source == "result" else case.form.name]
    doings: dict[str, Callable[[], Any]] = {
        "sniff": lambda: tell(path),
        "layout check": lambda: check_layout(path, layout),
    }
    for name, do in doings.items():
        try:
            said = repr(do())
        except UserError as error:
            said = str(error)
            if isinstance(error, ContractBroken) and oracle.FAULT_OF_OURS in said:
                faults.append(f"{name}: a fault of ours")
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is a fault
            faults.append(f"{name}: raised {_place(error)}")
            continue
        faults += [f"{leak} {name}" for leak in oracle.leaks(said)]
    return faults


def _place(error: BaseException) -> str:
    lines = [line.strip() for line in frames(error)]
    ours = [line for line in lines if "/pipeline/" in line or "/flows/" in line]
    last = ours[-1].rpartition("/")[2] if ours else "?"
    return f"{type(error).__name__} at {last}"
