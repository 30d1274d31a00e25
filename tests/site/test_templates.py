"""Every page type renders, escapes what it is given, and leads only to what is there."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser

import pytest
import sample_pages
from check_site import check_links
from limits import CODE

from generator import patterns, render, sheets
from generator.technique import Role

PAGES = sample_pages.rendered()


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_and_unique_ids_and_nothing_inline(path):
    tags = Tags(PAGES[path]).found
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert sum(tag == "h1" for tag, _ in tags) == 1
    scripts = [attrs for tag, attrs in tags if tag == "script"]
    assert all("src" in attrs or attrs["type"] == "application/ld+json" for attrs in scripts)
    assert not [tag for tag, _ in tags if tag == "style"]
    assert not [a for _, attrs in tags for a in attrs if a == "style" or a.startswith("on")]


@pytest.mark.parametrize("path", PAGES)
def test_what_an_author_writes_stays_text(path):
    assert "<script>alert" not in PAGES[path]
    assert "<b>&lt;" not in PAGES[path]


def test_every_picture_says_what_it_is_and_how_large():
    for html in PAGES.values():
        for tag, attrs in Tags(html).found:
            if tag == "img":
                assert attrs["width"]
                assert attrs["height"]
                assert attrs["alt"] is not None


def test_every_link_of_the_sample_pages_leads_somewhere(tmp_path):
    sample_pages.write(tmp_path)
    assert check_links(tmp_path) == []


def test_every_role_has_a_partial_and_every_partial_a_role():
    folder = sample_pages.ROOT / "templates" / "panels"
    assert {path.stem for path in folder.iterdir()} == {role.value for role in Role}


def test_the_content_security_policy_allows_only_the_site_itself():
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', PAGES["index.html"])
    assert policy is not None
    assert policy[1].startswith("default-src 'none';")
    assert "unsafe" not in policy[1]
    assert "http" not in policy[1]


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("items/title-")])
def test_whatever_a_title_holds_others_are_told_it_unchanged(path):
    title = sample_pages.TITLES[path.removeprefix("items/title-").removesuffix(".html")]
    told = {attrs.get("property"): attrs["content"] for tag, attrs in Tags(PAGES[path]).found
            if tag == "meta" and "content" in attrs}  # fmt: skip
    assert told["og:title"] == f"{title} · Sample gallery"
    facts = json.loads(re.search(r'ld\+json">(.*?)</script>', PAGES[path])[1])
    assert facts["name"] == title
    assert facts["license"] == "https://creativecommons.org/licenses/by/2.0/"


def test_every_page_type_that_has_tables_has_files_of_them():
    folders = sample_pages.TEMPLATES
    pages = [*sample_pages.pages().values(), *sample_pages.comparisons().values()]
    pages.append(patterns.page(render.own_assets(folders), folders))
    found = {type(page) for page in pages if sheets.sheets(page)}
    without = {page.__name__ for page in render.PARTIALS if page not in found}
    assert without == {"IndexPage", "OverviewPage", "GlossaryPage", "MissingPage"}


def test_an_item_that_failed_says_why():
    assert 'class="failure"' in PAGES["items/broken.html"]
    assert 'class="badge"' in PAGES["index.html"]


def test_stylesheet_and_script_are_small():
    folder = sample_pages.ROOT / "templates" / "assets"
    assert sum(len(gzip.compress(path.read_bytes())) for path in folder.iterdir()) <= CODE
