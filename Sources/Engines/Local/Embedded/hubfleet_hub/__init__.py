"""The hub's half of Hubfleet's local engine: who may log in, and how servers run without Kubernetes.

The `jupyterhub_config.py` that Hubfleet writes puts the folder of this package on `sys.path` and names these classes.
"""

from .authenticator import LocalAuthenticator
from .proof import ProofHandler
from .proxy import LocalProxy
from .spawner import LocalSpawner

__all__ = ["LocalAuthenticator", "LocalProxy", "LocalSpawner", "ProofHandler"]
