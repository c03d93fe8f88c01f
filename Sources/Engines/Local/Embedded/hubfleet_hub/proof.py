"""The proof that an address leads to this very hub: an answer that needs the key which the engine started it with."""

from __future__ import annotations

import hashlib
import hmac
import os
import re

from tornado import web

VARIABLE = "HUBFLEET_PROOF_KEY"


def proof(key: str, nonce: str) -> str:
    """What the hub with this key answers; the words before the nonce keep it from meaning anything else."""
    return hmac.new(key.encode(), b"hubfleet hub " + nonce.encode(), hashlib.sha256).hexdigest()


class ProofHandler(web.RequestHandler):
    """Answers the engine, without a login and without cookies: so it is none of JupyterHub's own handlers."""

    def get(self) -> None:
        """`{"proof": …}` for the argument `nonce`, 64 lower-case hexadecimal digits."""
        key = os.environ.get(VARIABLE)
        if not key:
            raise web.HTTPError(404)
        nonce = self.get_arguments("nonce", strip=False)
        if len(nonce) != 1 or not re.fullmatch("[0-9a-f]{64}", nonce[0]):
            raise web.HTTPError(400)
        self.set_header("Cache-Control", "no-store")
        self.write({"proof": proof(key, nonce[0])})
