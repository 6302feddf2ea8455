"""The intent classifier of the pipeline: TF-IDF of words and characters, logistic regression.

One component instead of two featurizers and a classifier. Why not DIET or Rasa's own
LogisticRegressionClassifier: docs/adr/0002-intent-classifier.md.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Text

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline, make_union

_DIGITS = re.compile(r"\d+")
_TRAILING = re.compile(r"[\s,，。.!！?？~、…]+$")
_WORD_MARK = "\n"


def normalise(text: Text) -> Text:
    """Which number it is, case and closing punctuation say nothing about the intent."""
    return _DIGITS.sub("0", _TRAILING.sub("", text.lower()))


def _words(document: Text) -> List[Text]:
    """The words behind the mark. A module-level function, so that the model can be stored."""
    return document.split(_WORD_MARK)[1:]


def _characters(document: Text) -> Text:
    return document.split(_WORD_MARK, 1)[0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TfidfIntentClassifier(GraphComponent, IntentClassifier):
    """Needs a tokenizer before it. Sets `intent` and `intent_ranking`."""

    @classmethod
    def required_components(cls) -> List[Any]:
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`C`: inverse strength of regularisation. `ranking_length`: how many intents are reported."""
        return {"C": 20.0, "max_iter": 300, "max_ngram": 2, "ranking_length": 5}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[Pipeline] = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TfidfIntentClassifier":
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that have an intent, and store the result."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        words = TfidfVectorizer(analyzer=_words, sublinear_tf=True)
        characters = TfidfVectorizer(
            analyzer="char",
            preprocessor=_characters,
            ngram_range=(1, self._config["max_ngram"]),
            sublinear_tf=True,
        )
        # No class weights: out_of_scope has the most examples because most of what can be said is out of
        # scope, and the prior should say so.
        regression = LogisticRegression(C=self._config["C"], max_iter=self._config["max_iter"])
        self._model = make_pipeline(make_union(words, characters), regression)
        self._model.fit([_document(e) for e in examples], [e.get(INTENT) for e in examples])
        with self._model_storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "classifier.joblib")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TfidfIntentClassifier":
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "classifier.joblib"))

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the most likely intent and the ranking to each message."""
        if self._model is None or not messages:
            return messages
        probabilities = self._model.predict_proba([_document(message) for message in messages])
        for message, row in zip(messages, probabilities, strict=True):
            order = row.argsort()[::-1][: self._config["ranking_length"]]
            ranking = [
                {"name": str(self._model.classes_[i]), "confidence": float(row[i])} for i in order
            ]
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data


def _document(message: Message) -> Text:
    """Text and words of a message in one string, as the two vectorizers take them apart again."""
    tokens = [_DIGITS.sub("0", t.text.lower()) for t in message.get(TOKENS_NAMES[TEXT]) or []]
    text = normalise(message.get(TEXT) or "").replace(_WORD_MARK, " ")
    return _WORD_MARK.join([text, *tokens])
