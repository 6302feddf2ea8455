"""Fixtures around real encoders: one tiny built-in model and one tiny transformer, made once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.models import EncoderStore, training_articles
from knowledge.retrieval.training import TrainingArticle
from tests.unit.knowledge.tiny import ENTRIES

WORDS = [
    "[UNK]",
    "[PAD]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *"租房可以提取公积金吗贷款多少失业工伤养老医保退休年龄报销怎么办理",
]


@pytest.fixture(scope="session")
def analyser(tmp_path_factory: pytest.TempPathFactory) -> Analyser:
    return Analyser(cache_dir=tmp_path_factory.mktemp("jieba"))


@pytest.fixture(scope="session")
def articles() -> list[TrainingArticle]:
    return training_articles(ENTRIES)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, articles: list[TrainingArticle]) -> Path:
    """A cache folder in which the built-in encoder of the tiny articles has been trained."""
    folder = tmp_path_factory.mktemp("cache")
    EncoderStore(folder / "encoders").train(articles)
    return folder


@pytest.fixture(scope="session")
def transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real transformer of one layer with random weights, saved as sentence-transformers saves any."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("transformer")
    raw = folder / "bert"
    raw.mkdir()
    (raw / "vocab.txt").write_text("\n".join(dict.fromkeys(WORDS)), "utf-8")
    BertTokenizerFast(vocab_file=str(raw / "vocab.txt")).save_pretrained(str(raw))
    config = BertConfig(
        vocab_size=len(dict.fromkeys(WORDS)), hidden_size=32, num_hidden_layers=1,
        num_attention_heads=2, intermediate_size=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(str(raw))
    body = Transformer(str(raw))
    model = SentenceTransformer(modules=[body, Pooling(32)], device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"
