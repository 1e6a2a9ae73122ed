"""Help inside the app: the guide, the keyboard, how totals are computed, and what is bundled."""

from __future__ import annotations

from html import escape
from pathlib import Path

import PySide6
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument, QTextFrameFormat, QTextTable
from PySide6.QtWidgets import QTextBrowser, QWidget

import resources
from desktop.logbook import Logbook, log_file
from desktop.look import look
from desktop.look.fonts import font
from desktop.notices import licence_text, parts
from desktop.version import version
from desktop.window.dialog import Dialog

TITLES = {
    "guide": "Guide",
    "keyboard": "Keyboard",
    "firmness": "How firm the answer is",
    "method": "How totals are computed",
    "methods": "Other methods",
    "safety": "How your work is kept",
    "log": "Log",
    "about": "About Steelyard",
}
MADE_OF, TABLE, FOLDER, LOGFILE = "## What it is made of", "TABLE", "FOLDER", "LOGFILE"
"""Where pages say more than their files do."""
TAIL = 64 * 1024
"""How many bytes of the log are shown."""
LICENCE = "licence/"
"""How a link to the words of a licence begins; the name of the part follows."""


class HelpDialog(Dialog):
    """Shows one page of help; links inside go to other pages, never to the network."""

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        super().__init__("Help", "", parent)
        self.resize(760, min(640, parent.window().height() - 40) if parent is not None else 640)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.text.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.text.setStyleSheet("QTextBrowser { border: none; background: transparent; }")
        self.text.setAccessibleName("Help")
        self.text.setAccessibleIdentifier("help.text")
        self.text.document().setDefaultFont(font(13))
        self.text.anchorClicked.connect(lambda url: self.show_page(url.toString()))
        self.body.addWidget(self.text, 1)
        self.show_page(page)

    def show_page(self, page: str) -> None:
        """Show another page; what is no page of ours is left alone."""
        if page in TITLES:
            self.setWindowTitle(f"{TITLES[page]} – Steelyard")
            text = resources.read_text(f"help/{page}.md").replace(LOGFILE, str(log_file()))
            self.text.setMarkdown(_parts(text) if page == "about" else text)
            _space_out(self.text.document())
            if page == "log":
                _add_log(self.text.document())
        elif page in {f"{LICENCE}{part.name}" for part in parts()}:
            self.setWindowTitle(f"Licence of {page.removeprefix(LICENCE)} – Steelyard")
            self.text.setHtml(_licence(page.removeprefix(LICENCE)))
        else:
            return
        end = QTextCursor.MoveOperation.End if page == "log" else QTextCursor.MoveOperation.Start
        self.text.moveCursor(end)  # The newest entries of the log are its last.


def _space_out(document: QTextDocument) -> None:
    """Give lines and paragraphs the room that Markdown has no word for."""
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        form = QTextBlockFormat()
        level = block.blockFormat().headingLevel()
        form.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        form.setTopMargin(16 if level else 0)
        cursor.setPosition(block.position())
        table = cursor.currentTable()
        form.setBottomMargin(0 if table is not None else 6)
        cursor.mergeBlockFormat(form)
        if table is not None:
            _rule(table)
        block = block.next()


def _rule(table: QTextTable) -> None:
    """Thin lines in the colour of the house, and room round the text."""
    form = table.format()
    form.setCellPadding(5)
    form.setCellSpacing(0)
    form.setBorderCollapse(True)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(look.tokens.border)
    table.setFormat(form)


def _parts(text: str) -> str:
    """A page with what Steelyard is made of, and where its log is."""
    rows = [
        f"| {part.name} | {part.version} | [{part.licence}]({LICENCE}{part.name}) | {part.what} |" for part in parts()
    ]
    table = "\n".join(["| Part | Version | Licence | For |", "|---|---|---|---|", *rows])
    told = f"This is version {version()}. It notes faults in its [log](log), `{log_file()}`"
    return text.replace(MADE_OF, f"{told}\n\n{MADE_OF}").replace(TABLE, table).replace(FOLDER, str(_qt_folder()))


def _qt_folder() -> Path:
    """Where the libraries of Qt lie in this install."""
    inside = Path(PySide6.__file__).parent
    return inside / "Qt" / "lib" if (inside / "Qt" / "lib").is_dir() else inside


def _add_log(document: QTextDocument) -> None:
    cursor = QTextCursor(document)
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.insertBlock(QTextBlockFormat())
    cursor.insertText(Logbook().tail(TAIL) or "Nothing yet.")


def _licence(name: str) -> str:
    part = next(part for part in parts() if part.name == name)
    words = licence_text(part) or f"{name} is in the public domain."
    return f'<p><a href="about">Back to About</a></p><pre style="white-space: pre-wrap">{escape(words)}</pre>'
