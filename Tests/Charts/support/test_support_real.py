"""The keys and paths that the real charts read. Skipped where these are not given."""

from __future__ import annotations

import shutil
import unittest
from typing import Any

import yaml

from support_case import (
    AMTOOL,
    CHART,
    EVERYTHING,
    FLEET,
    PROMTOOL,
    REAL,
    ChartCase,
    build,
    one,
    pod_template,
    run,
    split,
    template,
    without_cluster,
)


@unittest.skipUnless((REAL / "prometheus").exists(), "HUBFLEET_UPSTREAM_CHARTS has no prometheus")
class TestRealCharts(ChartCase):
    objects: list[Any]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        shutil.rmtree(cls.chart)
        build(cls.chart, real=True)
        cls.objects = [value for _, value in split(template(cls.chart, EVERYTHING))]

    def container(self, deployment: str, name: str) -> tuple[Any, dict[str, Any]]:
        spec = one(self.objects, "Deployment", deployment)["spec"]["template"]["spec"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        self.assertEqual(len(volumes), len(spec["volumes"]))
        container = next(part for part in spec["containers"] if part["name"] == name)
        return container, {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}

    def test_prometheus_pod(self) -> None:
        server, mounts = self.container("support-prometheus-server", "prometheus-server")
        self.assertEqual(mounts["/etc/alert-rules"]["configMap"]["name"], "prometheus-alert-rules")
        self.assertEqual(mounts["/etc/hub-metrics"]["configMap"]["name"], "prometheus-hub-metrics")
        self.assertEqual(mounts["/etc/hub-metrics-tokens"]["secret"]["secretName"], "hub-metrics-tokens")
        self.assertIn("--storage.tsdb.retention.time=1098d", server["args"])
        self.assertIn("--web.config.file=/etc/config/web.yml", server["args"])
        reloader, mounts = self.container("support-prometheus-server", "prometheus-server-configmap-reload")
        for path in ("/etc/config", "/etc/alert-rules", "/etc/hub-metrics"):
            self.assertIn(path, mounts)
            self.assertIn(f"--watched-dir={path}", reloader["args"])

    def test_prometheus_settings(self) -> None:
        data = one(self.objects, "ConfigMap", "support-prometheus-server")["data"]
        self.assertEqual(yaml.safe_load(data["web.yml"]), {})
        config = yaml.safe_load(data["prometheus.yml"])
        self.assertEqual(config["scrape_config_files"], ["/etc/hub-metrics/*.yaml"])
        self.assertIn("/etc/alert-rules/*.rules.yaml", config["rule_files"])
        jobs = {job["job_name"]: job for job in config["scrape_configs"]}
        self.assertNotIn("prometheus", jobs)
        self.assertEqual(jobs["kubernetes-service-endpoints"]["relabel_configs"][0]["action"], "drop")
        self.assertTrue(jobs["kubernetes-service-endpoints"]["kubernetes_sd_configs"])
        if PROMTOOL:
            file = self.scratch / "prometheus.yml"
            file.write_text(yaml.safe_dump(without_cluster({**config, "rule_files": []})))
            result = run(PROMTOOL, "check", "config", file)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_grafana(self) -> None:
        grafana, mounts = self.container("support-grafana", "grafana")
        self.assertEqual(mounts["/var/lib/grafana/dashboards/hubfleet"]["configMap"]["name"], "grafana-dashboards")
        self.assertIn({"secretRef": {"name": "prometheus-auth", "optional": True}}, grafana["envFrom"])
        data = one(self.objects, "ConfigMap", "support-grafana")["data"]
        source = yaml.safe_load(data["datasources.yaml"])["datasources"][0]
        self.assertEqual(source["url"], "http://support-prometheus-server")
        self.assertIsNotNone(one(self.objects, "Service", "support-prometheus-server"))
        self.assertEqual(source["secureJsonData"]["basicAuthPassword"], "${password}")
        provider = yaml.safe_load(data["dashboardproviders.yaml"])["providers"][0]
        self.assertIn(provider["options"]["path"], mounts)

    def test_entry_point_finds_the_controller(self) -> None:
        selector = one(self.objects, "Service", "cluster-entrypoint")["spec"]["selector"]
        found = [
            item
            for item in self.objects
            if pod_template(item) and selector.items() <= pod_template(item)["metadata"]["labels"].items()
        ]
        self.assertEqual([item["metadata"]["name"] for item in found], ["support-nginx-ingress-controller"])
        container = pod_template(found[0])["spec"]["containers"][0]
        self.assertLessEqual({"http", "https"}, {port["name"] for port in container["ports"]})
        self.assertIn("-external-service=cluster-entrypoint", container["args"])

    def test_alertmanager(self) -> None:
        config = one(self.objects, "ConfigMap", "support-alertmanager")["data"]["alertmanager.yml"]
        self.assertEqual(yaml.safe_load(config)["route"]["receiver"], "nobody")
        for example in sorted((CHART / "examples").glob("*.values.yaml")):
            objects = [value for _, value in split(template(self.chart, files=[example]))]
            file = self.scratch / "alertmanager.yml"
            file.write_text(one(objects, "ConfigMap", "support-alertmanager")["data"]["alertmanager.yml"])
            if AMTOOL:
                result = run(AMTOOL, "check-config", file)
                self.assertEqual(result.returncode, 0, example.name + result.stdout + result.stderr)

    def test_the_fleet_renders(self) -> None:
        for file in sorted(FLEET.glob("*/support.values.yaml")):
            with self.subTest(cluster=file.parent.name):
                # As a fleet says it.
                template(self.chart, {"clusterName": file.parent.name}, files=[file])


if __name__ == "__main__":
    unittest.main()
