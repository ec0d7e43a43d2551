"""What counts as found: the labels, and how long a list is worked before any counts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# A list is worked for eight weeks. What comes back earlier is what was easy to find, so
# nothing of a list counts before they are over.
LABEL_WINDOW_DAYS: Final = 56
# Column -> what is 1, what is 0; all else, and all that is not mature, is unknown.
LABEL_DEFINITIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "label": (
            "need: 필요확인 Y, else 위기도 3 and more, else S1-S4 or C1",
            "필요확인 N, else 위기도 below 3, else N2; never when not reached",
        ),
        "label_confirmed": ("필요확인 Y", "필요확인 N; never when not reached"),
        "label_crisis": ("위기도 3 and more", "위기도 below 3; never when not reached"),
        "label_deep": (
            "need, and 위기도 4 and more",
            "위기도 below 4, or no need; never when not reached",
        ),
        "label_deepest": (
            "need, and 위기도 5",
            "위기도 below 5, or no need; never when not reached",
        ),
        "label_supported": (
            "S1-S5: the national system's label, for the challenger alone",
            "any other result but P0 and P1, also when not reached",
        ),
    }
)
