"""Languages: sentences said as pages are made, and told of what was kept in English."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from generator.errors import LanguageError
from generator.language import kept, many, mark, say, say_as, speaking, speech, told
from generator.render import environment
from generator.wording import number, size_words, tick

if TYPE_CHECKING:
    from pathlib import Path

GERMAN = """
msgid ""
msgstr ""
"Language: de\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "centre"
msgstr "Mitte"

msgid "{count} picture"
msgid_plural "{count} pictures"
msgstr[0] "{count} Bild"
msgstr[1] "{count} Bilder"

#. kept
msgid "{share} of the {what} towards the {place}"
msgstr "{place}: {share} von {what}"

msgid "{most} and {last}"
msgstr "{most} und {last}"

msgctxt "of a lens"
msgid "centre"
msgstr "Brennpunkt"

msgid "Hello %(name)s"
msgstr "Guten Tag %(name)s"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an invented language's translations."""
    for tag in ("qaa", "qab"):
        (tmp_path / tag).mkdir()
    (tmp_path / "qaa" / "some.po").write_text(GERMAN, "utf-8")
    return tmp_path


def test_english_is_what_stands_there() -> None:
    assert say("{a} of {b}", a=1, b=2) == "1 of 2"
    assert many("{count} picture", "{count} pictures", 1) == "1 picture"
    assert told("centre") == mark("centre") == kept("{place}", place="centre") == "centre"


def test_a_language_says_it_in_its_words(folder: Path) -> None:
    with speaking("qaa-AT", [folder]):
        assert say("centre") == "Mitte"
        assert say("") == told("") == ""
        assert say_as("of a lens", "centre") == "Brennpunkt"
        assert say("not translated {x}", x=1) == "not translated 1"
        assert many("{count} picture", "{count} pictures", 1) == "1 Bild"
        assert many("{count} picture", "{count} pictures", 3) == "3 Bilder"
    assert say("centre") == "centre"


def test_a_tag_may_have_capitals(folder: Path) -> None:
    for tag in ("QAA", "Qaa-AT"):
        with speaking(tag, [folder]):
            assert say("centre") == "Mitte"


def test_what_was_kept_is_told_with_its_values(folder: Path) -> None:
    made = kept(
        "{share} of the {what} towards the {place}", share="4 %", what="map", place="centre"
    )
    with speaking("qaa", [folder]):
        assert told(made) == "Mitte: 4 % von map"
        assert told("4 % of the map") == "4 % of the map"
        assert say("{most} and {last}", most="hand", last="arm") == "hand und arm"
        assert told("hand and arm") == "hand and arm"
        assert told("") == ""


def test_what_an_author_wrote_is_not_taken_for_a_sentence_that_is_only_said(folder: Path) -> None:
    text = (folder / "qaa" / "some.po").read_text("utf-8").replace("#. kept\n", "")
    (folder / "qab" / "some.po").write_text(text, "utf-8")
    with speaking("qab", [folder]):
        assert told("4 % of the road towards the edge") == "4 % of the road towards the edge"
        assert say("{share} of the {what} towards the {place}", share=4, what="m", place="c") == (
            "c: 4 von m"
        )
    with speaking("de"):
        assert told("A cyclist on a street") == "A cyclist on a street"
        assert told("number 12") == "Nummer 12"


def test_templates_say_and_escape(folder: Path) -> None:
    template = environment([folder]).from_string(
        "{% trans name=page %}Hello {{ name }}{% endtrans %} {{ _('centre') }}"
    )
    assert template.render(page="<b>") == "Hello &lt;b&gt; centre"
    empty = environment([folder]).from_string("{{ _('') }}{% trans %}{% endtrans %}")
    with speaking("qaa", [folder]):
        assert template.render(page="<b>") == "Guten Tag &lt;b&gt; Mitte"
        assert empty.render() == ""


