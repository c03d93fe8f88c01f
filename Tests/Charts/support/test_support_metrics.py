"""How metrics of hubs are read, and that alerts and dashboards read only metrics that somebody exports."""

from __future__ import annotations

import itertools
import json
import re
import unittest
from typing import Any

import yaml

import promql
from charts import Object
from support_case import (
    CHART,
    EVERYTHING,
    HERE,
    PROMTOOL,
    AlertCase,
    ChartCase,
    one,
    own,
    run,
    template,
    without_cluster,
)


class TestHubMetrics(ChartCase):
    def jobs(self, values: Object) -> list[Any]:
        text = one(own(template(self.chart, values)), "ConfigMap", "prometheus-hub-metrics")["data"]["hubs.yaml"]
        jobs: list[Any] = yaml.safe_load(text)["scrape_configs"]
        return jobs

    def test_without_tokens(self) -> None:
        jobs = self.jobs({})
        self.assertEqual([job["job_name"] for job in jobs], ["jupyterhub"])
        self.assertNotIn("authorization", jobs[0])
        self.assertEqual(one(own(template(self.chart)), "Secret", "hub-metrics-tokens")["data"], {})

    def test_with_tokens(self) -> None:
        jobs = self.jobs(EVERYTHING)
        self.assertEqual([job["job_name"] for job in jobs], ["jupyterhub", "jupyterhub-prod", "jupyterhub-staging"])
        others = jobs[0]["relabel_configs"][0]
        self.assertEqual((others["regex"], others["action"]), ("prod|staging", "drop"))
        self.assertEqual(jobs[1]["authorization"]["credentials_file"], "/etc/hub-metrics-tokens/prod")
        self.assertEqual(jobs[1]["kubernetes_sd_configs"][0]["namespaces"]["names"], ["prod"])
        for job in jobs:
            self.assertEqual(job["relabel_configs"][-1], {"target_label": "job", "replacement": "jupyterhub"})
        secret = one(own(template(self.chart, EVERYTHING)), "Secret", "hub-metrics-tokens")
        self.assertEqual(set(secret["data"]), {"prod", "staging"})

    def test_prometheus_reads_it(self) -> None:
        file = self.scratch / "prometheus.yml"
        for values in ({}, EVERYTHING):
            file.write_text(yaml.safe_dump({"scrape_configs": without_cluster(self.jobs(values))}))
            result = run(PROMTOOL, "check", "config", file)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class TestMetrics(AlertCase):
    # The metric that each series belongs to.
    exported: dict[str, str]
    # Where each query stands, and the query.
    queries: list[tuple[str, str]]
    read: set[str]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.exported = {}
        for exporter in yaml.safe_load((HERE / "metrics.yaml").read_text())["exporters"].values():
            for name, facts in exporter["metrics"].items():
                suffixes = ("_bucket", "_sum", "_count") if facts["type"] == "histogram" else ("",)
                cls.exported |= {name + suffix: name for suffix in suffixes}
        cls.queries = [(name, alert["expr"]) for name, alert in cls.alerts.items()] + list(cls.records.items())
        for file in sorted((CHART / "files/dashboards").glob("*.json")):
            board = json.loads(file.read_text())
            for panel in board["panels"]:
                cls.queries += [(f"{file.name}: {panel['title']}", target["expr"]) for target in panel["targets"]]
            for variable in board["templating"]["list"]:
                match = re.fullmatch(r"label_values\((.+), \w+\)", variable.get("definition", ""))
                cls.queries += [(f"{file.name}: {variable['name']}", match.group(1))] if match else []
        cls.read = {name for _, query in cls.queries for name in promql.metrics(promql.expand(query))}

    def test_every_metric_is_exported(self) -> None:
        for where, query in self.queries:
            for name in promql.metrics(promql.expand(query)):
                self.assertTrue(name in self.exported or name in self.records, f"{where} reads {name}")

    def test_nothing_is_listed_or_recorded_in_vain(self) -> None:
        self.assertEqual(set(self.exported.values()) - {self.exported.get(name) for name in self.read}, set())
        self.assertEqual(set(self.records) - self.read, set())

    def test_every_query_is_promql(self) -> None:
        rules = [{"record": f"q{index}", "expr": promql.expand(query)} for index, (_, query) in enumerate(self.queries)]
        file = self.scratch / "queries.rules.yaml"
        file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
        result = run(PROMTOOL, "check", "rules", file)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_tokenizer(self) -> None:
        for query, names in {
            'sum by (a, b) (rate(x{c=~"y{z}", d!="by (e)"}[5m])) / on (a) group_left (f) g': {"x", "g"},
            "avg_over_time(a:b:c[30d] offset 30d) > 1.2 and (last_over_time(d[1d] offset 59d))": {"a:b:c", "d"},
            "sum(x) by (y) or vector(0) # z": {"x"},
            "sum_over_time((a * on (b) max by (c) (d))[7d:1h]) / 2^30": {"a", "d"},
            "a * on (b) group_left max by (b) (c)": {"a", "c"},
            "x @ end() == bool 1e3 unless inf": {"x"},
        }.items():
            self.assertEqual(promql.metrics(query), names, query)
        for query in ('{__name__="x"}', "x ; y"):
            with self.assertRaises(promql.Error):
                promql.metrics(query)


class TestDashboards(ChartCase):
    def test_dashboards(self) -> None:
        data = one(own(template(self.chart)), "ConfigMap", "grafana-dashboards")["data"]
        files = sorted((CHART / "files/dashboards").glob("*.json"))
        self.assertEqual(sorted(data), [file.name for file in files])
        # A ConfigMap holds a mebibyte.
        self.assertLess(sum(map(len, data.values())), 900_000)
        boards = [json.loads(file.read_text()) for file in files]
        self.assertEqual(boards, [json.loads(data[file.name]) for file in files])
        self.assertEqual(len({board["uid"] for board in boards}), len(boards))
        for board in boards:
            with self.subTest(board=board["title"]):
                self.check(board)

    def check(self, board: Any) -> None:
        self.assertEqual(board["schemaVersion"], 39)
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        self.assertEqual(variables["datasource"]["type"], "datasource")
        self.assertLessEqual(set(re.findall(r"\$\{?(\w+)", json.dumps(board))) - {"__all", "__range"}, set(variables))
        self.assertEqual(len({panel["id"] for panel in board["panels"]}), len(board["panels"]))
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            x, y, width, height = (panel["gridPos"][key] for key in "xywh")
            cells = set(itertools.product(range(x, x + width), range(y, y + height)))
            self.assertLessEqual(x + width, 24)
            self.assertFalse(cells & taken, f"{panel['title']} lies over another panel")
            taken |= cells
            for target in panel["targets"]:
                self.assertEqual(target["datasource"]["uid"], "${datasource}")


if __name__ == "__main__":
    unittest.main()
