"""Which province a place belongs to, from the list of regions the classifier reads (data/words/region.txt)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from core.settings import ROOT

LIST = ROOT / "data" / "words" / "region.txt"
# What the citizen means by 这边: the region of the inbox.
HERE = "本地"
_MUNICIPALITIES = frozenset({"北京", "天津", "上海", "重庆", "香港", "澳门"})
_ENDINGS = ("省", "自治区", "特别行政区")


@lru_cache
def _provinces(path: Path = LIST) -> dict[str, str]:
    """Place -> province. Every province stands in front of its places, as in the official list."""
    found: dict[str, str] = {}
    province = ""
    for line in path.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        normal, names = line.split("\t")
        if normal in _MUNICIPALITIES or any(name.endswith(_ENDINGS) for name in names.split()):
            province = normal
        found.setdefault(normal, province)
    return found


def province_of(place: str) -> str | None:
    """The province's short name, None for a place that is not in the list."""
    return _provinces().get(place)


def is_province(place: str) -> bool:
    """Whether only the province was named; the municipalities are cities as well."""
    return province_of(place) == place and place not in _MUNICIPALITIES
