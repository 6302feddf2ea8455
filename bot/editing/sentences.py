"""Sentences as examples of an intent: whose they are already, and which nearly repeat another. For intents.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.editing.catalogue import Catalogue
from bot.editing.models import BotExample
from bot.editing.repository import EditingRepository
from bot.editing.schemas import ExampleRefusal, ExampleWarning
from bot.editing.texts import NEAR, key_of, pairs


@dataclass
class Sorted:
    """What may be added, what not and why, what to look at."""

    good: list[str] = field(default_factory=list)
    refused: list[ExampleRefusal] = field(default_factory=list)
    warnings: list[ExampleWarning] = field(default_factory=list)


class Sorter:
    """Compares sentences with every example, shipped and own."""

    def __init__(
        self,
        catalogue: Catalogue,
        titles: dict[str, str],
        own: Sequence[BotExample],
        kept_apart: frozenset[str],
    ) -> None:
        self._titles = titles
        self._kept_apart = kept_apart
        self._owners = {**catalogue.owners, **{e.text_key: e.intent for e in own}}
        texts = [(t, name) for name, many in catalogue.examples.items() for t in many]
        texts += [(e.text, e.intent) for e in own]
        self._all = [(text, name, pairs(key_of(text))) for text, name in texts]

    @classmethod
    async def load(
        cls, repository: EditingRepository, catalogue: Catalogue, without: str | None = None
    ) -> Sorter:
        """`without`: an example that is about to be changed does not stand in its own way."""
        own = [example for example in await repository.examples() if example.id != without]
        sentences = await repository.regression()
        kept_apart = {key_of(s.text) for s in catalogue.regression} | {
            s.text_key for s in sentences
        }
        titles = {name: intent.title for name, intent in catalogue.intents.items()}
        titles |= {intent.name: intent.title for intent in await repository.intents()}
        return cls(catalogue, titles, own, frozenset(kept_apart))

    def sort(self, texts: Sequence[str], intent: str) -> Sorted:
        """Which of `texts` may become examples of `intent`."""
        result = Sorted()
        seen: set[str] = set()
        for text in texts:
            key = key_of(text)
            refusal = self._refusal(text, key, intent, seen)
            if refusal is not None:
                result.refused.append(refusal)
                continue
            seen.add(key)
            result.good.append(text)
            warning = self._warning(text, key, intent)
            if warning is not None:
                result.warnings.append(warning)
        return result

    def _refusal(self, text: str, key: str, intent: str, seen: set[str]) -> ExampleRefusal | None:
        owner = intent if key in seen else self._owners.get(key)
        if owner is not None:
            same = owner == intent
            title = self._titles.get(owner, owner)
            return ExampleRefusal(
                text=text, intent=owner, title=title,
                code="example_twice" if same else "example_taken",
                message="这个意图已有这句话。" if same else f"这句话已经是意图“{title}”的例句。",
            )  # fmt: skip
        if key in self._kept_apart:
            return ExampleRefusal(
                text=text, code="regression_sentence", intent=None, title=None,
                message="这句话是回归句，用来检验模型，不能拿来训练。",
            )  # fmt: skip
        return None

    def _warning(self, text: str, key: str, intent: str) -> ExampleWarning | None:
        mine = pairs(key)
        best: tuple[float, str, str] | None = None
        for other, name, theirs in self._all:
            common = len(mine & theirs)
            if 2 * common < NEAR * (len(mine) + len(theirs)):
                continue
            # Of equally near ones, that of another intent is the one to know of.
            score = 2 * common / (len(mine) + len(theirs)) + (0.001 if name != intent else 0)
            if best is None or score > best[0]:
                best = (score, other, name)
        if best is None:
            return None
        score, near, name = best
        return ExampleWarning(
            text=text, near=near, intent=name, title=self._titles.get(name, name),
            same_intent=name == intent, similarity=round(min(score, 1.0), 2),
        )  # fmt: skip
