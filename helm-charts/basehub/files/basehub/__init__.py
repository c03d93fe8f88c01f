"""What the chart `basehub` adds to the hub of the JupyterHub chart; its settings are the values `jupyterhub.custom`.

The chart mounts this folder beside `jupyterhub_config.py`, and all that its `hub.extraConfig` says is:

    from basehub import configure
    configure(c)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traitlets.config import Config


def configure(c: Config) -> None:
    """Adds every feature that the chart's values ask for to the hub's configuration."""
    # Imported here, so that `basehub.profiles` can be imported where there is no JupyterHub.
    from . import (
        choosing,
        dask,
        downloads,
        fancy,
        groups,
        health,
        homepage,
        image_builds,
        parts,
        quotas,
        spawner,
        staff,
        usernames,
        volumes,
    )

    # The first, so that the others find only what runs.
    parts.configure(c)
    homepage.configure(c)
    spawner.configure(c)
    volumes.configure(c)
    choosing.configure(c)
    fancy.configure(c)
    staff.configure(c)
    groups.configure(c)
    usernames.configure(c)
    health.configure(c)
    dask.configure(c)
    image_builds.configure(c)
    downloads.configure(c)
    # The last, because it takes over the hook that all others have left in place.
    quotas.configure(c)
