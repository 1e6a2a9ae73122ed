"""Which Steelyard this is, installed or run from a checkout."""

from __future__ import annotations

from pathlib import Path


def version() -> str:
    """The version installed, or that of the checkout."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("steelyard")
    except PackageNotFoundError:
        return _version_of_the_checkout()


def _version_of_the_checkout() -> str:
    import tomllib

    try:
        project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))
    except OSError:
        return "(unknown version)"
    return str(project["project"]["version"])
