"""The hub's half of Hubfleet's local engine: who may log in, and how servers run without Kubernetes.

The `jupyterhub_config.py` that Hubfleet writes puts the folder of this package on `sys.path` and names both classes.
"""

from .authenticator import LocalAuthenticator
from .spawner import LocalSpawner

__all__ = ["LocalAuthenticator", "LocalSpawner"]
