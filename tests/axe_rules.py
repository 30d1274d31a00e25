"""What axe says of a page: the rules of WCAG 2.2 AA and of good practice that it breaks."""

from pathlib import Path

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The nodes that pass are counted, not sent: a page has thousands, and each costs more than its test.
_RUN = """([tags, coloursOnly]) => {
  const rules = axe.getRules(tags).filter((rule) => rule.tags.includes("cat.color"));
  const runOnly = coloursOnly ? rules.map((rule) => rule.ruleId) : tags;
  return axe.run({ runOnly, resultTypes: ["violations"] }).then(
    (found) => ({ passes: found.passes.length, violations: found.violations }));
}"""


def broken_rules(page) -> list[str]:
    """Return a line for each element of an open page that breaks a rule."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return _broken(page)


def broken_in_any_theme(page) -> list[str]:
    """Return what `broken_rules` does of a page in a light and in a dark theme.

    The themes differ in colours alone, so in the dark the rules about colours are asked again.
    """
    page.emulate_media(color_scheme="light")
    broken = broken_rules(page)
    page.emulate_media(color_scheme="dark")
    broken += [f"in the dark, {line}" for line in _broken(page, colours_only=True)]
    page.emulate_media(color_scheme="light")
    return broken


def _broken(page, *, colours_only: bool = False) -> list[str]:
    found = page.evaluate(_RUN, [_TAGS, colours_only])
    assert found["passes"] or colours_only, "axe ran no rule"
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
