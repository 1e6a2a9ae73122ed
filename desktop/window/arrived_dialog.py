"""A study file arrived whose study the library has already: say which is ahead, and ask what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db.study.model import Known
from db.study.words import counted
from desktop.look.buttons import Button
from desktop.look.focus import identify
from desktop.look.widgets import paragraph
from desktop.window.dialog import Dialog

if TYPE_CHECKING:
    from desktop.window.desk import Archive, Arrived
    from desktop.window.main_window import MainWindow

_BEST = {"ahead": "Add its changes to mine", "behind": "Open mine", "apart": "Take it over as one change"}


class ArrivedDialog(Dialog):
    """Offers to update the library's study where that loses nothing, and to keep both; nothing is done unasked."""

    def __init__(self, arrived: Arrived, archive: Archive, window: MainWindow) -> None:
        super().__init__("This study is in your library already", _BEST[arrived.standing], window)
        self.resize(560, 260)
        self._archive, self._arrived = archive, arrived
        self.body.addWidget(paragraph(told(arrived), 13, "text"))
        if arrived.standing in _AFTER:
            self.body.addWidget(paragraph(_AFTER[arrived.standing]))
        if arrived.place:
            self.body.addWidget(
                paragraph(f"The file lies in {arrived.place}, where something else writes to it; only a copy is used.")
            )
        self.body.addStretch(1)
        self.keep = Button("Keep both", kind="outlined")
        identify(self.keep, "arrived.keep")
        self.keep.clicked.connect(lambda: self.carry_out(archive.keep_arrived))
        self.buttons.insertWidget(self.buttons.indexOf(self.accept_button), self.keep)
        self.compare = Button("Compare…", kind="outlined")
        identify(self.compare, "arrived.compare")
        self.compare.clicked.connect(self._compare)
        self.buttons.insertWidget(0, self.compare)

    def try_accept(self) -> None:
        """Update the library's study, or open it where it is the newer one; or say why not."""
        is_newer = self._arrived.standing == "behind"
        self.carry_out(self._archive.open_own_of_arrived if is_newer else self._archive.update_from_arrived)

    def _compare(self) -> None:
        from desktop.window.comparison_dialog import ComparisonDialog

        try:
            own = self._archive.own_of_arrived()
        except Known as trouble:
            self.say(str(trouble))
            return
        ComparisonDialog(own, self._arrived.study, ("In your library", f"In “{self._arrived.name}”"), self).open()


def told(arrived: Arrived) -> str:
    """Which of the two is ahead, in a sentence."""
    theirs, own = counted(arrived.theirs, "change"), counted(arrived.own, "change")
    where = f"“{arrived.name}” holds the study that your library has as “{arrived.own_title}”"
    if arrived.standing == "ahead":
        return f"{where}, and is ahead of it by {theirs}."
    if arrived.standing == "behind":
        return f"{where}, as it was {own} ago. Your library's is the newer one."
    return f"{where}, but the two went different ways: {theirs} only in the file, {own} only in your library."


_AFTER = {
    "ahead": "A backup of yours is made first. Everything you did is part of the file already.",
    "apart": (
        "A backup of yours is made first. Taking it over puts the file's state in the place of yours, as one change "
        "that can be undone."
    ),
}
