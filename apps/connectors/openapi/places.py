"""Which part of an OpenAPI document stands where, as far as references may stand there.

``{kind}`` is an object whose keys are names, ``[kind]`` a list, ``literal`` somebody's data that is left alone.
https://spec.openapis.org/oas/v3.1.1.html#schema and https://swagger.io/specification/v2/
"""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EVERYWHERE = {
    "example": "literal",
    "examples": "{example}",
    "default": "literal",
    "enum": "literal",
    "const": "literal",
}
SCHEMA = {
    **dict.fromkeys(("properties", "patternProperties", "definitions", "$defs", "dependentSchemas"), "{schema}"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
    **dict.fromkeys(("items", "additionalProperties", "additionalItems", "not", "if", "then", "else"), "schema"),
    **dict.fromkeys(("contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties"), "schema"),
    "examples": "literal",
    "discriminator": "discriminator",
}
PARTS: dict[str, dict[str, str]] = {
    "document": {
        "paths": "{pathItem}",
        "webhooks": "{pathItem}",
        "components": "components",
        "definitions": "{schema}",
        "parameters": "{parameter}",
        "responses": "{response}",
        "securityDefinitions": "{securityScheme}",
    },
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{requestBody}",
        "headers": "{header}",
        "securitySchemes": "{securityScheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{pathItem}",
    },
    "pathItem": {"parameters": "[parameter]", **dict.fromkeys(METHODS, "operation")},
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "requestBody",
        "responses": "{response}",
        "callbacks": "{callback}",
    },
    "callback": {"*": "pathItem"},
    "requestBody": {"content": "{mediaType}"},
    "response": {
        "headers": "{header}",
        "content": "{mediaType}",
        "links": "{link}",
        "schema": "schema",
        "examples": "literal",
    },
    "parameter": {"schema": "schema", "content": "{mediaType}", "items": "schema"},
    "header": {"schema": "schema", "content": "{mediaType}", "items": "schema"},
    "mediaType": {"schema": "schema", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "example": {"value": "literal"},
    "link": {"parameters": "literal", "requestBody": "literal"},
    "schema": SCHEMA,
}
# Where a part lives that others refer to; what has no such place stands where it is used.
HOMES = {
    "schema": "components/schemas",
    "response": "components/responses",
    "parameter": "components/parameters",
    "example": "components/examples",
    "requestBody": "components/requestBodies",
    "header": "components/headers",
    "securityScheme": "components/securitySchemes",
    "link": "components/links",
    "callback": "components/callbacks",
}
SWAGGER_HOMES = {
    "schema": "definitions",
    "response": "responses",
    "parameter": "parameters",
    "securityScheme": "securityDefinitions",
}


def kind_below(kind: str, key: str) -> str:
    """What stands below ``key`` of a part of this kind."""
    if kind.startswith("{"):
        return kind[1:-1]
    parts = PARTS.get(kind, {})
    if key in parts:
        return parts[key]
    if key.startswith("x-"):
        return "literal"
    return EVERYWHERE.get(key) or parts.get("*", "any")


def kind_of_members(kind: str) -> str:
    """What the members of a list are."""
    if kind.startswith("["):
        return kind[1:-1]
    return kind if kind == "schema" else "any"
