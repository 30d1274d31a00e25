"""One file to send to somebody: complete, closed to the outside, the same twice, never half."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from conftest import disc
from PIL import Image

from generator import export as exporting
from generator.errors import OutputError, SalonError
from generator.export import export
from generator.inlining import inlined
from generator.whole_report import whole_report

URL = "https://example.org/sent/"


class Seen(HTMLParser):
    """What a page refers to, and what can be referred to on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.links: list[str] = []
        self.refers: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        if found.get("id"):
            self.ids.append(found["id"])
        self.loads += [found[name] for name in ("src", "srcset", "poster") if found.get(name)]
        if tag in {"link", "image"} and found.get("rel") != "canonical":
            self.loads.append(found["href"])
        if tag in {"a", "use"} and found.get("href"):
            self.links.append(found["href"])
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.refers += (found.get(name) or "").split()
        self.refers += re.findall(r"^url\(#(.+)\)$", found.get("fill") or "")


@pytest.fixture
def site(house):
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(house.content / "mask.png")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    house.edit(
        "  saliency:\n    params: {long_side: 32}\n",
        "  saliency:\n    params: {long_side: 32}\n    variants: [{name: one}, {name: two}]\n"
        "  mumford-shah:\n    params: {long_side: 24}\n",
    )
    house.build()
    return house


def sent(house, page: str = "") -> str:
    target = house.root / "out" / "sent.html"
    export(house.project.out, page, target)
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["items/disc.html", "techniques/saliency.html", "index.html", ""])
def test_the_file_needs_no_other_and_every_link_inside_has_its_goal(site, page):
    found = Seen(sent(site, page))
    assert found.loads
    assert [load for load in found.loads if not load.startswith("data:")] == []
    assert len(found.ids) == len(set(found.ids))
    inside = {link[1:] for link in found.links if link.startswith("#")}
    assert inside - set(found.ids) == set()
    assert set(found.refers) - set(found.ids) == set()
    schemes = {link.split(":")[0] for link in found.links if not link.startswith("#")}
    assert schemes <= {"https", "data"}


@pytest.mark.parametrize("page", ["items/disc.html", ""])
def test_the_policy_allows_the_code_that_is_there_and_nothing_else(site, page):
    html = sent(site, page)
    policy = unescape(re.search(r'Security-Policy" content="([^"]+)"', html)[1])
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    for kind in ("style", "script"):
        code = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(c.encode()).digest()).decode() for c in code]
        allowed = re.search(rf"{kind}-src ([^;]+)", policy)
        assert hashes == re.findall(r"'sha256-([^']+)'", allowed[1] if allowed else "")
        # The page's own and the viewer's; a whole report has no script.
        assert len(code) >= (2 if page else {"style": 1, "script": 0}[kind])


def test_no_script_ends_before_its_end():
    files = {
        "p.html": b'<script src="s.js"></script><link rel="stylesheet" href="s.css"><p>after</p>',
        "s.js": b'const tag = "</script><b>";',
        "s.css": b'a::after { content: "</STYLE>"; }',
    }
    html = inlined("p.html", files.__getitem__, 1024)
    assert html.count("</script>") == html.lower().count("</style>") == 1
    assert '"<\\/script><b>"' in html
    assert html.endswith("<p>after</p>")


def test_the_whole_report_has_a_chapter_for_every_page_and_no_script(site):
    html = sent(site)
    found = Seen(html)
    pages = [path.relative_to(site.project.out) for path in site.project.out.rglob("*.html")]
    chapters = set(re.findall(r'<div class="chapter" id="([^"]+)">', html))
    expected = {str(path)[:-5].replace("/", "-") for path in pages} - {"404"}
    assert chapters == expected
    listed = re.findall(
        r'<a href="#([\w-]+)"', html.partition('id="contents"')[2].partition("</nav>")[0]
    )
    assert set(listed) == expected
    assert listed[0] == "index"
    assert not {"script", "form", "button", "select"} & set(found.tags)
    assert found.tags.count("main") == 1
    assert "#items-disc--saliency" in found.links


def test_the_same_site_gives_the_same_bytes(site):
    for page in ("items/disc.html", ""):
        assert sent(site, page) == sent(site, page)


