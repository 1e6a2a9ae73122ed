"""The card that says by which rule the verdict was reached, and from which draws."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.exchange.firmness_text import draws_sentences, names_of, percent, rule_sentences, verdict_sentence
from desktop.look.focus import identify
from desktop.look.icons import IconButton
from desktop.look.widgets import Card, TextLabel, paragraph
from desktop.questions.firmness import Firmness

WIDTH = 400


class RuleCard(Card):
    """A card over the window, a child of it and not a pop-up. Esc, or a click elsewhere, puts it away."""

    def __init__(self, opener: QWidget) -> None:
        super().__init__(opener.window())
        self._opener = opener
        self._parts = [paragraph("", 12, colour) for colour in ("text", "text", "text2", "text2")]
        self._close = IconButton("close", "Close (Esc)", 14, 24)
        self._close.clicked.connect(self.put_away)
        identify(self, "ranking.rule", "The rule behind the verdict")
        identify(self._close, "ranking.rule.close")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        opener.destroyed.connect(self.deleteLater)
        self.hide()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(TextLabel("How firm is the lead?", 13, 600))
        top.addWidget(self._close)
        self.body.setContentsMargins(16, 10, 12, 14)
        self.body.setSpacing(4)
        self.body.addLayout(top)
        verdict, rival, rule, draws = self._parts
        for heading, part in (("", verdict), ("", rival), ("The rule", rule), ("What was drawn", draws)):
            if heading:
                self.body.addSpacing(6)
                self.body.addWidget(TextLabel(heading, 12, 600))
            self.body.addWidget(part)

    def show_firm(self, firm: Firmness) -> None:
        """Say by which rule, and from which draws."""
        draws = draws_sentences(firm)
        rules = rule_sentences(firm)[: -len(draws)]
        said = (verdict_sentence(firm), rival_sentence(firm), "\n".join(rules), "\n".join(draws))
        if said == tuple(part.text() for part in self._parts):
            return
        for part, text in zip(self._parts, said, strict=True):
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleDescription(" ".join(said).replace("\n", " "))
        self._fit()

    def text(self) -> str:
        """All that it says."""
        return "\n".join(part.text() for part in self._parts)

    def open_at(self, corner: QPoint) -> None:
        """Stand at a point of the opener, inside the window, and take the focus."""
        window = self._opener.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        self._fit()
        at = self._opener.mapTo(window, corner)
        x = max(4, min(at.x(), window.width() - self.width() - 4))
        y = max(4, min(at.y(), window.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def put_away(self) -> None:
        """Hide, and give the focus back to where it came from."""
        if self.isHidden():
            return
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        had_focus = self.hasFocus() or self.isAncestorOf(QApplication.focusWidget() or self._opener)
        self.hide()
        if had_focus and self._opener.isVisible():
            self._opener.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        width = min(WIDTH, self._opener.window().width() - 8)
        self.setFixedWidth(width)
        self.body.activate()
        self.resize(width, self.body.totalHeightForWidth(width))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.put_away()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        to = QApplication.focusWidget()
        is_away = to is not None and to is not self and not self.isAncestorOf(to)
        if is_away and event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.put_away()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            is_inside = watched is self or self.isAncestorOf(watched)
            if not is_inside and watched is not self._opener:
                self.put_away()
        return False


def rival_sentence(firm: Firmness) -> str:
    """How often the leader beats its nearest rival; "" while there are no draws."""
    if firm.rival is None:
        return ""
    names = names_of(firm)
    leader, rival = names[firm.leader], names[firm.rival]
    return f"{leader} is ahead of {rival}, its nearest rival, in {percent(firm.winning)} of the draws."
