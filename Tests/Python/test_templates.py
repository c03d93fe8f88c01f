"""The pages that Hubfleet changes, made by JupyterHub's own loader of templates."""

from __future__ import annotations

import re
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jupyterhub._data import DATA_FILES_PATH

OURS = Path(__file__).resolve().parents[2] / "Sources/Engines/Local/Embedded/templates"


class TemplateTests(unittest.TestCase):
    """What people read."""

    def render(self, name: str, **variables: Any) -> str:
        theirs = str(Path(DATA_FILES_PATH) / "templates")
        loader = ChoiceLoader(
            [PrefixLoader({"templates": FileSystemLoader([theirs])}, "/"), FileSystemLoader([str(OURS), theirs])]
        )
        page = Environment(loader=loader, autoescape=True).get_template(name)
        standard = {
            "static_url": lambda path, **_: path,
            "base_url": "/hub/",
            "prefix": "/",
            "authenticator": SimpleNamespace(request_otp=False),
            "version_hash": "",
            "parsed_scopes": {},
        }
        return page.render({**standard, **variables})

    def words(self, **hubfleet: Any) -> str:
        page = self.render("login.html", hubfleet=hubfleet, custom={"enabled": False})
        found = re.search(r'<p class="home-passwords".*?</p>', page, re.DOTALL)
        return " ".join(re.sub(r"</?(strong|p)\b[^>]*>", "", found[0]).split()) if found else ""

    def test_the_login_page_says_which_name_has_which_password(self) -> None:
        ending = "with the administrators' password; any other name with the users' password."
        for names, beginning in [
            (["ada"], "ada logs in"),
            (["ada", "bob"], "ada and bob log in"),
            (["ada", "bob", "eve"], "ada, bob and eve log in"),
            (["ada", "bob", "eve", "x", "y"], "ada, bob, eve and 2 more log in"),
        ]:
            self.assertEqual(self.words(administrators=names, allows_all=True), f"{beginning} {ending}")
        self.assertIn("the names that may log in with", self.words(administrators=["ada"], allows_all=False))
        self.assertIn("&lt;b&gt;&#34;", self.words(administrators=['<b>"'], allows_all=True))
        self.assertEqual(self.words(administrators=[], allows_all=True), "")

    def test_the_login_page_needs_no_variables_and_goes_with_a_home_page(self) -> None:
        self.assertIn('name="username"', self.render("login.html"))
        page = self.render(
            "login.html",
            custom={"org": {"name": "An Organisation"}, "announcements": ["<b>Now</b>"]},
            hubfleet={"administrators": ["ada"], "allows_all": True},
            login_error="Because <of> this",
        )
        for text in ["An Organisation", "<b>Now</b>", "<strong>ada</strong>", "Because &lt;of&gt; this"]:
            self.assertIn(text, page)

    def test_the_menu_names_downloads_and_keeps_other_names(self) -> None:
        services = [
            {"name": "home-download", "href": "/services/home-download/"},
            {"name": "other <x>", "href": "/services/other/"},
        ]
        user = SimpleNamespace(name="ada", url="/user/ada/", spawner=SimpleNamespace(options_form=""))
        page = self.render("page.html", services=services, user=user)
        self.assertEqual(
            re.findall(r'<a class="dropdown-item" href="(/services/[^"]*)">([^<]*)</a>', page),
            [("/services/home-download/", "Download my home"), ("/services/other/", "other &lt;x&gt;")],
        )
