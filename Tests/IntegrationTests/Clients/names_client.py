"""People with odd names at a hub, each with a browser of their own: they can use a server, or are told why not.

    names_client.py URL --user NAME --password-stdin [--count N] [--seed N] [--jobs N]

NAME is nobody's. Prints one JSON object: how many could work, how many were refused, and what was wrong.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Route

from browsing import PATIENCE, chromium, report, visitor

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Python"))
from names import random_names

# What a server says of itself to a page of its own, as JupyterLab asks for it.
STATUS = """async () => {
    const data = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const token = (document.cookie.match(/\\b_xsrf=([^;]*)/) || ["", ""])[1];
    const answer = await fetch(data.baseUrl + "api/me", {headers: {"X-XSRFToken": token}});
    return [answer.status, answer.ok ? (await answer.json()).identity.username : ""];
}"""
# As the button of the hub's page does it.
STOP = """async () => (await fetch(`${jhdata.base_url}api/users/${encodeURIComponent(jhdata.user)}/server`, {
    method: "DELETE", headers: {"X-XSRFToken": jhdata.xsrf_token}})).status"""


def without_looks(route: Route) -> None:
    """Leaves out what is only seen: pages of Lab load megabytes of it."""
    route.abort() if re.search("/user/[^/]+/static/", route.request.url) else route.continue_()


def work(page: Page, url: str, name: str, password: str) -> str:
    """Logs in and uses the server; answers "works", "refused", or what is wrong."""
    page.goto(f"{url}/hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    if not page.locator("#logout").count() and "/user/" not in page.url:
        words = page.locator(".login_error").first.inner_text().strip() if page.locator(".login_error").count() else ""
        return "refused" if words else f"neither let in nor told why: {page.url}"
    page.goto(f"{url}/hub/spawn")
    start = page.get_by_role("button", name="Start", exact=True)
    if start.count():
        start.click()
    # The page that waits does so by a script, which is left out.
    end = time.monotonic() + PATIENCE / 1000
    while not page.locator("#jupyter-config-data").count():
        if time.monotonic() > end:
            return f"the server does not start: {page.url}"
        time.sleep(0.3)
        # The page may just be on its way there by itself.
        with contextlib.suppress(Error):
            page.goto(f"{url}/hub/user-redirect/lab")
    status, who = page.evaluate(STATUS)
    # Browsers make a blank of the end of a line, and JupyterHub knows names in lower case.
    wanted = re.sub(r"[\r\n]", " ", name).strip().lower()
    found = "works" if status == 200 and who == wanted else f"the server answers {status} to {who!r}"
    page.goto(f"{url}/hub/home")
    stopped = page.evaluate(STOP)
    return found if stopped in (202, 204) else f"{found}; does not stop: {stopped}"


def visit(browser: Browser, url: str, name: str, password: str) -> str:
    """One person, who has a browser without anything of the others."""
    context = browser.new_context()
    try:
        context.route("**/*", without_looks)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return work(page, url, name, password)
    except Error as error:
        return str(error).splitlines()[0]
    finally:
        context.close()


def visits(url: str, names: list[str], password: str) -> list[tuple[str, str]]:
    """People who come one after the other to a browser of their own process."""
    with chromium() as browser:
        return [(name, visit(browser, url, name, password)) for name in names]


def main() -> dict[str, Any]:
    """What the command line asks for; answers the object to print."""
    parser = visitor("People with odd names, for tests.")
    parser.add_argument("--count", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="how many come side by side")
    arguments = parser.parse_args()
    password = sys.stdin.readline().rstrip("\n")
    counts = {"works": 0, "refused": 0}
    faults = []
    names = list(random_names(arguments.count, arguments.seed))
    parts = [names[number :: arguments.jobs] for number in range(arguments.jobs)]
    with ProcessPoolExecutor(arguments.jobs) as pool:
        done = [pool.submit(visits, arguments.url.rstrip("/"), part, password) for part in parts]
        found_of = [pair for future in done for pair in future.result()]
    for name, found in found_of:
        if found in counts:
            counts[found] += 1
        else:
            faults.append(f"{json.dumps(name)}: {found}")
    return {"counts": counts, "faults": faults}


if __name__ == "__main__":
    report(main)
