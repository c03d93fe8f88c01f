"""A user whose page attacks the download service from the origin that all servers of a hub share, in a real browser.

The page is eve's. A user, another user and an administrator have it open while they are logged in to the hub and to the
service; it tries every route by script, frame, form and window, over http and https. Prints one JSON object with a
table of what came of each, and with the faults in it.

    hostile_client.py URL --user eve --password-stdin
                      [--schemes http,https] [--roles user,other,administrator]

The first line of standard input is the users' password, the second that of administrators.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from browsing import chromium, report, visitor
from download_client import log_in
from shared_origin import HOST, SharedOrigin

PREFIX = "/services/home-download/"
ROUTES = Path(__file__).with_name("download_routes.txt")
OPEN = {"health", "style.css", "receipts.pem.pub", "oauth_callback", "login-failed"}
"""What anybody may read."""
FAULTS = ("READ", "DONE", "TAKEN")
ROLES = {"user": "ann", "other": "bob", "administrator": "admin"}
WORDS = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}
"""What a program says that passes for a person with a browser."""


@dataclass
class Victim:
    """Somebody with a browser, logged in, and what of theirs eve knows the addresses of."""

    role: str
    context: BrowserContext
    names: dict[str, str]


@dataclass
class Table:
    """What came of each way to each route."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def note(self, row: str, way: str, what: str, detail: str = "") -> None:
        self.rows.setdefault(row, {})[way] = what
        if what in FAULTS:
            self.faults.append(f"{row} by {way}: {what} {detail}".strip())

    def text(self) -> str:
        lines = [
            f"{row}: {', '.join(f'{way} {what}' for way, what in found.items())}" for row, found in self.rows.items()
        ]
        return "\n".join(lines)

    def counts(self) -> dict[str, int]:
        return dict(Counter(what for found in self.rows.values() for what in found.values()))


