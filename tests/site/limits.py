"""What a page may cost at most: each number stands here, and nowhere else."""

FIRST_VIEW = 1_000_000
"""Bytes that a fresh browser may load before anybody scrolls; texts are sent compressed."""
SHIFT = 0.05
"""Layout shift of a page, while it loads and while it is scrolled through."""
CODE = 60_000
"""Bytes of a site's stylesheets and scripts, compressed."""
INTERACTION = 100
"""Milliseconds from a key to the picture that answers it."""
MANY = 2000
"""Pictures of a gallery that still answers so fast."""
LIGHTHOUSE = 95
"""Points of 100, in each category."""