def test_numbers_have_the_signs_of_the_language() -> None:
    with speaking("de"):
        assert number(0.125, 2) == "0,12"
        assert number(-12_345.6, 1) == "−12\u202f345,6"
        assert tick(2.5e-7) == "2,5\u202f×\u202f10⁻⁷"
        assert size_words(1_234_567) == "1,2 MB"
    assert number(0.125, 2) == "0.12"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("msgid broken", r"some\.po:1: expected translations in the PO format"),
        (GERMAN + "\nhello\n", r"some\.po:30: expected .*got 'hello'.*mend this entry"),
        (GERMAN + '\nmsgid "a"\n', r"some\.po:30: expected .*missing msgstr.*mend"),
        (GERMAN.replace("!= 1", "!="), r"some\.po:1: expected a head.*plural.*mend"),
        (GERMAN.replace("UTF-8", "KOI-9"), r"some\.po:1: expected a head.*koi-9.*mend"),
        (GERMAN.replace("Mitte", "Mitte\udce4"), r"some\.po:9: expected text in utf-8.*save"),
        (GERMAN.replace("{most} und", "{most und"), r"some\.po:20: .*\(last, most\).*brace"),
        (GERMAN.replace("{most} und", "{most.x} und"), r"some\.po:20: .*got most\.x; take"),
        (GERMAN.replace("{most} und", "{} und"), r"some\.po:20: .*got \{\}; take"),
        (GERMAN.replace("Tag %(name)s", "Tag %(name)"), r"some\.po:27: .*got %\(name; take"),
        (
            GERMAN.replace("{place}: {share} von {what}", "{place}: {sahre}"),
            r"some\.po:17: expected .*place, share, what.*, got sahre",
        ),
        (GERMAN.replace("Guten Tag %(name)s", "%(nahme)s"), "got nahme"),
    ],
)
def test_broken_translations_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "qac").mkdir()
    (tmp_path / "qac" / "some.po").write_text(text, "utf-8", "surrogateescape")
    with pytest.raises(LanguageError, match=said), speaking("qac", [tmp_path]):
        pass


def test_a_file_that_nobody_may_read_is_refused(folder: Path) -> None:
    (folder / "qab" / "some.po").mkdir()
    with pytest.raises(LanguageError, match=r"some\.po: expected a file .* can be read"):
        speech("qab", (folder,))


def test_a_draft_of_a_translation_is_not_used(folder: Path) -> None:
    text = GERMAN.replace("#. kept\n", "#. kept\n#, fuzzy\n").replace("{place}:", "{wrong}:")
    (folder / "qab" / "some.po").write_text(text, "utf-8")
    with speaking("qab", [folder]):
        assert told("4 % of the map towards the centre") == "4 % of the map towards the centre"


def test_a_translator_may_write_a_sign_of_percent(folder: Path) -> None:
    path = folder / "qaa" / "some.po"
    path.write_text(path.read_text("utf-8").replace("Guten Tag", "Zu 50 % und 5 %%:"), "utf-8")
    template = environment([folder]).from_string(
        "{% trans name=page %}Hello {{ name }}{% endtrans %}"
    )
    with speaking("qaa", [folder]):
        assert template.render(page="du") == "Zu 50 % und 5 %: du"


def test_words_are_read_once_and_again_when_their_file_changes(folder: Path) -> None:
    path = folder / "qaa" / "some.po"
    before = speech("qaa", (folder,))
    assert speech("qaa", (folder,)) is before
    path.write_text(GERMAN.replace("Mitte", "Zentrum"), "utf-8")
    later = path.stat().st_mtime_ns + 1_000_000_000  # a clock may tick between two writes or not
    os.utime(path, ns=(later, later))
    with speaking("qaa", [folder]):
        assert say("centre") == "Zentrum"
    (folder / "qaa" / "another.po").write_text('msgid "edge"\nmsgstr "Rand"\n', "utf-8")
    with speaking("qaa", [folder]):
        assert say("edge") == "Rand"
    path.unlink()
    with speaking("qaa", [folder]):
        assert say("centre") == "centre"
