"""The value function of a criterion: its family, its curve to drag, and its points or curvature to type."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from db.study.model import Known, Scale, Shape
from desktop.charts.value_curve import STEEPEST, Points, ValueCurve, corners, inserted
from desktop.commands import SetScale
from desktop.exchange.numbers import parse_number
from desktop.look.widgets import Button, IconButton, Segmented, TextLabel, identify
from desktop.panels.inspector.fields import Number, Paragraph, caption, column, labelled, shrinkable
from desktop.panels.inspector.wording import SHAPES, short

if TYPE_CHECKING:
    from desktop.panels.inspector.leaf_page import LeafPage

HINTS = {
    Shape.LINEAR: "Every step is worth the same. Double-click the line to bend it.",
    Shape.PIECEWISE: "Drag a point, or choose it with Tab and use the arrow keys. "
    "Double-click adds one, Delete removes it.",
    Shape.EXPONENTIAL: "Drag the middle of the curve, or type its curvature: above 0 it rises early, below 0 late.",
}


def reshaped(scale: Scale, shape: Shape) -> Scale:
    """The scale with another family of value function, starting from what the old one is worth."""
    if shape is scale.shape:
        return scale
    if shape is Shape.LINEAR:
        return replace(scale, shape=shape, points=(), curvature=0.0)
    if shape is Shape.EXPONENTIAL:
        return replace(scale, shape=shape, points=(), curvature=scale.curvature or 1.0)
    return replace(scale, shape=shape, points=_sampled(scale), curvature=0.0)


def _sampled(scale: Scale) -> Points:
    """Corners along the present curve: the ends and the quarters between them."""
    from desktop.evaluation import value_of

    low, high = corners(scale)[0], corners(scale)[-1]
    inner = [low[0] + part * (high[0] - low[0]) for part in (0.25, 0.5, 0.75)]
    values = value_of(scale, inner).tolist()
    return (low, *((x, float(round(value))) for x, value in zip(inner, values, strict=True)), high)


class PointRow(QWidget):
    """One corner of a piecewise value function: where it stands and what that is worth."""

    def __init__(self, editor: ValueEditor, place: int) -> None:
        super().__init__()
        self._editor, self._place = editor, place
        self.at = self._number("x", f"Point {place + 1}: score")
        self.value = self._number("value", f"Point {place + 1}: value")
        self.delete = IconButton("close", f"Delete point {place + 1}", 13, 24)
        identify(self.delete, f"inspector.criterion.point.{place}.delete")
        self.delete.clicked.connect(lambda: editor.delete_point(place))
        self._between = TextLabel("is worth", 12, 400, "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.at, 3)
        row.addWidget(self._between)
        row.addWidget(self.value, 2)
        row.addWidget(self.delete)
        self._between.setFixedWidth(50)

    def _number(self, which: str, name: str) -> Number:
        editor, place = self._editor, self._place
        field = Number(f"inspector.criterion.point.{place}.{which}", name, partial(editor.problem, place, which))
        return editor.page.number(field, partial(editor.type_point, place, which))

    def show_point(self, point: tuple[float, float], is_end: bool) -> None:
        """Show a corner; the ends of the scale cannot be moved here."""
        self.at.setText(short(point[0]))
        self.value.setText(short(point[1], 4))
        for widget in (self.at, self.value, self.delete):
            widget.setEnabled(not is_end)


class ValueEditor(QWidget):
    """Edits the value function of the page's leaf."""

    def __init__(self, page: LeafPage) -> None:
        super().__init__()
        self.page = page
        self._rows: list[PointRow] = []
        self.shape = Segmented(
            {str(key): text for key, text in SHAPES.items()},
            str(Shape.LINEAR),
            "Family of value function",
            "inspector.criterion.shape",
        )
        shrinkable(self.shape)
        self.shape.changed.connect(lambda key: page.set_scale(reshaped(self.page.scale(), Shape(key))))
        self.curve = ValueCurve(is_editable=True)
        identify(self.curve, "inspector.criterion.curve")
        self.curve.shaped.connect(self._on_shaped)
        self.curve.bent.connect(self._on_bent)
        self.curve.settled.connect(page.session.settle)
        self.curve.abandoned.connect(page.session.abandon)
        self.hint = Paragraph("", 11.5, 400, "text2")
        self.curvature = page.number(
            Number("inspector.criterion.curvature", "Curvature", self._bend_problem), self._on_curvature
        )
        self._build()

    def _build(self) -> None:
        self._bend = labelled("Curvature", self.curvature)
        self._points, self._points_box = column(3)
        self._add = Button("Add point", "plus")
        identify(self._add, "inspector.criterion.point.add")
        self._add.clicked.connect(self._on_add)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addWidget(caption("Value function"))
        box.addWidget(self.shape, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.curve, self.hint, self._bend, self._points):
            box.addWidget(widget)
        box.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    # Showing

    def show_scale(self, scale: Scale, colour: int) -> None:
        """Show the value function of a scale."""
        self.shape.set_current(str(scale.shape))
        self.curve.show(scale, colour=colour)
        self.hint.set_text(HINTS[scale.shape])
        self.curvature.setText(short(scale.curvature, 5))
        self._bend.setVisible(scale.shape is Shape.EXPONENTIAL)
        is_piecewise = scale.shape is Shape.PIECEWISE
        self._points.setVisible(is_piecewise)
        self._add.setVisible(is_piecewise)
        if is_piecewise:
            self._show_points(corners(scale))

    def _show_points(self, points: Points) -> None:
        while len(self._rows) < len(points):
            self._rows.append(PointRow(self, len(self._rows)))
            self._points_box.addWidget(self._rows[-1])
        for place, row in enumerate(self._rows):
            if place < len(points):
                row.show_point(points[place], place in (0, len(points) - 1))
            row.setVisible(place < len(points))

    # Dragging

    def _on_shaped(self, points: Points) -> None:
        shaped = replace(self.page.scale(), shape=Shape.PIECEWISE, points=points, curvature=0.0)
        self.page.set_scale(shaped, live=True)

    def _on_bent(self, curvature: float) -> None:
        self.page.set_scale(replace(self.page.scale(), curvature=curvature), live=True)

    # Typing

    def _typed(self, place: int, which: str, text: str) -> Scale:
        points, number = corners(self.page.scale()), parse_number(text)
        if not 0 < place < len(points) - 1:
            return self.page.scale()
        x, value = points[place]
        point = (number, value) if which == "x" else (x, number)
        return replace(self.page.scale(), points=(*points[:place], point, *points[place + 1 :]))

    def problem(self, place: int, which: str, text: str) -> str:
        """Why a typed point is refused, or ""."""
        try:
            SetScale(self.page.leaf().id, self._typed(place, which, text)).apply(self.page.session.study)
        except Known as reason:
            return str(reason)
        except KeyError:
            return ""
        return ""

    def type_point(self, place: int, which: str, text: str) -> None:
        """Put a point where it was typed."""
        self.page.set_scale(self._typed(place, which, text))

    def delete_point(self, place: int) -> None:
        """Take a point away."""
        points = corners(self.page.scale())
        self.page.set_scale(replace(self.page.scale(), points=(*points[:place], *points[place + 1 :])))

    def _on_add(self) -> None:
        points = corners(self.page.scale())
        gaps = [(points[at + 1][0] - points[at][0], at) for at in range(len(points) - 1)]
        _, at = max(gaps)
        (xa, va), (xb, vb) = points[at], points[at + 1]
        added, _ = inserted(points, (xa + xb) / 2.0, (va + vb) / 2.0)
        self.page.set_scale(replace(self.page.scale(), points=added))

    def _bend_problem(self, text: str) -> str:
        try:
            number = parse_number(text)
        except Known as reason:
            return str(reason)
        if not isfinite(number) or abs(number) > STEEPEST:
            return f"A curvature must lie between −{STEEPEST:g} and {STEEPEST:g}; the curve stays as it is."
        return ""

    def _on_curvature(self, text: str) -> None:
        self.page.set_scale(replace(self.page.scale(), curvature=parse_number(text)))
