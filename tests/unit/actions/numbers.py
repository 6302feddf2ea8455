"""The nation's numbers, for property tests, which take no fixtures."""

from __future__ import annotations

from actions.region import RegionNumbers
from knowledge.articles.regions import SHIPPED_REGIONS, Regions

_NATION = Regions.load(SHIPPED_REGIONS).get("nowhere")
NUMBERS = RegionNumbers(_NATION.name, _NATION.example, _NATION.values)
