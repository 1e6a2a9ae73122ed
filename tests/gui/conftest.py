"""What holds for every test with a window: the house's look in the light scheme, and an empty clipboard afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop.look import look
from desktop.window import refresher
from desktop.window.tidying import tidy


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application with style, typeface and sheet, put on once as when it starts."""
    look.install(qapp)
    return qapp


@pytest.fixture(autouse=True)
def tidied() -> Iterator[None]:
    """Circular garbage is looked for between tests only: other threads must not end widgets, as in the application."""
    gc.disable()
    yield
    tidy()
    gc.enable()


@pytest.fixture(autouse=True)
def shallow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only tests that ask for it (`deep`) have 100,000 draws taken behind every window they open."""
    if "deep" not in request.fixturenames:
        monkeypatch.setattr(refresher, "FIRST_REST_MS", 10**8)
        monkeypatch.setattr(refresher, "REST_MS", 10**8)


@pytest.fixture
def deep() -> None:
    """The deep answer comes when the hand rests, as in the application."""


@pytest.fixture(autouse=True)
def light(dressed: QApplication) -> Iterator[None]:
    """Every test starts and ends in the light scheme."""
    look.set_scheme("light")
    yield
    look.set_scheme("light")
    QGuiApplication.clipboard().clear()
