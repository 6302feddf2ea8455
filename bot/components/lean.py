"""Keeps TensorFlow out of Rasa's process: none of our components uses it, its import costs 8 s and 400 MB.

Rasa imports every component it ships before it looks at the pipeline. Those that need TensorFlow are
replaced by empty classes of the same name before Rasa is imported. A pipeline that names one of them
must not call `install` (`config_is_lean` says so): Rasa then starts as its makers meant, only slower.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    "rasa.nlu.classifiers.diet_classifier": ("DIETClassifier",),
    "rasa.nlu.selectors.response_selector": ("ResponseSelector",),
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer": ("ConveRTFeaturizer",),
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer": ("LanguageModelFeaturizer",),
    "rasa.core.policies.ted_policy": ("TEDPolicy",),
    "rasa.core.policies.unexpected_intent_policy": ("UnexpecTEDIntentPolicy",),
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
}


def config_is_lean(config: Path) -> bool:
    """Whether a config.yml names none of the components that are replaced."""
    text = config.read_text("utf-8")
    return not any(name in text for names in PLACEHOLDERS.values() for name in names)


def install() -> None:
    """Put the empty modules in place. Must run before the first `import rasa`."""
    if any(name == "rasa" or name.startswith("rasa.") for name in sys.modules):
        raise RuntimeError("lean.install() must run before rasa is imported")
    for module_name, class_names in PLACEHOLDERS.items():
        module = ModuleType(module_name)
        for class_name in class_names:
            setattr(module, class_name, type(class_name, (), {"__module__": module_name}))
        sys.modules[module_name] = module
