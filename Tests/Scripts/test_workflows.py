"""The workflows of this repository, and those that the program writes: what runs in them, and what they may do."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "Sources/BuiltIn/Embedded/change-requests"
WORKFLOWS = [*sorted((ROOT / ".github/workflows").glob("*.yml")), WRITTEN / "github.yml"]
GITLAB = WRITTEN / "gitlab.yml"


def jobs(workflow: Path) -> dict[str, Any]:
    """The jobs of a workflow by their names."""
    found: dict[str, Any] = yaml.safe_load(workflow.read_text())["jobs"]
    return found


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_named_by_their_commits(workflow: Path) -> None:
    steps = [step["uses"] for job in jobs(workflow).values() for step in job["steps"] if "uses" in step]
    assert steps, "a workflow without any action is not read right"
    assert [step for step in steps if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_each_job_says_what_it_may_do(workflow: Path) -> None:
    assert yaml.safe_load(workflow.read_text())["permissions"] == {}
    assert [name for name, job in jobs(workflow).items() if "permissions" not in job] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_no_step_puts_words_of_others_into_its_script(workflow: Path) -> None:
    steps = [step["run"] for job in jobs(workflow).values() for step in job["steps"] if "run" in step]
    assert [step for step in steps if "${{" in step] == []


def test_change_requests_of_strangers_reach_nothing() -> None:
    text = (WRITTEN / "github.yml").read_text()
    assert "pull_request_target" not in text and "workflow_run" not in text
    assert "secrets." not in text
    found = jobs(WRITTEN / "github.yml")
    assert found["plan"]["permissions"] == {"contents": "read"}
    # The one that may write has none of the change's files, and starts none of its programs.
    assert found["comment"]["permissions"] == {"pull-requests": "write"}
    used = [step.get("uses", "") for step in found["comment"]["steps"]]
    assert [name for name in used if name.startswith("actions/checkout@")] == []
    assert "hubfleet plan" not in str(found["comment"])
    tokens = [name for name, job in found.items() if "github.token" in str(job)]
    assert tokens == ["comment"]


def test_the_job_of_gitlab_that_has_a_token_has_no_files() -> None:
    found: dict[str, Any] = yaml.safe_load(GITLAB.read_text())
    plan, comment = found["hubfleet-plan"], found["hubfleet-comment"]
    assert re.fullmatch(r"debian:[\w.-]+@sha256:[0-9a-f]{64}", found[".hubfleet"]["image"])
    assert "HUBFLEET_COMMENT_TOKEN" not in str(plan) and "environment" not in plan
    assert comment["environment"] == {"name": "hubfleet-comment", "action": "access"}
    assert comment["variables"] == {"GIT_STRATEGY": "none"}
    assert "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in comment["rules"][0]["if"]
    assert all("merge_request_event" in rule["if"] for job in (plan, comment) for rule in job["rules"])


def downloads(text: str) -> list[tuple[str, str]]:
    """What a workflow downloads beside hubfleet: addresses with digests."""
    return re.findall(r"take (https://\S+) \\\n\s+([0-9a-f]{64}) ", text)


def test_both_platforms_install_the_same_programs() -> None:
    found = [downloads(file.read_text()) for file in (WRITTEN / "github.yml", GITLAB)]
    assert found[0] == found[1] and len(found[0]) == 2


TOOLS = ROOT / ".tools"
NEEDS_TOOLS = pytest.mark.skipif(
    not (TOOLS / "workflows").exists() and os.environ.get("HUBFLEET_REQUIRE_TOOLS") != "1",
    reason="scripts/tools workflows brings what workflows are checked by",
)


def as_written(file: Path, folder: Path) -> Path:
    """A workflow as the program writes it, with an address, a digest and a folder."""
    values = {"PROGRAM": "https://example.org/hubfleet", "DIGEST": "ab" * 32, "FLEET": "fleets/one"}
    text = re.sub("@([A-Z]+)@", lambda mark: values[mark[1]], file.read_text())
    target = folder / ".github/workflows" / file.name
    target.parent.mkdir(parents=True)
    target.write_text(text)
    return target


@NEEDS_TOOLS
@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.name)
def test_actionlint_has_nothing_to_say(workflow: Path, tmp_path: Path) -> None:
    # What it says of globs as names of commands is meant so: there is one file of a release.
    program = [str(TOOLS / "bin/actionlint"), "-shellcheck", str(TOOLS / "bin/shellcheck"), "-ignore", "SC2211"]
    done = subprocess.run(
        [*program, str(as_written(workflow, tmp_path))], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@NEEDS_TOOLS
def test_actionlint_is_at_work(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("on: push\njobs: {x: {runs-on: ubuntu-24.04, steps: [{run: 'echo ${{ github.head_ref }}'}]}}\n")
    done = subprocess.run([TOOLS / "bin/actionlint", bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "untrusted" in done.stdout


@NEEDS_TOOLS
@pytest.mark.parametrize(
    ("file", "schema"),
    [
        *[(workflow, "github-workflows") for workflow in WORKFLOWS],
        (GITLAB, "gitlab-ci"),
        (WRITTEN / "gitlab-ci.yml", "gitlab-ci"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else value,
)
def test_the_schema_of_the_platform_holds(file: Path, schema: str, tmp_path: Path) -> None:
    document = yaml.load(as_written(file, tmp_path).read_text(), Loader=yaml.BaseLoader)
    rules = json.loads((TOOLS / f"workflows/{schema}.json").read_text())
    validator = jsonschema.validators.validator_for(rules)(rules)
    assert [error.message for error in validator.iter_errors(typed(document))] == []
    wrong = {**typed(document), "include": 7, "on": 7}
    assert list(validator.iter_errors(wrong)) != []


def typed(value: Any) -> Any:
    """A tree with the numbers and flags of YAML 1.2, in which `on` is a word."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch("[0-9]+", value) else value


@NEEDS_TOOLS
def test_scripts_of_gitlab_have_no_faults() -> None:
    found: dict[str, Any] = yaml.safe_load(GITLAB.read_text())
    for name in ("hubfleet-plan", "hubfleet-comment"):
        script = "set -eo pipefail\n" + "\n".join(found[name]["before_script"] + found[name]["script"])
        done = subprocess.run(
            [TOOLS / "bin/shellcheck", "--shell", "bash", "--exclude", "SC2164", "-"],
            input=script,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == ""
