"""Which messages need no dialogue: the model's own rules lead them to the knowledge base and nowhere else.

Used by channel.py. The server then looks the question up itself; nothing is listed here by hand.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Optional, Text, Tuple

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

LOOK_UP = "action_knowledge"

# What the policies say to a question and then to its answer.
Steps = Tuple[PolicyPrediction, PolicyPrediction]


class Questions:
    """Asks the policies of one loaded model, once for each intent and set of entities."""

    def __init__(self, processor: MessageProcessor) -> None:
        self.processor = processor
        self._known: Dict[Tuple[Text, FrozenSet[Text]], Optional[Steps]] = {}
        self._entities_matter = _rules_name_entities(processor)

    def are_settled_by_looking_up(self, parse_data: Dict[Text, Any]) -> bool:
        """Whether a message like this, with no form open, is answered from the knowledge base alone."""
        # Several wishes in one message are for the actions to take apart.
        return not parse_data.get("wishes") and self.steps(parse_data) is not None

    def steps(self, parse_data: Dict[Text, Any]) -> Optional[Steps]:
        """The predictions that look it up and then wait, or None where the policies want something else."""
        intent = (parse_data.get("intent") or {}).get("name") or ""
        found = parse_data.get("entities") or [] if self._entities_matter else []
        kinds = frozenset(str(e.get("entity")) for e in found)
        if (intent, kinds) not in self._known:
            self._known[intent, kinds] = self._ask(parse_data)
        return self._known[intent, kinds]

    def _ask(self, parse_data: Dict[Text, Any]) -> Optional[Steps]:
        said = UserUttered("", parse_data.get("intent"), parse_data.get("entities"), parse_data)
        first = self._predict([said])
        by_rule = first.policy_name == RulePolicy.__name__
        if self._action(first) != LOOK_UP or not (by_rule or self._entities_matter):
            return None
        then = self._predict([said, *first.events, ActionExecuted(LOOK_UP)])
        return (first, then) if self._action(then) == ACTION_LISTEN_NAME else None

    def _predict(self, events: List[Event]) -> PolicyPrediction:
        """What comes after these events in a conversation that has just begun."""
        opening = [
            ActionExecuted(ACTION_SESSION_START_NAME),
            SessionStarted(),
            ActionExecuted(ACTION_LISTEN_NAME),
        ]
        domain = self.processor.domain
        tracker = DialogueStateTracker.from_events(
            "questions", [*opening, *events], domain.slots, domain=domain
        )
        return self.processor._predict_next_with_tracker(tracker)

    def _action(self, prediction: PolicyPrediction) -> Text:
        names: List[Text] = self.processor.domain.action_names_or_texts
        return names[prediction.max_confidence_index]


def _rules_name_entities(processor: MessageProcessor) -> bool:
    """Whether any rule of the model asks for an entity. A rule that applies goes before whatever was memorised."""
    nodes = processor.graph_runner._instantiated_nodes.values()
    books = [n._component.lookup for n in nodes if isinstance(n._component, RulePolicy)]
    rules = [
        key for book in books for part in book.values() if isinstance(part, dict) for key in part
    ]
    return not rules or any('"entities"' in rule for rule in rules)


def is_settled(tracker: DialogueStateTracker, processor: MessageProcessor) -> bool:
    """Whether nothing is open: no form, no action to follow, and nothing in the slots that no form asks for.

    Those are the dialogue's own memory (tasks that wait, a passed identity check); what they mean for the next
    message only the actions know.
    """
    if tracker.active_loop_name or tracker.followup_action or tracker.is_paused():
        return False
    asked = {
        name
        for form in processor.domain.forms
        for name in processor.domain.required_slots_for_form(form)
    }
    return not any(
        slot.has_been_set and slot.value != slot.initial_value and slot.value not in ([], {}, "")
        for slot in tracker.slots.values()
        if slot.name not in asked and slot.name != "session_started_metadata"
    )
