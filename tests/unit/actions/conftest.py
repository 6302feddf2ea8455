"""The example region's numbers, as they ship."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import yaml

from actions.region import RegionNumbers
from core.settings import ROOT


@dataclass(frozen=True)
class Value:
    value: int | str
    display: str


@pytest.fixture(scope="session")
def region() -> RegionNumbers:
    data = yaml.safe_load((ROOT / "knowledge/content/regions/example.yaml").read_text("utf-8"))
    values = {key: Value(v["value"], v["display"]) for key, v in data["values"].items()}
    return RegionNumbers(data["name"], data["example"], values)
