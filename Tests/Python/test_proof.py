"""The answer that only one hub can give."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from unittest import mock
from urllib.parse import quote

from tornado import web
from tornado.httpclient import HTTPResponse
from tornado.testing import AsyncHTTPTestCase

from hubfleet_hub import ProofHandler

NONCE = "0123456789abcdef" * 4
KEY = "k€y"


class ProofTests(AsyncHTTPTestCase):
    def get_app(self) -> web.Application:
        return web.Application([(r"/hub/hubfleet/proof", ProofHandler)])

    def ask(self, query: str, key: str | None = KEY) -> HTTPResponse:
        with mock.patch.dict(os.environ, {"HUBFLEET_PROOF_KEY": key} if key is not None else {}):
            return self.fetch("/hub/hubfleet/proof" + query)

    def test_the_answer_needs_the_key(self) -> None:
        answer = self.ask(f"?nonce={NONCE}")
        wanted = hmac.new(KEY.encode(), f"hubfleet hub {NONCE}".encode(), hashlib.sha256).hexdigest()
        self.assertEqual((answer.code, json.loads(answer.body)), (200, {"proof": wanted}))
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertNotEqual(self.ask(f"?nonce={NONCE}", "other").body, answer.body)

    def test_what_is_no_nonce_is_refused(self) -> None:
        long = NONCE + "0"
        for query in ["", "?nonce=", f"?nonce={NONCE.upper()}", f"?nonce={NONCE[1:]}", f"?nonce={long}"]:
            self.assertEqual(self.ask(query).code, 400, query)
        for query in [f"?nonce={NONCE}%0a", f"?nonce={NONCE}&nonce={NONCE}", "?nonce=" + quote("٣" * 64)]:
            self.assertEqual(self.ask(query).code, 400, query)

    def test_a_hub_without_a_key_has_no_such_page(self) -> None:
        self.assertEqual(self.ask(f"?nonce={NONCE}", None).code, 404)
        self.assertEqual(self.ask(f"?nonce={NONCE}", "").code, 404)
