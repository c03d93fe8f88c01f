"""The chart `support` renders, with stand-ins for the charts that it depends on."""

from __future__ import annotations

import itertools
import json
import pathlib
import re
import unittest
from collections.abc import Iterator
from typing import Any

import yaml

from charts import Object
from support_case import (
    CHART,
    EVERYTHING,
    FLEET,
    HELM,
    HELM3,
    ChartCase,
    dependencies,
    one,
    own,
    pod_template,
    run,
    split,
    template,
)

# A cluster whose way in is another Service.
OWN_ENTRY: Object = {"nginx-ingress": {"controller": {"reportIngressStatus": {"externalService": "own-entry"}}}}
VERSIONS = [f"1.{minor}.0" for minor in range(28, 38)]
# Kinds of other projects. Their definitions are not part of Kubernetes.
FOREIGN = {"ClusterIssuer", "Installation"}


def without_chance(text: str) -> str:
    """What helm renders, without the password that a chart makes anew."""
    return re.sub("admin-password: .*", "admin-password: x", text)


class TestRendering(ChartCase):
    def test_lint(self) -> None:
        file = self.scratch / "values.yaml"
        for helm in filter(None, (HELM, HELM3)):
            for values in ({}, EVERYTHING):
                file.write_text(yaml.safe_dump(values))
                result = run(helm, "lint", "--strict", self.chart, "--values", file)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_same_twice(self) -> None:
        for values in ({}, EVERYTHING):
            # Grafana's stand-in makes a password by chance, as the official chart does.
            first, second = (without_chance(template(self.chart, values)) for _ in range(2))
            self.assertEqual(first, second)
            if HELM3:
                texts = first, without_chance(template(self.chart, values, helm=HELM3))
                self.assertEqual(*[sorted(json.dumps(value) for _, value in split(text)) for text in texts])

    def test_versions_of_kubernetes(self) -> None:
        try:
            import kubernetes_validate
        except ImportError:
            self.skipTest("no kubernetes-validate")
        checked = 0
        for values in ({}, EVERYTHING):
            for item, version in itertools.product(own(template(self.chart, values)), VERSIONS):
                if item["kind"] not in FOREIGN:
                    checked += 1
                    kubernetes_validate.validate(item, version, strict=True)
        self.assertGreater(checked, 200)

    def test_every_dependency_can_be_off(self) -> None:
        for dependency in dependencies():
            name = dependency["name"]
            self.assertEqual(dependency["condition"], f"{name}.enabled")
            source = f"# Source: support/charts/{name}/"
            # The cost service and Grafana read from Prometheus.
            others: Object = {"grafana": {"enabled": False}} if name == "prometheus" else {}
            self.assertNotIn(source, template(self.chart, {**others, name: {"enabled": False}}))
            self.assertIn(source, template(self.chart, {"clusterName": "earth", name: {"enabled": True}}))

    def test_one_object_in_a_file(self) -> None:
        kinds: dict[str, list[str]] = {}
        for source, item in split(template(self.chart, EVERYTHING)):
            if source.startswith("support/templates/"):
                kinds.setdefault(source, []).append(item["kind"])
        for source, found in kinds.items():
            self.assertTrue(pathlib.Path(source).stem.startswith(found[0].lower()), source)
            # Rights are given in each namespace of a volume.
            self.assertTrue(len(found) == 1 or set(found) <= {"Role", "RoleBinding"}, source)
        for file in (CHART / "templates").rglob("*"):
            if file.is_file():
                self.assertLessEqual(len(file.read_text().splitlines()), 80, file)

    def test_the_fleet_renders(self) -> None:
        if not FLEET.exists():
            self.skipTest("no fleet")
        files = sorted(FLEET.glob("*/support.values.yaml"))
        self.assertTrue(files)
        for file in files:
            with self.subTest(cluster=file.parent.name):
                # As a fleet says it.
                template(self.chart, {"clusterName": file.parent.name}, files=[file])

    def test_no_operator(self) -> None:
        for file in CHART.rglob("*"):
            if file.is_file() and "charts" not in file.relative_to(CHART).parts:
                text = file.read_text().replace("https://2i2c.org/jupyterhub-cost-monitoring/", "")
                self.assertNotIn("2i2c", text, file)
                self.assertNotRegex(text, r"TODO|FIXME|/tmp/|/home/[a-z]")


