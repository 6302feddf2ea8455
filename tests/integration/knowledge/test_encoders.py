"""The built-in encoder equals sentence-transformers' own; real models are loaded; unusable ones are named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import Unavailable
from knowledge.retrieval.encoder import (
    EncoderUnusable,
    StaticEncoder,
    TransformerEncoder,
    load_encoder,
    prepare,
)  # fmt: skip
from knowledge.retrieval.models import EncoderStore
from knowledge.retrieval.training import TrainingArticle, train

ROOT = Path(__file__).resolve().parents[3]
TEXTS = [
    "租房可以提取公积金吗",
    "租屋能取住房金吗？",
    "今天天气怎么样",
    "",
    "!!!",
    "ABC 3,500元",
    "五级伤残",
]


@pytest.fixture
def model(cache, articles) -> Path:
    path = EncoderStore(cache / "encoders").exact(articles)
    assert path is not None
    return path


def test_the_quick_way_gives_what_sentence_transformers_gives(model, analyser) -> None:
    from sentence_transformers import SentenceTransformer

    quick = load_encoder(str(model), analyser)
    assert isinstance(quick, StaticEncoder)
    slow = SentenceTransformer(str(model), device="cpu").encode(prepare(TEXTS, analyser))
    filled = [i for i, text in enumerate(TEXTS) if analyser(text).features()]
    assert np.allclose(quick.encode(TEXTS)[filled], slow[filled], atol=1e-6)


def test_a_text_without_known_tokens_has_no_direction(model, analyser) -> None:
    assert not load_encoder(str(model), analyser).encode(["", "!!!"]).any()


def test_training_brings_wordings_of_one_article_together(model, analyser) -> None:
    question, similar, other = load_encoder(str(model), analyser).encode(
        ["租房可以提取公积金吗", "租金能用公积金付吗", "失业金可以领几个月"]
    )
    assert question @ similar > question @ other + 0.2


def test_training_twice_gives_the_same_model(tmp_path, articles, analyser) -> None:
    for name in ("one", "two"):
        train(articles, tmp_path / name, analyser)
    one, two = (load_encoder(str(tmp_path / name), analyser) for name in ("one", "two"))
    assert one.id == two.id


def test_the_same_articles_are_trained_once(cache, articles, model) -> None:
    changed = model.stat().st_mtime_ns
    assert EncoderStore(cache / "encoders").train(articles) == model
    assert model.stat().st_mtime_ns == changed


def test_new_wordings_are_told_from_learnt_ones(cache, articles, model) -> None:
    store = EncoderStore(cache / "encoders")
    assert store.strangeness(model, articles) == 0
    many = [f"新问题{number}" for number in range(1000)]
    assert store.strangeness(model, [*articles, TrainingArticle(many, [])]) > 0.5


def test_the_encoder_nearest_to_the_content_is_taken_though_another_is_newer(
    model, tmp_path, articles
) -> None:
    store = EncoderStore(tmp_path)
    shutil.copytree(model, tmp_path / "ours")
    shutil.copytree(model, tmp_path / "theirs")
    learnt = tmp_path / "theirs" / "learnt.json"
    made = json.loads(learnt.read_text("utf-8"))
    foreign = [f"foreign {number}" for number in range(1000)]
    learnt.write_text(json.dumps(made | {"wordings": made["wordings"] + foreign}), "utf-8")
    assert store.closest(articles) == tmp_path / "ours"


def test_a_model_trained_with_other_synonyms_knows_none_of_the_wordings(
    model, tmp_path, articles
) -> None:
    store = EncoderStore(tmp_path)
    shutil.copytree(model, tmp_path / "of-an-older-version")
    learnt = tmp_path / "of-an-older-version" / "learnt.json"
    made = json.loads(learnt.read_text("utf-8"))
    learnt.write_text(json.dumps(made | {"way": "another"}), "utf-8")
    closest = store.closest(articles)
    assert closest is not None
    assert store.strangeness(closest, articles) == 1.0


def test_a_failed_training_says_why_and_leaves_nothing_behind(tmp_path) -> None:
    store = EncoderStore(tmp_path)
    with pytest.raises(Unavailable, match="at least two articles"):
        store.train([TrainingArticle(["只有一条"], [])])
    assert list(tmp_path.iterdir()) == []


def test_the_server_side_never_imports_torch_for_the_built_in_model(model) -> None:
    code = (
        "import sys; from knowledge.retrieval.refresher import IndexBuilder;"
        "from knowledge.retrieval.encoder import load_encoder;"
        "from knowledge.retrieval.analysis import Analyser;"
        f"load_encoder({str(model)!r}, Analyser()).encode(['公积金']);"
        "sys.exit('torch' in sys.modules or 'sentence_transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_a_real_transformer_is_loaded_from_a_directory(transformer, analyser) -> None:
    encoder = load_encoder(str(transformer), analyser)
    assert isinstance(encoder, TransformerEncoder)
    vectors = encoder.encode(["租房可以提取公积金吗", "失业"])
    assert vectors.shape == (2, encoder.dimension) == (2, 32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_other_weights_have_another_id(transformer, model, analyser) -> None:
    assert load_encoder(str(transformer), analyser).id != load_encoder(str(model), analyser).id


@pytest.mark.parametrize("name", ["/no/such/folder", "./nowhere"])
def test_a_missing_directory_is_named(name: str, analyser) -> None:
    with pytest.raises(EncoderUnusable, match="不存在"):
        load_encoder(name, analyser)


def test_a_directory_that_holds_no_model_is_named(tmp_path, analyser) -> None:
    with pytest.raises(EncoderUnusable, match=r"modules\.json"):
        load_encoder(str(tmp_path), analyser)


@pytest.mark.parametrize("kind", ["transformer", "model"])
def test_a_damaged_model_is_an_unusable_encoder_not_a_stack_trace(
    kind: str, request, tmp_path, analyser
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(request.getfixturevalue(kind), broken)
    for file in broken.rglob("*.safetensors"):
        file.write_bytes(b"torn")
    with pytest.raises(EncoderUnusable):
        load_encoder(str(broken), analyser)


def test_a_model_of_an_older_feature_set_is_refused(model, tmp_path, analyser) -> None:
    old = tmp_path / "old"
    shutil.copytree(model, old)
    (old / "features.json").write_text(json.dumps({"version": 0}), "utf-8")
    with pytest.raises(EncoderUnusable, match="旧版本"):
        load_encoder(str(old), analyser)
