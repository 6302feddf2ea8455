"""Fixtures of the retrieval tests: the dictionary is loaded once, the tiny index built once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.calibration import Calibration
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.index import KnowledgeIndex
from tests.unit.knowledge.tiny import ENTRIES, CharacterEncoder


@pytest.fixture(scope="session")
def analyser(tmp_path_factory: pytest.TempPathFactory) -> Analyser:
    return Analyser(cache_dir=tmp_path_factory.mktemp("jieba"))


@pytest.fixture
def make_index(analyser: Analyser):
    def make(entries: Sequence[Entry]) -> KnowledgeIndex:
        return KnowledgeIndex(
            entries, analyser=analyser, encoder=CharacterEncoder(), calibration=Calibration.load()
        )

    return make


@pytest.fixture
def index(make_index) -> KnowledgeIndex:
    return make_index(ENTRIES)
