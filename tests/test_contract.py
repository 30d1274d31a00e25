"""What every technique owes the house, on ordinary and on impossible pictures."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import steering_networks

from generator.catalog import discover, uses_networks
from generator.content import Kind, Located
from generator.manifest import load
from generator.models.loading import load as load_network
from generator.networks import known
from generator.samples import Sample, Survey
from generator.technique import Family

CATALOG = discover()
RNG = np.random.default_rng(0)
TOUCHES = {
    "occlusion": {"sizes": (12,), "stride": 8},
    "steering-reasons": {"sizes": (6,), "stride": 6},
    "planted": {"scenes": 3},
    "trust": {"steps": 2, "samples": 1},
    "filters": {"layer": "", "steps": 3, "size": 24, "shown": 2, "big": 3},
}
"""Smaller work for the techniques whose default is for photographs and trained networks."""

PICTURES = {
    "one pixel": np.full((1, 1, 3), 90, np.uint8),
    "one row": RNG.integers(0, 256, (1, 64, 3), dtype=np.uint8),
    "one column": RNG.integers(0, 256, (64, 1, 3), dtype=np.uint8),
    "two by two": RNG.integers(0, 256, (2, 2, 3), dtype=np.uint8),
    "black": np.zeros((40, 50, 3), np.uint8),
    "white": np.full((40, 50, 3), 255, np.uint8),
    "noise": RNG.integers(0, 256, (33, 47, 3), dtype=np.uint8),
}


def variants() -> list[tuple[str, dict]]:
    """Every technique with its defaults, and as the default gallery asks for it."""
    manifest = Path(__file__).parent.parent / "content" / "manifest.yaml"
    gallery = load(manifest, CATALOG.params, lambda s, f: Located(f / s, ""), always=CATALOG.always)
    asked = [(t.id, {}) for t in CATALOG.techniques]
    asked += [(use.technique, v.params) for use in gallery.uses for v in use.variants if v.params]
    # What is given a data set, a drive or a video has its own tests: tests/test_classifiers.py,
    # tests/test_taught.py, tests/test_videos.py and tests/techniques/test_steering_techniques.py.
    apart = {Kind.DATASET, Kind.DRIVE, Kind.VIDEO}
    return [(name, params) for name, params in asked if not apart & CATALOG[name].accepts]


@lru_cache(maxsize=2)
def network(*, steers: bool = False):
    """A network small enough for hostile pictures: what the house owes holds for any."""
    if steers:
        return steering_networks.by_brightness()
    return load_network(known(lambda s, f: Located(f / s, ""), Path())["planted-flat"])


def run(made, params: dict, sample):
    """Run a technique as the engine does."""
    steers = made.family is Family.STEERING
    networks = [network(steers=steers)] if uses_networks(made) else []
    if Kind.MODEL in made.accepts:
        picture = sample.image
        sample = Survey(("only",), lambda _: picture)
    return made.run(sample, made.params(**{**params, **TOUCHES.get(made.id, {})}), *networks)


def same(first, second) -> bool:
    return (
        first.scores == second.scores
        and first.notes == second.notes
        and first.tables == second.tables
        and all(
            a.name == b.name and np.array_equal(a.array, b.array)
            for a, b in zip(first.panels, second.panels, strict=True)
        )
    )


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("technique", "params"), variants())
def test_a_technique_keeps_the_contract(technique, params, name):
    picture = PICTURES[name]
    untouched = picture.copy()
    made = CATALOG[technique]
    for truth in (None, picture[:, :, 0] > 100):
        result = run(made, params, Sample(picture, truth))
        assert {panel.name for panel in result.panels} <= set(made.legends)
        assert made.highlight in {panel.name for panel in result.panels}
        assert {score.metric for score in result.scores} <= set(made.metrics)
        assert all(np.isfinite(score.value) for score in result.scores)
        assert len({panel.name for panel in result.panels}) == len(result.panels)
        assert {table.name for table in result.tables} <= set(made.tables)
        for table in result.tables:
            columns = len(made.tables[table.name].columns)
            assert all(len(row) == columns for row in table.rows)
    assert same(result, run(made, params, Sample(picture, truth)))
    assert np.array_equal(picture, untouched)


@pytest.mark.parametrize(
    "technique", [t for t in CATALOG.techniques if t.family is not Family.SOURCE]
)
def test_a_technique_explains_itself(technique):
    explanation = technique.explanation
    for text in (
        explanation.what,
        explanation.reading,
        explanation.limits,
        explanation.mathematics,
    ):
        assert len(text.split()) > 20
    assert technique.papers
    assert all(paper.doi for paper in technique.papers)
    assert all(field.description for field in technique.params.model_fields.values())
