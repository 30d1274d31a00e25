"""Texts: found where they are said, written for a translator, and merged with what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import LanguageError
from generator.language import speaking
from generator.project import Project
from generator.script_texts import calls, table
from generator.texts import of_python, of_script, of_template, texts, write_texts

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
    found = list(texts(project(Path("nowhere")).templates))
    assert ("Skip to the content",) in forms(found)
    assert all(text.place[0] and text.place[1] for text in found)


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
    path.write_text(f'{head}msgid "Vanished"\nmsgstr "Disparu"\n', "utf-8")
    write_texts(project(tmp_path), "fr", path)
    assert '#~ msgid "Vanished"' in path.read_text("utf-8")


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
