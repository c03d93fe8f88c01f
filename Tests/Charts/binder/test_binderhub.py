"""The chart binderhub: what a release of each preset contains, by the rows of the requirements."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
import tempfile
import unittest
from ipaddress import ip_address, ip_network
from pathlib import Path

import yaml

from charts import ROOT, Charts, Object, program

OURS = ("binder-",)

SITE = {
    "branding": {
        "name": "Example Notebooks",
        "logoUrl": "https://example.org/logo.svg",
        "about": "Offered by <i>Example University</i>.",
        "helpUrl": "mailto:help@example.org",
    },
    "jupyterhub": {
        "ingress": {"hosts": ["hub.example.org"], "tls": [{"secretName": "hub-tls", "hosts": ["hub.example.org"]}]}
    },
    "binderhub-service": {
        "ingress": {"hosts": ["b.example.org"], "tls": [{"secretName": "b-tls", "hosts": ["b.example.org"]}]},
        "config": {"BinderHub": {"image_prefix": "registry.example.org/binder/"}},
        "buildPodsRegistryCredentials": {"server": "https://registry.example.org", "username": "u", "password": "p"},
    },
}


def merged(base: Object, over: Object) -> Object:
    """Values over values, as Helm does it: maps are merged, all else is replaced."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else copy.deepcopy(value)
    return result


class Release:
    """What Helm makes of the chart, a preset and values."""

    def __init__(self, preset: str | None, values: Object | None = None):
        self.text = render(preset, values)
        self.objects = [found for found in yaml.safe_load_all(self.text) if found]

    def get(self, kind: str, name: str) -> Object:
        """The one object of that kind and name."""
        found = [o for o in self.objects if o["kind"] == kind and o["metadata"]["name"] == name]
        assert len(found) == 1, f"{len(found)} objects {kind}/{name}"
        first: Object = found[0]
        return first

    def ours(self) -> list[Object]:
        """The objects that this chart makes itself."""
        return [o for o in self.objects if o["metadata"]["name"].startswith(OURS)]

    def lasting_volumes(self) -> list[str]:
        """Claims and volumes, and pods that name one."""
        lasting = [o["kind"] for o in self.objects if o["kind"].startswith("PersistentVolume")]
        for found in self.objects:
            pod = found.get("spec", {}).get("template", {}).get("spec", {})
            lasting += [v["name"] for v in pod.get("volumes", []) if "persistentVolumeClaim" in v]
        return lasting

    def settings(self, program: str) -> Object:
        """What the hub or the service knows of the chart's values."""
        settings: Object = json.loads(self.get("ConfigMap", "binder-settings")["data"][f"{program}.json"])
        return settings

    def hub_values(self) -> Object:
        """The values that the hub reads."""
        data = self.get("Secret", "hub")
        plain = data.get("stringData", {}).get("values.yaml") or base64.b64decode(data["data"]["values.yaml"])
        values: Object = yaml.safe_load(plain)
        return values

    def service_values(self) -> Object:
        """The values that BinderHub reads."""
        values: Object = yaml.safe_load(self.get("Secret", "binderhub")["stringData"]["chart-config.yaml"])
        return values

    def egress_of_servers(self) -> list[Object]:
        """All rules of all policies for readers' servers: policies add up."""
        return [
            rule
            for o in self.objects
            if o["kind"] == "NetworkPolicy"
            and "singleuser-server" in o["spec"]["podSelector"].get("matchLabels", {}).values()
            for rule in o["spec"].get("egress") or []
        ]


