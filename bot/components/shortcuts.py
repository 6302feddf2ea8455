"""Spares Rasa's process work it does anew at every turn with the same result. Called by serve.py.

Measured in the default set-up, of the processor time of a turn: 33 % went into checking that the schema of
an action's answer is itself a valid schema, 5 % into looking through all classes for the one of an event, 13 %
into a scheduler's putting the same few components of the model in order, for threads that do not exist.
What is checked, found and run stays the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List, Optional, Text, Tuple, Type


def install() -> None:
    """Replace the three functions. Must run after rasa can be imported and before the server starts."""
    from rasa.core.actions.action import RemoteAction
    from rasa.engine.runner.dask import DaskGraphRunner
    from rasa.shared.core.events import Event

    RemoteAction._validate_action_result = _checker(RemoteAction.action_response_format_spec())
    Event.resolve_by_type = staticmethod(_remembered(Event.resolve_by_type))
    DaskGraphRunner.run = _run_in_order


def _run_in_order(
    runner: Any,
    inputs: Optional[Dict[Text, Any]] = None,
    targets: Optional[List[Text]] = None,
) -> Dict[Text, Any]:
    """DaskGraphRunner.run: each component after those it needs."""
    from rasa.engine.exceptions import GraphRunError

    wanted = tuple(targets or runner._graph_schema.target_names)
    plans: Dict[Tuple[Text, ...], List[Tuple[Text, Tuple[Text, ...]]]]
    plans = runner.__dict__.setdefault("_bangban_plans", {})
    if wanted not in plans:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        plans[wanted] = _in_order({name: tuple(n.needs.values()) for name, n in nodes.items()})
    done = {name: (name, value) for name, value in (inputs or {}).items()}
    try:
        for name, needs in plans[wanted]:
            done[name] = runner._instantiated_nodes[name](*(done[need] for need in needs))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
    return dict(done[name] for name in wanted)


def _in_order(needs: Dict[Text, Tuple[Text, ...]]) -> List[Tuple[Text, Tuple[Text, ...]]]:
    """The nodes, each after those it needs; what is no node is an input."""
    order: Dict[Text, Tuple[Text, ...]] = {}

    def add(name: Text) -> None:
        if name in needs and name not in order:
            for need in needs[name]:
                add(need)
            order[name] = needs[name]

    for name in needs:
        add(name)
    return list(order.items())


def _checker(schema: Dict[Text, Any]) -> Any:
    """RemoteAction._validate_action_result with a schema that has been looked at once."""
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for

    validator_class = validator_for(schema)
    validator_class.check_schema(schema)
    validator = validator_class(schema)

    def validate(_action: Any, result: Any) -> bool:
        error = best_match(validator.iter_errors(result))
        if error is not None:
            raise error
        return True

    return validate


def _remembered(resolve: Any) -> Any:
    """Event.resolve_by_type; all classes of events exist once Rasa has been imported."""

    @lru_cache(maxsize=None)
    def find(type_name: Text, default: Optional[Type[Any]] = None) -> Optional[Type[Any]]:
        return resolve(type_name, default)

    return find
