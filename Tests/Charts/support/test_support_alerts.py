"""Alerts and their routes: they fire, stay quiet, have runbooks, and go to somebody."""

from __future__ import annotations

import datetime
import os
import pathlib
import re
import shutil
import subprocess
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

import yaml

from support_case import AMTOOL, CHART, EVERYTHING, HERE, PROMTOOL, RUNBOOKS, AlertCase, run


class TestAlerts(AlertCase):
    tests = sorted((HERE / "alerts").glob("*.test.yaml"))

    def test_files(self) -> None:
        rendered = {file.name for file in self.rules.glob("*.rules.yaml")}
        self.assertEqual({file.name for file in (CHART / "files/alerts").iterdir()} | {"values.rules.yaml"}, rendered)
        self.assertGreater(len(self.alerts), 20)

    def test_check(self) -> None:
        self.write(self.scratch / "all", EVERYTHING)
        for files in (self.rules, self.scratch / "all", CHART / "files/alerts"):
            result = run(PROMTOOL, "check", "rules", *sorted(files.glob("*.rules.yaml")))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def outcome(self, file: pathlib.Path, rules: pathlib.Path) -> subprocess.CompletedProcess[str]:
        shutil.copy(file, rules / file.name)
        return run(PROMTOOL, "test", "rules", rules / file.name)

    def test_alerts_fire_and_stay_quiet(self) -> None:
        for file in self.tests:
            with self.subTest(file=file.name):
                result = self.outcome(file, self.rules)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_each_alert_is_tested_both_ways(self) -> None:
        fires: set[str] = set()
        quiet: set[str] = set()
        for file in self.tests:
            for test in yaml.safe_load(file.read_text())["tests"]:
                for check in test["alert_rule_test"]:
                    (fires if check["exp_alerts"] else quiet).add(check["alertname"])
        self.assertEqual(fires, set(self.alerts))
        self.assertEqual(quiet, set(self.alerts))

    @unittest.skipUnless(PROMTOOL and os.environ.get("MUTATIONS"), "MUTATIONS is not set")
    def test_broken_alerts_are_noticed(self) -> None:
        target = self.scratch / "broken"
        target.mkdir()
        for file in self.tests:
            name = file.name.replace(".test.", ".rules.")
            text = (self.rules / name).read_text()
            rules = [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"] if "alert" in rule]
            for alert, broken in (
                (rule["alert"], broken) for rule in rules for broken in ("vector(1)", "vector(0) == 1")
            ):
                data = yaml.safe_load(text)
                for rule in (rule for group in data["groups"] for rule in group["rules"] if rule.get("alert") == alert):
                    rule["expr"] = broken
                (target / name).write_text(yaml.safe_dump(data))
                self.assertNotEqual(self.outcome(file, target).returncode, 0, f"{alert}: {broken}")

    def test_annotations(self) -> None:
        for name, alert in self.alerts.items():
            self.assertIn(alert["labels"]["severity"], {"critical", "warning", "info"}, name)
            self.assertEqual(set(alert["annotations"]), {"summary", "description", "runbook_url"}, name)
            self.assertEqual(alert["annotations"]["runbook_url"], f"docs/runbooks.md#{name.lower()}")

    def test_values(self) -> None:
        values = {
            "alerts": {"runbookBaseUrl": "https://docs.example.org/runbooks", "disabled": ["DiskBusy", "CostRising"]},
            "credentials": EVERYTHING["credentials"],
        }
        self.write(self.scratch / "other", values)
        text = "".join(file.read_text() for file in (self.scratch / "other").glob("*.rules.yaml"))
        self.assertIn("runbook_url: https://docs.example.org/runbooks#hubdown", text)
        self.assertNotIn("alert: DiskBusy", text)
        self.assertNotIn("alert: CostRising", text)
        self.assertIn("alert: HomesFull", text)
        self.assertIn("record: hubfleet:cost:per_hour", text)
        day = int(datetime.datetime(2027, 6, 30, tzinfo=datetime.timezone.utc).timestamp())
        self.assertIn(f"vector({day})", text)
        # The day does not depend on where helm runs.
        with mock.patch.dict(os.environ, TZ="Pacific/Auckland"):
            self.write(self.scratch / "elsewhere", values)
        self.assertIn(f"vector({day})", (self.scratch / "elsewhere/values.rules.yaml").read_text())

    def test_runbooks(self) -> None:
        text = RUNBOOKS.read_text()
        sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
        self.assertEqual(set(sections), set(self.alerts))
        self.assertEqual(len(re.findall(r"^## ", text, re.MULTILINE)), len(sections))
        for name, section in sections.items():
            for part in ("**Symptom.**", "**Meaning.**", "**What to do.**"):
                self.assertEqual(section.count(part), 1, f"{name}: {part}")
            for link in re.findall(r"\]\(#([\w-]+)\)", section):
                self.assertIn(link, {other.lower() for other in sections}, name)


class TestAlertmanager(AlertCase):
    def configurations(self) -> Iterator[tuple[str, Any]]:
        values = yaml.safe_load((CHART / "values.yaml").read_text())["prometheus"]["alertmanager"]["config"]
        yield "defaults", values
        for file in sorted((CHART / "examples").glob("alertmanager-*.values.yaml")):
            example = yaml.safe_load(file.read_text())["prometheus"]["alertmanager"]["config"]
            # As helm merges: the route key by key, lists as a whole.
            yield file.name, {**values, **example, "route": {**values["route"], **example["route"]}}

    def test_matchers_name_alerts_that_exist(self) -> None:
        known = {
            "alertname": set(self.alerts),
            "severity": {alert["labels"]["severity"] for alert in self.alerts.values()},
        }
        for where, configuration in self.configurations():
            matchers = [part for route in configuration["route"].get("routes", []) for part in route["matchers"]]
            for rule in configuration["inhibit_rules"]:
                matchers += rule["source_matchers"] + rule["target_matchers"]
            self.assertTrue(matchers)
            for matcher in matchers:
                found = re.fullmatch(r'(\w+)(=~|=)"(.+)"', matcher)
                assert found is not None, matcher
                label, sign, value = found.groups()
                for part in value.split("|") if sign == "=~" else [value]:
                    self.assertIn(part, known[label], f"{where}: {matcher}")

    def test_every_alert_has_a_receiver(self) -> None:
        for where, configuration in self.configurations():
            file = self.scratch / "alertmanager.yml"
            file.write_text(yaml.safe_dump(configuration))
            result = run(AMTOOL, "check-config", file)
            self.assertEqual(result.returncode, 0, where + result.stdout + result.stderr)
            for name, alert in self.alerts.items():
                labels = f"alertname={name}", f"severity={alert['labels']['severity']}"
                result = run(AMTOOL, "config", "routes", "test", f"--config.file={file}", *labels)
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertEqual(result.stdout.strip() == "nobody", where == "defaults", f"{where}: {name}")


if __name__ == "__main__":
    unittest.main()
