"""Print the JSON schema of what the server pushes: what `bangban schema` prints, for when only core is there."""

import json

from pydantic.json_schema import models_json_schema

from core.events import EVENTS

_, definitions = models_json_schema([(model, "serialization") for model in dict.fromkeys(EVENTS.values())])
print(json.dumps({"$defs": definitions["$defs"], "events": {n: m.__name__ for n, m in EVENTS.items()}}))