def render(preset: str | None, values: Object | None = None) -> str:
    """The release as text. Raises with Helm's words where it refuses."""
    command = [program("helm"), "template", "reader", str(Prepared.folder()), "--namespace", "reader"]
    if preset:
        command += ["--values", str(ROOT / "presets" / f"{preset}.yaml")]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(merged(SITE, values or {}), file)
        file.flush()
        done = subprocess.run([*command, "--values", file.name], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


class Prepared:
    """The chart in a temporary folder, with its sub-charts."""

    _folder: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def folder(cls) -> Path:
        """Made once."""
        if cls._folder is None:
            cls._folder = tempfile.TemporaryDirectory()
            Charts(Path(cls._folder.name))
        return Path(cls._folder.name) / "binderhub"


def reaches(rules: list[Object], address: str, port: int) -> bool:
    """Whether a policy's rules let a pod open that TCP port of an address outside the cluster."""
    for rule in rules:
        ports = rule.get("ports")
        if ports and not any(p.get("port") == port and p.get("protocol", "TCP") == "TCP" for p in ports):
            continue
        peers = rule.get("to")
        if not peers:
            return True
        for peer in peers:
            block = peer.get("ipBlock")
            if not block or ip_address(address) not in ip_network(block["cidr"]):
                continue
            if not any(ip_address(address) in ip_network(hole) for hole in block.get("except", [])):
                return True
    return False


PRESETS = ("binder-anonymous", "binder-github")


class Rows(unittest.TestCase):
    """One test for each row of the requirements."""

    def test_R_108_no_login_no_storage_limits(self) -> None:
        """Anonymous: no authentication, no persistent storage, and limits on abuse."""
        release = Release("binder-anonymous")
        values = release.hub_values()
        # Nobody logs in, at neither half.
        self.assertEqual(values["hub"]["config"]["JupyterHub"]["authenticator_class"], "null")
        self.assertFalse(release.settings("hub")["loginEnabled"])
        self.assertFalse(release.settings("service")["loginEnabled"])
        # No volume that outlives its pod, in the whole release.
        self.assertEqual(release.lasting_volumes(), [])
        self.assertEqual(values["singleuser"]["storage"]["type"], "none")
        self.assertEqual(values["hub"]["db"]["type"], "sqlite-memory")
        # A user interface, not the programming interface alone.
        self.assertFalse(release.service_values()["config"]["BinderHub"]["enable_api_only_mode"])
        # Limits: per address, per repository, in total, of each server, of its life.
        limits = release.settings("service")["limits"]
        for limit in ("launchesPerAddressPerHour", "servers", "serversPerRepository", "builds", "buildMinutes"):
            self.assertGreater(limits[limit], 0, limit)
        self.assertEqual(release.settings("hub")["servers"], limits["servers"])
        server = values["singleuser"]
        self.assertEqual((server["cpu"]["limit"], server["memory"]["limit"]), (1, "2G"))
        self.assertIn("ephemeral-storage", server["extraResource"]["limits"])
        self.assertTrue(values["cull"]["users"])
        self.assertLessEqual(values["cull"]["timeout"], 900)
        self.assertLessEqual(values["cull"]["maxAge"], 6 * 3600)
        # Egress: web pages; not other ports, private networks, or credentials of the cloud.
        rules = release.egress_of_servers()
        self.assertTrue(reaches(rules, "203.0.113.5", 443))
        self.assertTrue(reaches(rules, "203.0.113.5", 80))
        self.assertFalse(reaches(rules, "203.0.113.5", 3333))
        for private in ("10.1.2.3", "172.20.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254"):
            self.assertFalse(reaches(rules, private, 80), private)
            self.assertFalse(reaches(rules, private, 443), private)

    def test_R_109_few_authors_unlimited_readers(self) -> None:
        """A small group decides what is built; readers are anybody."""
        authors = {"authors": {"repositories": ["github.com/example-org", "doi:10.5281/zenodo.3242074"]}}
        release = Release("binder-anonymous", authors)
        settings = release.settings("service")
        self.assertEqual(settings["repositories"], authors["authors"]["repositories"])
        self.assertFalse(settings["loginEnabled"])
        # No list of readers anywhere.
        self.assertNotIn("allowed_users", release.text)
        # Images are built: the service may make pods, has a daemon, and a place for images.
        self.assertEqual(release.get("DaemonSet", "docker-api")["kind"], "DaemonSet")
        self.assertTrue(release.service_values()["config"]["BinderHub"]["use_registry"])
        # Refused at once, and not when the first link is opened.
        for wrong in ("github.com", "example-org", "github.com/o/r?x", "https://"):
            with self.assertRaises(RuntimeError, msg=wrong):
                render("binder-anonymous", {"authors": {"repositories": [wrong]}})

    def test_R_110_branding_of_its_own(self) -> None:
        """A name, logo, text and help of its own, on the pages of both halves."""
        for preset in PRESETS:
            release = Release(preset)
            self.assertEqual(release.settings("service")["branding"], SITE["branding"])
            hub = release.settings("hub")
            self.assertEqual((hub["name"], hub["logoUrl"]), ("Example Notebooks", "https://example.org/logo.svg"))
            page = release.get("ConfigMap", "binder-pages")["data"]["page.html"]
            self.assertIn("binder_name", page)
            self.assertIn("page.html", release.get("ConfigMap", "binder-hub-pages")["data"])
        names = [yaml.safe_load((ROOT / "presets" / f"{p}.yaml").read_text())["branding"]["name"] for p in PRESETS]
        self.assertEqual(len(set(names)), 2)
        with self.assertRaises(RuntimeError):
            render(None, {"branding": {"name": ""}})

    def test_R_111_github_login(self) -> None:
        """The other variant: GitHub login for those allowed, the same builds, no storage either."""
        people = {"allowed_organizations": ["example-org", "example-org:builders"]}
        over = {"jupyterhub": {"hub": {"config": {"GitHubOAuthenticator": people}}}}
        release = Release("binder-github", over)
        config = release.hub_values()["hub"]["config"]
        self.assertEqual(config["JupyterHub"]["authenticator_class"], "github")
        self.assertEqual(config["GitHubOAuthenticator"]["allowed_organizations"], people["allowed_organizations"])
        self.assertIn("read:org", config["GitHubOAuthenticator"]["scope"])
        self.assertFalse(config["Authenticator"]["allow_all"])
        self.assertEqual(config["Authenticator"]["allowed_users"], [])
        self.assertTrue(release.settings("hub")["loginEnabled"])
        self.assertTrue(release.settings("service")["loginEnabled"])
        self.assertEqual(release.lasting_volumes(), [])
        data = release.get("ConfigMap", "binder-settings")["data"]
        self.assertEqual(data["callback-address"], "https://b.example.org/oauth_callback")
        self.assertEqual(data["hub-address"], "https://hub.example.org")
        anonymous = Release("binder-anonymous")
        self.assertEqual(
            anonymous.service_values()["config"]["KubernetesBuildExecutor"],
            release.service_values()["config"]["KubernetesBuildExecutor"],
        )


class Egress(unittest.TestCase):
    """What leaves the cluster."""

    def test_closed_leaves_the_hub_only(self) -> None:
        """The switch closes everything, names and further ranges included."""
        egress = {"servers": {"closed": True, "allowedRanges": [{"cidr": "10.1.0.0/16"}]}}
        release = Release("binder-anonymous", {"egress": egress})
        self.assertEqual(release.get("NetworkPolicy", "binder-servers")["spec"]["egress"], [])
        rules = release.egress_of_servers()
        for port in (53, 80, 443):
            self.assertFalse(reaches(rules, "203.0.113.5", port))
            self.assertFalse(reaches(rules, "10.1.0.1", port))

    def test_further_ranges(self) -> None:
        """A range with ports, and one with all."""
        ranges = [{"cidr": "10.20.0.0/16", "ports": [5432]}, {"cidr": "10.30.0.0/16"}]
        release = Release("binder-anonymous", {"egress": {"servers": {"allowedRanges": ranges}}})
        rules = release.egress_of_servers()
        self.assertTrue(reaches(rules, "10.20.0.1", 5432))
        self.assertFalse(reaches(rules, "10.20.0.1", 443))
        self.assertTrue(reaches(rules, "10.30.0.1", 22))
        builds = release.get("NetworkPolicy", "binder-builds")["spec"]["egress"]
        self.assertFalse(reaches(builds, "10.30.0.1", 443))

    def test_builds(self) -> None:
        """Builds and their daemon reach the web and a private registry, and not the cloud's credentials."""
        ranges = [{"cidr": "10.30.0.5/32", "ports": [5000]}]
        release = Release("binder-github", {"egress": {"builds": {"allowedRanges": ranges}}})
        for name in ("binder-builds", "binder-docker-api"):
            spec = release.get("NetworkPolicy", name)["spec"]
            self.assertEqual(spec["ingress"], [])
            self.assertTrue(reaches(spec["egress"], "203.0.113.5", 443))
            self.assertTrue(reaches(spec["egress"], "10.30.0.5", 5000))
            self.assertFalse(reaches(spec["egress"], "203.0.113.5", 14444))
            self.assertFalse(reaches(spec["egress"], "169.254.169.254", 80))
        # The sub-chart's own policies would add to these, and are off.
        self.assertNotIn("dind-network-policy", release.text)
        self.assertNotIn("builder-network-policy", release.text)

    def test_policies_select_the_pods(self) -> None:
        """The labels of the policies are those of the pods."""
        release = Release("binder-anonymous")
        for name, pods in (
            ("binder-docker-api", release.get("DaemonSet", "docker-api")),
            ("binder-front", release.get("Deployment", "binderhub")),
        ):
            labels = pods["spec"]["template"]["metadata"]["labels"]
            wanted = release.get("NetworkPolicy", name)["spec"]["podSelector"]["matchLabels"]
            self.assertLessEqual(wanted.items(), labels.items(), name)


class Refusals(unittest.TestCase):
    """Values that contradict each other or the chart's promises."""

    def assert_refused(self, preset: str, values: Object, words: str) -> None:
        """Helm fails and says why."""
        with self.assertRaises(RuntimeError) as caught:
            render(preset, values)
        self.assertIn(words, str(caught.exception))

    def test_login_without_authenticator(self) -> None:
        """The two switches of a variant agree."""
        self.assert_refused("binder-anonymous", {"login": {"enabled": True}}, "nobody could log in safely")
        self.assert_refused("binder-github", {"login": {"enabled": False}}, "set login.enabled to true")

    def test_storage(self) -> None:
        """Nothing is kept."""
        values = {"jupyterhub": {"singleuser": {"storage": {"type": "dynamic"}}}}
        self.assert_refused("binder-github", values, "storage.type must be none")

    def test_official_egress(self) -> None:
        """No second door."""
        rules = {"egressAllowRules": {"nonPrivateIPs": True}}
        values = {"jupyterhub": {"singleuser": {"networkPolicy": rules}}}
        self.assert_refused("binder-anonymous", values, "would open what egress closes")

    def test_metadata_stays_blocked(self) -> None:
        """The list of blocked ranges keeps the cloud's credentials."""
        with self.assertRaises(RuntimeError):
            render("binder-anonymous", {"egress": {"blockedRanges": ["10.0.0.0/8"]}})

    def test_unknown_key(self) -> None:
        """A slip of the pen is found."""
        with self.assertRaises(RuntimeError):
            render("binder-anonymous", {"limits": {"serverz": 3}})


class Objects(unittest.TestCase):
    """Form of the objects."""

    def test_same_twice(self) -> None:
        """Our objects do not change with each rendering."""
        for preset in PRESETS:
            self.assertEqual(Release(preset).ours(), Release(preset).ours())

    def test_labels(self) -> None:
        """Every object of ours says whose it is."""
        for found in Release("binder-anonymous").ours():
            labels = found["metadata"]["labels"]
            for label in ("name", "instance", "managed-by", "component"):
                self.assertIn(f"app.kubernetes.io/{label}", labels)
            self.assertEqual(labels["helm.sh/chart"], "binderhub-0.2.0")

    def test_no_dangling_references(self) -> None:
        """Each ConfigMap, Secret and key that a pod of the two halves names is there."""
        for preset in PRESETS:
            release = Release(preset)
            for name in ("hub", "binderhub"):
                pod = release.get("Deployment", name)["spec"]["template"]["spec"]
                for volume in pod["volumes"]:
                    if "configMap" in volume:
                        data = release.get("ConfigMap", volume["configMap"]["name"])["data"]
                        for item in volume["configMap"].get("items", []):
                            self.assertIn(item["key"], data)
                    elif "secret" in volume:
                        release.get("Secret", volume["secret"]["secretName"])
                volumes = {volume["name"] for volume in pod["volumes"]}
                for container in pod["containers"]:
                    self.assertLessEqual({mount["name"] for mount in container["volumeMounts"]}, volumes)
                    for variable in container.get("env") or []:
                        if reference := variable.get("valueFrom", {}).get("configMapKeyRef"):
                            self.assertIn(reference["key"], release.get("ConfigMap", reference["name"])["data"])

    def test_kubernetes_schemas(self) -> None:
        """Our objects are good for all supported versions of Kubernetes."""
        try:
            import kubernetes_validate
        except ImportError:
            self.skipTest("kubernetes-validate is not installed")
        versions = [f"1.{minor}" for minor in range(28, 38)]
        ranges = {"egress": {"servers": {"allowedRanges": [{"cidr": "10.0.0.0/8", "ports": [1]}, {"cidr": "::/0"}]}}}
        for preset in PRESETS:
            for found in Release(preset, ranges).ours():
                for version in versions:
                    kubernetes_validate.validate(found, version, strict=True)

    def test_schema_explains_every_key(self) -> None:
        """Each key of ours has a type, a description and an example, and each default follows its schema."""
        schema = yaml.safe_load((ROOT / "helm-charts/binderhub/values.schema.yaml").read_text())

        def check(properties: Object, path: str) -> None:
            for key, value in properties.items():
                self.assertIn("type", value, path + key)
                self.assertIn("description", value, path + key)
                nested = value.get("properties")
                self.assertTrue(nested or value.get("examples"), path + key)
                check(nested or {}, f"{path}{key}.")

        check(schema["properties"], "")


if __name__ == "__main__":
    unittest.main()
