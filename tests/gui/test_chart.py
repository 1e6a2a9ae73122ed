"""What every chart of the analysis can do: point, step, choose, scroll, be read, and be sent away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.charts.chart import Chart, Mark
from desktop.charts.picture import Cell, copy_data, copy_picture, png_of, svg_of, tsv_of
from desktop.look import look, tokens_for


class Squares(Chart):
    """A three by two board of squares, 40 px each."""

    def __init__(self, count: int = 6) -> None:
        super().__init__("Board", "test.board")
        self.count = count
        self.host: QWidget | None = None

    def draw(self, painter: QPainter, size: QSizeF, seen: QRectF) -> None:
        for mark in self.marks(size):
            painter.fillRect(mark.area, look.tokens.accent)

    def marks(self, size: QSizeF) -> Sequence[Mark]:
        areas = (QRectF(10 + 60 * (n % 3), 10 + 60 * (n // 3), 40, 40) for n in range(self.count))
        return [Mark(area, f"Square {n}", f"{n} of {self.count}", n) for n, area in enumerate(areas)]

    def content_height(self, width: float) -> float:
        return 20.0 + 60.0 * (self.count // 3)

    def summary(self) -> str:
        return f"{self.count} squares"

    def rows(self) -> Sequence[Sequence[Cell]]:
        heading: list[Cell] = ["Square", "Part"]
        return [heading] + [[f"Square {n}", n / 3] for n in range(self.count)]


@pytest.fixture
def board(qtbot: QtBot) -> Squares:
    return shown(qtbot, Squares())


def shown(qtbot: QtBot, chart: Squares) -> Squares:
    """In a window of its own: pyqtgraph's views are no windows."""
    window = QWidget()
    qtbot.addWidget(window)
    chart.setParent(window)
    chart.host = window
    chart.resize(300, 160)
    window.resize(300, 160)
    with qtbot.waitExposed(window):
        window.show()
    chart.refresh()
    return chart


def test_pointing_at_a_mark_reads_it_out_and_leaving_it_stops(board: Squares, qtbot: QtBot) -> None:
    QTest.mouseMove(board.viewport(), QPoint(90, 30))
    qtbot.waitUntil(lambda: board.read_out_text() == "Square 1: 1 of 6")
    QTest.mouseMove(board.viewport(), QPoint(56, 56))
    qtbot.waitUntil(lambda: board.read_out_text() == "")


def test_a_click_and_enter_choose_the_mark_and_arrows_step_to_its_neighbours(board: Squares, qtbot: QtBot) -> None:
    chosen: list[object] = []
    board.chosen.connect(chosen.append)
    QTest.mouseClick(board.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(90, 30))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(board, key)
    assert board.read_out_text() == "Square 4: 4 of 6"
    assert "Square 4" in board.accessibleDescription()
    QTest.keyClick(board, Qt.Key.Key_Return)
    QTest.keyClick(board, Qt.Key.Key_End)
    QTest.keyClick(board, Qt.Key.Key_Space)
    assert chosen == [1, 4, 5]
    QTest.keyClick(board, Qt.Key.Key_Right)
    assert board.read_out_text() == "Square 5: 5 of 6"


def test_its_words_reach_screen_readers_when_it_rests(board: Squares, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: board.accessibleDescription() == "6 squares")
    assert board.accessibleName() == "Board"


def test_content_that_is_higher_than_the_chart_scrolls_and_keys_bring_it_into_sight(qtbot: QtBot) -> None:
    chart = shown(qtbot, Squares(60))
    assert chart.content_size.height() == 1220
    assert chart.scroll == 0
    QTest.keyClick(chart, Qt.Key.Key_End)
    assert chart.mark_at(QPointF(150, 120)) == chart.all_marks()[-1]
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.mark_at(QPointF(30, 30)) == chart.all_marks()[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_is_of_the_size_and_scheme_asked_for_whatever_the_screen_shows(board: Squares, scheme: str) -> None:
    tokens = look.tokens
    image = QImage.fromData(png_of(board, QSize(320, 200), scheme, ratio=1.0))
    assert image.size() == QSize(320, 200)
    assert image.pixelColor(3, 195) == tokens_for(scheme).surface
    assert image.pixelColor(30, 64) == tokens_for(scheme).accent
    svg = svg_of(board, QSize(320, 200), scheme).decode()
    assert 'viewBox="0 0 320 200"' in svg
    assert tokens_for(scheme).accent.name() in svg
    assert look.tokens is tokens


def test_a_picture_of_more_than_fits_is_made_smaller_and_shows_all(qtbot: QtBot) -> None:
    chart = shown(qtbot, Squares(60))
    image = QImage.fromData(png_of(chart, QSize(400, 344), "light", ratio=1.0))
    lowest = max(y for y in range(344) if QColor(image.pixel(4 + 3, y)) != tokens_for("light").surface)
    assert lowest > 320


def test_figures_are_copied_in_full_and_the_picture_as_it_stands(board: Squares) -> None:
    copy_data(board)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "Square\tPart"
    assert lines[2] == f"Square 1\t{1 / 3!r}"
    copy_picture(board, board.size())
    assert not QGuiApplication.clipboard().image().isNull()


def test_what_would_break_a_table_is_taken_out_of_its_fields() -> None:
    assert tsv_of([["a\tb", "c\nd", None, 2]]) == "a b\tc d\t\t2\n"
