"""The intent classifier of the pipeline: features.py says what it sees, linear.py decides, wishes.py counts.

One component instead of several featurizers and a classifier. Why not DIET or Rasa's own
LogisticRegressionClassifier, and why these features: docs/adr/0022-intents-and-wishes.md.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import INTENT, METADATA, METADATA_INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import concepts, linear
from bot.components.features import Featurizer
from bot.components.linear import LinearModel
from bot.components.wishes import choose, split

ROOT = Path(__file__).resolve().parents[2]
WISHES = "wishes"
_FEATURES, _WEIGHTS, _EXAMPLES = "features.joblib", "weights.npz", "examples.joblib"
# How sure an example's own words make, at least.
KNOWN = 0.9
_UNSAID = re.compile(r"[\s,，。.!！?？~～、…]+")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(GraphComponent, IntentClassifier):
    """Needs a tokenizer before it. Sets `intent`, `intent_ranking` and, when there are several, `wishes`."""

    @classmethod
    def required_components(cls) -> List[Any]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """
        `views`: how much each kind of features weighs, 0 for not at all.
        `synonyms`: files of concepts and their wordings, relative to the project.
        `margin_c`: inverse strength of regularisation.
        `balance`: 0..1, how much more the examples of small intents count; `intent_weights`: and of single ones.
        `ranking_length`: how many intents are reported.
        `wish_confidence`: how sure the intent of a piece must be to be a wish of its own.
        """
        return {
            "views": {
                "characters": 1.0,
                "words": 1.0,
                "word_pairs": 0.5,
                "sounds": 0.7,
                "concepts": 0.7,
                "concept_pairs": 0.5,
                "ending": 0.5,
            },
            "synonyms": [],
            "margin_c": 0.5,
            "balance": 0.9,
            "intent_weights": {},
            "ranking_length": 5,
            "wish_confidence": 0.5,
        }

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        trained: Optional[Tuple[Featurizer, LinearModel]] = None,
        known: Optional[Dict[Text, Text]] = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._trained = trained
        # What is an example word for word is what the example says, however thin its features are.
        self._known = known or {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have an intent, and store the result."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        sentences = [(e.get(TEXT), _words(_tokens(e))) for e in examples]
        synonyms = concepts.read(ROOT / path for path in self._config["synonyms"])
        featurizer = Featurizer(self._config["views"], synonyms)
        featurizer.fit(sentences)
        matrix = featurizer.matrix(sentences)
        intents = [e.get(INTENT) for e in examples]
        model = linear.fit(matrix, intents, [_weight(e) for e in examples], self._config)
        self._trained = featurizer, model
        own = ((_bare(e.get(TEXT)), e.get(INTENT)) for e in examples if _weight(e) >= 1)
        self._known = {text: intent for text, intent in own if text}
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(featurizer, folder / _FEATURES)
            joblib.dump(self._known, folder / _EXAMPLES)
            model.save(folder / _WEIGHTS)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        with model_storage.read_from(resource) as folder:
            featurizer, model = joblib.load(folder / _FEATURES), LinearModel.load(folder / _WEIGHTS)
            known = joblib.load(folder / _EXAMPLES)
            return cls(config, model_storage, resource, (featurizer, model), known)

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the most likely intent, the ranking and the wishes to each message."""
        if self._trained is None:
            return messages
        for message in messages:
            text, tokens = message.get(TEXT) or "", _tokens(message)
            ranking = self._rank(*self._trained, text, tokens)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            if wishes := self._wishes(*self._trained, text, tokens):
                message.set(WISHES, wishes, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # No component behind this one learns from guesses.
        return training_data

    def _rank(
        self, featurizer: Featurizer, model: LinearModel, text: Text, tokens: List[Token]
    ) -> List[Dict[Text, Any]]:
        row = model.probabilities(*featurizer.vector(text, _words(tokens)))
        known = self._known.get(_bare(text))
        if known is not None:
            row = row * (1 - KNOWN)
            row[model.classes.index(known)] += KNOWN
        order = row.argsort()[::-1][: self._config["ranking_length"]]
        return [{"name": model.classes[i], "confidence": float(row[i])} for i in order]

    def _wishes(
        self, featurizer: Featurizer, model: LinearModel, text: Text, tokens: List[Token]
    ) -> List[Dict[Text, Any]]:
        guesses = []
        for piece in split(text):
            own = [t for t in tokens if piece.start <= t.start < piece.end]
            best = self._rank(featurizer, model, piece.text, own)[0]
            guesses.append((piece, best["name"], best["confidence"]))
        if not guesses:
            return []
        return [
            {
                "text": wish.piece.text,
                "intent": wish.intent,
                "confidence": wish.confidence,
                "start": wish.piece.start,
                "end": wish.piece.end,
            }
            for wish in choose(text, guesses, self._config["wish_confidence"])
        ]


def _bare(text: Text) -> Text:
    """Without what is not said aloud: 转人工！ is 转人工."""
    return _UNSAID.sub("", text).lower()


def _weight(example: Message) -> float:
    """What the metadata of the example's intent say it counts: `metadata: {weight: 0.3}`."""
    metadata = (example.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return float(metadata.get("weight", 1.0))


def _tokens(message: Message) -> List[Token]:
    return message.get(TOKENS_NAMES[TEXT]) or []


def _words(tokens: List[Token]) -> List[Text]:
    return [token.text for token in tokens]
