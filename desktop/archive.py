"""The past of studies and what arrives from elsewhere: history, backups, damaged files, received files.

With app and keeper one of the composition roots: it sees both the window and the store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from db.study.model import Id, Known, Study

if TYPE_CHECKING:
    from db.arrivals import Arrival
    from db.backup import Backup
    from db.history import Change
    from db.library import Entry, Library
    from desktop.keeper import Keeper
    from desktop.window.desk import BackupCopy, PastChange
    from desktop.window.main_window import MainWindow

_IMPORTED = "where something else writes to it, so a copy was put into your library; that copy is what you edit here."

_DAMAGED = "This study is damaged; it can be looked at, not changed."

P = ParamSpec("P")
T = TypeVar("T")


class Host(Protocol):
    """What the archive needs of the application."""

    window: MainWindow
    keeper: Keeper | None

    @property
    def library(self) -> Library: ...

    def aside(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...

    def open_path(self, path: Path) -> None: ...

    def close_study(self) -> None: ...

    def is_open(self, path: Path) -> bool: ...

    def entries(self) -> list[Entry]: ...

    def the_keeper(self) -> Keeper: ...

    def back_to_present(self) -> None: ...


class StudyArchive:
    """What the window asks about the past, on behalf of the application."""

    def __init__(self, application: Host) -> None:
        self._app = application
        self._window, self._aside = application.window, application.aside
        self._arrival: Arrival | None = None

    @property
    def _library(self) -> Library:
        return self._app.library

    def open_files(self, paths: Sequence[Path]) -> None:
        """Copy received study files into the library and open the first; ask first where one alone is known."""
        if len(paths) == 1:
            self._open_file(paths[0])
            return
        kept: list[Path] = []
        refused: list[str] = []
        for path in paths:
            try:
                kept.append(self._taken_in(path))
            except Known as refusal:
                refused.append(str(refusal))
        if kept:
            self._app.open_path(kept[0])
        taken = f"{len(kept)} studies are in your library; the others are under File > Open recent."
        told = [taken] if len(kept) > 1 else []
        self._window.banner.say(" ".join(told + refused), "warn" if refused else "info")

    def _taken_in(self, path: Path) -> Path:
        """The study of the library that a received file became or is. Raises Known where somebody has to be asked."""
        from db.arrivals import Standing
        from db.header import resolved

        if (real := resolved(path)).parent == self._library.studies:
            return real
        arrival = self._aside(self._library.examine, path, self._open_chain)
        if arrival.ours is None or arrival.standing in (Standing.NEW, Standing.SAME):
            return arrival.ours or self._aside(self._library.keep, arrival)
        raise Known(f"“{path.name}” differs from the same study in your library; open it by itself to compare.")

    def _open_file(self, path: Path) -> None:
        """Copy a received study file into the library and open the copy; ask first where its study is known."""
        from db.arrivals import Standing
        from db.header import resolved
        from db.places import shared_with

        real = resolved(path)
        if real.parent == self._library.studies:
            self._app.open_path(real)
            return
        arrival = self._aside(self._library.examine, path, self._open_chain)
        place = shared_with(path)
        if arrival.standing in (Standing.NEW, Standing.SAME) or arrival.ours is None:
            self._app.open_path(arrival.ours or self._aside(self._library.keep, arrival))
            if place:
                self._window.banner.say(f"“{path.name}” lies in {place}, {_IMPORTED}", "info")
            return
        from desktop.window.desk import Arrived

        self._arrival = arrival
        own = next(entry.title for entry in self._app.entries() if entry.path == arrival.ours)
        count = arrival.theirs, arrival.own
        self._window.ask_arrived(Arrived(path.name, arrival.received.study, own, arrival.standing, *count, place))

    def update_from_arrived(self) -> None:
        """Bring the library's study to the state of the file last asked about, and open it."""
        from desktop.session import user_name

        arrival = self._asked_about()
        own = arrival.ours
        if own is None or not self._app.is_open(own):
            self._app.open_path(self._aside(self._library.update, arrival, user_name()))
            return
        self._app.close_study()  # With its page: that would take edits that nobody keeps.
        try:
            self._aside(self._library.update, arrival, user_name())
        finally:
            self._app.open_path(own)

    def keep_arrived(self) -> None:
        """Keep the file last asked about as a study of its own, and open it."""
        self._app.open_path(self._aside(self._library.keep, self._asked_about()))

    def open_own_of_arrived(self) -> None:
        """Leave the file last asked about alone, and open the library's own study."""
        self._app.open_path(self._own())

    def own_of_arrived(self) -> Study:
        """The library's own study, as it stands beside the file last asked about."""
        ours = self._own()
        if self._app.keeper is not None and self._app.is_open(ours):
            return self._app.keeper.saved
        return self._aside(self._library.look, ours)

    def _own(self) -> Path:
        ours = self._asked_about().ours
        assert ours is not None
        return ours

    def _asked_about(self) -> Arrival:
        if self._arrival is None:
            raise Known("No file that arrived is waiting for an answer; open it again.")
        return self._arrival

    def _open_chain(self, path: Path) -> Sequence[Change]:
        """The history of the open study, for the thread that examines a file."""
        assert self._app.keeper is not None
        return self._app.keeper.chain()

    # History and backups

    def changes(self) -> Sequence[PastChange]:
        """The history of the open study, oldest first."""
        return self._aside(_as_past, self._app.the_keeper().changes())

    def as_it_was(self, seq: int) -> Study:
        """The open study after the change with this number."""
        return self._app.the_keeper().as_it_was(seq)

    def look_at_change(self, seq: int) -> None:
        """Show the open study as it was after a change, to be looked at only."""
        change = next(change for change in self._app.the_keeper().changes() if change.seq == seq)
        why = f"This is the study as it was after change {seq}{_told(change)}. It can be looked at, not changed."
        self._view(self.as_it_was(seq), why, "Restore this state", lambda: self.restore_change(seq))

    def restore_change(self, seq: int) -> None:
        """Make the open study what it was after a change, as a new change."""
        from desktop.commands import ReplaceStudy

        keeper = self._app.the_keeper()
        state = keeper.as_it_was(seq)
        self._app.back_to_present()
        self._window.session.do(ReplaceStudy(state, f"Restore the study as after change {seq}"))

    def name_version(self, name: str, reason: str) -> None:
        """Call the open study as it is now by a name, in its history."""
        self._app.the_keeper().name_version(name, reason)

    def backups(self) -> Sequence[BackupCopy]:
        """The backups of the open study, the newest first."""
        from desktop.window.desk import BackupCopy

        found = self._aside(self._library.backups_of, self._app.the_keeper().saved.id)
        return [
            BackupCopy(str(b.path), b.seq, b.made_at.isoformat(), b.size, b.verified, b.holds) for b in reversed(found)
        ]

    def look_at_backup(self, key: str) -> None:
        """Show what a backup holds, to be looked at only."""
        study = self._aside(self._library.look, Path(key))
        why = "This is what a backup holds. It can be looked at, not changed."
        self._view(study, why, "Restore as a study of its own", lambda: self.restore_backup(key))

    def restore_backup(self, key: str) -> None:
        """Put a backup into the library as a study of its own, and open it."""
        self._app.open_path(self._aside(self._library.restore, Path(key)))

    def offer_look(self, path: Path, refusal: str) -> None:
        """Say that another window has a study, and offer to go there or to look at it here."""
        from desktop.window.patience import worked_out
        from desktop.window.summons import summon

        def look_at() -> None:
            why = "Another window has this study open. Here it can be looked at as last saved there, not changed."
            self._view(
                self._aside(self._library.look, path),
                why,
                "Try again to open it",
                lambda: self._app.open_path(path),
            )

        say = self._window.banner.say

        def raise_other() -> None:
            if not worked_out(lambda: summon(path)):
                say("No window of Steelyard answers for this study; another program holds it.", "warn")

        look = ("Open read-only", lambda: self._window.guard(look_at))
        self._window.banner.say(refusal, "warn", "Go to that window", raise_other, look)

    def show_unwritable(self, path: Path, refusal: str) -> None:
        """Show a study that cannot be written where it is, to be looked at only. Raises Known where not even that."""
        study = self._aside(self._library.look, path)
        why = f"{refusal} Here it can be looked at, not changed."
        self._view(study, why, "Try again to open it", lambda: self._app.open_path(path))

    def show_salvaged(self, path: Path, refusal: str) -> None:
        """Show what a damaged file still holds, with a way back to the newest backup that holds together."""
        try:
            found = self._aside(self._library.salvage, path)
        except Known:
            self._offer_backup(path, refusal)
            return
        backup = self._backup_for(path, found.study.id)
        act = None if backup is None else lambda: self._replace_damaged(path, backup)
        action = "" if backup is None else f"Go on from the backup of {_day(backup)}"
        self._view(found.study, _DAMAGED, action, act, found.wrong)

    def _offer_backup(self, path: Path, refusal: str) -> None:
        """Nothing can be shown of a file: say so, with the way to its newest backup where there is one."""
        backup = self._backup_for(path)
        if backup is None:
            self._window.banner.say(refusal, "bad")
            return
        sentence, action = f"{refusal} Nothing of it can be shown.", f"Go on from the backup of {_day(backup)}"
        self._window.banner.say(
            sentence, "bad", action, lambda: self._window.guard(lambda: self._replace_damaged(path, backup))
        )

    def _backup_for(self, path: Path, study: Id = "") -> Backup | None:
        """The newest sound backup of the study with this identity, or with the one the library last saw in the file."""
        for identity in (study, self._aside(self._library.study_in, path)):
            if identity and (backup := self._aside(self._library.newest_sound_backup, identity)):
                return backup
        return None

    def _replace_damaged(self, path: Path, backup: Backup) -> None:
        """Put the backup in the place of the damaged file, which is kept aside, and open it."""
        aside = self._aside(self._library.set_aside, path)
        self._app.open_path(self._aside(self._library.restore, backup.path))
        self._window.banner.say(
            f"The damaged file was kept as {aside.name}; this is the backup of {_day(backup)}.", "info"
        )

    def _view(
        self, study: Study, why: str, action: str, act: Callable[[], object] | None = None, wrong: Sequence[str] = ()
    ) -> None:
        """`why` refuses every change; the strip says it, too, and what is wrong with the study."""
        from desktop.session import Session

        self._window.finish_typing()
        kept = self._app.keeper
        has_past = kept is not None and kept.session.study.id == study.id
        told, tone = " ".join((why, *wrong)), "bad" if wrong else "info"
        self._window.show_view(Session(study, read_only=why), told, action, act, tone, has_past=has_past)


def _as_past(chain: Sequence[Change]) -> list[PastChange]:
    """What the window sees of a history; reading all its patches takes a while."""
    from db.collector import collector_at_rest
    from desktop.window.desk import PastChange

    with collector_at_rest():
        return [PastChange(c.seq, c.who, c.at, c.label, c.reason, c.kind, c.patch) for c in chain]


def _told(change: Change) -> str:
    """What a change was and when, for a sentence."""
    from db.study.past import label_of
    from desktop.models.history_model import clock, day_text

    label = label_of(change)
    cut = label if len(label) <= 80 else f"{label[:79]}…"
    return f": “{cut}”, {day_text(change.at).removeprefix('Today, ')}, {clock(change.at)}"


def _day(backup: Backup) -> str:
    from desktop.keeper import when

    return when("", backup.made_at.isoformat()).strip()
