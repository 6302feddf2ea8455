"""Trains the built-in encoder: a StaticEmbedding learnt from the knowledge base's own wordings in seconds.

Run as its own process (`bangban kb train`, knowledge/retrieval/models.py): it imports torch, which the
server never does for the built-in model.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.retrieval.analysis import Analyser
from knowledge.retrieval.encoder import FEATURES_FILE, FEATURES_VERSION

UNKNOWN = "[UNK]"
# Rows for characters the content has not: an imported text of another field still gets its own direction.
_EXTRA_CHARACTERS = [chr(c) for c in range(0x4E00, 0x9FA6)]
_KIND_WEIGHT = {"w": 1.0, "b": 0.7, "c": 2.5, "u": 0.4}


@dataclass(frozen=True)
class TrainingArticle:
    """`wordings` mean the same; `passages` are pieces of the answer they should be near to."""

    wordings: list[str]
    passages: list[str]


@dataclass(frozen=True)
class Recipe:
    """How long and how hard. What was tried is in docs/benchmarks.md.

    `drop`: share of a text's tokens left out at random. `one_kind`: share of the texts shown by their concepts
    alone or by their characters alone, so that either must do where the other says nothing.
    `steps`: batches in all, as far as each article is seen `least_epochs` to `most_epochs` times.
    """

    dimension: int = 256
    steps: int = 900
    least_epochs: int = 30
    most_epochs: int = 120
    batch: int = 512
    learning_rate: float = 0.01
    temperature: float = 0.1
    drop: float = 0.4
    one_kind: float = 0.6
    passage_share: float = 0.25
    seed: int = 7

    def epochs(self, articles: int) -> int:
        """How often each article is seen: the fewer there are, the more often."""
        wanted = self.steps // -(-articles // self.batch)
        return max(self.least_epochs, min(self.most_epochs, wanted))


def train(
    articles: Sequence[TrainingArticle],
    target: Path,
    analyser: Analyser,
    recipe: Recipe | None = None,
) -> None:
    """Train and save a SentenceTransformer at `target`. At least two articles are needed (ValueError)."""
    recipe = recipe or Recipe()
    if len(articles) < 2:
        raise ValueError("training needs at least two articles")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    texts = [[analyser(t).features() for t in (*a.wordings, *a.passages)] for a in articles]
    table, tokenizer = _initial_table(texts, recipe)
    static = StaticEmbedding(tokenizer, embedding_weights=table)
    static.embedding.sparse = True
    ids = [
        [tokenizer.encode(" ".join(f), add_special_tokens=False).ids for f in rows]
        for rows in texts
    ]
    wording_count = [len(a.wordings) for a in articles]
    first_letters = {i: token[0] for token, i in tokenizer.get_vocab().items()}
    concepts = frozenset(i for i, letter in first_letters.items() if letter == "c")
    optimiser = torch.optim.SparseAdam(static.embedding.parameters(), lr=recipe.learning_rate)
    choice = random.Random(recipe.seed)
    torch.manual_seed(recipe.seed)
    # One thread: the table lookups are too small to share, and on a busy machine sharing costs minutes.
    torch.set_num_threads(1)
    for _ in range(recipe.epochs(len(ids))):
        order = choice.sample(range(len(ids)), len(ids))
        for start in range(0, len(order), recipe.batch):
            chosen = order[start : start + recipe.batch]
            if len(chosen) < 2:
                continue
            pairs = [_pair(ids[i], wording_count[i], choice, recipe) for i in chosen]
            sides = [
                [_thin(row, choice, recipe, concepts) for row in side]
                for side in zip(*pairs, strict=True)
            ]
            left, right = (_embed(torch, static, side) for side in sides)
            scores = left @ right.T / recipe.temperature
            truth = torch.arange(len(pairs))
            # Both ways: a wording finds its partner among all partners, and the partner finds it.
            loss = (
                torch.nn.functional.cross_entropy(scores, truth)
                + torch.nn.functional.cross_entropy(scores.T, truth)
            ) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        static.embedding.weight[tokenizer.token_to_id(UNKNOWN)] = 0
    static.embedding.sparse = False
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    target.mkdir(parents=True, exist_ok=True)
    model.save(str(target), create_model_card=False)
    (target / FEATURES_FILE).write_text(json.dumps({"version": FEATURES_VERSION}), "utf-8")


def _initial_table(texts, recipe):  # type: ignore[no-untyped-def]
    """Random directions, longer for rarer tokens: untrained, the model already ranks like TF-IDF."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    counts: Counter[str] = Counter()
    total = 0
    for rows in texts:
        for features in rows:
            total += 1
            counts.update(set(features))
    tokens = [UNKNOWN, *sorted(counts)]
    known = set(tokens)
    tokens += [f"u:{c}" for c in _EXTRA_CHARACTERS if f"u:{c}" not in known]
    weights = np.array(
        [
            0.0 if t == UNKNOWN else np.log(1 + total / (1 + counts[t])) * _KIND_WEIGHT[t[0]]
            for t in tokens
        ]
    )
    generator = np.random.default_rng(recipe.seed)
    table = generator.standard_normal((len(tokens), recipe.dimension)) / np.sqrt(recipe.dimension)
    table = (table * weights[:, None] / weights.mean()).astype(np.float32)
    tokenizer = Tokenizer(WordLevel({t: i for i, t in enumerate(tokens)}, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return table, tokenizer


def _pair(
    rows: list[list[int]], wordings: int, choice: random.Random, recipe: Recipe
) -> tuple[list[int], list[int]]:
    first = choice.randrange(wordings)
    if len(rows) > wordings and (wordings == 1 or choice.random() < recipe.passage_share):
        second = choice.randrange(wordings, len(rows))
    elif wordings > 1:
        second = choice.choice([i for i in range(wordings) if i != first])
    else:
        second = first
    return rows[first], rows[second]


def _thin(
    ids: list[int], choice: random.Random, recipe: Recipe, concepts: frozenset[int]
) -> list[int]:
    """Leave out tokens at random: no single token, and no single kind, may carry a meaning alone."""
    if choice.random() < recipe.one_kind:
        wanted = choice.random() < 0.5
        ids = [i for i in ids if (i in concepts) == wanted] or ids
    return [i for i in ids if choice.random() >= recipe.drop] or ids


def _embed(torch, static, batch):  # type: ignore[no-untyped-def]
    offsets = torch.from_numpy(np.cumsum([0] + [len(row) for row in batch[:-1]]))
    flat = torch.tensor([i for row in batch for i in row], dtype=torch.long)
    return torch.nn.functional.normalize(static.embedding(flat, offsets), dim=1)
