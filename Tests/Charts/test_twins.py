"""Facts that several files must repeat: versions and images. What can be made is made by scripts/charts."""

from __future__ import annotations

import re
from typing import Any

import chart_images
import pytest
import yaml

from charts import ROOT
from onenode.names import STANDS_FOR

CHARTS = ROOT / "helm-charts"
CHOICES = chart_images.default_choices(ROOT)


def read(path: str) -> str:
    return (ROOT / path).read_text()


def version_of(chart: str, dependency: str) -> str:
    listed: Any = yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text())["dependencies"]
    return str(next(entry["version"] for entry in listed if entry["name"] == dependency))


def tags(text: str, image: str) -> set[str]:
    return set(re.findall(rf"{re.escape(image)}:([A-Za-z0-9._-]+)", text))


JUPYTERHUB = version_of("basehub", "jupyterhub")


def test_charts_name_one_version_of_what_they_share() -> None:
    assert version_of("binderhub", "jupyterhub") == JUPYTERHUB
    assert version_of("binderhub", "binderhub-service") == version_of("basehub", "binderhub-service")
    assert version_of("daskhub", "basehub") == yaml.safe_load(read("helm-charts/basehub/Chart.yaml"))["version"]
    # All charts are released together.
    assert len({yaml.safe_load(file.read_text())["version"] for file in CHARTS.glob("*/Chart.yaml")}) == 1


@pytest.mark.parametrize("image", ["quay.io/jupyterhub/k8s-hub", "quay.io/jupyterhub/k8s-network-tools"])
def test_images_of_the_jupyterhub_chart_are_those_of_its_version(image: str) -> None:
    files = [*CHARTS.glob("*/values.yaml"), *CHARTS.glob("*/values.schema.yaml"), ROOT / "images/hub/Dockerfile"]
    assert set().union(*(tags(file.read_text(), image) for file in files)) == {JUPYTERHUB}


@pytest.mark.parametrize(
    "image",
    ["docker.io/library/busybox", "registry.k8s.io/pause", "quay.io/jupyterhub/repo2docker", "docker.io/alpine/git"],
)
def test_an_image_has_one_tag_in_all_charts(image: str) -> None:
    files = [*CHARTS.glob("*/values.yaml"), *CHARTS.glob("*/values.schema.yaml")]
    assert len(set().union(*(tags(file.read_text(), image) for file in files))) == 1


def test_the_chart_tests_run_what_the_hubs_image_has() -> None:
    wanted = read("helm-charts/basehub/files/basehub/requirements.txt").split()[0:40]
    [fancy] = [word for word in wanted if word.startswith("jupyterhub-fancy-profiles==")]
    assert fancy in read("scripts/tools.charts.in").split()
    assert f"official chart {JUPYTERHUB}" in read("scripts/tools.charts.in")


def test_a_local_hub_runs_the_charts_jupyterhub_or_a_newer_one_of_its_kind() -> None:
    def version(text: str) -> tuple[int, ...]:
        found = re.search(r"(?m)^jupyterhub==([0-9.]+)", text)
        assert found
        return tuple(map(int, found[1].split(".")))

    chart = version(read("scripts/tools.charts.in"))
    local = version(read("Sources/Engines/Local/Embedded/requirements.txt"))
    assert local[0] == chart[0]
    assert local >= chart


def test_the_download_service_is_of_this_version() -> None:
    [image] = tags(read("helm-charts/basehub/values.yaml"), "ghcr.io/hubfleet/hubfleet")
    version = re.search(r'"([0-9.]+)(?:-dev)?"', read("Sources/FleetCommands/Context/Version.swift"))
    assert version
    assert version[1] == image


