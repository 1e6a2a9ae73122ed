"""A weight tick with a tab of the analysis on show: from the slider's signal until slider, ranking and tab are painted;
and how long after the hand rests the deep answer is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame
from desktop.panels.weight_slider import WeightSlider
from desktop.window.analysis import TABS
from desktop.window.study_page import StudyPage
from tests.bench.tables import study_of
from tests.bench.tick import Paints, way, window_on

SIZES = ((10, 12), (50, 30))
PROMISED_MS = {(10, 12): 16.0, (50, 30): 33.0}
REST_MS = 100.0


def drags(n_options: int, n_criteria: int, ticks: int = 200) -> Iterator[tuple[str, list[float]]]:
    """(tab, seconds of each move) for the scores and every tab of the analysis, in one window."""
    study = study_of(n_options, n_criteria)
    with window_on(study) as page:
        slider = page.weights.tree.leaf_row(study.leaves()[1].id).slider
        for key in ("scores", *(tab.key for tab in TABS)):
            page.tabs.turn_to(key)
            QTest.qWait(200)
            yield key, _drag(page, slider, ticks)


def _drag(page: StudyPage, slider: WeightSlider, ticks: int) -> list[float]:
    seen = [Paints(widget) for widget in (page.ranking.chart.viewport(), slider, *_shown(page))]
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 3, slider.height() // 2))
    times = []
    for value in way(ticks):
        before = [paints.number for paints in seen]
        start = perf_counter()
        slider.setValue(value)
        while any(paints.number == was for paints, was in zip(seen[:2], before[:2], strict=True)):
            QApplication.processEvents()
        QApplication.processEvents()
        times.append(perf_counter() - start)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
    return times[ticks // 10 :]


def _shown(page: StudyPage) -> list[QWidget]:
    view = page.tabs.view(page.tabs.current)
    chart = view.chart() if isinstance(view, AnalysisView) else None
    return [] if chart is None else [chart.viewport()]


def rests(n_options: int, n_criteria: int, rounds: int = 20) -> list[float]:
    """Seconds from the release of a slider until the deep answer is on the screen."""
    study = study_of(n_options, n_criteria)
    times = []
    with window_on(study) as page:
        slider = page.weights.tree.leaf_row(study.leaves()[1].id).slider
        _wait_for_depth(page)
        for value in way(rounds):
            QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(slider.width() // 3, slider.height() // 2))
            slider.setValue(value)
            QApplication.processEvents()
            start = perf_counter()
            QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)
            _wait_for_depth(page)
            times.append(perf_counter() - start)
    return times


def _wait_for_depth(page: StudyPage) -> None:
    # A loop that sleeps, as the application's does: one that spins would take the interpreter from the worker.
    loop = QEventLoop()

    def heard(frame: Frame) -> None:
        if frame.firm is not None and frame.firm.deep is not None:
            loop.quit()

    page.refresher.framed.connect(heard)
    page.refresher.request()
    loop.exec()
    page.refresher.framed.disconnect(heard)
