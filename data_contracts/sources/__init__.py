"""Every extract that may arrive. Adding one is a module here and its layout."""

from importlib import import_module
from pkgutil import iter_modules

from data_contracts.base import Contract


def _load() -> dict[str, Contract]:
    found: dict[str, Contract] = {}
    for module in sorted(iter_modules(__path__), key=lambda each: each.name):
        contract: Contract = import_module(f"{__name__}.{module.name}").CONTRACT
        found[contract.source] = contract
    return found


SOURCES: dict[str, Contract] = _load()
