"""What a site tells those who link to it: only with an address, and never more than is known."""

from __future__ import annotations

import io
import json
import re

import pytest
from conftest import tree
from PIL import Image

from generator import licences
from generator.errors import ManifestError
from generator.social_card import SIZE, social_card

URL = "https://example.org/made-up/"


def meta(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html)
    return dict(found)


def test_without_an_address_nothing_is_absolute(house):
    house.build()
    for name, data in tree(house.project.out).items():
        if name.endswith(".html"):
            assert b"og:" not in data, name
            assert b"canonical" not in data, name
    assert not {"sitemap.xml", "robots.txt"} & set(tree(house.project.out))
    facts = json.loads(re.search(r'ld\+json">(.*?)</script>', house.page("items/disc.html"))[1])
    assert facts["contentUrl"].startswith("../assets/")


@pytest.mark.parametrize("written", [URL, URL.rstrip("/")])
def test_with_an_address_every_page_says_where_it_is(house, written):
    house.edit("title: A tiny", f"url: {written}\ntitle: A tiny")
    house.build()
    site = house.project.out
    for path in sorted(site.rglob("*.html")):
        name = str(path.relative_to(site))
        found = re.findall(r'<link rel="canonical" href="([^"]+)">', house.page(name))
        expected = URL if name == "index.html" else URL + name
        assert found == ([] if name == "404.html" else [expected])
        if found:
            card = meta(house.page(name))
            assert card["og:url"] == expected
            picture = card["og:image"].removeprefix(URL)
            with Image.open(site / picture) as opened:
                assert opened.size == (int(card["og:image:width"]), int(card["og:image:height"]))
    assert meta(house.page("index.html"))["og:image:width"] == "1200"
    assert meta(house.page("items/disc.html"))["og:image:alt"] == "A red disc"


def test_the_site_map_lists_every_page_but_the_one_for_what_is_missing(house):
    house.edit("title: A tiny", f"url: {URL}\ntitle: A tiny")
    house.build()
    listed = re.findall(r"<url><loc>(.*?)</loc></url>", house.page("sitemap.xml"))
    pages = {name for name in tree(house.project.out) if name.endswith(".html")}
    expected = {URL + name for name in pages - {"index.html", "404.html"}} | {URL}
    assert set(listed) == expected
    assert len(listed) == len(expected)
    assert f"Sitemap: {URL}sitemap.xml\n" in house.page("robots.txt")


def test_a_new_address_computes_nothing_and_writes_the_site_anew(house):
    house.build()
    house.edit("title: A tiny", f"url: {URL}\ntitle: A tiny")
    summary = house.build()
    assert (summary.built, summary.written) == (0, True)


@pytest.mark.parametrize(
    "url",
    ["example.org", "ftp://example.org/", "https://", "https://example.org/?a=b", "https://a.org/#b",
     "https://exa mple.org/", "https://example.org/%zz", "javascript:alert(1)", "http://-a.org/"],
)  # fmt: skip
def test_an_address_that_is_none_is_a_mistake_with_its_place(house, url):
    house.edit("title: A tiny", f"url: '{url}'\ntitle: A tiny")
    with pytest.raises(ManifestError) as caught:
        house.build()
    said = str(caught.value)
    assert said.startswith("manifest.yaml:1:6: url: expected an address such as https://")
    assert repr(url) in said


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("CC0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("cc-by-2.0", "https://creativecommons.org/licenses/by/2.0/"),
        ("CC BY-NC-SA 4.0", "https://creativecommons.org/licenses/by-nc-sa/4.0/"),
        ("CC BY", ""),
        ("CC BY 4.0 with my blessing", ""),
        ("CC BY-SA-NC 4.0", ""),
        ("public domain", ""),
    ],
)
def test_a_licence_has_an_address_only_where_it_is_known(licence, address):
    assert licences.address(licence) == address


def test_an_unknown_licence_is_left_out_of_the_facts(house):
    house.edit("licence: CC0, tags: [a]}", "licence: Ask me, tags: [a]}")
    house.build()
    facts = json.loads(re.search(r'ld\+json">(.*?)</script>', house.page("items/disc.html"))[1])
    assert "license" not in facts
    assert facts["creditText"] == "Us"


def plain(colour: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_card_holds_its_pictures_in_order_and_is_the_same_twice():
    pictures = [plain((40 * n, 0, 200), (64, 10 + 30 * n)) for n in range(6)]
    data = social_card(pictures)
    assert data == social_card(pictures)
    with Image.open(io.BytesIO(data)) as card:
        assert card.size == SIZE == (1200, 630)
        seen = [card.getpixel((200 + 400 * (n % 3), 150 + 315 * (n // 3)))[0] for n in range(6)]
    assert seen == pytest.approx([0, 40, 80, 120, 160, 200], abs=4)


@pytest.mark.parametrize("count", range(1, 8))
def test_a_card_of_any_number_of_pictures_has_no_gap(count):
    with Image.open(io.BytesIO(social_card([plain((250, 250, 250), (30, 20))] * count))) as card:
        assert min(low for low, _ in card.getextrema()) > 240


def test_a_card_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one picture"):
        social_card([])
