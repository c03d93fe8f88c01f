"""Lists of repositories as patterns, compared as BinderHub compares."""

import re

import pytest

from binder.repositories import OPEN_PROVIDERS, rules


def passes(link: str, allowed: list[str], banned: list[str] | None = None) -> bool:
    """Whether a link is built: what BinderHub's providers do with their two lists."""
    provider, spec = link.split("/", 1)
    offered = rules(allowed, banned or [])
    if provider not in offered:
        return False
    rule = offered[provider]
    if any(re.match(pattern, spec, re.IGNORECASE) for pattern in rule.banned):
        return False
    return not rule.allowed or any(re.match(pattern, spec, re.IGNORECASE) for pattern in rule.allowed)


@pytest.mark.parametrize(
    ("link", "entry", "expected"),
    [
        ("gh/example-org/any/HEAD", "github.com/example-org", True),
        ("gh/Example-Org/Any/feature/x", "https://github.com/example-org/", True),
        ("gh/example-org-evil/any/HEAD", "github.com/example-org", False),
        ("gh/other/example-org/HEAD", "github.com/example-org", False),
        ("gh/example-org/book/HEAD", "github.com/example-org/book", True),
        ("gh/example-org/book.git/HEAD", "https://github.com/example-org/book.git", True),
        ("gh/example-org/bookkeeping/HEAD", "github.com/example-org/book", False),
        ("gh/example.org/book/HEAD", "github.com/exampleXorg/book", False),
        ("gh/exampleXorg/book/HEAD", "github.com/example.org/book", False),
        ("gl/group%2Fteam%2Fproject/HEAD", "gitlab.com/group", True),
        ("gl/group%2Fproject/HEAD", "gitlab.com/group/project", True),
        ("gl/group%2Fprojects/HEAD", "gitlab.com/group/project", False),
        ("gist/example/0a1b2c/HEAD", "gist.github.com/example/0a1b2c", True),
        ("gist/example/0a1b2c", "gist.github.com/example/0a1b2c", True),
        ("gist/example/ffffff/HEAD", "gist.github.com/example/0a1b2c", False),
        ("zenodo/10.5281/zenodo.3242074", "doi:10.5281/zenodo.3242074", True),
        ("zenodo/10.5281/zenodo.32420749", "doi:10.5281/zenodo.3242074", False),
        ("git/https%3A%2F%2Fgit.example.org%2Fteam%2Fbook/main", "https://git.example.org/team", True),
        ("git/https%3A%2F%2Fgit.example.org%2F~me%2Fbook/main", "git.example.org/~me/book", True),
        ("git/https%3A%2F%2Fgit.example.org%2Fteams%2Fbook/main", "https://git.example.org/team", False),
        ("git/https%3A%2F%2Fgit.example.org.evil.org%2Fteam%2Fbook/main", "https://git.example.org/team", False),
        ("git/https%3A%2F%2Fgit.example.org%2Fteam%2F..%2Fevil%2Fbook/main", "https://git.example.org/team", False),
        ("git/https%3A%2F%2Fgit.example.org%2Fteam%2F%252E%252E%2Fevil/main", "https://git.example.org/team", False),
        ("git/https%3A%2F%2Fx%40git.example.org%2Fteam%2Fbook/main", "https://git.example.org/team", False),
        ("gl/group%2F..%2Fevil%2Fbook/HEAD", "gitlab.com/group", False),
        ("gh/example-org/../HEAD", "github.com/example-org", False),
    ],
)
def test_allowed(link: str, entry: str, expected: bool) -> None:
    assert passes(link, [entry]) is expected


@pytest.mark.parametrize(
    "link",
    [
        "git/https%3A%2F%2Fgithub.com%2Fevil%2Fminer/HEAD",
        "git/https%3A%2F%2Fgithub.com%2Fexample-org%2Fbook/HEAD",
        "gist/example-org/0a1b2c/HEAD",
        "zenodo/10.5281/zenodo.1",
        "gl/example-org%2Fbook/HEAD",
        "ckan/https%3A%2F%2Fexample.org%2Fdataset%2Fx",
        "hydroshare/8f7c2f0341ef4180b0dbe97f59130756",
    ],
)
def test_a_list_closes_all_other_ways(link: str) -> None:
    assert not passes(link, ["github.com/example-org"])


def test_no_list_offers_what_lists_can_ban() -> None:
    assert tuple(rules([], [])) == OPEN_PROVIDERS
    assert passes("gh/anybody/anything/HEAD", [])
    assert passes("gl/some%2Fproject/HEAD", [])
    assert passes("dataverse/10.7910/DVN/TJCLKP", [])
    assert not passes("git/https%3A%2F%2Fexample.org%2Fx/HEAD", [])


@pytest.mark.parametrize(
    "link",
    [
        "gh/bad/miner/HEAD",
        "gh/BAD/miner/HEAD",
        "gh/b%61d/miner/HEAD",
        "gh/bad%2Fminer/x/HEAD",
        "gh//bad/miner/HEAD",
        "gl/bad%2Fminer/HEAD",
        "gl/b%61d%2Fminer/HEAD",
        "gl/bad/HEAD",
        "zenodo/10.5281/zenodo.9",
        "zenodo/10.5281/zenodo%2E9",
    ],
)
def test_banned_in_every_spelling(link: str) -> None:
    assert not passes(link, [], ["github.com/bad", "gitlab.com/bad", "doi:10.5281/zenodo.9"])


def test_a_ban_wins_over_an_author() -> None:
    allowed, banned = ["github.com/example-org"], ["github.com/example-org/bad"]
    assert passes("gh/example-org/good/HEAD", allowed, banned)
    assert not passes("gh/example-org/bad/HEAD", allowed, banned)
    assert not passes("gh/example-org/bad.git/HEAD", allowed, banned)
    assert passes("gh/example-org/badge/HEAD", allowed, banned)


@pytest.mark.parametrize("entry", ["github.com", "example-org", "", "gist.github.com/example", "https://"])
def test_entries_that_name_nothing(entry: str) -> None:
    with pytest.raises(ValueError, match="names no repositories"):
        rules([entry], [])
