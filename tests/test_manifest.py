"""Every mistake in a manifest is reported at once, with its place, and nothing in it runs."""

from __future__ import annotations

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
        "1:1: titel: expected one of title, description, language, techniques, items",
        "3:3: techniques.saliensy: expected a technique (one of",
        "5:14: techniques.saliency.params.bns: expected one of bins, mode, got 'bns' "
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
    text = GOOD.replace("title: T", "title: !!python/object/apply:os.system ['touch /tmp/pwned']")
    assert "title" in mistakes(tmp_path, text)[0]


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
