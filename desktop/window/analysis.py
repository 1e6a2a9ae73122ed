"""Which tabs the analysis has, in their order, and what is done with the chart on show."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.charts.picture import Pictured, copy_data, copy_picture, png_of, svg_of
from desktop.look.focus import identify
from desktop.look.widgets import Segmented
from desktop.window.dialog import Dialog, field_label
from desktop.window.file_dialogs import ask_save, file_name

if TYPE_CHECKING:
    from desktop.panels.analysis_view import AnalysisView
    from desktop.session import Session
    from desktop.window.main_window import MainWindow


class Tab(NamedTuple):
    """A tab: its key, its word, and where its class is."""

    key: str
    title: str
    module: str
    name: str


TABS: tuple[Tab, ...] = (
    Tab("sensitivity", "Sensitivity", "desktop.panels.sensitivity_view", "SensitivityView"),
    Tab("flips", "Flips", "desktop.panels.flips_view", "FlipsView"),
    Tab("robustness", "Robustness", "desktop.panels.robustness_view", "RobustnessView"),
    Tab("tornado", "Tornado", "desktop.panels.tornado_view", "TornadoView"),
    Tab("tradeoff", "Trade-off", "desktop.panels.tradeoff_view", "TradeoffView"),
    Tab("compare", "Compare", "desktop.panels.compare_view", "CompareView"),
    Tab("perspectives", "Perspectives", "desktop.panels.perspectives_view", "PerspectivesView"),
    Tab("methods", "Methods", "desktop.panels.methods_view", "MethodsView"),
    Tab("checks", "Checks", "desktop.panels.checks_view", "ChecksView"),
)
"""The tabs after the scores."""

SIZES = {"slide": (1280, 720), "page": (1000, 620), "column": (640, 420)}
LEAST, MOST = 200, 6000


def makers(session: Session) -> dict[str, Callable[[], AnalysisView]]:
    """What makes each tab; its code is loaded when it is first looked at."""

    def maker(tab: Tab) -> Callable[[], AnalysisView]:
        def make() -> AnalysisView:
            view: AnalysisView = getattr(import_module(tab.module), tab.name)(session)
            return view

        return make

    return {tab.key: maker(tab) for tab in TABS}


def shortcut(place: int) -> str:
    """The keys of the tab at a place, 0 = the scores; "" beyond the tenth."""
    return f"Alt+{(place + 1) % 10}" if place < 10 else ""


def copy_shown_picture(window: MainWindow) -> None:
    """Copy the chart on show as a picture, in the size it has on the screen."""
    chart = _chart(window)
    if chart is not None:
        size = chart.size() if isinstance(chart, QWidget) else QSize(*SIZES["page"])
        copy_picture(chart, size)
        window.toast.say(f"Copied as a picture: {chart.title()}", "good")


def copy_shown_figures(window: MainWindow) -> None:
    """Copy the figures of the chart on show."""
    chart = _chart(window)
    if chart is not None:
        copy_data(chart)
        window.toast.say(f"Figures copied: {chart.title()}", "good")


def export_shown(window: MainWindow) -> None:
    """Ask how the chart on show is to be written to a file."""
    chart = _chart(window)
    if chart is not None:
        window.show_dialog(PictureDialog(chart, window))


def _chart(window: MainWindow) -> Pictured | None:
    chart = None if window.page is None else window.page.pictured()
    if chart is None and window.page is not None:
        window.toast.say("There is no chart to copy or export here; turn to a tab that shows one.", "info")
    return chart


class PictureDialog(Dialog):
    """A chart as a PNG or SVG file of a chosen size, for a slide or a page."""

    def __init__(self, chart: Pictured, window: MainWindow) -> None:
        super().__init__("Export picture", "Choose a file…", window)
        self._chart, self._window = chart, window
        self.kind = Segmented({"png": "PNG", "svg": "SVG"}, "png", "Kind of file", "picture.kind")
        self.scheme = Segmented({"light": "Light", "dark": "Dark"}, "light", "Colours", "picture.scheme")
        texts = {"slide": "Slide", "page": "Page", "column": "Column", "own": "Own size"}
        self.size_choice = Segmented(texts, "slide", "Size", "picture.size")
        self.wide, self.high = (QLineEdit() for _ in range(2))
        for field, name in ((self.wide, "Width in pixels"), (self.high, "Height in pixels")):
            identify(field, f"picture.{name.split()[0].lower()}", name)
            field.setFixedWidth(84)
            field.textEdited.connect(lambda _: self.size_choice.set_current("own"))
        self.size_choice.changed.connect(self._on_size)
        self._lay_out()
        self._on_size("slide")

    def _lay_out(self) -> None:
        for text, parts in (
            ("Size", (self.size_choice,)),
            ("Width × height in pixels", (self.wide, field_label("×"), self.high)),
            ("Colours", (self.scheme,)),
            ("Kind of file", (self.kind,)),
        ):
            self.body.addWidget(field_label(text))
            row = QHBoxLayout()
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part)
            row.addStretch(1)
            self.body.addLayout(row)
        self.setMinimumWidth(420)

    def _on_size(self, key: str) -> None:
        if key in SIZES:
            for field, pixels in zip((self.wide, self.high), SIZES[key], strict=True):
                field.setText(str(pixels))

    def picture_size(self) -> QSize | None:
        """The size asked for; None where it is no size, which the dialog then says."""
        texts = [field.text().strip() for field in (self.wide, self.high)]
        if all(text.isascii() and text.isdigit() and LEAST <= int(text) <= MOST for text in texts):
            return QSize(*map(int, texts))
        self.say(f"Width and height are whole numbers of pixels from {LEAST} to {MOST}; nothing was written.")
        return None

    def try_accept(self) -> None:
        size = self.picture_size()
        if size is None:
            return
        self.say("")
        end, name = f".{self.kind.current()}", file_name(self._chart.title(), f".{self.kind.current()}")
        filters = "Pictures (*.png)" if end == ".png" else "Vector pictures (*.svg)"
        ask_save(self._window, "Export picture", name, filters, lambda path: self._write(path, size), self)

    def _write(self, path: Path, size: QSize) -> None:
        from desktop.exchange.files import write_bytes

        chart, scheme = self._chart, self.scheme.current()
        make = svg_of if self.kind.current() == "svg" else png_of
        self.carry_out(lambda: write_bytes(path, make(chart, size, scheme)))
        if not self.trouble.text():
            self._window.toast.say(f"Picture written to {path}", "good")
