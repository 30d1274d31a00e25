"""The site on this machine alone, built again and reloaded when a file changes."""

from __future__ import annotations

import io
import re
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.build import Options, build
from generator.errors import SalonError
from generator.progress import closing
from generator.project import Project, own_templates

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

_RELOAD = "/_salon/"
_SCRIPT = b"""new EventSource("/_salon/events").onmessage = () => location.reload();\n"""
_POLL = 0.5


class Pulse:
    """Tells every page that is open when the site was built again."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._round = 0

    def beat(self) -> None:
        """Wake whoever waits."""
        with self._changed:
            self._round += 1
            self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Return whether a beat came before ``timeout`` seconds had passed."""
        with self._changed:
            before = self._round
            self._changed.wait(timeout)
            return self._round != before


class Handler(SimpleHTTPRequestHandler):
    """Files of the site, never cached; with a pulse, pages get a script that reloads them."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, pulse: Pulse | None, **kwargs: object) -> None:
        self._pulse = pulse
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def handle(self) -> None:
        """Answer until the browser hangs up, as it does once it has seen enough of a film."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer with a file, or with what keeps a page fresh."""
        path = urlsplit(self.path).path
        if self._pulse is None or not (path.startswith(_RELOAD) or path.endswith((".html", "/"))):
            super().do_GET()
        elif path == f"{_RELOAD}events":
            self._events()
        elif path == f"{_RELOAD}reload.js":
            self._answer(_SCRIPT, "text/javascript")
        else:
            self._page(Path(self.translate_path(self.path)))

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Begin to answer with a file, or with the part of it that is asked for.

        A browser jumps to a place in a film by asking for a part.
        """
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if asked is None or self.command != "GET" or not path.is_file():
            return super().send_head()
        size = path.stat().st_size
        first, last = int(asked[1]), min(int(asked[2] or size), size - 1)
        if first > last:
            self.send_error(416)
            return None
        with path.open("rb") as file:
            file.seek(first)
            part = io.BytesIO(file.read(last - first + 1))
        self.send_response(206)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        return part

    def _page(self, path: Path) -> None:
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            super().do_GET()
            return
        text = path.read_text(encoding="utf-8")
        text = text.replace(
            "</head>", f'<script src="{_RELOAD}reload.js" defer></script></head>', 1
        )
        self._answer(text.encode(), "text/html; charset=utf-8")

    def _answer(self, data: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _events(self) -> None:
        """Keep the connection open and send a line whenever the site was built again."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while self._pulse:
                word = b"data: built\n\n" if self._pulse.wait(15) else b": still here\n\n"
                self.wfile.write(word)
                self.wfile.flush()
        except OSError:  # the page was closed
            return

    def end_headers(self) -> None:
        """Forbid caching: the next build may be a second away."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the terminal for the builds."""


def make_server(folder: Path, port: int, pulse: Pulse | None) -> ThreadingHTTPServer:
    """Return a server of ``folder`` on the loopback address; OSError if the port is taken."""
    handler = partial(Handler, directory=str(folder), pulse=pulse)
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    return server


def run(project: Project, options: Options, port: int, *, watch: bool) -> None:
    """Build, then serve until interrupted.

    Raises
    ------
    SalonError
        If the port is taken.

    """
    _build(project, options)
    pulse = Pulse() if watch else None
    try:
        server = make_server(project.out, port, pulse)
    except OSError as error:
        raise SalonError(f"port {port} cannot be used: {error.strerror}; try --port 0") from error
    _say(f"http://127.0.0.1:{server.server_address[1]}/ (Ctrl+C ends it)")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        if pulse:
            follow(project, lambda: _build(project, options), pulse.beat)
        thread.join()
    except KeyboardInterrupt:
        _say("")
    finally:
        server.shutdown()
        server.server_close()


def _build(project: Project, options: Options) -> bool:
    """Build and report; a mistake is printed, and the site stays as it was."""
    try:
        summary = build(project, options)
    except SalonError as error:
        _say(str(error))
        return False
    _say(closing(summary)[-1])
    return summary.written


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def follow(
    project: Project,
    rebuild: Callable[[], bool],
    reload: Callable[[], object],
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Call ``rebuild`` whenever content, templates or words change, and ``reload`` if it wrote."""
    before = snapshot(project)
    while not stop():
        time.sleep(_POLL)
        now = snapshot(project)
        if now != before:
            before = now
            if rebuild():
                reload()


def snapshot(project: Project) -> dict[str, tuple[int, int]]:
    """Return size and time of every file that a build reads."""
    folders = [project.manifest.resolve().parent, *project.templates, own_templates()]
    folders += project.languages
    found = {}
    for folder in dict.fromkeys(folders):
        for path in folder.rglob("*"):
            try:
                status = path.stat()
            except OSError:
                continue
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found
