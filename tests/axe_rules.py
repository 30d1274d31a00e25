"""What axe says of a page: the rules of WCAG 2.2 AA and of good practice that it breaks."""

from pathlib import Path

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"

# The nodes that pass are counted, not sent: a page has thousands, and each costs more than its test.
_RUN = (
    "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],"
    " resultTypes: ['violations']})"
    ".then((found) => ({passes: found.passes.length, violations: found.violations}))"
)


def broken_rules(page) -> list[str]:
    """Return a line for each element of an open page that breaks a rule."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN)
    assert found["passes"], "axe ran no rule"
    return [
        f"{page.url}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
