"""A person with a browser who downloads their home from a JupyterHub, by the button of the service's page.

Prints one JSON object; exits 1, with {"error": ...} in it, if anything is not as it should be.
Needs `playwright` and a Chromium, as browser_client.py does.

    download_client.py URL --user NAME --password-stdin --save FILE [--screenshots FOLDER] [--width PIXELS]
                       [--without-javascript] [--cut BYTES] [--admin]
"""

from __future__ import annotations

import socket
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from browsing import PATIENCE, chromium, report, visitor


class CuttingProxy:
    """Stands between the browser and the hub, and cuts the first answer with an archive after some bytes."""

    def __init__(self, url: str, limit: int) -> None:
        parts = urlsplit(url)
        self.target = (parts.hostname or "", parts.port or 80)
        self.limit = limit
        self.was_cut = False
        self.requests: list[dict[str, str]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(self.target)
            state = {"archive": False, "sent": 0}
            for source, sink, asks in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._copy, args=(source, sink, asks, state), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket, asks: bool, state: dict[str, Any]) -> None:
        try:
            while data := source.recv(1 << 16):
                if asks:
                    self._note(data, state)
                elif state["archive"] and not self.was_cut:
                    state["sent"] += len(data)
                    if state["sent"] > self.limit:
                        self.was_cut = True
                        break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def _note(self, data: bytes, state: dict[str, Any]) -> None:
        """Keeps what the browser says of a request for an archive."""
        head = data.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        state["archive"] = "/archives/" in head[0]
        if not state["archive"]:
            return
        headers = (line.partition(": ")[::2] for line in head[1:])
        kept = {name.lower(): value for name, value in headers}
        self.requests.append(
            {
                name: value
                for name, value in kept.items()
                if name.startswith("sec-fetch") or name in ("range", "if-range")
            }
        )


def log_in(page: Page, url: str, user: str, password: str) -> None:
    """Logs in through the hub's form."""
    page.goto(f"{url}/hub/login?next=/hub/home")
    page.get_by_label("Username").fill(user)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#logout")).to_be_attached()


def open_service(page: Page, url: str, by_menu: bool) -> None:
    """Goes to the service by the hub's menu of services, which needs JavaScript, or by its address."""
    if by_menu:
        page.goto(f"{url}/hub/home")
        page.get_by_role("button", name="Services").click()
        page.get_by_role("link", name="Download my home").click()
    else:
        page.goto(f"{url}/services/home-download/")


def shoot(page: Page, folder: str | None, name: str) -> None:
    """Keeps a picture of the page, when a folder for it is named."""
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def main() -> dict[str, Any]:
    """What the command line asks for; answers the object to print."""
    parser = visitor("A person who downloads their home, for tests.")
    parser.add_argument("--save", help="where the archive goes")
    parser.add_argument("--screenshots", help="folder for home.png, after.png and admin.png")
    parser.add_argument("--width", type=int, default=1280, help="width of the window in pixels")
    parser.add_argument("--without-javascript", action="store_true")
    parser.add_argument("--cut", type=int, help="cut the connection once after so many bytes of the archive")
    parser.add_argument("--admin", action="store_true", help="make the archives of all homes, and wait for them")
    arguments = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n")
    proxy = CuttingProxy(arguments.url, arguments.cut) if arguments.cut else None
    url = proxy.url if proxy else arguments.url.rstrip("/")

    with chromium() as browser:
        context = browser.new_context(
            viewport={"width": arguments.width, "height": 800},
            java_script_enabled=not arguments.without_javascript,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        log_in(page, url, arguments.user, password)
        open_service(page, url, by_menu=not arguments.without_javascript and arguments.width > 800)
        button = page.get_by_role("button", name="Download everything")
        expect(button).to_be_visible()
        shoot(page, arguments.screenshots, "home")
        found: dict[str, Any] = {"user": arguments.user, "text": page.locator("main").inner_text()}
        # Nothing may stick out to the side, where a phone does not show it.
        size = page.locator("main").bounding_box()
        found["fits"] = bool(size and size["x"] >= 0 and size["x"] + size["width"] <= arguments.width)
        if arguments.save:
            with page.expect_download() as started:
                button.click()
            # Waits for the end; fails with the browser's reason.
            started.value.save_as(arguments.save)
            found["files"] = [started.value.suggested_filename]
            page.reload()
            shoot(page, arguments.screenshots, "after")
        if arguments.admin:
            page.get_by_role("link", name="Archives of all homes").click()
            shoot(page, arguments.screenshots, "admin-before")
            page.get_by_role("button", name="Make archives of all homes").click()
            expect(page.get_by_role("heading", name="of all homes of this hub?")).to_be_visible()
            shoot(page, arguments.screenshots, "sure")
            page.get_by_role("button", name="Make the archives").click()
            expect(page.get_by_role("button", name="Make new archives of all homes")).to_be_visible()
            shoot(page, arguments.screenshots, "admin")
            found["text"] = page.locator("main").inner_text()
        if proxy:
            found["requests"] = proxy.requests
        return found


if __name__ == "__main__":
    report(main)
