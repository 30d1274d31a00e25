"""What a single file holds inside: files as data: addresses, and the policy that allows them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_TYPES = {
    "avif": "image/avif", "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp",
    "svg": "image/svg+xml", "csv": "text/csv", "json": "application/json",
}  # fmt: skip


@dataclass
class Shared:
    """What the pages of one file have in common: files as they were read, sheets by their path.

    ``read`` gives a file's bytes by its path below the site's root. ``widest`` limits pictures, in
    pixels.
    """

    read: Callable[[str], bytes]
    widest: int
    sheets: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, list[str]] = field(default_factory=lambda: {"style": [], "script": []})

    def data(self, path: str) -> str:
        """Return the file at ``path`` as a data: address."""
        kind = _TYPES.get(path.rpartition(".")[2], "application/octet-stream")
        return f"data:{kind};base64,{base64.b64encode(self.read(path)).decode()}"

    def sheet(self, path: str, size: tuple[str, str]) -> str:
        """Return the id of a picture that many small ones are cut from; it is kept once."""
        name = f"sheet-{len(self.sheets) + 1}"
        if path not in self.sheets:
            width, height = size
            self.sheets[path] = (
                f'<image id="{name}" href="{self.data(path)}" width="{width}" height="{height}"/>'
            )
        return f"sheet-{list(self.sheets).index(path) + 1}"

    @property
    def cut_from(self) -> str:
        """The pictures that small ones are cut from, unseen."""
        if not self.sheets:
            return ""
        made = "".join(self.sheets.values())
        head = '<svg class="hidden" width="0" height="0" aria-hidden="true" focusable="false">'
        return f"{head}<defs>{made}</defs></svg>\n"

    def inline(self, tag: str, text: str) -> str:
        """Return ``text`` as the content of a style or script, and allow exactly it."""
        safe = re.sub(r"</(?=script|style)", r"<\\/", text, flags=re.IGNORECASE)
        digest = base64.b64encode(hashlib.sha256(safe.encode()).digest()).decode()
        self.hashes[tag].append(f"'sha256-{digest}'")
        return safe

    @property
    def policy(self) -> str:
        """The content security policy: nothing from anywhere, and only the code that is here."""
        allowed = {f"{tag}-src": " ".join(found) for tag, found in self.hashes.items() if found}
        rules = {"default-src": "'none'", "img-src": "data:", **allowed}
        rules |= {"base-uri": "'none'", "form-action": "'none'"}
        return "; ".join(f"{name} {value}" for name, value in rules.items())