class TestObjects(ChartCase):
    def test_labels(self) -> None:
        for item in own(template(self.chart, EVERYTHING)):
            for holder in filter(None, (item, pod_template(item))):
                labels = holder["metadata"]["labels"]
                for label in ("name", "instance", "component", "managed-by"):
                    self.assertIn(f"app.kubernetes.io/{label}", labels, item["metadata"]["name"])
                self.assertEqual(labels["helm.sh/chart"], "support-0.2.0")

    def test_entry_point(self) -> None:
        service = one(own(template(self.chart)), "Service", "cluster-entrypoint")
        ports = [(port["port"], port["protocol"]) for port in service["spec"]["ports"]]
        self.assertEqual(ports, [(80, "TCP"), (443, "TCP")])
        self.assertEqual(service["spec"]["type"], "LoadBalancer")
        self.assertEqual(service["spec"]["externalTrafficPolicy"], "Local")
        for off in ({"clusterEntrypoint": {"enabled": False}, **OWN_ENTRY}, {"nginx-ingress": {"enabled": False}}):
            self.assertIsNone(one(own(template(self.chart, off)), "Service", "cluster-entrypoint"))

    def test_pods(self) -> None:
        for item in own(template(self.chart, EVERYTHING)):
            pod = pod_template(item)
            if not pod:
                continue
            name, spec = item["metadata"]["name"], pod["spec"]
            restricted = not any("hostPath" in volume for volume in spec.get("volumes", []))
            for container in spec["containers"] + spec.get("initContainers", []):
                security = container["securityContext"]
                self.assertRegex(container["image"], r"^[\w.-]+\.[\w.-]+/.+:.+$", name)
                self.assertNotRegex(container["image"], r":latest", name)
                self.assertTrue(security["readOnlyRootFilesystem"], name)
                for part in ("requests", "limits"):
                    self.assertEqual(set(container["resources"][part]), {"cpu", "memory"}, name)
                restricted &= (
                    security.get("runAsNonRoot") is True
                    and security.get("allowPrivilegeEscalation") is False
                    and security.get("capabilities") == {"drop": ["ALL"]}
                    and security.get("seccompProfile") == {"type": "RuntimeDefault"}
                )
            label = pod["metadata"]["labels"]["hubfleet/pod-security"]
            self.assertEqual(label, "restricted" if restricted else "privileged", name)
            self.assertEqual(spec["automountServiceAccountToken"], name == "volume-snapshots", name)

    def test_no_dangling_reference(self) -> None:
        for values in ({}, EVERYTHING):
            objects = [value for _, value in split(template(self.chart, values))]
            there = {(item["kind"], item["metadata"]["name"]) for item in objects}
            for spec in (pod_template(item)["spec"] for item in objects if pod_template(item)):
                if spec.get("serviceAccountName"):
                    self.assertIn(("ServiceAccount", spec["serviceAccountName"]), there)
                for volume in spec.get("volumes", []):
                    if "configMap" in volume:
                        self.assertIn(("ConfigMap", volume["configMap"]["name"]), there)
                    if "secret" in volume:
                        self.assertIn(("Secret", volume["secret"]["secretName"]), there)

    def test_what_is_not_set_is_not_rendered(self) -> None:
        objects = own(template(self.chart))
        self.assertIsNone(one(objects, "ClusterIssuer", "letsencrypt-prod"))
        self.assertIsNone(one(objects, "Secret", "prometheus-auth"))
        for half in ({"username": "a"}, {"password": "b"}, {"username": "a", "password": "b", "enabled": False}):
            objects = own(template(self.chart, {"prometheusAuthSecret": half}))
            self.assertIsNone(one(objects, "Secret", "prometheus-auth"))
        self.assertEqual({item["kind"] for item in objects}, {"Service", "Secret", "ConfigMap", "DaemonSet"})
        objects = own(template(self.chart, EVERYTHING))
        self.assertIsNotNone(one(objects, "ClusterIssuer", "letsencrypt-prod"))
        self.assertIn("password", one(objects, "Secret", "prometheus-auth")["data"])


class TestSchema(ChartCase):
    schema = yaml.safe_load((CHART / "values.schema.yaml").read_text())

    def test_wrong_values_are_refused(self) -> None:
        for values in (
            {"unknown": 1},
            {"backups": {"unknown": 1}},
            {"backups": {"keepDays": 0}},
            {"clusterIssuer": {"email": "nobody"}},
            {"credentials": [{"name": "a", "expires": "30.6.2027"}]},
            {"hubMetrics": {"tokens": {"Not_A_Namespace": "a"}}},
            {"copyfail": {"enabled": True}},
            {"alerts": {"disabled": ["DiskBuzy"]}},
        ):
            with self.assertRaises(AssertionError, msg=str(values)):
                template(self.chart, values)

    def keys(self, node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
        for key, value in node.get("properties", {}).items():
            yield f"{path}{key}", value
            yield from self.keys(value, f"{path}{key}.")
            yield from self.keys(value.get("items", {}), f"{path}{key}[].")

    def test_every_key_is_described(self) -> None:
        for path, value in self.keys(self.schema):
            for word in ("type", "description", "examples"):
                self.assertIn(word, value, path)
            if value["type"] == "object":
                self.assertIn("additionalProperties", value, path)
        self.assertEqual(set(self.schema["properties"]), set(yaml.safe_load((CHART / "values.yaml").read_text())))

    def test_examples_are_valid(self) -> None:
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no jsonschema")
        for path, value in self.keys(self.schema):
            # An example shows some of the keys; the others come from the defaults.
            loose = json.loads(
                json.dumps(value),
                object_hook=lambda part: {key: item for key, item in part.items() if key != "required"},
            )
            for example in value["examples"]:
                with self.subTest(key=path):
                    jsonschema.Draft7Validator(loose).validate(example)


if __name__ == "__main__":
    unittest.main()
