"""The form of jupyterhub-fancy-profiles, in which profiles have permalinks and images can be built."""

from __future__ import annotations

from traitlets.config import Config
from traitlets.log import get_logger


def configure(c: Config) -> None:
    """Sets the form up where the hub's image has it; KubeSpawner's own form offers the same choices."""
    try:
        from jupyterhub_fancy_profiles import setup_ui
    except ImportError:
        get_logger().info("jupyterhub-fancy-profiles is not in this hub's image: KubeSpawner's own form is used")
    else:
        setup_ui(c)
