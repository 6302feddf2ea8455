"""The entity extractor of the pipeline: values (money, dates, ...) by rules, regions and papers by lists of words."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.extract import Extractor
from bot.components.values import AccountRule


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ChineseValueExtractor(GraphComponent, EntityExtractorMixin):
    """Adds an entity for each value and word found. Needs no training; kinds and units: docs/nlu-values.md."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._extractor = Extractor(AccountRule.read(config.get("fund_account") or {}))

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`fund_account`: how the city's account numbers are made (accounts.AccountRule)."""
        return {"fund_account": {}}

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
            found = [
                {
                    "entity": value.kind,
                    "value": value.value,
                    "start": value.start,
                    "end": value.end,
                    "extractor": type(self).__name__,
                    "confidence_entity": 1.0,
                }
                for value in self._extractor.find(message.get(TEXT) or "", _today(message))
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _today(message: Message) -> Optional[date]:
    """The day the message was sent in China, `today` in its metadata, YYYY-MM-DD. None: now."""
    said = (message.get("metadata") or {}).get("today")
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
