"""The page of patterns shows every component and every state of it, in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_rules import broken_in_any_theme
from check_site import check_links
from jinja2 import Environment
from jinja2.runtime import Macro

from generator import pattern_samples, patterns, render, theme
from generator.technique import Role

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates"
PARTS = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for folder in ("components", "panels")
    for path in (TEMPLATES / folder).glob("*.html")
)


def macros(name: str) -> set[str]:
    """The macros of a template, by name."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    return set(re.findall(r"{%-? macro (\w+)\(", text))


@pytest.fixture(scope="module")
def shown():
    """The page, the templates that it read and the macros that it called, as (file, name)."""
    read, called = set(), set()
    true_get, true_call = Environment._load_template, Macro.__call__
    patch = pytest.MonkeyPatch()

    def get(self, name, context):
        read.add(name)
        return true_get(self, name, context)

    def call(self, *words, **named):
        code = self._func.__code__.co_filename
        called.add((Path(code).relative_to(TEMPLATES).as_posix(), self.name))
        return true_call(self, *words, **named)

    patch.setattr(Environment, "_load_template", get)
    patch.setattr(Macro, "__call__", call)
    page = patterns.page(render.own_assets([TEMPLATES]), [TEMPLATES])
    html = render.environment([TEMPLATES]).get_template("pages/patterns.html").render(page=page)
    patch.undo()
    return html, read, called


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("patterns")
    patterns.write(folder / "out", [TEMPLATES], folder / "locks")
    return folder / "out"


@pytest.mark.parametrize("name", PARTS)
def test_every_component_is_shown(shown, name):
    _, read, called = shown
    assert name in read
    assert {(name, macro) for macro in macros(name)} <= called


def test_there_are_components_and_macros_to_look_for():
    assert len(PARTS) > 25
    assert {"scores", "findings", "params"} <= macros("components/table.html")


def test_every_role_and_every_variable_of_the_theme_is_shown(shown):
    html, _, _ = shown
    for role in Role:
        assert f'id="role-{role.value}"' in html
    listed = theme.variables([TEMPLATES])
    assert {"colour", "font", "space"} == {one.kind for one in listed}
    assert len(listed) >= 15
    for one in listed:
        assert f"<code>{one.name}</code>" in html


def test_every_link_leads_somewhere_and_two_pages_are_alike(written, tmp_path):
    assert check_links(written) == []
    patterns.write(tmp_path / "out", [TEMPLATES], tmp_path / "locks")
    for path in written.rglob("*"):
        if path.is_file():
            assert (tmp_path / "out" / path.relative_to(written)).read_bytes() == path.read_bytes()


def test_a_project_sees_its_own_theme_and_templates(tmp_path):
    own = tmp_path / "templates"
    (own / "assets").mkdir(parents=True)
    (own / "components").mkdir()
    style = (TEMPLATES / "assets" / "salon.css").read_text(encoding="utf-8")
    (own / "assets" / "salon.css").write_text(
        style.replace("--ink:", "--ours: #123456;\n  --ink:", 1)
    )
    (own / "components" / "licence.html").write_text(
        "{% macro licence(credit) %}ours: {{ credit.licence }}{% endmacro %}"
    )
    patterns.write(tmp_path / "out", [own, TEMPLATES], tmp_path / "locks")
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<code>--ours</code>" in html
    assert "ours: CC0" in html


def test_the_still_of_the_film_is_its_middle_frame():
    from generator.pattern_pictures import FRAMES, ROWS

    assert FRAMES // 2 == pattern_samples.FRAMES // 2
    assert pattern_samples.picture().height == ROWS


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_no_rule_is_broken_and_nothing_overflows(written, width):
    from playwright.sync_api import sync_playwright

    said = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((written / "index.html").as_uri())
        page.wait_for_load_state("networkidle")
        heard = list(said)  # axe asks for stylesheets, which a page from the disk cannot
        broken = broken_in_any_theme(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert broken == []
    assert wide <= width
    assert heard == []
