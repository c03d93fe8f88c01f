"""Which repositories are built: lists of an operator, as patterns for BinderHub.

BinderHub compares the text of a link with regular expressions. A link may be written in many ways, and a provider for
"any git address" would get around every list. So only links in the one usual form pass, a provider that no list can
name is not offered, and `git` is offered for listed addresses alone.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

# The short names of providers in links, and BinderHub's classes for them.
CLASSES = {
    "gh": "GitHubRepoProvider",
    "gl": "GitLabRepoProvider",
    "gist": "GistRepoProvider",
    "git": "GitRepoProvider",
    "zenodo": "ZenodoProvider",
    "figshare": "FigshareProvider",
    "dataverse": "DataverseProvider",
}
DOI_PROVIDERS = ("zenodo", "figshare", "dataverse")
# Offered when everybody may be an author.
OPEN_PROVIDERS = ("gh", "gl", *DOI_PROVIDERS)

# One part of a path; never only dots, which lead back up.
NAME = r"(?!\.+(?:%2F|/|$))[A-Za-z0-9._~-]+"
DOI = r"10\.[0-9]{4,9}/[A-Za-z0-9._;()/:-]+"

# What a link of each provider looks like when nothing in it is disguised.
USUAL_FORM = {
    "gh": f"{NAME}/{NAME}/",
    "gl": f"{NAME}(%2F{NAME})+/",
    "gist": f"{NAME}/[0-9a-f]+(/|$)",
    "git": f"https%3A%2F%2F{NAME}(%2F{NAME})+/",
    **dict.fromkeys(DOI_PROVIDERS, f"{DOI}$"),
}


@dataclass
class Rules:
    """Patterns for one provider; empty `allowed` allows everything that is not banned."""

    allowed: list[str] = field(default_factory=list)
    banned: list[str] = field(default_factory=list)


def rules(allowed: list[str], banned: list[str]) -> dict[str, Rules]:
    """The providers to offer, by their short names, with their patterns."""
    allowed_patterns = _by_provider(allowed)
    banned_patterns = _by_provider(banned)
    offered = tuple(allowed_patterns) if allowed else OPEN_PROVIDERS
    return {
        provider: Rules(
            allowed=allowed_patterns.get(provider, []),
            banned=[f"(?!{USUAL_FORM[provider]})", *banned_patterns.get(provider, [])],
        )
        for provider in offered
    }


def _by_provider(entries: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        for provider, pattern in patterns(entry):
            found.setdefault(provider, []).append(pattern)
    return found


def patterns(entry: str) -> list[tuple[str, str]]:
    """An entry of a list as pairs of a provider and a pattern. Entries that are none of these stop the program."""
    text = entry.strip().rstrip("/")
    if text.startswith("doi:"):
        doi = re.escape(text.removeprefix("doi:"))
        return [(provider, f"{doi}$") for provider in DOI_PROVIDERS]
    url = urlsplit(text if "://" in text else f"https://{text}")
    host, parts = (url.hostname or ""), [part for part in url.path.split("/") if part]
    if parts:
        parts[-1] = parts[-1].removesuffix(".git")
    if host in ("github.com", "gitlab.com") and parts:
        return _forge(host, parts)
    if host == "gist.github.com" and len(parts) == 2:
        # GitHub looks at the id alone, so a name before it proves nothing.
        return [("gist", f"[^/]+/{re.escape(parts[1])}(/|$)")]
    if "." in host and host != "gist.github.com" and parts:
        return [_git(host, parts)]
    raise ValueError(f"{entry!r} names no repositories; see authors.repositories in values.schema.yaml")


def _forge(host: str, parts: list[str]) -> list[tuple[str, str]]:
    """An owner or a repository at GitHub or GitLab."""
    if host == "github.com":
        owner = re.escape(parts[0])
        if len(parts) == 1:
            return [("gh", f"{owner}/")]
        return [("gh", rf"{owner}/{re.escape(parts[1])}(\.git)?/")]
    # A group with all that is in it, or one project: the link's form does not tell them apart.
    path = "%2F".join(re.escape(part) for part in parts)
    return [("gl", rf"{path}(\.git)?(%2F|/)")]


def _git(host: str, parts: list[str]) -> tuple[str, str]:
    """Another git server: all addresses below one, or that one."""
    address = re.escape(quote("/".join([f"https://{host}", *parts]), safe=""))
    return ("git", rf"{address}(\.git)?(%2F|/)")
