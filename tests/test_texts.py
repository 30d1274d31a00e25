"""Texts: found where they are said, written for a translator, and merged with what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import tree

from generator.catalog import discover
from generator.errors import LanguageError
from generator.explain import checked
from generator.language import files_of, speaking
from generator.progress import closing
from generator.project import Project, own_templates
from generator.script_texts import calls, table
from generator.texts import of_python, of_script, of_template, texts, write_texts
from generator.translations import read

SLOT = re.compile(r"\{(\w+)[^{}]*\}|%\((\w+)\)s")
TAG = re.compile(r"<[^>]+>")
SCRIPT = (
    'a(); say("Hello {name}", { name });\nconst b = `x${many("{count} dog", "{count} dogs", n)}`;'
)


def forms(found):
    return [text.forms for text in found]


def project(folder: Path) -> Project:
    return Project(folder / "content" / "manifest.yaml", folder / "store", folder / "site")


def test_python_says_keeps_and_marks():
    source = """
X = mark("A constant")
say(f"{x}", y=say_as("of a lens", "Focus"))
many("one", "some", count), kept(
    "a text in "
    "two parts"
), say(variable), other("not said"), self.say("a method of another thing")
"""
    found = list(of_python(source, "some.py"))
    assert sorted(forms(found)) == [
        ("A constant",),
        ("Focus",),
        ("a text in two parts",),
        ("one", "some"),
    ]
    assert {text.context for text in found} == {"", "of a lens"}
    assert found[0].place == ("some.py", 2)
    assert [text.forms for text in found if text.kept] == [("a text in two parts",)]


def test_templates_say_with_trans_and_underscore():
    source = """{{ _("Plain") }} {{ pgettext("lens", "Focus") }}
{% trans count=n %}
  one {{ count }}
  dog
{% pluralize %}{{ count }} dogs{% endtrans %}"""
    found = list(of_template(source, "some.html"))
    assert forms(found) == [("Plain",), ("Focus",), ("one %(count)s dog", "%(count)s dogs")]
    assert [text.context for text in found] == ["", "lens", ""]


def test_scripts_say_inside_of_other_texts():
    assert forms(of_script(SCRIPT, "some.js")) == [
        ("Hello {name}",),
        ("{count} dog", "{count} dogs"),
    ]
    assert [line for line, _ in calls(SCRIPT)] == [1, 2]


def test_everything_that_is_said_is_found():
    found = list(texts(project(Path("nowhere")).templates, discover()))
    assert ("Skip to the content",) in forms(found)
    assert all(text.place[0] for text in found)
    assert ("Grad-CAM",) in forms(found)


def test_a_file_of_texts_keeps_what_is_translated(tmp_path):
    place = project(tmp_path)
    written = write_texts(place, "fr")
    path = tmp_path / "languages" / "fr" / "salon.po"
    assert written.path == path
    assert (written.count > 0, written.done) == (True, 0)
    text = path.read_text("utf-8")
    assert 'msgid "Skip to the content"\nmsgstr ""\n' in text
    path.write_text(text.replace('content"\nmsgstr ""', 'content"\nmsgstr "Au contenu"'), "utf-8")
    assert write_texts(place, "fr").done == 1
    first = path.read_bytes()
    write_texts(place, "fr")
    assert path.read_bytes() == first
    with speaking("fr", place.languages) as speech:
        assert speech.words.gettext("Skip to the content") == "Au contenu"


def test_what_is_said_no_more_is_set_aside(tmp_path):
    path = tmp_path / "fr.po"
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    path.write_text(f'{head}msgid "Said no more"\nmsgstr "Parti"\n', "utf-8")
    write_texts(project(tmp_path), "fr", path)
    text = path.read_text("utf-8")
    assert '#~ msgid "Said no more"\n#~ msgstr "Parti"' in text
    assert '"Language: fr' in text


def test_a_language_that_is_none_is_refused(tmp_path):
    with pytest.raises(LanguageError, match=r"expected the tag of a language.*got 'frankish'"):
        write_texts(project(tmp_path), "frankish")


def test_scripts_are_told_their_texts_and_the_decimal_point(tmp_path):
    assert table([SCRIPT]) == b""
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "x.po").write_text(
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Hello {name}"\nmsgstr "Guten Tag {name}"\n\n'
        'msgid "{count} dog"\nmsgid_plural "{count} dogs"\n'
        'msgstr[0] "{count} Hund"\nmsgstr[1] "{count} Hunde"\n',
        "utf-8",
    )
    with speaking("de", [tmp_path]):
        told = table([SCRIPT]).decode()
    assert told.startswith(
        'window.salonTexts={"point":",","texts":{"Hello {name}":"Guten Tag {name}",'
    )
    assert '"{count} dog":["{count} Hunde","{count} Hund","0100' in told


def test_a_language_without_words_is_told_of(house):
    house.manifest(house.project.manifest.read_text() + "language: fr\n")
    told = "language fr: nobody has translated the pages' own words"
    assert checked(house.project).note.startswith(told)
    assert any(line.startswith(told) for line in closing(house.build()))
    write_texts(house.project, "fr")
    assert checked(house.project).note == ""


def test_changed_words_are_on_the_pages_and_nothing_is_computed(house):
    house.edit("title: A tiny", "language: de\ntitle: A tiny")
    words = house.root / "languages" / "de" / "own.po"
    words.parent.mkdir(parents=True)
    trees = []
    for said in ("Der Weg", "Die Reise"):
        words.write_text(f'msgid "Glossary"\nmsgstr "{said}"\n', encoding="utf-8")
        made = house.build()
        assert made.written
        assert (made.built == 0) == bool(trees)
        assert said in house.page("index.html")
        trees.append(tree(house.project.out))
        again = house.build()
        assert (again.built, again.written) == (0, False)
        assert tree(house.project.out) == trees[-1]
    assert trees[0] != trees[1]
    assert trees[0]["salon.json"] == trees[1]["salon.json"]


def german() -> dict[tuple[str | None, str], tuple[str, ...]]:
    """Every German translation by context and text."""
    found = {}
    for path in files_of("de"):
        for one in read(path):
            said = (one.string,) if isinstance(one.string, str) else one.string
            if one.id and not one.fuzzy and all(said):
                found.setdefault((one.context or "", first(one.id)), tuple(said))
    return found


def first(identity):
    return identity if isinstance(identity, str) else identity[0]


@pytest.fixture(scope="module")
def all_texts():
    return list(texts([own_templates()], discover()))


def test_every_text_is_german_too(all_texts):
    known = german()
    lacking = [
        f"{text.place}: {text.forms[0]}"
        for text in all_texts
        if (text.context, text.forms[0]) not in known
    ]
    assert lacking == []


def test_german_has_the_slots_and_tags_of_the_text(all_texts):
    known = german()
    for text in all_texts:
        forms = known.get((text.context, text.forms[0]), ())
        assert not forms or slots(forms[-1]) == slots(text.forms[-1]), text
        for said in forms:  # one thing need not be counted
            assert slots(said) <= slots(text.forms[-1]), said
            assert sorted(TAG.findall(said)) == sorted(TAG.findall(text.forms[-1])), said
            assert said.count("%%") == text.forms[-1].count("%%"), said


def slots(text: str) -> set[str]:
    return set() if "$" in text else {found[0] or found[1] for found in SLOT.findall(text)}


def test_german_quotes_as_german_does():
    for said in german().values():
        for text in said:
            assert "“" not in text or text.count("„") == text.count("“"), text
            assert "”" not in text, text