def test_links_to_other_pages_lead_to_the_site_if_its_address_is_known_or_nowhere(site):
    assert not [link for link in Seen(sent(site, "items/disc.html")).links if "techniques" in link]
    site.edit("title: A tiny", f"url: {URL}\ntitle: A tiny")
    site.build()
    links = Seen(sent(site, "items/disc.html")).links
    assert f"{URL}techniques/saliency.html" in links
    assert f"{URL}index.html#gallery" in links


def test_small_tables_come_along_and_large_ones_do_not():
    files = {
        "index.html": b'<body><a href="data/a.csv" download>CSV</a><a href="data/b.csv" download>B</a>',
        "data/a.csv": b"\xef\xbb\xbfx\r\n1\r\n",
        "data/b.csv": b"x" * 200_001,
    }
    html = inlined("index.html", files.__getitem__, 1024)
    whole = base64.b64encode(files["data/a.csv"]).decode()
    assert f'<a href="data:text/csv;base64,{whole}" download="a.csv">CSV</a>' in html
    assert "<a>B</a>" in html


PICTURE = (
    '<body><picture><source type="image/avif" srcset="a-256.avif 256w, a-800.avif 800w" sizes="{sizes}">'
    '<img src="a-800.jpg" srcset="a-256.jpg 256w, a-800.jpg 800w" sizes="{sizes}" width="800" height="4" '
    'alt="{alt}" loading="lazy"></picture>'
)


@pytest.mark.parametrize(
    ("sizes", "alt", "widest", "taken"),
    [
        ("5rem", "A", 1024, "a-256.avif"),
        ("20rem", "A", 1024, "a-800.avif"),
        ("20rem", "A", 200, "a-256.avif"),
        ("(min-width: 40rem) 24rem, 60vw", "A", 1024, "a-800.avif"),
        ("(min-width: 40rem) 24rem, 60vw", "", 200, "a-256.avif"),
    ],
)
def test_a_picture_is_taken_in_the_one_form_that_its_place_asks_for(sizes, alt, widest, taken):
    asked = []

    def read(path: str) -> bytes:
        asked.append(path)
        return PICTURE.format(sizes=sizes, alt=alt).encode() if path == "p.html" else b"x"

    html = inlined("p.html", read, widest)
    assert asked == ["p.html", taken]
    assert "srcset" not in html
    assert 'src="data:image/avif;base64,eA=="' in html


def test_small_pictures_of_one_sheet_share_it():
    sheet = '<svg viewBox="{x} 0 9 9"><image href="s.webp" width="18" height="9"/></svg>'
    text = f"<body>{sheet.format(x=0)}{sheet.format(x=9)}".encode()
    html = inlined("p.html", lambda path: text if path == "p.html" else b"x", 1024)
    assert html.count("data:image/webp") == 1
    assert html.count('<use href="#sheet-1"/>') == 2
    assert '<image id="sheet-1" href="data:image/webp;base64,eA==" width="18" height="9"/>' in html


def test_a_film_becomes_its_first_picture_with_a_word_about_it():
    text = (
        b'<body><video src="f.mp4" poster="f.jpg" width="8" height="4" aria-label="A road" controls>'
        b'<source src="f.mp4">No film<video></video></video><p>after</p>'
    )
    html = inlined("p.html", lambda path: text if path == "p.html" else b"x", 1024)
    assert "mp4" not in html
    assert '<img src="data:image/jpeg;base64,eA==" width="8" height="4" alt="A road">' in html
    assert "The film is not in this file" in html
    assert "No film" not in html
    assert "<video" not in html
    assert html.endswith("<p>after</p>")


