"""Which maps of a technique can be trusted, by what they come to over all pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.summaries import cells_of, records_of, variants_of
from generator.verdicts import deserved, verdicts_of

if TYPE_CHECKING:
    from generator.findings import Findings
    from generator.technique import Technique


def trusted(findings: Findings, technique: Technique) -> str:
    """Return which maps of ``technique`` are worth trust; "" where nothing can be said.

    It is asked of the first table whose rows are set against controls, in the first variant.
    """
    tested = ((n, t) for n, t in technique.tables.items() if t.averaged and t.controls)
    name, legend = next(tested, ("", None))
    variant = next(iter(variants_of(findings, technique)), None)
    if legend is None or variant is None:
        return ""
    records = {item.id: one for item, one in records_of(findings, technique, variant, "")}
    cells, places = cells_of(records, name), list(range(1, len(legend.columns)))
    return deserved(cells, legend, places, verdicts_of(cells, legend, places))