class Attack:
    """Eve, before one hub."""

    def __init__(self, origin: SharedOrigin, browser: Browser, passwords: dict[str, str]) -> None:
        self.origin = origin
        self.browser = browser
        self.passwords = passwords
        self.table = Table()
        self.tokens: dict[str, str] = {}

    def logged_in(self, scheme: str, user: str) -> tuple[BrowserContext, Page]:
        """A browser in which somebody has logged in to the hub."""
        context = self.browser.new_context(ignore_https_errors=True, accept_downloads=True)
        page = context.new_page()
        log_in(page, self.origin.urls[scheme], user, self.passwords[user])
        return context, page

    def open_home(self, page: Page, url: str) -> None:
        """Opens the service's page and waits until the home has been looked at."""
        page.goto(url + PREFIX)
        expect(page.get_by_text("Home of")).to_be_visible()

    def prepare(self, role: str) -> Victim:
        """Logs somebody in over https, and downloads once as people do: that is not refused."""
        url = self.origin.urls["https"]
        context, page = self.logged_in("https", ROLES[role])
        self.open_home(page, url)
        with page.expect_download() as started:
            page.locator("text=/^Download everything/").click()
        assert started.value.failure() is None, started.value.failure()
        self.open_home(page, url)
        address = re.search(rf'"({PREFIX}archives/[^"?]*\.zip)"', page.content())
        receipt = page.locator(f'a[href*="{PREFIX}receipts/"]').first.get_attribute("href")
        assert address and receipt, page.content()
        page.close()
        return Victim(role, context, {"archive": address[1], "receipt": receipt})

    def learn(self) -> None:
        """Takes what eve's own page of the service has in its forms."""
        context, page = self.logged_in("https", "eve")
        self.open_home(page, self.origin.urls["https"])
        for form in page.locator("form").all():
            token = form.locator("input[name=token]")
            if token.count():
                self.tokens[form.get_attribute("action") or ""] = token.first.input_value()
        context.close()

    def routes(self, victim: Victim) -> Iterator[tuple[str, str, str]]:
        """Method, route and address of each route of the service."""
        for line in ROUTES.read_text().splitlines():
            method, route = line.split(" ")
            named = {"archives/:id/:file": victim.names["archive"], "receipts/:file": victim.names["receipt"]}
            yield method, route, named.get(route, PREFIX + route)

    def page_of_eve(self, scheme: str, victim: Victim, policy: str = "") -> Page:
        page = victim.context.new_page()
        page.goto(f"{self.origin.urls[scheme]}/user/eve/page.html{policy}")
        return page

    def close_others(self, page: Page) -> None:
        for other in page.context.pages:
            if other != page:
                other.close()

    def judge(self, row: str, route: str, way: str, statuses: list[int], read: str) -> None:
        """Notes what came of one way to one route, by what the page read and what the service answered."""
        method = row.split(" ")[2]
        was_let_in = any(status < 400 for status in statuses) or way == "cached"
        what = "refused" if statuses else "not sent"
        if route in OPEN:
            what = "open" if was_let_in else what
        elif was_let_in and read:
            what = "READ"
        elif method == "POST" and was_let_in:
            # With her own token she does something of her own.
            what = "hers" if way.startswith("hers") else "DONE"
        elif any(status < 400 for status in statuses):
            what = "TAKEN" if route.startswith(("archives/", "home.", "logout")) else "opened, unread"
        self.table.note(row, way, what, f"{sorted(set(statuses))} {read[:80]!r}")

    def attack(self, scheme: str, victim: Victim, page: Page, kind: str, name: str = "", at_once: int = 30) -> None:
        """Tries ways of one kind at each route, some routes at once."""
        routes = list(self.routes(victim))
        for start in range(0, len(routes), at_once):
            some = routes[start : start + at_once]
            named = {(method, path): route for method, route, path in some}
            self.origin.noted.clear()
            hers = next(iter(self.tokens.values()), "")
            asked = [[method, path, self.tokens.get(path, hers)] for method, _, path in some]
            tried = page.evaluate("([kind, routes, name]) => attack(kind, routes, name)", [kind, asked, name])
            for method, path, way, read, _ in tried:
                noted = [one for one in self.origin.noted if (one.method, one.path, one.way) == (method, path, way)]
                route = named[method, path]
                row = f"{scheme} {victim.role} {method} {route}"
                self.judge(row, route, way, [one.status for one in noted], read)
            self.close_others(page)

    def try_routes(self, scheme: str, victim: Victim) -> None:
        """Tries each route by all ways of a page, and from pages that want to stay together with what they open."""
        page = self.page_of_eve(scheme, victim)
        self.attack(scheme, victim, page, "ahead", at_once=4)
        self.attack(scheme, victim, page, "page", at_once=4)
        self.attack(scheme, victim, page, "leaving", at_once=5)
        page.close()
        for policy in ("same-origin", "same-origin-allow-popups", "noopener-allow-popups"):
            page = self.page_of_eve(scheme, victim, f"?coop={policy}")
            self.attack(scheme, victim, page, "opening", f"-{policy}")
            page.close()

    def try_worker(self, scheme: str, victim: Victim) -> None:
        """Has a worker of eve's stand before the service while its pages are opened, and fetch in the background."""
        page = self.page_of_eve(scheme, victim)
        scope = page.evaluate("settle()")
        assert scope == self.origin.urls[scheme] + "/", scope
        self.attack(scheme, victim, page, "background", at_once=3)
        for method, route, path in self.routes(victim):
            if method != "GET":
                continue
            page.evaluate("() => { told.length = 0 }")
            window = victim.context.new_page()
            # It may become a download.
            with contextlib.suppress(Error):
                window.goto(f"{self.origin.urls[scheme]}{path}")
            page.wait_for_timeout(200)
            for told in page.evaluate("told"):
                if told["path"] == path:
                    row = f"{scheme} {victim.role} {method} {route}"
                    self.judge(row, route, told["way"], [told["status"] or 302], told["read"])
            window.close()
        page.evaluate("navigator.serviceWorker.getRegistration().then((own) => own.unregister())")
        page.close()

    def try_code(self, scheme: str, victim: Victim) -> None:
        """Has the victim's browser finish a login that eve began: with the hub's code she would be the victim."""
        page = self.page_of_eve(scheme, victim)
        for way, script in {
            "fetch": "([path]) => fetch(path).then(text)",
            "no-cors": "([path]) => fetch(path, { mode: 'no-cors' }).then(text)",
            "frame": "([path]) => framed(element('iframe', { src: path }))",
            "window": "([path]) => robbed(window.open(path))",
        }.items():
            tried = f"(given) => Promise.resolve(({script})(given)).catch(() => ({{}}))"
            found = page.evaluate(tried, [self.begun()])
            what = "READ" if "code=" in found.get("url", "") else "refused"
            self.table.note(f"{scheme} {victim.role} the code of a login", way, what, found.get("url", ""))
            self.close_others(page)
        page.close()

    def begun(self) -> str:
        """The address at the hub of a login that eve began with a program."""

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: Any) -> None:
                return None

        request = urllib.request.Request(self.origin.hub.geturl().rstrip("/") + PREFIX, headers=WORDS)
        try:
            urllib.request.build_opener(Stay).open(request, timeout=60)
        except urllib.error.HTTPError as answer:
            return answer.headers["Location"] or ""
        raise AssertionError("the service let in somebody who is not logged in")

    def check_still_there(self, victim: Victim) -> None:
        """Whether the victim is still logged in, and the service still works for them."""
        page = victim.context.new_page()
        page.goto(self.origin.urls["https"] + PREFIX)
        expect(page.get_by_text("Home of")).to_be_visible()
        page.close()

    def over_http(self, victim: Victim) -> str:
        """Brings a victim to http with the service's cookie, wherever it is from; answers what they see."""
        context, page = self.logged_in("http", ROLES[victim.role])
        kept = next(one for one in victim.context.cookies() if one["name"] == "home-download-token")
        context.add_cookies([{"name": kept["name"], "value": kept["value"], "domain": HOST, "path": PREFIX}])
        page.goto(self.origin.urls["http"] + PREFIX)
        text: str = page.locator("body").inner_text()
        page.close()
        victim.context = context
        return text