def test_images_of_the_node_have_the_names_that_charts_give_them() -> None:
    files = [*CHARTS.glob("*/values.yaml"), *(ROOT / "presets").glob("*.yaml")]
    text = "\n".join(file.read_text() for file in files)
    asked = set(re.findall(r": (?:&\S+ )?([\w.-]+/\S+:[\w.-]+)$", text, re.MULTILINE)) | {
        choice["image"] for choice in CHOICES
    }
    of_upstream = {
        f"quay.io/jupyterhub/{name}"
        for name in ("configurable-http-proxy:5.2.0", f"k8s-singleuser-sample:{JUPYTERHUB}", f"k8s-hub:{JUPYTERHUB}")
    }
    # What the values of the stand-ins of two more charts say, which are those of the charts themselves.
    of_upstream |= images(yaml.safe_load(read("Tests/Charts/standins/dask-gateway/values.yaml")))
    of_upstream |= images(yaml.safe_load(read("Tests/Charts/standins/binderhub-service/values.yaml")))
    assert {name for names in STANDS_FOR.values() for name in names} <= asked | of_upstream


def images(values: Any) -> set[str]:
    """The images that values name in parts, as charts put them together."""
    if isinstance(values, list):
        return set().union(*map(images, values)) if values else set()
    if not isinstance(values, dict):
        return set()
    found = set().union(*map(images, values.values())) if values else set()
    if "tag" not in values:
        return found
    # An image of Docker's own has a name of two parts for people, and of three for programs.
    name = re.sub("^docker.io/(?=[^/]+$)", "docker.io/library/", str(values.get("repository", values.get("name", ""))))
    return found | {f"{name}:{values['tag']}"}


# Images that users choose from


def test_images_are_said_once() -> None:
    for file, text in chart_images.outputs(ROOT).items():
        assert file.read_text() == text, f"{file} is stale: run scripts/charts"


def test_servers_run_the_first_choice_where_a_hub_says_nothing() -> None:
    image = yaml.safe_load(read("helm-charts/basehub/values.yaml"))["jupyterhub"]["singleuser"]["image"]
    assert f"{image['name']}:{image['tag']}" == CHOICES[0]["image"]


def test_every_preset_has_the_images_of_the_policy() -> None:
    for choice in CHOICES:
        name, _, tag = choice["image"].rpartition(":")
        for file in (ROOT / "presets").glob("*.yaml"):
            assert tags(file.read_text(), name) <= {tag}, file


CHANGED = [
    {"slug": "one", "title": "One", "image": "quay.io/jupyter/scipy-notebook:9"},
    {"slug": "two", "title": "Two", "description": "2", "image": "r/b:1", "default_url": "/x", "home_path": "/home/x"},
]


def test_a_change_of_the_policy_reaches_every_place() -> None:
    preset = yaml.safe_load(chart_images.with_choices(read("presets/essential.yaml"), CHANGED))
    [profile] = preset["jupyterhub"]["singleuser"]["profileList"]
    assert profile["profile_options"]["image"]["choices"] == {
        "one": {
            "display_name": "One",
            "default": True,
            "kubespawner_override": {"image": "quay.io/jupyter/scipy-notebook:9"},
        },
        "two": {
            "display_name": "Two",
            "description": "2",
            "kubespawner_override": {"image": "r/b:1", "default_url": "/x", "working_dir": "/home/x"},
        },
    }
    assert list(profile["profile_options"]) == ["image", "resources"]
    values = yaml.safe_load(chart_images.with_server_image(read("helm-charts/basehub/values.yaml"), CHANGED))
    assert values["jupyterhub"]["singleuser"]["image"] == {"name": "quay.io/jupyter/scipy-notebook", "tag": "9"}
    table = chart_images.with_table(read("docs/reference/fleet-yaml.md"), CHANGED)
    assert "| `two` | Two | `r/b:1` | `/x`, `/home/x` |\n\n## servers" in table
    assert "`rocker`" not in table
    text = 'a:\n  image: quay.io/jupyter/scipy-notebook:1\nb: {image: "quay.io/jupyter/scipy-notebook@sha256:0"}\n'
    assert chart_images.with_images(text, CHANGED).count("scipy-notebook:9") == 1
