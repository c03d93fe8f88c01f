"""A person with a browser at a JupyterHub: logs in, starts a server, runs a cell of a new notebook in JupyterLab.

Prints one JSON object; exits 1, with {"error": ...} in it, if anything is not as it should be.
Needs `playwright` (the Python package alone) and a Chromium: CHROMIUM names it, else /usr/bin/chromium is taken.

    browser_client.py URL --user NAME --password-stdin [--profile SLUG] [--code PYTHON] [--screenshots FOLDER]
                      [--width PIXELS] [--no-server] [--keep]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, expect

from browsing import PATIENCE, chromium, report, visitor


class Person:
    """Someone at one page of a browser."""

    def __init__(self, page: Page, url: str, screenshots: str | None) -> None:
        self.page = page
        self.url = url.rstrip("/")
        self.screenshots = Path(screenshots) if screenshots else None
        self.seconds: dict[str, float] = {}
        self._began = time.monotonic()

    def seen(self) -> str:
        """What the page says in the end, for whoever must find out what went wrong."""
        text: str = self.page.locator("body").inner_text()
        return f"{self.page.url} after {self.seconds} s: {text[-1500:]}"

    def done(self, step: str, screenshot: bool = False) -> None:
        """Notes how long a step took, and keeps a picture of where it led."""
        self.seconds[step] = round(time.monotonic() - self._began, 2)
        if self.screenshots and screenshot:
            self.screenshots.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.screenshots / f"{step}.png", full_page=step != "lab")
        self._began = time.monotonic()

    def log_in(self, user: str, password: str) -> str:
        """Logs in through the form; answers the heading of the login page."""
        self.page.goto(f"{self.url}/hub/login")
        # A logo that does not load must not hold anybody up.
        heading: str = self.page.locator("h1").first.inner_text()
        self.done("login", screenshot=True)
        self.page.get_by_label("Username").fill(user)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.locator("#logout")).to_be_attached()
        return heading

    def start(self, profile: str | None) -> None:
        """Starts the server, with the profile of this slug if one is named, and waits for JupyterLab."""
        self.page.goto(f"{self.url}/hub/spawn")
        start = self.page.get_by_role("button", name="Start", exact=True)
        if start.count():
            if profile:
                self.page.locator(f'input[name=profile][value="{profile}"]').check()
            self.done("options", screenshot=True)
            start.click()
        self.page.wait_for_url(re.compile(r"/user/[^/]+/lab"), timeout=120_000)
        expect(self.page.locator("#main.jp-LabShell")).to_be_visible()
        self.done("start")

    def run_cell(self, code: str) -> str:
        """Types code into a new notebook of Python and runs it; answers what the page shows as output."""
        self.page.locator('.jp-LauncherCard[data-category="Notebook"]', has_text="Python 3").first.click()
        expect(self.page.locator(".jp-Notebook .cm-content").first).to_be_visible()
        # A cell that is run before the kernel is connected is not run at all, without a sign.
        expect(self.page.get_by_text(re.compile(r"Python 3.* \| Idle")).first).to_be_visible()
        output = self.page.locator(".jp-OutputArea-output pre").first
        self.type_code(code)
        self.page.keyboard.press("Shift+Enter")
        expect(output).to_be_visible()
        self.done("code")
        self.done("lab", screenshot=True)
        text: str = output.inner_text()
        return text.strip()

    def type_code(self, code: str) -> None:
        """Types code into the first cell."""
        cell = self.page.locator(".jp-Notebook .cm-content").first
        # The notebook takes the focus away while it loads, so typing may go nowhere at first.
        for _ in range(20):
            cell.click()
            if code in cell.inner_text():
                break
            self.page.keyboard.insert_text(code)
            if code in cell.inner_text():
                break
            self.page.wait_for_timeout(500)
        expect(cell).to_contain_text(code)

    def stop(self) -> None:
        """Stops the server with the button of the hub's home page."""
        self.page.goto(f"{self.url}/hub/home")
        self.page.locator("#stop").click()
        expect(self.page.locator("#stop")).to_be_hidden()
        self.done("stop")


def main() -> dict[str, Any]:
    """What the command line asks for; answers the object to print."""
    parser = visitor("A person with a browser at a JupyterHub, for tests.")
    parser.add_argument("--profile", help="slug of the profile; else the one the form has chosen")
    parser.add_argument("--code", default="print(6*7)")
    parser.add_argument("--screenshots", help="folder for login.png, options.png and lab.png")
    parser.add_argument("--width", type=int, default=1280, help="width of the window in pixels")
    parser.add_argument("--no-server", action="store_true", help="end at the page of server options")
    parser.add_argument("--keep", action="store_true", help="leave the server running")
    arguments = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n")

    with chromium() as browser:
        page = browser.new_page(viewport={"width": arguments.width, "height": 900})
        page.set_default_timeout(PATIENCE)
        person = Person(page, arguments.url, arguments.screenshots)
        try:
            return visit(person, arguments, password)
        except (Error, AssertionError) as error:
            raise AssertionError(f"{error}\n{person.seen()}") from error


def visit(person: Person, arguments: argparse.Namespace, password: str) -> dict[str, Any]:
    """Logs in and does what is asked for; answers what was seen."""
    found: dict[str, Any] = {"user": arguments.user, "seconds": person.seconds}
    found["heading"] = person.log_in(arguments.user, password)
    if arguments.no_server:
        person.page.goto(f"{person.url}/hub/spawn")
        person.done("options", screenshot=True)
        return found
    person.start(arguments.profile)
    found["url"] = person.page.url
    found["output"] = person.run_cell(arguments.code)
    if not arguments.keep:
        person.stop()
    return found


if __name__ == "__main__":
    report(main)
