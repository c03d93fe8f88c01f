"""The workflows of this repository: what runs in them, and what they may do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).resolve().parents[2] / ".github/workflows").glob("*.yml"))


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
