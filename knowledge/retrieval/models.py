"""Where trained built-in encoders are kept, which one to use, and training a new one in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.children import Children
from knowledge.retrieval.encoder import FEATURES_VERSION
from knowledge.retrieval.entries import Entry
from knowledge.retrieval.store import remove_abandoned
from knowledge.retrieval.training import Recipe, TrainingArticle, train
from knowledge.retrieval.vocabulary import DATA

BUILTIN = "builtin"
# Models of other contents that are kept: going back to an older content needs no training.
KEEP = 5
_LEARNT_FILE = "learnt.json"


def training_articles(entries: Sequence[Entry]) -> list[TrainingArticle]:
    """What the encoder learns from: each article's wordings, and the lines of its answer."""
    by_key = {e.key: e for e in entries}
    return [TrainingArticle(e.wordings, e.passages) for _, e in sorted(by_key.items())]


class EncoderStore:
    """A folder of trained encoders, each under the hash of what it was trained on."""

    def __init__(self, folder: Path, children: Children | None = None) -> None:
        self._folder = folder
        self._children = children or Children()

    def path_for(self, articles: Sequence[TrainingArticle]) -> Path:
        digest = hashlib.sha256(_way_of_training().encode())
        for piece in _as_json(articles):
            digest.update(piece.encode())
        return self._folder / digest.hexdigest()[:20]

    def exact(self, articles: Sequence[TrainingArticle]) -> Path | None:
        """The encoder trained on exactly these articles, if there is one."""
        path = self.path_for(articles)
        return path if (path / _LEARNT_FILE).exists() else None

    def closest(self, articles: Sequence[TrainingArticle]) -> Path | None:
        """The encoder that learnt what is most like these articles: good enough while a better one is being trained.

        Homes share the folder: the newest may have been trained on another installation's content.
        """
        done = [p.parent for p in self._folder.glob(f"*/{_LEARNT_FILE}")]
        return min(
            done, key=lambda p: (self.strangeness(p, articles), -p.stat().st_mtime), default=None
        )

    def strangeness(self, path: Path, articles: Sequence[TrainingArticle]) -> float:
        """Of the wordings that the encoder at `path` or these articles have, the share, 0..1, only one of them has.

        All of them when it was trained in another way or with other synonyms than these.
        """
        made = json.loads((path / _LEARNT_FILE).read_text("utf-8"))
        if not isinstance(made, dict) or made["way"] != _way_of_training():
            return 1.0
        learnt = set(made["wordings"])
        wordings = {_short_hash(w) for a in articles for w in a.wordings}
        return len(learnt ^ wordings) / len(learnt | wordings) if wordings else 0.0

    def train(self, articles: Sequence[TrainingArticle]) -> Path:
        """Train in a child process, so that torch's memory goes with it. Raises Unavailable."""
        if found := self.exact(articles):
            return found
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".training-") as name:
            work = Path(name)
            with (work / "articles.json").open("w", encoding="utf-8") as file:
                file.writelines(_as_json(articles))
            self._children.run("knowledge.retrieval.models", work, doing="向量模型训练")
            learnt = [_short_hash(w) for a in articles for w in a.wordings]
            made = {"way": _way_of_training(), "wordings": learnt}
            (work / "model" / _LEARNT_FILE).write_text(json.dumps(made), "utf-8")
            target = self.path_for(articles)
            try:
                # Atomic: a reader sees a whole model or none; two servers may train the same one.
                os.rename(work / "model", target)
            except OSError:
                if not (target / _LEARNT_FILE).exists():
                    raise
        self._prune(keep=target)
        return target

    def _prune(self, keep: Path) -> None:
        models = sorted(
            (p.parent for p in self._folder.glob(f"*/{_LEARNT_FILE}")),
            key=lambda p: -p.stat().st_mtime,
        )
        for path in models[KEEP:]:
            if path != keep:
                shutil.rmtree(path, ignore_errors=True)
        remove_abandoned(self._folder)


def encoder_source(setting: str, entries: Sequence[Entry], store: EncoderStore) -> str:
    """What load_encoder takes for BANGBAN_ENCODER. `builtin`: the exact one, else the newest, else one trained now."""
    if setting != BUILTIN:
        return setting
    articles = training_articles(entries)
    return str(store.exact(articles) or store.closest(articles) or store.train(articles))


def _way_of_training() -> str:
    """Changes with what a model is made of besides the articles."""
    digest = hashlib.sha256()
    digest.update(json.dumps([FEATURES_VERSION, asdict(Recipe())], sort_keys=True).encode())
    digest.update((DATA / "synonyms.yaml").read_bytes())
    return digest.hexdigest()


def _as_json(articles: Sequence[TrainingArticle]) -> Iterator[str]:
    """Piece by piece: one call for 10,000 articles would let no request through for a quarter of a second."""
    before = "["
    for article in articles:
        yield before + json.dumps(asdict(article), ensure_ascii=False)
        before = ", "
    yield "]" if articles else "[]"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _main(work: Path) -> None:
    data = json.loads((work / "articles.json").read_text("utf-8"))
    train([TrainingArticle(**a) for a in data], work / "model", Analyser())


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
