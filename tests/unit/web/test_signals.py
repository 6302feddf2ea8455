"""Every reason behind a score that the server names has its words in the console."""

from __future__ import annotations

import re

import pytest

from core.settings import ROOT
from knowledge.retrieval.fusion import Signals

CATALOGUE = ROOT / "web/console/i18n/zh-CN/knowledgeTest.ts"
TABLE = ROOT / "web/console/components/knowledge/test/SignalTable.vue"


@pytest.mark.parametrize("name", Signals._fields)
def test_a_signal_has_words_and_a_place_in_the_table(name: str) -> None:
    assert re.search(rf"^  signal_{name}: ", CATALOGUE.read_text("utf-8"), re.MULTILINE)
    assert f'"{name}"' in TABLE.read_text("utf-8")
