"""A build backend that only says its package's name and version, which it has from the variable SOURCE_RELEASE."""

import os
import pathlib


def prepare_metadata_for_build_wheel(folder: str, settings: object = None) -> str:
    """The hook with which pip asks for both."""
    name, version = os.environ["SOURCE_RELEASE"].split("==")
    information = pathlib.Path(folder, name + ".dist-info")
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    return information.name
