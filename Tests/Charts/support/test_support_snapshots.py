"""The script of the backups, against a small stand-in for the API of Kubernetes, and its rights."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import importlib.util
import io
import json
import pathlib
import tempfile
import threading
import unittest
from typing import Any

from charts import Object
from support_case import CHART, EVERYTHING, ChartCase, own, template

# The snapshots of each namespace.
Store = dict[str, list[Object]]
NOW = datetime.datetime(2026, 11, 21, 3, 15, tzinfo=datetime.timezone.utc)
BASE = "/apis/snapshot.storage.k8s.io/v1/namespaces/prod/volumesnapshots"


def item(name: str, claim: str, made: str, ready: bool = True) -> Object:
    return {
        "metadata": {"name": name, "creationTimestamp": made},
        "spec": {"source": {"persistentVolumeClaimName": claim}},
        "status": {"readyToUse": ready},
    }


def handler(store: Store, calls: list[Any]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            calls.append((self.command, self.path, self.headers["Authorization"], json.loads(body) if body else None))
            namespace = self.path.split("/")[5]
            value = json.dumps({"items": store.get(namespace, [])} if self.command == "GET" else {}).encode()
            self.send_response(200 if namespace in store else 404)
            self.send_header("Content-Length", str(len(value)))
            self.end_headers()
            self.wfile.write(value)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class TestSnapshots(unittest.TestCase):
    def setUp(self) -> None:
        spec = importlib.util.spec_from_file_location("snapshot", CHART / "files/backup/snapshot.py")
        assert spec is not None and spec.loader is not None
        self.script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.script)

    def api(self, store: Store) -> tuple[Any, list[Any]]:
        calls: list[Any] = []
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(store, calls))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "token").write_text("a-token\n")
            return self.script.Api(f"http://127.0.0.1:{server.server_address[1]}", pathlib.Path(folder)), calls

    def run_script(self, api: Any, *volumes: dict[str, str]) -> int:
        settings = {"keepDays": 14, "snapshotClassName": "fast", "volumes": list(volumes)}
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            status: int = self.script.run(api, settings, NOW)
        return status

    def test_too_old(self) -> None:
        items = [
            item("old", "home", "2026-11-01T00:00:00Z"),
            item("edge", "home", "2026-11-07T03:15:00Z"),
            item("other", "home-2", "2026-01-01T00:00:00Z"),
            item("unfinished", "home", "2026-11-20T00:00:00Z", ready=False),
        ]
        self.assertEqual(self.script.too_old(items, "home", 14, NOW), ["old"])
        # The newest usable one stays, however old it is; so does everything while none is usable.
        self.assertEqual(self.script.too_old(items[:1], "home", 14, NOW), [])
        unusable = [item("a", "home", "2026-01-01T00:00:00Z", ready=False)]
        self.assertEqual(self.script.too_old(unusable, "home", 1, NOW), [])

    def test_run(self) -> None:
        old, new = item("home-1", "home", "2026-01-01T00:00:00Z"), item("home-2", "home", "2026-11-20T00:00:00Z")
        api, calls = self.api({"prod": [old, new]})
        self.assertEqual(self.run_script(api, {"namespace": "prod", "claim": "home"}), 0)
        self.assertEqual(
            [(method, path) for method, path, *_ in calls],
            [
                ("POST", BASE),
                ("GET", BASE + "?labelSelector=hubfleet%2Fbackup-of%3Dhome"),
                ("DELETE", BASE + "/home-1"),
            ],
        )
        self.assertEqual({authorization for _, _, authorization, _ in calls}, {"Bearer a-token"})
        made = calls[0][3]
        self.assertEqual(made["metadata"]["name"], "home-20261121031500")
        self.assertEqual(made["metadata"]["labels"], {"hubfleet/backup-of": "home"})
        self.assertEqual(
            made["spec"], {"source": {"persistentVolumeClaimName": "home"}, "volumeSnapshotClassName": "fast"}
        )

    def test_one_failure_does_not_stop_the_others(self) -> None:
        api, calls = self.api({"prod": []})
        volumes = {"namespace": "gone", "claim": "home"}, {"namespace": "prod", "claim": "home"}
        self.assertEqual(self.run_script(api, *volumes), 1)
        self.assertIn(("POST", BASE), [(method, path) for method, path, *_ in calls])


class TestRights(ChartCase):
    def test_rights_are_what_the_script_needs(self) -> None:
        objects = own(template(self.chart, EVERYTHING))
        roles = [role for role in objects if role["kind"] == "Role"]
        self.assertEqual([role["metadata"]["namespace"] for role in roles], ["prod", "support"])
        needed = {
            "apiGroups": ["snapshot.storage.k8s.io"],
            "resources": ["volumesnapshots"],
            "verbs": ["list", "create", "delete"],
        }
        for role in roles:
            self.assertEqual(role["rules"], [needed])
        self.assertFalse([role for role in objects if role["kind"].startswith("ClusterRole")])


if __name__ == "__main__":
    unittest.main()
