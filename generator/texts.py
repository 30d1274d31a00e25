"""Every text that can be translated, and the file in which a translator finds them.

Texts are found where they stand: in what Python, templates and scripts say. Those of the
techniques are whatever the catalogue holds, so a technique of somebody else's is translated, too.
"""

from __future__ import annotations

import ast
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator.catalog import discover
from generator.catalog_texts import catalog_texts
from generator.errors import LanguageError, OutputError
from generator.language import KEPT_HERE, files_of
from generator.render import environment
from generator.script_texts import calls
from generator.translations import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from babel.messages.catalog import Catalog as Words

    from generator.catalog import Catalog
    from generator.project import Project

_FORMS = {"say": 1, "mark": 1, "kept": 1, "many": 2, "plural": 2, "say_as": 1}
"""How many forms of a text a function takes; that of ``say_as`` stands after its context."""
_CONTEXTS = {"pgettext": 1, "npgettext": 1}
"""What a template calls with a context before its text."""


@dataclass(frozen=True)
class Text:
    """A text in English: in one form, or for one thing and for more; and where it stands."""

    forms: tuple[str, ...]
    place: tuple[str, int]
    context: str = ""
    kept: bool = False


def texts(folders: Sequence[Path], catalog: Catalog) -> Iterator[Text]:
    """Yield the texts of Salon, of the templates in ``folders`` and of the techniques."""
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        yield from of_python(path.read_text("utf-8"), path.relative_to(package).as_posix())
    for folder in folders:
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            yield from of_template(path.read_text("utf-8"), name)
        for path in sorted(folder.glob("assets/*.js")):
            yield from of_script(path.read_text("utf-8"), f"assets/{path.name}")
    for place, text, context in catalog_texts(catalog):
        yield Text((text,), (place, 0), context)


def of_python(source: str, name: str) -> Iterator[Text]:
    """Yield what a module says, keeps or marks.

    >>> [text.forms for text in of_python('say("Hello {name}", name=kept("you"))', "x.py")]
    [('Hello {name}',), ('you',)]
    """
    if not any(f"{called}(" in source for called in _FORMS):
        return  # parsing takes most of the time
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        count = _FORMS.get(node.func.id, 0)
        words = [part.value for part in node.args if isinstance(part, ast.Constant)]
        context = str(words.pop(0)) if node.func.id == "say_as" and words else ""
        forms = tuple(word for word in words[:count] if isinstance(word, str))
        if count and len(forms) == count:
            kept = node.func.id == "kept"
            yield Text(forms, (name, node.lineno), context, kept=kept)


def of_template(source: str, name: str) -> Iterator[Text]:
    """Yield what a template says, with ``trans`` or ``_``."""
    asked = environment([]).extract_translations(source)  # type: ignore[attr-defined] # by the extension
    for line, called, words in asked:
        given = [word for word in ([words] if isinstance(words, str) else words) if word]
        before = _CONTEXTS.get(called, 0)
        if len(given) > before:
            context = given[0] if before else ""
            yield Text(tuple(given[before : before + 2]), (name, line), context)


def of_script(source: str, name: str) -> Iterator[Text]:
    """Yield what a script says."""
    for line, forms in calls(source):
        yield Text(forms, (name, line))


@dataclass(frozen=True)
class Written:
    """A file of texts: where it is, how many there are, and how many are translated anywhere."""

    path: Path
    count: int
    done: int

    @property
    def words(self) -> str:
        """The same in a line."""
        return f"{self.path}: {self.count} texts, {self.done} translated"


def write_texts(project: Project, tag: str, out: Path | None = None) -> Written:
    """Write every text into a file for a translator; what it says already is kept.

    Raises
    ------
    LanguageError
        If there is no such language, or a file of translations cannot be read.
    OutputError
        If the file cannot be written.

    """
    out = out or project.root / "languages" / tag / "salon.po"
    template = template_of(texts(project.templates, discover()), tag)
    held = read(out) if out.is_file() else template_of((), tag)
    held.locale = held.locale or template.locale
    held.update(template, no_fuzzy_matching=True, update_header_comment=False)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(po_of(held))
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror or error}") from error
    known = [held, *(read(path) for path in files_of(tag, project.languages))]
    return Written(out, len(template), len(template) - len(missing(template, known)))


def missing(template: Words, known: Iterable[Words]) -> list[str]:
    """Return the texts of ``template`` that none of the catalogs that are ``known`` translates."""
    told = {
        (one.context, _key(one.id))
        for catalog in known
        for one in catalog
        if one.string and not one.fuzzy and (isinstance(one.string, str) or all(one.string))
    }
    listed = [one for one in template if one.id]
    return [_key(one.id) for one in listed if (one.context, _key(one.id)) not in told]


def _key(identity: str | Sequence[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def template_of(found: Iterable[Text], tag: str) -> Words:
    """Return a catalog of ``found`` in which nothing is translated yet."""
    from babel import Locale, UnknownLocaleError
    from babel.messages.catalog import Catalog as Words

    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise LanguageError(
            f"expected the tag of a language, such as fr or pt-BR, got {tag!r}"
        ) from None
    made = Words(locale)
    for text in found:
        words = text.forms if len(text.forms) > 1 else text.forms[0]
        notes = [KEPT_HERE] if text.kept else []
        place = [text.place] if text.place[0] else []
        made.add(words, locations=place, context=text.context or None, auto_comments=notes)
    return made


def po_of(catalog: Words) -> bytes:
    """Return ``catalog`` in the PO format, without a clock: the same texts give the same bytes."""
    from babel.messages.pofile import write_po

    held = io.BytesIO()
    head = (
        f"Language: {catalog.locale_identifier}",
        f"Plural-Forms: {catalog.plural_forms}",
        "Content-Type: text/plain; charset=UTF-8",
    )
    lines = ['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in head), "", ""]
    held.write("\n".join(lines).encode())
    write_po(held, catalog, omit_header=True, sort_by_file=True, width=100)
    return held.getvalue()
