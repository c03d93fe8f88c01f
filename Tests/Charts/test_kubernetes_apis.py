"""The table of the APIs of Kubernetes against the schemas that it was taken from."""

from __future__ import annotations

import subprocess

import kubernetes_validate
import pytest

from charts import ROOT

TABLE = (ROOT / "Sources/FleetModel/Embedded/kubernetes/apis.txt").read_text()


def test_the_table_is_up_to_date() -> None:
    done = subprocess.run([ROOT / "scripts/kubernetes-apis", "--check"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("minor", [29, 37])
def test_what_it_says_is_served_has_a_schema(minor: int) -> None:
    """Another way to the same: the schemas are asked for each object of the table."""
    wrong = []
    for line in TABLE.splitlines():
        words = line.split()
        if line.startswith(("#", "internal.")) or len(words) != 5:
            continue
        group, version, kind = words[0].strip("-"), words[1], words[2]
        item = {"apiVersion": f"{group}/{version}" if group else version, "kind": kind, "metadata": {"name": "a"}}
        try:
            kubernetes_validate.validate(item, f"1.{minor}")
            has = True
        except kubernetes_validate.utils.SchemaNotFoundError:
            has = False
        except kubernetes_validate.ValidationError:
            has = True
        if has != (int(words[3]) <= minor <= int(words[4])):
            wrong.append(line)
    assert wrong == []