def main() -> dict[str, Any]:
    """What the command line asks for; answers the object to print."""
    parser = visitor("A page that attacks the download service, for tests.")
    parser.add_argument("--schemes", default="http,https")
    parser.add_argument("--roles", default=",".join(ROLES))
    arguments = parser.parse_args()
    users, administrators = (sys.stdin.readline().rstrip("\n") for _ in range(2))
    passwords = {"ann": users, "bob": users, "eve": users, "admin": administrators}
    rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium(rules, "--ignore-certificate-errors") as browser,
    ):
        attack = Attack(SharedOrigin(arguments.url, Path(folder)), browser, passwords)
        attack.learn()
        seen: dict[str, str] = {}
        users_names: dict[str, str] = {}
        for role in arguments.roles.split(","):
            victim = attack.prepare(role)
            # The other user is sent to what is the first one's.
            users_names = users_names or victim.names
            if role == "other":
                victim.names = users_names
            secure = victim.context
            for scheme in arguments.schemes.split(","):
                if scheme == "http":
                    seen[role] = attack.over_http(victim)
                attack.try_routes(scheme, victim)
                attack.try_code(scheme, victim)
                if scheme == "https":
                    attack.try_worker(scheme, victim)
                    attack.check_still_there(victim)
                victim.context = secure
            secure.close()
        table = attack.table
        return {"text": table.text(), "faults": table.faults, "counts": table.counts(), "seen": seen}


if __name__ == "__main__":
    report(main)
