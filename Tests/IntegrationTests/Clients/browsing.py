"""What people with a browser share: the browser, and how it is told what came of their visit."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Error, expect, sync_playwright

PATIENCE = 120_000
"""Milliseconds that a page has for what is expected of it: many, for a machine that is busy."""


@contextmanager
def chromium(*arguments: str, **options: Any) -> Iterator[Browser]:
    """A browser until the end of the block; CHROMIUM names it, else /usr/bin/chromium is taken."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *arguments], **options)
        try:
            yield browser
        finally:
            browser.close()


def visitor(description: str) -> argparse.ArgumentParser:
    """The arguments that all have: the hub's address, and who comes; the password is a line of the standard input."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("url")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password-stdin", action="store_true", required=True)
    return parser


def report(visit: Callable[[], dict[str, Any]]) -> None:
    """Prints what a visit found, as JSON; where something is not as it should be, exits with 1 and says what."""
    try:
        print(json.dumps(visit()))
    except (Error, AssertionError, OSError) as error:
        print(json.dumps({"error": str(error), "kind": type(error).__name__}))
        sys.exit(1)
