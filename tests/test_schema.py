"""The JSON Schema says the same as the reader: what an editor marks green, a build takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from generator.catalog import discover
from generator.content import Located
from generator.errors import ManifestError
from generator.manifest import load
from generator.schema import json_schema

ROOT = Path(__file__).parent.parent
CATALOG = discover()
PARAMS = {name: model for name, model in CATALOG.params.items() if name not in CATALOG.always}
SCHEMA = json_schema(PARAMS)
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "integer": int, "number": (int, float)}  # fmt: skip


def accepts(schema: dict, value) -> bool:  # noqa: PLR0911 - one for each keyword
    """The part of JSON Schema that pydantic uses, read off its definition."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], value)
    if "anyOf" in schema:
        return any(accepts(one, value) for one in schema["anyOf"])
    kind = schema.get("type")
    if kind and (
        not isinstance(value, TYPES[kind]) or (kind in {"integer", "number"} and value is True)
    ):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, str):
        fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
        return fits and bool(re.search(schema.get("pattern", ""), value))
    if isinstance(value, list):
        return all(accepts(schema.get("items", {}), one) for one in value)
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        if more is False and not set(value) <= set(known):
            return False
        return set(schema.get("required", ())) <= set(value) and all(
            accepts(known.get(name, {}), one) for name, one in value.items()
        )
    if isinstance(value, int | float):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value) and schema.get(
            "exclusiveMinimum", -1e999
        ) < value < schema.get("exclusiveMaximum", 1e999)
    return True


def taken(tmp_path, value) -> bool:
    path = tmp_path / "manifest.yaml"
    path.write_text(json.dumps(value), encoding="utf-8")
    try:
        load(path, CATALOG.params, lambda s, f: Located(f / s, "0"), always=CATALOG.always)
    except ManifestError:
        return False
    return True


ITEM = {"id": "a", "source": "a.png", "title": "A", "alt": "a", "credit": "c", "licence": "l"}
GOOD = {"title": "T", "items": [ITEM]}
VARIANTS = {"saliency": {"variants": [{"name": "a", "params": {"bins": 3}}]}}


def test_the_default_manifest_is_accepted():
    manifest = yaml.safe_load((ROOT / "content" / "manifest.yaml").read_text(encoding="utf-8"))
    assert accepts(SCHEMA, manifest)


def test_the_manifest_of_a_new_project_is_accepted():
    path = ROOT / "templates" / "scaffold" / "manifest.yaml"
    assert accepts(SCHEMA, yaml.safe_load(path.read_text(encoding="utf-8")))


def test_every_reference_leads_to_a_definition():
    text = json.dumps(SCHEMA)
    for name in re.findall(r'"\$ref": "#/\$defs/(\w+)"', text):
        assert name in SCHEMA["$defs"]
    assert SCHEMA["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize(
    ("value", "good"),
    [
        (GOOD, True),
        (GOOD | {"techniques": {}}, True),
        (GOOD | {"techniques": {"saliency": None}}, True),
        (GOOD | {"techniques": VARIANTS}, True),
        (GOOD | {"techniques": {"saliency": {"params": {"bins": 0}}}}, False),
        (GOOD | {"techniques": {"saliency": {"params": {"bins": "x"}}}}, False),
        (GOOD | {"techniques": {"saliency": {"params": {"bns": 3}}}}, False),
        (GOOD | {"techniques": {"saliency": {"variants": [{"params": {}}]}}}, False),
        (GOOD | {"techniques": {"saliency": {"variants": [{"name": "A b"}]}}}, False),
        (GOOD | {"techniques": {"saliency": {"param": {}}}}, False),
        (GOOD | {"techniques": {"saliensy": None}}, False),
        (GOOD | {"techniques": {"mumford-shah-deblurring": {"params": {"blur": "known"}}}}, True),
        (GOOD | {"techniques": {"mumford-shah-deblurring": {"params": {"blur": "other"}}}}, False),
        (GOOD | {"techniques": ["saliency"]}, False),
        (GOOD | {"language": "pt-BR"}, True),
        (GOOD | {"url": "https://example.org/a%20b/"}, True),
        (GOOD | {"url": "https://example.org/?a"}, False),
        (GOOD | {"language": "portuguese"}, False),
        (GOOD | {"titel": "T"}, False),
        (GOOD | {"title": ""}, False),
        (GOOD | {"title": 7}, False),
        ({"title": "T"}, True),
        ({"items": []}, False),
        ({"title": "T", "items": []}, True),
        ({"title": "T", "items": {}}, False),
        ({"title": "T", "items": [ITEM | {"id": "A"}]}, False),
        ({"title": "T", "items": [ITEM | {"id": "x" * 81}]}, False),
        ({"title": "T", "items": [ITEM | {"tags": "a"}]}, False),
        ({"title": "T", "items": [ITEM | {"tags": ["a", "b"]}]}, True),
        ({"title": "T", "items": [ITEM | {"truth": None}]}, True),
        ({"title": "T", "items": [ITEM | {"techniques": None}]}, True),
        ({"title": "T", "items": [ITEM | {"techniques": []}]}, True),
        ({"title": "T", "items": [{k: v for k, v in ITEM.items() if k != "licence"}]}, False),
        ([], False),
    ],
)
def test_schema_and_reader_agree(tmp_path, value, good):
    assert (accepts(SCHEMA, value), taken(tmp_path, value)) == (good, good)


@pytest.mark.parametrize("name", ["mumford-shah", "mumford-shah-denoising", "saliency"])
def test_bounds_and_defaults_of_every_parameter_are_in_it(tmp_path, name):
    allowed = SCHEMA["properties"]["techniques"]["properties"][name]["anyOf"][0]["properties"][
        "params"
    ]
    for parameter, field in PARAMS[name].model_fields.items():
        said = allowed["properties"][parameter]
        assert said["description"] == field.description
        assert said["default"] == json.loads(PARAMS[name]().model_dump_json())[parameter]
        for value in (-1e9, 1e9, "no", [], -1):
            asked = GOOD | {"techniques": {name: {"params": {parameter: value}}}}
            if accepts(SCHEMA, asked) != taken(tmp_path, asked):
                assert isinstance(value, float), (parameter, value)  # 1e9 is an integer to us
