"""Holds JSON documents to docs/schemas.

usage: check_schemas.py SCHEMAS < LINES, each line {"schema": NAME, "value": DOCUMENT}

More may be added to a document for those who read it; here nothing may be in it that is not published.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def strict(schema):
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for part in schema.values():
            strict(part)
    elif isinstance(schema, list):
        for part in schema:
            strict(part)


schemas = {}
for path in pathlib.Path(sys.argv[1]).glob("*.json"):
    schema = json.loads(path.read_text())
    Draft202012Validator.check_schema(schema)
    strict(schema)
    schemas[path.stem] = schema
registry = Registry().with_resources(
    (f"file:///schemas/{name}.json", Resource.from_contents(schema)) for name, schema in schemas.items()
)
checked = wrong = 0
for line in sys.stdin:
    document = json.loads(line)
    reference = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "$ref": f"file:///schemas/{document['schema']}.json"}
    for error in Draft202012Validator(reference, registry=registry).iter_errors(document["value"]):
        where = "/".join(str(part) for part in error.absolute_path)
        print(f"{document['schema']}: {where}: {error.message}")
        for cause in error.context or []:
            print(f"  {'/'.join(str(part) for part in cause.absolute_path)}: {cause.message}")
        wrong += 1
    checked += 1
print(f"{checked} documents checked, {wrong} wrong")
sys.exit(1 if wrong else 0)