def test_the_viewer_finds_its_pictures_and_its_values_in_the_file():
    image = {"src": "../assets/a-800.jpg", "avif": "../assets/a-256.avif 256w, ../assets/a-800.avif 800w",
             "fallback": "../assets/a-800.jpg 800w", "alt": 'A "map"', "width": 800}  # fmt: skip
    pane = escape(json.dumps({"image": image, "ends": [0, 1]}))
    option = f'<option value="a" data-pane="{pane}" data-values="../assets/a.js">A</option>'
    files = {
        "items/p.html": f"<html><body><select>{option}{option}</select></body></html>".encode(),
        "assets/a-800.avif": b"x",
        "assets/a.js": b'(window.salonValues ??= {})["a"] = 1;',
    }
    html = inlined("items/p.html", files.__getitem__, 1024)
    told = json.loads(unescape(re.search(r'data-pane="([^"]+)"', html)[1]))
    assert told["ends"] == [0, 1]
    assert told["image"] == {"src": "data:image/avif;base64,eA==", "avif": "", "fallback": "",
                             "alt": 'A "map"', "width": 800}  # fmt: skip
    assert html.endswith('<script>(window.salonValues ??= {})["a"] = 1;</script>\n</body></html>')
    assert html.count("<script>") == 1


def test_the_player_of_films_stays_on_the_site():
    text = b'<body><form class="player" hidden><video></video><label>x</label></form><form class="filters">y</form>'
    html = inlined("p.html", lambda _: text, 1024)
    assert html == '<body>\n<form class="filters">y</form>'


def test_what_an_author_writes_stays_text(site):
    nasty = "<script>alert(1)</script>\\\" onload='x' & </style> زهرة 🌸"
    site.edit("title: Disc,", f'title: "{nasty}",')
    site.build()
    for page in ("items/disc.html", ""):
        html = sent(site, page)
        assert "<script>alert" not in html
        assert "&lt;/style&gt; زهرة 🌸" in html
        assert Seen(html).ids


@pytest.mark.parametrize(
    ("page", "said"),
    [("items/disk.html", "did you mean 'items/disc.html'"), ("../x", "got '../x'")],
)
def test_a_page_that_is_not_there_is_refused_with_a_hint(site, page, said):
    with pytest.raises(SalonError, match=re.escape(said)):
        sent(site, page)


def test_without_a_site_there_is_nothing_to_send(house):
    with pytest.raises(SalonError, match="run salon build first"):
        sent(house)


def test_a_lost_picture_is_said_and_nothing_is_written(site):
    next((site.project.out / "assets").glob("*.png")).unlink()
    with pytest.raises(SalonError, match="the site lacks the file"):
        sent(site)
    assert not (site.root / "out").exists()


def test_a_large_file_is_called_so_and_a_huge_one_refused_unless_it_is_meant(site, monkeypatch):
    target = site.root / "sent.html"
    monkeypatch.setattr(exporting, "LARGE", 1000)
    assert "(large: many mail servers" in export(site.project.out, "", target).words
    before = target.read_bytes()
    monkeypatch.setattr(exporting, "TOO_LARGE", 2000)
    with pytest.raises(SalonError, match=r"expected at most 2\.0 kB, got .* --page, or .* --force"):
        export(site.project.out, "", target)
    assert target.read_bytes() == before
    assert export(site.project.out, "", target, force=True).size == len(before)
    assert [path.name for path in site.root.iterdir() if "sent" in path.name] == ["sent.html"]


def test_a_place_that_cannot_be_written_is_said(site):
    (site.root / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        export(site.project.out, "", site.root / "file" / "sent.html")


def test_a_report_is_in_the_order_of_its_links_and_knows_its_own_pages_only():
    files = {
        "index.html": b'<html lang="de"><head><title>T</title></head><main id="main"><a href="b.html?x=1#y">b</a>'
        b'<a href="a.html#main">a</a><a href="https://example.org/c.html">c</a></main>',
        "a.html": b'<head><title>A &amp; B \xc2\xb7 T</title></head><main><p id="y">1</p></main>',
        "b.html": b'<head><title>B \xc2\xb7 T</title></head><main><p id="y">2</p><a href="404.html">?</a></main>',
        "404.html": b"<main></main>",
    }
    html = whole_report(files.__getitem__, frozenset(files), 512)
    assert re.findall(r'class="chapter" id="([\w-]+)"', html) == ["index", "b", "a"]
    assert '<a href="#b--y">b</a>' in html
    assert '<a href="https://example.org/c.html">c</a>' in html
    assert "<a>?</a>" in html
    assert 'dir="auto">A &amp; B</a>' in html
    assert html.startswith('<!DOCTYPE html>\n<html lang="de">')
