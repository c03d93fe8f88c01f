"""BinderHub's part of a binder hub."""

import importlib
from html import escape
from pathlib import Path
from typing import Any

from binder import restart
from binder.repositories import CLASSES, rules
from binder.settings import SETTINGS, Branding, ServiceSettings, service_settings

# The hub within the cluster, without its path.
HUB = "http://hub:8081"


def configure(c: Any, settings_file: Path = SETTINGS) -> None:
    """Sets up BinderHub. `c` is what its configuration calls so."""
    settings = service_settings(settings_file)
    _addresses(c, settings)
    _branding(c, settings.branding)
    _limits(c, settings)
    _repositories(c, settings)
    restart.on_change([settings_file, *sorted(Path(__file__).parent.glob("*.py"))])


def _addresses(c: Any, settings: ServiceSettings) -> None:
    c.BinderHub.auth_enabled = settings.loginEnabled
    c.BinderHub.hub_url = f"{settings.hubAddress}{settings.hubBase}" if settings.hubAddress else ""
    c.BinderHub.hub_url_local = f"{HUB}{settings.hubBase}"
    c.BinderHub.badge_base_url = settings.binderAddress
    c.BinderHub.cors_allow_origin = settings.allowOrigin


def _branding(c: Any, branding: Branding) -> None:
    name, help_url = escape(branding.name), escape(branding.helpUrl)
    help_link = f'<a href="{help_url}">Help</a>' if help_url else ""
    c.BinderHub.default_opengraph_title = branding.name
    c.BinderHub.banner_message = f"<b>{name}</b> {help_link}".rstrip()
    c.BinderHub.about_message = " ".join(part for part in (branding.about, help_link) if part)
    # Read by files/pages/page.html.
    c.BinderHub.template_variables = {
        **(c.BinderHub.get("template_variables") or {}),
        "binder_name": branding.name,
        "binder_logo_url": branding.logoUrl,
    }


def _limits(c: Any, settings: ServiceSettings) -> None:
    limits = settings.limits
    c.RateLimiter.period_seconds = 3600
    c.RateLimiter.limit = limits.launchesPerAddressPerHour
    c.LaunchQuota.total_quota = limits.servers
    c.BinderHub.per_repo_quota = limits.serversPerRepository
    c.BinderHub.concurrent_build_limit = limits.builds
    c.KubernetesCleaner.max_age = limits.buildMinutes * 60
    c.BinderHub.ban_networks = dict.fromkeys(limits.bannedNetworks, "your network")


def _repositories(c: Any, settings: ServiceSettings) -> None:
    offered = rules(settings.repositories, settings.limits.bannedRepositories)
    providers = importlib.import_module("binderhub.repoproviders")
    c.BinderHub.repo_providers = {name: getattr(providers, CLASSES[name]) for name in offered}
    for name, rule in offered.items():
        # One by one: the class of gists inherits from that of GitHub, and settings are inherited with it.
        c[CLASSES[name]].allowed_specs = rule.allowed
        c[CLASSES[name]].banned_specs = rule.banned
