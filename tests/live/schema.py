# SPDX-License-Identifier: Apache-2.0
"""Messages of the live API, compared with the AsyncAPI document that the server itself gives."""
import copy

import jsonschema


def closed(schema):
    """The same, without room for members that it does not name."""
    if isinstance(schema, dict):
        schema = {key: closed(value) for key, value in schema.items()}
        if "description" in schema and isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        schema = [closed(item) for item in schema]
    return schema


class Messages:
    def __init__(self, document):
        self.document = closed(copy.deepcopy(document))
        self.names = {message["name"]: name for name, message in document["components"]["messages"].items()}

    def check(self, message):
        """Raises jsonschema.ValidationError."""
        schema = {"$ref": f"#/components/messages/{self.names[message['type']]}/payload",
                  "components": self.document["components"]}
        jsonschema.validate(message, schema, jsonschema.Draft7Validator, format_checker=jsonschema.FormatChecker())
