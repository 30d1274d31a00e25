"""The page of the glossary: every word, and which techniques use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.glossary import terms, used
from generator.guide_views import Entry, GlossaryPage
from generator.parts import Link

if TYPE_CHECKING:
    from generator.findings import Findings
    from generator.technique import Technique
    from generator.views import Site


def glossary_page(findings: Findings, site: Site) -> GlossaryPage:
    """Return every term, with links to the techniques whose explanations use it."""
    words = {technique.id: used(_explained(technique)) for technique in findings.shown()}
    return GlossaryPage(
        site=site,
        entries=tuple(
            Entry(
                id=term.id,
                name=term.name,
                meaning=term.meaning,
                used=tuple(
                    Link(f"techniques/{technique.id}.html", technique.title)
                    for technique in findings.shown()
                    if term.id in words[technique.id]
                ),
            )
            for term in terms()
        ),
    )


def _explained(technique: Technique) -> str:
    explanation = technique.explanation
    return f"{explanation.what}\n{explanation.reading}\n{explanation.limits}"
