"""The hub's pages: the chart's own, and before them those of a repository that a side container keeps up to date."""

from __future__ import annotations

from traitlets.config import Config

from .settings import configured, setting

COMMUNITY = "/usr/local/share/jupyterhub/custom_templates"
CHART = "/usr/local/share/basehub/templates"


def configure(c: Config) -> None:
    """Looks for templates there, and gives them the chart's variables as `custom`."""
    c.JupyterHub.template_paths = [COMMUNITY, *(configured(c.JupyterHub, "template_paths") or []), CHART]
    custom = {"custom": setting("homepage.templateVars", {})}
    c.JupyterHub.template_vars = {**(configured(c.JupyterHub, "template_vars") or {}), **custom}
