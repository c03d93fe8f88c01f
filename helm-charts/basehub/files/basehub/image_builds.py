"""BinderHub beside the hub, which builds images: where the hub finds it, and where its logins come back to."""

from __future__ import annotations

from traitlets.config import Config

from .parts import part, service_of
from .settings import base_url

NAME = "binder"


def configure(c: Config) -> None:
    """Adds what the hub must know of the service while the chart runs it; what the hub says itself stays."""
    service = service_of(c, NAME)
    said = part(NAME)
    if service is None or not said["runs"]:
        return
    service.setdefault("url", f"http://{said['host']}:{said['port']}")
    service.setdefault("oauth_client_id", f"service-{NAME}")
    # It belongs to the hub, so nobody need allow it to know who they are.
    service.setdefault("oauth_no_confirm", True)
    # The chart gives BinderHub the same in the ConfigMap basehub-addresses.
    service.setdefault("oauth_redirect_uri", f"{base_url(c)}services/{NAME}/oauth_callback")
