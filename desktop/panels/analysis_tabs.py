"""The tabs of the analysis: each is built when it is first looked at, and only the one on show is worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.charts.picture import Pictured
from desktop.look import font, look
from desktop.look.focus import Ringed, identify, let_tab_go_through
from desktop.look.icons import IconButton, paint_icon
from desktop.look.painting import draw_text, text_width
from desktop.look.spoken import Role, Spoken, SpokenChoice, say_chosen
from desktop.look.widgets import Card, Separator
from desktop.panels.analysis_view import AnalysisView
from desktop.panels.frame import Frame

HEIGHT = 44
ROOMY, CLOSE = 17, 11
"""Pixels around each word where there is room for all, and where there is less."""


class View(Protocol):
    """A tab's content."""

    def refresh(self, frame: Frame) -> None:
        """Show a frame."""
        ...


class _Tab(Ringed, QPushButton):
    """One word of the strip, underlined while it is on show."""

    def __init__(self, key: str, text: str, keys: str, strip: TabStrip) -> None:
        super().__init__(text, strip)
        self.key = key
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setToolTip(f"{text} ({keys})" if keys else text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        identify(self, f"analysis.tab.{key}", f"Tab: {text}")

    def sizeHint(self) -> QSize:
        return QSize(self.width_with(ROOMY), HEIGHT)

    def nextCheckState(self) -> None:
        self.setChecked(True)  # A click on the tab on show leaves it on show.

    def width_with(self, room: int) -> int:
        """How wide it is with so much room around its word."""
        return round(text_width(self.text(), font(13, 600))) + room

    def spoken(self) -> Spoken:
        """A tab, chosen while it is on show."""
        return SpokenChoice(self, Role.PageTab, self.isChecked, self.click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        if step:
            cast(TabStrip, self.parentWidget()).step(step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, painter, area = look.tokens, QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        ink = tokens.text if is_on or self.underMouse() else tokens.text2
        draw_text(painter, area, self.text(), font(13, 600 if is_on else 400), ink, Qt.AlignmentFlag.AlignHCenter)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.accent)
            painter.drawRoundedRect(QRectF(5, area.height() - 3, area.width() - 10, 3), 1.5, 1.5)
        self.paint_focus(painter, area.adjusted(1, 7, -1, -7), 5)


class TabStrip(QWidget):
    """The words of the tabs; those that do not fit are in a menu at the end."""

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, str], keys: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = [_Tab(key, text, keys.get(key, ""), self) for key, text in titles.items()]
        for tab in self._tabs:
            tab.clicked.connect(lambda _=False, key=tab.key: self.chosen.emit(key))
        self._more = _More(self)
        identify(self._more, "analysis.tab.more", "More tabs")
        self._more.clicked.connect(self._open_menu)
        self._current = ""
        identify(self, "analysis.tabs", "Analysis")
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def spoken(self) -> Spoken:
        """The list of the tabs."""
        return Spoken(self, Role.PageTabList)

    def set_current(self, key: str) -> None:
        """Underline another tab."""
        self._current = key
        for tab in self._tabs:
            tab.setChecked(tab.key == key)
            tab.setFocusPolicy(Qt.FocusPolicy.TabFocus if tab.key == key else Qt.FocusPolicy.NoFocus)
            if tab.key == key:
                say_chosen(tab)
        self._place()

    def step(self, by: int) -> None:
        """Go so many tabs on, and take the focus along."""
        keys = [tab.key for tab in self._tabs]
        place = max(0, min(len(keys) - 1, keys.index(self._current) + by))
        self.chosen.emit(keys[place])
        self._tabs[place].setFocus(Qt.FocusReason.TabFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Tabs from the left as far as they fit, the current one always among them."""
        widths = self._widths(ROOMY)
        if sum(widths.values()) > self.width():
            widths = self._widths(CLOSE)
        room = self.width() - (0 if sum(widths.values()) <= self.width() else _More.WIDTH)
        room -= widths.get(self._current, 0)
        x, is_full = 0, False
        for tab in self._tabs:
            is_current = tab.key == self._current
            fits = is_current or (not is_full and widths[tab.key] <= room)
            is_full = is_full or not fits
            tab.setVisible(fits)
            if fits:
                tab.setGeometry(x, 0, widths[tab.key], HEIGHT)
                x += widths[tab.key]
                room -= 0 if is_current else widths[tab.key]
        self._more.setGeometry(x, 0, _More.WIDTH, HEIGHT)
        self._more.setVisible(is_full)

    def _widths(self, room: int) -> dict[str, int]:
        return {tab.key: tab.width_with(room) for tab in self._tabs}

    def _open_menu(self) -> None:
        menu = QMenu(self)
        for tab in self._tabs:
            if tab.isHidden():
                menu.addAction(tab.text()).triggered.connect(lambda _=False, key=tab.key: self.chosen.emit(key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))


class _More(Ringed, QPushButton):
    WIDTH = 68

    def __init__(self, strip: TabStrip) -> None:
        super().__init__("More", strip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_text(painter, area.adjusted(9, 0, -20, 0), self.text(), font(13), look.tokens.text2)
        paint_icon(painter, "chevron-down", QPointF(area.right() - 15, area.center().y()), "text2", 14)
        self.paint_focus(painter, area.adjusted(1, 7, -1, -7), 5)


class AnalysisTabs(QWidget):
    """A card with the tabs. `makers` make each tab's content when it is first looked at, in the order of the strip."""

    turned = Signal(str)
    """Another tab is on show."""
    room_wanted = Signal(bool)
    """The analysis should have most of the height, or its usual part."""
    export_wanted = Signal(object)
    inspector_wanted = Signal()

    def __init__(
        self,
        titles: Mapping[str, str],
        makers: Mapping[str, Callable[[], QWidget]],
        keys: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._makers = makers
        self._views: dict[str, QWidget] = {}
        self._frame: Frame | None = None
        self.strip = TabStrip(titles, keys)
        self.strip.chosen.connect(self.turn_to)
        self.wider = IconButton("expand", "Give the analysis more room (F11)")
        self.wider.setCheckable(True)
        identify(self.wider, "analysis.room")
        self.wider.toggled.connect(self.room_wanted)
        self._stack = QStackedWidget()
        self._lay_out()
        self.current = ""
        self.turn_to(next(iter(titles)))

    def _lay_out(self) -> None:
        card = Card(self)
        top = QHBoxLayout()
        top.setContentsMargins(8, 0, 8, 0)
        top.setSpacing(4)
        top.addWidget(self.strip, 1)
        top.addWidget(self.wider)
        card.body.addLayout(top)
        card.body.addWidget(Separator())
        card.body.addWidget(self._stack, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(card)

    def view(self, key: str) -> QWidget:
        """The content of a tab, made now if it never was on show. Raises KeyError."""
        if key not in self._views:
            made = self._makers[key]()
            self._views[key] = made
            self._stack.addWidget(made)
            if isinstance(made, AnalysisView):
                made.export_wanted.connect(self.export_wanted)
                let_tab_go_through(made, self.wider)
                made.inspector_wanted.connect(self.inspector_wanted)
                made.tab_wanted.connect(self.turn_to)
        return self._views[key]

    def turn_to(self, key: str) -> None:
        """Put a tab on show."""
        if key == self.current:
            return
        view = self.view(key)
        self.current = key
        self.strip.set_current(key)
        self._stack.setCurrentWidget(view)
        if self._frame is not None:
            cast(View, view).refresh(self._frame)
        self.turned.emit(key)

    def refresh(self, frame: Frame) -> None:
        """Show a frame on the tab on show."""
        self._frame = frame
        cast(View, self._views[self.current]).refresh(frame)

    def stop(self) -> None:
        """Drop what is being worked out for any tab: the page goes."""
        for view in self._views.values():
            if isinstance(view, AnalysisView):
                view.stop()

    def pictured(self) -> Pictured | None:
        """The chart on show; None where the tab has none."""
        view = self._views[self.current]
        return view.pictured() if isinstance(view, AnalysisView) else None

    def toggle_table(self) -> None:
        """Show the figures of the tab on show as a table, or the picture again."""
        view = self._views[self.current]
        if isinstance(view, AnalysisView):
            view.toggle_table()
