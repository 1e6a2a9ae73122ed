"""A weight tick: from the slider's signal to the painted pixels of the chart and the panel, and without painting."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from db.study.model import Study
from desktop.app import Application
from desktop.commands import MoveWeight
from desktop.evaluation import Evaluator
from desktop.panels.weight_slider import WeightSlider
from desktop.session import Session
from desktop.window.study_page import StudyPage
from tests.bench.tables import study_of

SIZES = ((10, 12), (100, 30), (2000, 50))


class Paints(QObject):
    """Counts how often a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.number = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.number += event.type() == QEvent.Type.Paint
        return False


@contextmanager
def window_on(study: Study) -> Iterator[StudyPage]:
    """The real window, its library in a folder of its own, on a study just put there."""
    from db.library import Library

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["STEELYARD_HOME"] = folder
        path = Library(Path(folder)).create(study, "bench")
        application = Application(app)
        application.preferences.set("last", path.name)
        application.run()
        while application.window.page is None:
            app.processEvents()
        _rest(500)
        page = application.window.page
        assert page is not None
        yield page
        application.window.close()
        application.deleteLater()
        _rest(100)


def _rest(milliseconds: int) -> None:
    QTest.qWait(milliseconds)


def painted(study: Study, ticks: int = 300) -> list[float]:
    """Seconds from each move of the held slider until chart and panel were painted with it."""
    with window_on(study) as page:
        slider = page.weights.tree.leaf_row(study.leaves()[1].id).slider
        return drag(page, slider, ticks)


def drag(page: StudyPage, slider: WeightSlider, ticks: int) -> list[float]:
    """Hold a slider, move it so many times, let it go; the seconds that each move took."""
    chart, row = Paints(page.ranking.chart.viewport()), Paints(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 3, slider.height() // 2))
    times = []
    for value in way(ticks):
        before = chart.number, row.number
        start = perf_counter()
        slider.setValue(value)
        while chart.number == before[0] or row.number == before[1]:
            QApplication.processEvents()
        times.append(perf_counter() - start)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
    return times[ticks // 10 :]


def way(ticks: int) -> list[int]:
    """Tenths of a percent, up and down, no two in a row the same."""
    return [20 + 3 * abs(tick % 100 - 50) for tick in range(ticks)]


def unpainted(study: Study, ticks: int = 300) -> list[float]:
    """Seconds that the command, the session and the evaluation take together."""
    session, evaluator = Session(study, who="bench"), Evaluator()
    party, leaf = study.perspectives[0].id, study.leaves()[1].id
    evaluator.evaluate(study, party)
    times = []
    for value in way(ticks):
        start = perf_counter()
        session.do(MoveWeight(party, leaf, value / 1000.0), live=True)
        evaluator.evaluate(session.study, party)
        times.append(perf_counter() - start)
    return times


def profile(n_options: int, n_criteria: int) -> None:
    """Print where the time of a drag goes."""
    import cProfile
    import pstats

    study, profiler = study_of(n_options, n_criteria), cProfile.Profile()
    with window_on(study) as page:
        slider = page.weights.tree.leaf_row(study.leaves()[1].id).slider
        drag(page, slider, 30)
        profiler.enable()
        drag(page, slider, 200)
        profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
