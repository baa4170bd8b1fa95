"""As much of JSON Schema as docs/asyncapi.yaml uses, strict: a key no schema names is a mistake."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "integer": int, "number": (int, float)}
KNOWN = {"type", "required", "properties", "additionalProperties", "items", "enum", "const", "pattern",
         "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "description"}


def resolve(document, schema):
    while "$ref" in schema:
        node = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        schema = node
    return schema


def is_type(value, name):
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, TYPES[name])


def check(document, schema, value, where="$"):
    """Raises AssertionError that says where value is not what the schema says."""
    schema = resolve(document, schema)
    assert set(schema) <= KNOWN, f"{where}: schema says {set(schema) - KNOWN}"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    assert not types or any(is_type(value, t) for t in types), f"{where}: {value!r} is no {types}"
    if value is None:
        return
    assert value in schema.get("enum", [value]), f"{where}: {value!r} is none of the words"
    assert value == schema.get("const", value), f"{where}: {value!r}"
    if isinstance(value, str):
        check_size(schema, "Length", len(value), where)
        assert re.search(schema.get("pattern", ""), value), f"{where}: {value!r} against the pattern"
    elif isinstance(value, list):
        check_size(schema, "Items", len(value), where)
        for i, item in enumerate(value):
            check(document, schema["items"], item, f"{where}[{i}]")
    elif isinstance(value, dict):
        check_map(document, schema, value, where)
    elif not isinstance(value, bool):
        check_size(schema, "imum", value, where)


def check_size(schema, suffix, size, where):
    assert schema.get("min" + suffix, size) <= size <= schema.get("max" + suffix, size), \
        f"{where}: {size} is outside the limits"


def check_map(document, schema, value, where):
    missing = set(schema.get("required", ())) - set(value)
    assert not missing, f"{where}: {missing} missing"
    for key, item in value.items():
        inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
        assert inner is not None, f"{where}: unknown key {key}"
        check(document, inner, item, f"{where}.{key}")
