"""The site for this machine alone: nothing but the site, reloaded when it was built again."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from itertools import pairwise

import pytest

from generator.build import Options
from generator.errors import SalonError
from generator.serve import Pulse, follow, make_server, run, snapshot


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    (folder / "items").mkdir(parents=True)
    (folder / "index.html").write_text("<head></head>first page", encoding="utf-8")
    (folder / "items" / "a b.html").write_text("<head></head>ä", encoding="utf-8")
    (folder / "salon.css").write_text("p {}", encoding="utf-8")
    (tmp_path / "secret.html").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture(params=[True, False], ids=["watching", "plain"])
def server(site, request):
    made = make_server(site, 0, Pulse() if request.param else None)
    made.watching = request.param
    thread = threading.Thread(
        target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def ask(server, path: str, method: str = "GET", part: str = ""):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.putrequest(method, path, skip_host=False)
    if part:
        connection.putheader("Range", part)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer, text


def test_only_this_machine_can_ask(server):
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/?x=1", "/index.html?v=/../#top", "/items/a%20b.html"]
)
def test_pages_are_served_fresh_and_reload_only_when_watched(server, path):
    answer, text = ask(server, path)
    assert answer.status == 200
    assert answer.getheader("Cache-Control") == "no-store"
    assert ("/_salon/reload.js" in text) == server.watching
    assert int(answer.getheader("Content-Length")) == len(text.encode())


@pytest.mark.parametrize(
    "path",
    [
        "/gone.html",
        "/gone/",
        "/../secret.html",
        "/items/../../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/items/%2e%2e/%2e%2e/secret.html",
        "//etc/hostname",
        "/etc/hostname",
        "/_salon/nothing",
        "/_salon/../../secret.html",
        "/..\\secret.html",
    ],
)
def test_nothing_outside_of_the_site_is_served(server, path):
    answer, text = ask(server, path)
    assert answer.status == 404
    assert "secret" not in text.replace(path, "")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_sent(server, method):
    assert ask(server, "/index.html", method)[0].status == 501


def test_every_open_page_hears_of_a_build(site):
    pulse = Pulse()
    server = make_server(site, 0, pulse)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pages = []
    for _ in range(3):
        page = socket.create_connection(server.server_address, timeout=10)
        page.sendall(b"GET /_salon/events HTTP/1.1\r\nHost: x\r\n\r\n")
        pages.append(page)
    texts = [b""] * 3
    for number, page in enumerate(pages):
        while b"\r\n\r\n" not in texts[number]:
            texts[number] += page.recv(4096)
    time.sleep(0.1)  # the headers are out; let the three begin to wait
    pulse.beat()
    for number, page in enumerate(pages):
        while b"data: built\n\n" not in texts[number]:
            texts[number] += page.recv(4096)
        page.close()
    server.shutdown()
    server.server_close()


def test_a_port_that_is_taken_is_said(house):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SalonError) as caught:
        run(house.project, Options(), taken.getsockname()[1], watch=False)
    assert "port" in str(caught.value)


def test_a_build_that_fails_is_tried_again_at_the_next_change(house):
    built, reloaded = [], []

    def rebuild() -> bool:
        built.append(time.monotonic())
        house.edit("A tiny house", "A house") if len(built) == 1 else None
        return len(built) > 1

    timer = threading.Timer(0.1, lambda: (house.content / "new.png").write_bytes(b"x"))
    timer.start()
    follow(house.project, rebuild, lambda: reloaded.append(1), stop=lambda: len(built) >= 2)
    timer.join()
    assert len(built) == 2
    assert reloaded == [1]


def test_what_a_build_reads_is_watched_and_what_it_writes_is_not(house):
    (house.root / "templates").mkdir()
    before = snapshot(house.project)
    house.build()
    assert snapshot(house.project) == before
    (house.root / "templates" / "base.html").write_text("x")
    assert snapshot(house.project) != before


def test_the_words_of_a_language_are_watched_from_their_first_file_on(house):
    seen = [snapshot(house.project)]
    words = house.root / "languages" / "de" / "own.po"
    words.parent.mkdir(parents=True)
    for text in ('msgid "Tour"\nmsgstr "Rundgang"\n', 'msgid "Tour"\nmsgstr "Eine Reise"\n'):
        words.write_text(text, encoding="utf-8")
        seen.append(snapshot(house.project))
    words.unlink()
    seen.append(snapshot(house.project))
    assert all(one != other for one, other in pairwise(seen))


@pytest.mark.parametrize(
    ("part", "status", "text", "place"),
    [
        ("bytes=0-", 206, "p {}", "bytes 0-3/4"),
        ("bytes=2-2", 206, "{", "bytes 2-2/4"),
        ("bytes=1-99", 206, " {}", "bytes 1-3/4"),
        ("bytes=3-1", 416, None, None),
        ("bytes=4-", 416, None, None),
        ("bytes=0-0,2-2", 200, "p {}", None),
        ("lines=1-2", 200, "p {}", None),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(server, part, status, text, place):
    answer, said = ask(server, "/salon.css", part=part)
    assert (answer.status, answer.getheader("Content-Range")) == (status, place)
    assert text is None or said == text


def test_of_a_file_that_is_not_there_no_part_is_served(server):
    for path in ("/none.mp4", "/../secret.html", "/items"):
        assert ask(server, path, part="bytes=0-1")[0].status in {301, 404}


def test_who_hangs_up_early_leaves_no_trace_in_the_terminal(server, capfd):
    for request in (b"GET /salon.css HTTP/1.1\r\nRange: bytes=0-1\r\n\r\n", b"GET /salon"):
        caller = socket.create_connection(server.server_address)
        caller.sendall(request)
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.1)
        caller.close()
    time.sleep(0.2)
    assert capfd.readouterr().err == ""
