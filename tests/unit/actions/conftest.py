"""The example region's numbers, as they ship."""

from __future__ import annotations

import pytest

from actions.region import RegionNumbers
from knowledge.articles.regions import SHIPPED_REGIONS, Regions


@pytest.fixture(scope="session")
def region() -> RegionNumbers:
    found = Regions.load(SHIPPED_REGIONS).get("example")
    return RegionNumbers(found.name, found.example, found.values)
