"""Settings of a binder hub, as the chart writes them."""

from pathlib import Path
from typing import Any

FILES = Path(__file__).resolve().parents[3] / "helm-charts" / "binderhub" / "files"
SERVICE: dict[str, Any] = {
    "loginEnabled": False,
    "hubAddress": "https://hub.example.org",
    "hubBase": "/",
    "binderAddress": "https://binder.example.org",
    "allowOrigin": "",
    "branding": {
        "name": "A & B",
        "logoUrl": "https://example.org/logo.svg",
        "about": "<i>About us</i>",
        "helpUrl": "mailto:help@example.org",
    },
    "repositories": ["github.com/example-org"],
    "limits": {
        "launchesPerAddressPerHour": 3,
        "servers": 5,
        "serversPerRepository": 2,
        "builds": 1,
        "buildMinutes": 10,
        "bannedRepositories": ["github.com/example-org/bad"],
        "bannedNetworks": ["192.0.2.0/24"],
    },
}
HUB: dict[str, Any] = {
    "loginEnabled": False,
    "servers": 5,
    "allowOrigin": "",
    "binderAddress": "https://binder.example.org",
    "name": "A & B",
    "logoUrl": "https://example.org/logo.svg",
    "helpUrl": "mailto:help@example.org",
}
