"""What a site tells search engines and those who link to it: addresses, a card, whose picture."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from xml.sax.saxutils import escape

from generator.film_views import VideoPage
from generator.guide_views import Share
from generator.language import ENGLISH
from generator.licences import address as licence_address
from generator.views import ItemPage, MissingPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.parts import Image

_Page = TypeVar("_Page", bound=Any)


@dataclass(frozen=True)
class Card:
    """The picture that stands for pages without one of their own: its name below the root."""

    name: str
    width: int
    height: int
    alt: str


def address(url: str, path: str) -> str:
    """Return where the page at ``path`` will stand; the first page is the site's own address.

    >>> address("https://example.org/", "index.html"), address("https://example.org/", "a/b.html")
    ('https://example.org/', 'https://example.org/a/b.html')
    """
    return f"{url}{'' if path == 'index.html' else path}"


def published(
    pages: Iterable[tuple[str, _Page]], url: str, card: Card | None
) -> Iterator[tuple[str, _Page]]:
    """Yield ``pages`` with what they say of themselves; addresses only where ``url`` is known."""
    for path, page in pages:
        share = _share(path, page, url, card)
        facts = _facts(path, page, url)
        here = path.removesuffix(".html")
        yield path, replace(page, site=replace(page.site, here=here, share=share, facts=facts))


def _share(path: str, page: Any, url: str, card: Card | None) -> Share | None:
    if not url or isinstance(page, MissingPage):
        return None
    kind = "website" if path == "index.html" else "article"
    own = _picture(page)
    if own:
        where = f"{url}{_below_root(path, own.src)}"
        return Share(address(url, path), kind, where, own.width, own.height, own.alt)
    if card is None:
        return Share(address(url, path), kind, "", 0, 0, "")
    image = f"{url}{card.name}"
    return Share(address(url, path), kind, image, card.width, card.height, card.alt)


def _picture(page: Any) -> Image | None:
    """Return the picture that an item's page is about, if it shows one."""
    if isinstance(page, VideoPage):
        return page.original.poster if page.original else None
    original = page.original if isinstance(page, ItemPage) else None
    return original.image if original else None


def _below_root(path: str, src: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), src))


def _facts(path: str, page: Any, url: str) -> dict[str, Any] | None:
    """Return what the page's picture is and whose, as schema.org's ImageObject, or None."""
    image = _picture(page) if isinstance(page, ItemPage) else None
    if image is None:
        return None
    known = {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "name": page.title,
        "caption": page.alt,
        "description": page.description,
        "contentUrl": f"{url}{_below_root(path, image.src)}" if url else image.src,
        "width": image.width,
        "height": image.height,
        "creator": page.credit.credit,
        "creditText": page.credit.credit,
        "license": licence_address(page.credit.licence),
        "keywords": list(page.tags),
        **({} if page.site.language == ENGLISH else {"inLanguage": page.site.language}),
    }
    return {name: value for name, value in known.items() if value}


def site_files(url: str, paths: Iterable[str]) -> dict[str, bytes]:
    """Return the map of a site that will stand at ``url``, and where robots find it."""
    if not url:
        return {}
    listed = sorted(address(url, path) for path in paths if path != "404.html")
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(f"<url><loc>{escape(place)}</loc></url>" for place in listed),
        "</urlset>",
    ]
    return {
        "sitemap.xml": "".join(f"{line}\n" for line in lines).encode(),
        "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {url}sitemap.xml\n".encode(),
    }
