"""The package `binder` of the chart, and what its tests share."""

import copy
import json
import sys
import threading
import types
from pathlib import Path
from typing import Any

import pytest

from samples import FILES

sys.path.insert(0, str(FILES))


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """A function that writes settings, with changes, and says where."""

    def write_settings(settings: dict[str, Any], **changes: Any) -> Path:
        path = tmp_path / "settings.json"
        path.write_text(json.dumps(copy.deepcopy(settings) | changes))
        return path

    return write_settings


@pytest.fixture(autouse=True)
def _no_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the background that would end the tests."""
    from binder import restart

    real = restart.on_change
    monkeypatch.setattr(restart, "end_program", lambda: None)
    monkeypatch.setattr(
        restart, "on_change", lambda paths, *rest: real(paths, *rest) if rest else threading.current_thread()
    )


@pytest.fixture
def z2jh(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The module with which the official chart hands over its values. Change the values to taste."""
    values: dict[str, Any] = {"cull.maxAge": 10800, "hub.db.type": "sqlite-pvc", "Release.Name": "reader"}
    module = types.ModuleType("z2jh")
    module.get_config = lambda key, default=None: values.get(key, default)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "z2jh", module)
    return values
