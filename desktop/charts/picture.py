"""A chart as a picture that can be sent away: pixels or vectors, at any size, in either scheme; and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QRect, QRectF, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter

from desktop.look import font, look
from desktop.look.painting import draw_text

Cell = str | float | None
"""What stands in a table; None where there is nothing."""

TITLE = 34.0
"""Pixels above a picture for its title."""


class Pictured(Protocol):
    """A chart that can be copied, sent away and read as numbers."""

    def title(self) -> str:
        """What the picture shows, in a line."""
        ...

    def paint_picture(self, painter: QPainter, size: QSizeF) -> None:
        """Paint all of it into an area of this size that begins at 0, 0, in the look that holds."""
        ...

    def rows(self) -> Sequence[Sequence[Cell]]:
        """The figures it shows: the first row has the headings."""
        ...


def image_of(chart: Pictured, size: QSize, scheme: str, ratio: float = 2.0) -> QImage:
    """The chart with its title as pixels, `ratio` of them to each of `size`."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    _paint(chart, painter, QSizeF(size), scheme)
    painter.end()
    return image


def png_of(chart: Pictured, size: QSize, scheme: str, ratio: float = 2.0) -> bytes:
    """The chart with its title as a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"PNG").write(image_of(chart, size, scheme, ratio))
    buffer.close()
    return bytes(data.data())


def svg_of(chart: Pictured, size: QSize, scheme: str) -> bytes:
    """The chart with its title as an SVG file."""
    from PySide6.QtSvg import QSvgGenerator

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(chart.title())
    painter = QPainter(generator)
    _paint(chart, painter, QSizeF(size), scheme)
    painter.end()
    buffer.close()
    return bytes(data.data())


def _paint(chart: Pictured, painter: QPainter, size: QSizeF, scheme: str) -> None:
    with look.dressed_as(scheme):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), look.tokens.surface)
        area = QRectF(16, 4, size.width() - 32, TITLE - 4)
        draw_text(painter, area, chart.title(), font(14, 600), look.tokens.text)
        painter.translate(0, TITLE)
        chart.paint_picture(painter, QSizeF(size.width(), size.height() - TITLE))


def copy_picture(chart: Pictured, size: QSize) -> None:
    """Put the chart on the clipboard as a picture, in the look of the screen."""
    scheme = "dark" if look.tokens.is_dark else "light"
    QGuiApplication.clipboard().setImage(image_of(chart, size, scheme))


def copy_data(chart: Pictured) -> None:
    """Put the chart's figures on the clipboard, as spreadsheets take them."""
    data = QMimeData()
    data.setText(tsv_of(chart.rows()))
    QGuiApplication.clipboard().setMimeData(data)


def tsv_of(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as lines of fields parted by tabs, in full precision."""
    return "".join("\t".join(_field(cell) for cell in row) + "\n" for row in rows)


def _field(cell: Cell) -> str:
    if cell is None:
        return ""
    return repr(cell) if isinstance(cell, float) else str(cell).replace("\t", " ").replace("\n", " ")
