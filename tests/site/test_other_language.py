"""No page says a word that cannot be translated: all is tried in a made-up language, in brackets."""

from __future__ import annotations

import pytest
import sample_pages
from bracketed import bracketed, held, outside

from generator import render

SAME = {"CSV", "JSON", "Salon", "plant · out & about"}
"""Words that are the same in every language, and tags in a row."""


@pytest.fixture(scope="module")
def samples():
    with pytest.MonkeyPatch.context() as patch, bracketed(patch):
        listed = sample_pages.pages()
        listed |= {f"compare/{path}": page for path, page in sample_pages.comparisons().items()}
        return {
            path: (sample_pages.html_of(render.PARTIALS[type(page)], page), held(page))
            for path, page in listed.items()
        }


def test_templates_have_no_words_of_their_own(samples):
    for path, (html, data) in samples.items():
        assert set(outside(html, data)) <= SAME, path
