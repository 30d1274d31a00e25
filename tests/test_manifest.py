"""Every mistake in a manifest is reported at once, with its place, and nothing in it runs."""

from __future__ import annotations

import random
import time
import tracemalloc
from pathlib import Path

import pytest
from pydantic import Field

from generator.content import Located
from generator.errors import ManifestError
from generator.manifest import load
from generator.technique import Params

ITEM = "{id: a, source: a.png, title: A, alt: a, credit: c, licence: l}"
GOOD = f"title: T\nitems:\n- {ITEM}\n"


class Bins(Params):
    bins: int = Field(2, ge=1)
    mode: str = "x"
    share: float = Field(1.0, gt=0)


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "manifest.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    known = {"original": Params, "saliency": Bins, "smooth": Bins}
    return load(path, known, lambda s, f: Located(f / s, "0"), always=("original",))


def mistakes(tmp_path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, text)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_all_mistakes_are_reported_at_once_with_their_places(tmp_path):
    found = mistakes(
        tmp_path,
        """\
titel: My gallery
techniques:
  saliensy: {}
  saliency:
    params: {bns: 3, bins: x}
    variants:
      - name: Box
      - {name: a}
      - {name: a, params: {bins: 0}}
items:
  - id: a
    source: a.png
    title: x
    alt: y
    credit: z
  - id: a
    source: b.png
    title: [1]
    alt: y
    credit: z
    licence: CC0
    techniques: [salincy]
    id: b
""",
    )
    expected = [
        "manifest.yaml:1:1: expected a value for 'title', got none",
        "1:1: titel: expected one of title, description, language, url, techniques, models, datasets, drives, videos, items",
        "3:3: techniques.saliensy: expected a technique (one of",
        "5:14: techniques.saliency.params.bns: expected one of bins, mode, share, got 'bns' "
        "(did you mean 'bins'?)",
        "5:28: techniques.saliency.params.bins: expected integer",
        "7:15: techniques.saliency.variants[0].name: expected lower-case letters",
        "9:16: techniques.saliency.variants[2].name: expected names that differ, got 'a' again",
        "9:34: techniques.saliency.variants[2].params.bins: expected greater than or equal to 1, "
        "got 0",
        "11:5: items[0]: expected a value for 'licence', got none",
        "16:9: items[1].id: expected ids that differ, got 'a' again (first on line 11)",
        "18:12: items[1].title: expected string, got a list",
        "22:18: items[1].techniques[0]: expected a technique of this manifest",
        "23:5: items[1].id: expected each name once, got 'id' again (first on line 16)",
    ]
    assert len(found) == len(expected)
    for part, line in zip(expected, found, strict=True):
        assert part in line
    assert "did you mean 'title'?" in found[1]
    assert "did you mean 'saliency'?" in found[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty file"),
        ("# only a remark\n", "an empty file"),
        ("- a\n- b\n", "expected"),
        ("just words", "expected"),
        ("a: [1, 2", "expected YAML, got did not find"),
        ("a: b: c", "1:5"),
        ("title: T\n\titems: []", "2:1"),
        (b"\xff\xfe\x00T", "not UTF-8"),
        (b"title: \x00", "manifest.yaml:1"),
        ("title: T\nitems: none", "items"),
        ("title: ''\nitems: []", "title"),
        ("title: T\nlanguage: '<b>'\nitems: []", "a language tag"),
        ("title: T\n? [a, b]\n: c\nitems: []", "a name, got a list or a mapping"),
        ("a: &a\n  b: *a\n", "an anchor that holds itself"),
        ("title: " + "[" * 300 + "]" * 300, "at most 50 levels of nesting"),
        ("{" * 2_000_000, "at most 50 levels of nesting"),
        ("- " * 100_000, "at most 50 levels of nesting"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_place(tmp_path, text, said):
    assert any(said in line for line in mistakes(tmp_path, text)), mistakes(tmp_path, text)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).title == "T"


def test_a_missing_manifest_says_how_to_make_one(tmp_path):
    with pytest.raises(ManifestError, match="no such file"):
        load(tmp_path / "none.yaml", {}, lambda s, f: Located(f / s, "0"))


def test_a_billion_laughs_is_refused_before_it_unfolds(tmp_path):
    lines = ['a0: &a0 ["ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha"]']
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    tracemalloc.start()
    start = time.perf_counter()
    found = mistakes(tmp_path, "\n".join(lines))
    assert time.perf_counter() - start < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert "expected at most 1000000 values" in found[0]


def test_a_huge_manifest_is_refused(tmp_path):
    assert "characters" in mistakes(tmp_path, "title: " + "x" * 17_000_000)[0]


def test_a_python_tag_runs_nothing(tmp_path):
    mark = tmp_path / "ran"
    text = GOOD.replace("title: T", f"title: !!python/object/apply:os.system ['touch {mark}']")
    assert "title" in mistakes(tmp_path, text)[0]
    assert not mark.exists()


def test_anchors_that_unfold_into_a_deep_nest_are_refused(tmp_path):
    lines = ["a0: &a0 1"]
    lines += [f"a{i}: &a{i} {'[' * 40}*a{i - 1}{']' * 40}" for i in range(1, 60)]
    assert "at most 50 levels of nesting" in mistakes(tmp_path, "\n".join(lines))[0]


@pytest.mark.parametrize("number", ["0x" + "f" * 6000, "1" * 5000, "1" + ":00" * 200_000])
@pytest.mark.parametrize("place", ["title", "bins", "id"])
def test_an_endless_number_is_refused_at_once(tmp_path, number, place):
    fields = {"title": "T", "bins": "2", "id": "a"} | {place: number}
    text = (
        f"title: {fields['title']}\ntechniques:\n  saliency:\n    params: {{bins: {fields['bins']}}}\n"
        f"items:\n- {ITEM.replace('id: a', 'id: ' + fields['id'])}\n"
    )
    start = time.perf_counter()
    assert place in mistakes(tmp_path, text)[0]
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan"])
def test_a_parameter_is_finite(tmp_path, number):
    text = f"techniques:\n  saliency:\n    params: {{share: {number}}}\n{GOOD}"
    assert mistakes(tmp_path, text)[0].startswith(
        "manifest.yaml:3:21: techniques.saliency.params.share: expected "
    )


@pytest.mark.parametrize("choice", ["[saliency]", "{saliency: one}", "7", "null", "1.5"])
def test_a_choice_that_is_no_name_is_a_mistake_like_others(tmp_path, choice):
    found = mistakes(tmp_path, f"title: T\nitems:\n- {ITEM[:-1]}, techniques: [{choice}]}}\n")
    assert "items[0].techniques[0]: expected string" in found[0]


FULL = f"""\
title: &t T
description: "a: b"
techniques:
  saliency:
    params: {{bins: 3, share: 0.5}}
    variants:
      - {{name: one, title: *t}}
      - {{name: two, params: {{bins: 4}}}}
items:
- {ITEM[:-1]}, tags: [x, y], truth: m.png, techniques: [saliency/two]}}
- {ITEM.replace("id: a", "id: b")}
"""
PIECES = ["[", "]", "{", "}", ":", "- ", "\n", "  ", "*t", "&t ", "~", "0x7", ".inf", '"', "'", "!!int ",
          "? ", "<<: ", "%", "|", "\t", "é", "\x00", "2020-01-01", "!!binary ", "!x ", "#", "items"]  # fmt: skip


def test_whatever_is_mistyped_comes_back_as_mistakes_with_places(tmp_path):
    rng = random.Random(0)
    refused = 0
    for _ in range(600):
        text = FULL
        for _ in range(rng.randint(1, 3)):
            at, gone = rng.randrange(len(text)), rng.choice([0, 0, 1, 5, 20])
            text = text[:at] + rng.choice(PIECES) + text[at + gone :]
        try:
            read(tmp_path, text)
        except ManifestError as error:
            refused += 1
            lines = len(text.splitlines()) + 1
            assert error.mistakes
            assert all(1 <= m.line <= lines and m.column >= 1 for m in error.mistakes)
    assert 100 < refused < 600


def test_html_and_any_script_are_just_text(tmp_path):
    title = "<b onclick='x'>نص 🎨</b>"
    gallery = read(tmp_path, GOOD.replace("title: A,", f'title: "{title}",'))
    assert gallery.wishes[0].item.title == title


def test_variants_add_to_the_shared_params(tmp_path):
    gallery = read(
        tmp_path,
        "title: T\ntechniques:\n  saliency:\n    params: {bins: 5, mode: y}\n    variants:\n"
        f"    - {{name: one}}\n    - {{name: two, title: Zwei, params: {{bins: 7}}}}\nitems: [{ITEM}]",
    )
    one, two = gallery.uses[0].variants
    assert one.params == {"bins": 5, "mode": "y"}
    assert two.params == {"bins": 7, "mode": "y"}
    assert (one.title, two.title) == ("one", "Zwei")


def test_without_a_list_every_technique_runs(tmp_path):
    gallery = read(tmp_path, GOOD)
    assert [use.technique for use in gallery.uses] == ["saliency", "smooth"]
    assert [use.technique for use in gallery.wishes[0].uses] == ["original", "saliency", "smooth"]


def test_an_item_chooses_techniques_and_single_variants(tmp_path):
    gallery = read(
        tmp_path,
        "title: T\ntechniques:\n  smooth:\n  saliency:\n    variants: [{name: one}, {name: two}]\n"
        f"items:\n- {ITEM[:-1]}, techniques: [saliency/two]}}\n- {ITEM.replace('id: a', 'id: b')}",
    )
    first, second = gallery.wishes
    assert [(u.technique, [v.id for v in u.variants]) for u in first.uses[1:]] == [
        ("saliency", ["two"])
    ]
    assert len(second.uses) == 3
