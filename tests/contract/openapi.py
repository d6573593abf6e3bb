# SPDX-License-Identifier: Apache-2.0
"""Reads api/openapi.yaml and checks answers against it."""

import pathlib
import re
import urllib.parse

import jsonschema
import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "api" / "openapi.yaml"


def load():
    return yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))


def resolve(document, node):
    """The node, or what its $ref points at."""
    while isinstance(node, dict) and "$ref" in node:
        target = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def to_json_schema(document, node):
    """An OpenAPI 3.0 schema as a JSON schema: references resolved, nullable as a type."""
    node = resolve(document, node)
    if isinstance(node, list):
        return [to_json_schema(document, item) for item in node]
    if not isinstance(node, dict):
        return node
    schema = {}
    for key, value in node.items():
        if key == "properties":
            schema[key] = {name: to_json_schema(document, inner) for name, inner in value.items()}
        elif key in ("items", "allOf", "oneOf", "anyOf"):
            schema[key] = to_json_schema(document, value)
        elif key not in ("nullable", "example", "description"):
            schema[key] = value
    if node.get("nullable"):
        schema["type"] = [schema["type"], "null"]
    return schema


FORMATS = jsonschema.FormatChecker()


@FORMATS.checks("date-time")
def is_time(value):
    """RFC 3339 as this API writes it: UTC, six digits. Only strings are its matter."""
    return not isinstance(value, str) or \
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value) is not None


def validate(document, schema, value):
    checker = jsonschema.Draft7Validator(to_json_schema(document, schema), format_checker=FORMATS)
    errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
              for error in checker.iter_errors(value)]
    assert not errors, "\n".join(errors[:10])


def missing_members(document, schema, value, path=""):
    """Members the schema has and the value has not, but those marked x-only-when."""
    schema = resolve(document, schema)
    if "allOf" in schema:
        schema = resolve(document, schema["allOf"][0])
    if isinstance(value, list):
        return [name for item in value
                for name in missing_members(document, schema.get("items", {}), item, path)]
    if not isinstance(value, dict):
        return []
    missing = []
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            missing += missing_members(document, inner, value[name], f"{path}.{name}")
        elif "x-only-when" not in resolve(document, inner):
            missing.append(f"{path}.{name}")
    return missing


def is_stream(operation):
    """Its answer has no end."""
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def operations(document):
    """(path, operation) of every GET whose answer ends."""
    return [(path, item["get"]) for path, item in document["paths"].items()
            if "get" in item and not is_stream(item["get"])]


def all_operations(document):
    """(path, method, operation) of every operation."""
    return [(path, method.upper(), operation) for path, item in document["paths"].items()
            for method, operation in item.items()]


def allowed_methods(document, path):
    """What Allow says at a path."""
    methods = {method.upper() for method in document["paths"][path]} | {"OPTIONS"}
    return methods | {"HEAD"} if "GET" in methods else methods


def parameters(document, operation, place="query"):
    resolved = [resolve(document, node) for node in operation.get("parameters", [])]
    return [parameter for parameter in resolved if parameter["in"] == place]


def encode(value):
    """As style: form, explode: false has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(encode(item) for item in value)
    return str(value)


def query(**values):
    return "?" + urllib.parse.urlencode({k: encode(v) for k, v in values.items()}) if values else ""
