"""docs/settings.md names every setting, and only those."""

from __future__ import annotations

import re

from core.settings import ROOT, Settings


def test_every_setting_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    documented = set(re.findall(r"`BANGBAN_([A-Z0-9_]+)`", text))
    assert documented == {name.upper() for name in Settings.model_fields}
