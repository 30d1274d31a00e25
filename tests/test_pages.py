"""What holds of every page: each has its place, every link leads somewhere, every id is one."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from conftest import disc, tree
from PIL import Image

ADDRESS = {"href", "src", "srcset", "poster", "data", "data-values"}


class Seen(HTMLParser):
    """Collects what a page points at, and what can be pointed at on it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.ids: Counter[str] = Counter()
        self.images: list[dict[str, str | None]] = []
        self.refers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.ids[found["id"]] += 1
        if tag == "img":
            self.images.append(found)
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.refers += (found.get(name) or "").split()
        for name in ADDRESS & set(found):
            parts = found[name].split(", ") if name == "srcset" else [found[name]]
            self.links += [part.split(" ")[0] for part in parts]


@pytest.fixture
def site(house, guests):
    """A gallery with every state: fine, with truth, failing, broken, missing, computed in part."""
    guests("trouble", "brightness")
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(house.content / "mask.png")
    (house.content / "broken.png").write_bytes(b"broken")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    house.edit(
        "items:\n",
        "  trouble:\n    params: {how: raise, on: 64}\n  brightness:\n"
        "    variants: [{name: one}, {name: two, params: {gamma: 2}}]\nitems:\n"
        "  - {id: broken, source: broken.png, title: B, alt: b, credit: c, licence: l}\n"
        "  - {id: gone, source: gone.png, title: G, alt: g, credit: c, licence: l}\n"
        "  - {id: bare, source: grey.png, title: Bare, alt: g, credit: c, licence: l, techniques: []}\n",
    )
    house.build()
    return house


def pages(house) -> dict[str, Seen]:
    return {
        name: Seen(data.decode())
        for name, data in tree(house.project.out).items()
        if name.endswith(".html")
    }


def test_every_link_leads_to_something_of_the_site(site):
    files = set(tree(site.project.out))
    found = pages(site)
    for name, page in found.items():
        for link in page.links:
            address, _, mark = link.partition("?")[0].partition("#")
            assert not address.startswith(("/", "http:", "//", "file:")), (name, link)
            if address.startswith("https://"):
                known = "https://doi.org/", "https://creativecommons.org/"
                assert address.startswith(known), (name, link)
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
            target = name if not address else target
            assert target in files, (name, link)
            if mark and target in found:
                assert found[target].ids[mark] == 1, (name, link)


def test_no_id_stands_twice_and_what_is_referred_to_is_there(site):
    for name, page in pages(site).items():
        assert [id_ for id_, count in page.ids.items() if count > 1] == [], name
        assert set(page.refers) <= set(page.ids), name


def test_every_picture_has_its_size_and_its_words(site):
    for name, page in pages(site).items():
        for image in page.images:
            assert image.get("alt") is not None, (name, image)
            assert int(image["width"]) > 0, (name, image)
            assert int(image["height"]) > 0, (name, image)


def test_every_file_of_the_assets_is_on_some_page(site):
    text = b"".join(data for name, data in tree(site.project.out).items() if name.endswith(".html"))
    for name in tree(site.project.out / "assets"):
        assert name.encode() in text, name


def test_every_item_and_every_technique_has_its_page_and_the_index_leads_there(site):
    names = {f"items/{i}.html" for i in ("broken", "gone", "bare", "disc", "noise", "grey")}
    names |= {f"techniques/{t}.html" for t in ("saliency", "trouble", "brightness")}
    found = pages(site)
    assert names <= set(found)
    assert names <= set(found["index.html"].links)
    assert {n for n in found if "/" in n} == names


def test_cards_stand_where_something_failed_and_nowhere_else(site):
    cards = {name for name in pages(site) if 'class="failure"' in site.page(name)}
    assert {name for name in cards if name.startswith("items/")} == {
        "items/broken.html", "items/gone.html", "items/disc.html"
    }  # fmt: skip


def test_no_page_speaks_of_python_or_of_nothing(site):
    for name in pages(site):
        text = re.sub(r"<(script|style|math|pre)\b.*?</\1>", "", site.page(name), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", " ", text)
        assert not re.search(r"\b(None|nan|NaN|inf|Undefined|PosixPath|True|False)\b", text), name


def test_a_gallery_computed_in_part_has_all_its_pages(house):
    house.build(only="disc")
    found = pages(house)
    assert {"items/disc.html", "items/noise.html", "items/grey.html"} <= set(found)
    for name, page in found.items():
        assert [id_ for id_, count in page.ids.items() if count > 1] == [], name
