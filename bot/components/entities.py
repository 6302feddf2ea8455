"""The entity extractor of the pipeline: values (money, dates, ...) by rules, regions and businesses by a list."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.values import find_values


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ChineseValueExtractor(GraphComponent, EntityExtractorMixin):
    """Adds an entity for each value found. Needs no training; see values.py for kinds and units."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        terms: Dict[Text, Any] = config.get("terms") or {}
        self._terms: Dict[Text, Dict[Text, Text]] = {
            entity: words if isinstance(words, dict) else {word: word for word in words}
            for entity, words in terms.items()
        }

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`terms`: entity -> {word as written: normal form}, or a list of words that are normal already."""
        return {"terms": {}}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ChineseValueExtractor":
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the entities of each message to those already there."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [
                {"entity": v.kind, "value": v.value, "start": v.start, "end": v.end}
                for v in find_values(text)
            ]
            found += self._find_terms(text)
            for entity in found:
                entity["extractor"] = type(self).__name__
                entity["confidence_entity"] = 1.0
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    def _find_terms(self, text: Text) -> List[Dict[Text, Any]]:
        found: List[Dict[Text, Any]] = []
        for entity, words in self._terms.items():
            for word, normal in words.items():
                start = text.find(word)
                if start >= 0:
                    found.append(
                        {
                            "entity": entity,
                            "value": normal,
                            "start": start,
                            "end": start + len(word),
                        }
                    )
        return found
