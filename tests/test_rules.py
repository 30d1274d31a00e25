"""Rules of a gate: what they mean, where they are wrong, and what is nearest to what was meant."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from generator.build import plan_of
from generator.catalog import discover
from generator.cli import app
from generator.errors import ManifestError
from generator.manifest import nearest
from generator.memory import Memory
from generator.rule_entries import gate_of
from generator.rules import COUNTED, EXAMPLE, LEAST, Course, RuleError, check, parse
from generator.store import Store


def problems(project):
    """Read the manifest as a build does."""
    with Store(project.store) as store:
        plan_of(project, Memory(store.index))


METRICS = {"words": {"accuracy": "%", "f1": ""}, "wheel": {"error": "°"}}
ITEMS = ("leaves", "road")


@pytest.mark.parametrize(
    ("text", "value", "unit", "kept"),
    [
        ("accuracy >= 0.9", 90.0, "%", True),
        ("accuracy >= 90 %", 90.0, "%", True),
        ("accuracy >= 90%", 89.9, "%", False),
        ("f1 >= 0.9", 0.9, "", True),
        ("f1 >= 90 %", 0.9, "", True),
        ("f1 > 0.9", 0.9, "", False),
        ("f1 < 0.9", 0.9, "", False),
        ("f1 != 0.9", 0.9, "", False),
        ("f1 != 0.9", 0.8, "", True),
        ("accuracy drop <= 0.02", 93.0 - 91.0, "%", True),
        ("accuracy drop <= 0.02", 2.1, "%", False),
        ("f1 drop <= 0.02", 0.93 - 0.91, "", True),  # which is more than 0.02 in binary
        ("failures == 0", 0, "", True),
        ("failures == 0", 1, "", False),
        ("changed panels <= 5 %", 5.0, "%", True),
        ("error <= -2.5", -3.0, "°", True),
    ],
)
def test_a_rule_holds_or_breaks(text, value, unit, kept):
    assert parse(text).holds(value, unit) is kept


def test_a_rule_knows_its_parts():
    rule = parse("  accuracy   drop of words/small on leaves <= 0.02 unless   within chance ")
    assert (rule.subject, rule.course) == ("accuracy", Course.DROP)
    assert (rule.technique, rule.variant, rule.item) == ("words", "small", "leaves")
    assert (rule.sign, rule.limit, rule.percent, rule.chance) == ("<=", 0.02, False, True)
    assert rule.text == "accuracy drop of words/small on leaves <= 0.02 unless within chance"
    assert parse(EXAMPLE).technique == "fisher-vectors"
    assert parse("lost items == 0").subject == "lost items"


@pytest.mark.parametrize("subject", [*COUNTED, *LEAST])
def test_what_is_counted_needs_no_metric(subject):
    check(parse(f"{subject} >= 0"), METRICS, ITEMS)


@pytest.mark.parametrize(
    "text",
    [
        "", "accuracy", "accuracy >=", "accuracy >= high", ">= 0.9", "accuracy => 0.9",
        "accuracy >= 0.9 and f1 >= 0.9", "__import__('os').system('x') == 0", "accuracy >= 1e3",
        "accuracy >= 0.9 unless", "accuracy >= nan", "Accuracy >= 0.9", "a" * 301 + " >= 0",
        "accuracy >= 0.9 % %", "accuracy >= ٣",
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_an_example(text):
    with pytest.raises(RuleError, match="a rule such as 'accuracy drop of fisher-vectors"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected", "known"),
    [
        ("acuracy >= 0.9", "a metric or one of changed panels", "accuracy"),
        ("accuracy of wheel >= 0.9", "a metric of wheel or one of", "error"),
        ("accuracy of wrods >= 0.9", "a technique", "words"),
        ("accuracy on leafs >= 0.9", "an item of the manifest", "leaves"),
        ("accuracy >= 90", "a share of 0 to 1, or 90 % with its sign", ""),
        ("error <= 5 %", "a number in °", ""),
        ("failures <= 5 %", "a number of failures", ""),
        ("failures drop <= 5", "'failures' compared with a number", ""),
        ("failures == 0 unless within chance", "'failures' compared with a number", ""),
        ("accuracy >= 0.9 unless within chance", "'unless within chance' after a drop", ""),
    ],
)
def test_a_rule_that_means_nothing_here_is_refused(text, expected, known):
    with pytest.raises(RuleError) as raised:
        check(parse(text), METRICS, ITEMS)
    assert raised.value.expected.startswith(expected)
    assert known in raised.value.known or not known


def test_long_nonsense_is_refused_at_once():
    for text in ("a " * 149 + "!", "a-" * 149, "a of " * 59):
        with pytest.raises(RuleError):
            parse(text)


# In the manifest


def test_every_wrong_rule_is_reported_with_its_place_and_what_is_nearest(house):
    house.manifest(
        house.project.manifest.read_text()
        + "gate:\n- failures == 0\n- covrage >= 0.1\n- iou on dics >= 0.5\n- nonsense\n"
    )
    with pytest.raises(ManifestError) as raised:
        problems(house.project)
    lines = str(raised.value).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("manifest.yaml:12:3: gate[1]: expected a metric or one of")
    assert lines[0].endswith("got 'covrage' (did you mean 'coverage'?)")
    assert lines[1].startswith("manifest.yaml:13:3: gate[2]: expected an item of the manifest")
    assert lines[1].endswith("(did you mean 'disc'?)")
    assert "gate[3]: expected a rule such as" in lines[2]


@pytest.mark.parametrize(
    "text", ["gate: failures == 0", "gate: {a: b}", "gate: [[failures]]", "gate: [3]"]
)
def test_a_gate_is_a_list_of_rules(house, text):
    whole = f"{house.project.manifest.read_text()}{text}\n"
    house.manifest(whole)
    with pytest.raises(ManifestError, match="gate"):
        problems(house.project)
    with pytest.raises(ManifestError, match="a list of rules"):
        gate_of(whole, "manifest.yaml", {}, nearest)


def test_a_gate_computes_nothing_again(house):
    house.build()
    house.manifest(house.project.manifest.read_text() + "gate:\n- failures == 0\n")
    assert house.build().built == 0


def test_the_default_gate_of_a_new_project_is_sound(tmp_path):
    done = CliRunner().invoke(app, ["init", str(tmp_path / "new")])
    assert done.exit_code == 0
    text = (tmp_path / "new" / "content" / "manifest.yaml").read_text(encoding="utf-8")
    rules = gate_of(text, "manifest.yaml", discover().metrics, nearest)
    assert [rule.text for rule in rules] == ["failures == 0", "lost items == 0"]
