"""The form of jupyterhub-fancy-profiles, in which profiles have permalinks and images can be built."""

from __future__ import annotations

import sys

from traitlets.config import Config
from traitlets.log import get_logger

PACKAGES = "/usr/local/share/basehub/packages"
"""Where the pod's init container has installed it. Last on the path, so that what the hub's image has comes first."""


def configure(c: Config) -> None:
    """Sets the form up where it can be had; KubeSpawner's own form offers the same choices."""
    if PACKAGES not in sys.path:
        sys.path.append(PACKAGES)
    try:
        from jupyterhub_fancy_profiles import setup_ui
    except ImportError:
        get_logger().info("jupyterhub-fancy-profiles is not to be had: KubeSpawner's own form is used")
    else:
        setup_ui(c)
