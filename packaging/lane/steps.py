"""What the user of the lane does, one step a call: steps.py STEP. Ends by saying in a line what was seen.

Run in the session by `run`. A step begins with what it needs, whatever the one before it left.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import accessible
import screen
from accessible import Element, NotFound
from listing import listing

LANE, HOME = Path(os.environ["LANE"]), Path(os.environ["HOME"])
DESKTOP, PAPERS = HOME / "Desktop", HOME / "Papers"
STUDIES = HOME / ".local/share/Steelyard/studies"
LAUNCHER = DESKTOP / "steelyard.desktop"
EXAMPLE = "Security guarantees for Ukraine – Steelyard"
DRAGGED, OTHER = "Weight of Durability", "Weight of Cost"
TABLE = "Option,Price,Calm,Depth\nCove,300,4,7\nHarbour,900,8,9\nRiver,450,6,3\n"
OTHERS_FILES = (
    ".cache/dconf", ".cache/menus", ".cache/openbox", ".cache/fontconfig", ".cache/mesa_shader_cache",
    ".config/dconf", ".config/libfm", ".config/openbox", ".config/pcmanfm", ".config/gtk-2.0", ".dbus",
    ".cache/thumbnails", ".config/QtProject.conf",
    ".local/share/recently-used.xbel", ".local/share/gvfs-metadata",
)  # fmt: skip
"""What the session, its file manager and the libraries write in a home.

QtProject.conf is where Qt keeps the state of its file dialog, for all programs that use it.
"""
OURS = (".local/share/Steelyard", ".config/Steelyard", ".cache/Steelyard", ".local/state/Steelyard")


def icon() -> str:
    """The icon is found where the desktop changes when the launcher is put there."""
    before = screen.at_rest()
    shutil.copy("/usr/share/applications/steelyard.desktop", LAUNCHER)
    place = _appeared(before)
    (LANE / "icon").write_text(f"{place[0]} {place[1]}", "utf-8")
    _photo("icon_on_the_desktop")
    began = time.monotonic()
    window = _start(EXAMPLE)
    took = time.monotonic() - began
    _photo("started")
    return f"icon at {place[0]}, {place[1]}; “{window.name}” after {took:.1f} s; {_on_the_net()}"


def drag() -> str:
    """The handle is pulled from where a screen reader says that the slider is; totals move before it is let go."""
    window = _running()
    slider = accessible.wait_for(window, "slider", DRAGGED)
    chart = accessible.wait_for(window, identifier="ranking.chart")
    value, totals, before = accessible.value_of(slider), _told(chart), screen.at_rest()
    _drag(slider, 0.75)
    during = screen.at_rest(2)
    _photo("held")
    moved = during.crop(chart.box).share_changed(before.crop(chart.box))
    screen.release()
    accessible.until(lambda: _told(chart) != totals, "other totals")
    after = screen.at_rest()
    _photo("dragged")
    changed = after.crop(chart.box).share_changed(before.crop(chart.box))
    if min(moved, changed) < 0.001 or accessible.value_of(slider) == value:
        raise NotFound(f"a picture that follows the hand ({moved:.1%} while held, {changed:.1%} after it)")
    return (
        f"{DRAGGED} {value:g} to {accessible.value_of(slider):g}; {moved:.0%} of the ranking's pixels moved "
        f"while held; “{totals[:40]}…” became “{_told(chart)[:40]}…”"
    )


def export() -> str:
    """By the menu, the dialog and the file dialog; what is written is what the command line writes."""
    window, target = _running(), HOME / "Papers" / "scores.csv"
    study = _newest()
    screen.click(accessible.wait_for(window, "menu item", "File").box.centre)
    screen.click(accessible.wait_for(window, name="Export score table…").box.centre)
    dialog = accessible.window("Export score table")
    screen.at_rest()
    _photo("export")
    screen.click(accessible.wait_for(dialog, identifier="dialog.accept").box.centre)
    field = accessible.until(_file_name_field, "the field for the file's name")
    screen.at_rest()
    screen.click(field.box.centre)
    screen.keys("ctrl+a")
    screen.write(str(target))
    accessible.until(lambda: field.text == str(target), "the name that was typed")
    _photo("file_dialog")
    screen.keys("Return")
    accessible.until(target.is_file, str(target))
    process = window.process
    on_the_net = _on_the_net()
    screen.at_rest()
    screen.keys("alt+F4")
    accessible.until(partial(_has_ended, process), "the end of the process")
    wanted = LANE / "by_command.csv"
    _command("export", study, "--out", wanted, "--force")
    if target.read_bytes() != wanted.read_bytes():
        raise NotFound(f"the same bytes from the window ({target.stat().st_size}) and the command line")
    size = target.stat().st_size
    target.unlink()
    return f"{size} bytes, the same as the command line writes; the process ended; {on_the_net}"


def study() -> str:
    """A study in the file manager, twice: it opens, and the second time its window comes forward."""
    (LANE / "anchor.csv").write_text(TABLE, "utf-8")
    made, title = LANE / "Where to anchor.steelyard", "Where to anchor – Steelyard"
    made.unlink(missing_ok=True)
    _command("import", LANE / "anchor.csv", "--out", made, "--title", "Where to anchor")
    place = _in_the_file_manager(made)
    _photo("study_in_the_file_manager")
    screen.double_click(place)
    window = accessible.window(title)
    accessible.until(lambda: _scores(window) == (3, 3), "three options by three criteria")
    screen.at_rest()
    _photo("study_opened")
    _file_manager_forward()
    screen.double_click(place)
    accessible.until(lambda: screen.title_in_front() == title, "the window of the study in front")
    screen.at_rest()
    _photo("study_raised")
    frames = [each.name for each in accessible.windows()]
    if frames.count(title) != 1:
        raise NotFound(f"one window of the study; there are {frames}")
    return f"“{title}” with a table of 3 x 3; raised by the second double-click"


def table() -> str:
    """A table in the file manager: the import shows it, and makes a study of it."""
    made = LANE / "Berths.csv"
    made.write_text(TABLE, "utf-8")
    place = _in_the_file_manager(made)
    _photo("table_in_the_file_manager")
    screen.double_click(place)
    dialog = accessible.window("Import a table")
    preview = accessible.wait_for(dialog, identifier="import.preview")
    if preview.size()[1] != 4:
        raise NotFound(f"a preview of four columns; it has {preview.size()}")
    screen.at_rest()
    _photo("table_shown")
    button = accessible.wait_for(dialog, identifier="dialog.accept")
    accessible.until(lambda: "enabled" in button.states, "the button Import")
    screen.click(button.box.centre)
    window = accessible.window("Berths – Steelyard")
    accessible.until(lambda: _scores(window) == (3, 3), "three options by three criteria")
    screen.at_rest()
    _photo("table_imported")
    return "“Berths – Steelyard” with a table of 3 x 3"


def kill() -> str:
    """One edit is let go and acknowledged, a second is under way when the process is killed."""
    window = _running()
    title = window.name
    screen.click(accessible.wait_for(window, identifier="analysis.tab.tornado").box.centre)
    accessible.until(lambda: "Tornado" in _tab(window), "the tab Tornado")
    sliders = accessible.find_all(window, "slider", "Weight of…")
    first, second = sliders[0], sliders[1]
    names = first.name, second.name
    _drag(first, 0.55)
    screen.release()
    accessible.until(lambda: not first.states & {"pressed"}, "the end of the drag")
    accessible.until(lambda: _saved(window), "“Saved”")
    screen.at_rest()
    kept = {name: accessible.value_of(accessible.wait_for(window, "slider", name)) for name in names}
    tab = _tab(window)
    _drag(second, 0.8)
    process = window.process
    accessible.until(lambda: accessible.value_of(second) != kept[names[1]], "the second edit")
    _photo("amid_an_edit")
    os.kill(process, signal.SIGKILL)
    accessible.until(partial(_has_ended, process), "the end of the process")
    screen.release()
    window = _start(title)
    accessible.wait_for(window, "slider", names[0])
    found = {name: accessible.value_of(accessible.wait_for(window, "slider", name)) for name in names}
    screen.at_rest()
    _photo("after_the_kill")
    if found != kept or _tab(window) != tab:
        raise NotFound(f"{kept} on {tab}; there was {found} on {_tab(window)}")
    return f"“{title}” again on {tab}, {names[0]} at {found[names[0]]:g} as acknowledged, the other not half moved"


def before_upgrade() -> str:
    """Windows are closed, an old study is put into the library, and the rankings of all are written down."""
    _close_all()
    shutil.copy(LANE / "format-2.steelyard", STUDIES / "format-2.steelyard")
    for old in (LANE / "ranks").glob("*"):
        old.unlink()
    (LANE / "ranks").mkdir(exist_ok=True)
    for path in sorted(STUDIES.glob("*.steelyard")):
        (LANE / "ranks" / path.stem).write_text(_command("rank", path, "--format", "csv"), "utf-8")
    return f"{len(list((LANE / 'ranks').iterdir()))} studies"


def after_upgrade() -> str:
    """Every study of the library opens from the start page and ranks as before."""
    window = _start("…Steelyard")
    titles = []
    for path in sorted(STUDIES.glob("*.steelyard")):
        screen.keys("ctrl+w")
        row = accessible.wait_for(window, identifier=f"start.recent.{path.name}")
        screen.at_rest()
        accessible.press(row)
        opened = accessible.window("…– Steelyard")
        accessible.wait_for(opened, identifier="ranking.chart")
        titles.append(opened.name.removesuffix(" – Steelyard"))
    screen.at_rest()
    _photo("after_the_upgrade")
    _close_all()
    for path in sorted(STUDIES.glob("*.steelyard")):
        if (LANE / "ranks" / path.stem).read_text("utf-8") != _command("rank", path, "--format", "csv"):
            raise NotFound(f"the ranking of {path.name} as it was")
    return f"{len(titles)} studies open and rank as before: {', '.join(titles)}"


def audit() -> str:
    """The example, afresh, is gone through by `audit.py` as a user of a screen reader would."""
    window = _start("…Steelyard")
    screen.keys("ctrl+w")
    accessible.press(accessible.wait_for(window, identifier="start.example"))
    accessible.until(lambda: accessible.find(window, identifier="ranking.chart"), "the ranking")
    screen.at_rest()
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("audit.py"))], capture_output=True, text=True, check=False
    )
    _photo("audited")
    said = (done.stdout + done.stderr).strip().splitlines()
    if done.returncode:
        raise NotFound(" | ".join(said[-1:] + said[:12]))
    return said[-1]


def network() -> str:
    """There is nobody to talk to."""
    lines = Path("/proc/net/route").read_text("utf-8").splitlines()
    if len(lines) > 1:
        raise NotFound(f"no way out; there is {lines[1:]}")
    return "no route leads out of the session"


def home() -> str:
    """What is in the home and the folder for what is temporary is ours by name, or somebody's who is named."""
    _close_all()
    known = (*OTHERS_FILES, *OURS, "Desktop", "Papers", ".bash", ".profile")
    parents = {".local", ".local/share", ".local/state", ".config", ".cache"}
    strange = [path for path in listing(HOME) if path not in parents and not path.startswith(known)]
    strange += [path.name for path in Path("/tmp").iterdir() if "steelyard" in path.name.casefold()]
    if strange:
        raise NotFound(f"only known files; there are {strange[:12]}")
    ours = sorted(path for path in OURS if (HOME / path).exists())
    if not ours:
        raise NotFound("what Steelyard wrote")
    return f"Steelyard wrote in {', '.join(ours)} only"


# Parts


def _photo(name: str) -> None:
    folder = LANE / "pictures"
    screen.now().save(folder / f"{len(list(folder.iterdir())) + 1:02d}_{name}.png")


def _appeared(before: screen.Picture) -> tuple[int, int]:
    """Where an icon came: the middle of the upper part of the first change that is large enough for one."""

    def asked() -> tuple[int, int] | None:
        found = [box for box in screen.changes(before, screen.at_rest()) if box.height >= 30 and box.width >= 20]
        return (found[0].centre[0], found[0].y + 24) if found else None

    return accessible.until(asked, "an icon on the screen")


def _start(title: str) -> Element:
    """Double-click on the icon on the desktop, with nothing before it."""
    screen.tool("key", "super+d")  # Openbox shows the desktop.
    place = tuple(map(int, (LANE / "icon").read_text("utf-8").split()))
    screen.at_rest()
    screen.double_click((place[0], place[1]))
    window = accessible.window(title)
    accessible.until(lambda: accessible.find(window, identifier="ranking.chart"), "the ranking")
    return accessible.window(title)


def _running() -> Element:
    """The window in front, started if there is none."""
    there = [each for each in accessible.windows() if each.name.endswith("– Steelyard")]
    return there[-1] if there else _start("…– Steelyard")


def _drag(slider: Element, share: float) -> None:
    """Take the handle where it stands, or the track where it does not, and pull it to a share of the length."""
    box = slider.box
    screen.press_and_move(
        (box.x + round(box.width * 0.3), box.centre[1]), (box.x + round(box.width * share), box.centre[1])
    )


def _told(chart: Element) -> str:
    """What a chart says of itself, with its parts where it has some."""
    return chart.description or accessible.tree(chart)


def _scores(window: Element) -> tuple[int, int]:
    return accessible.wait_for(window, identifier="scores.table").size()


def _saved(window: Element) -> bool:
    return accessible.wait_for(window, identifier="status.saved").name.startswith("Saved")


def _tab(window: Element) -> str:
    tabs = [each for each in accessible.walk(window) if each.identifier.startswith("analysis.tab.")]
    return next((each.name for each in tabs if each.states & {"checked", "selected"}), "no tab")


def _file_name_field() -> Element | None:
    for window in accessible.windows():
        if found := accessible.find(window, identifier="fileNameEdit") or _field_of_dialog(window):
            return found
    return None


def _field_of_dialog(window: Element) -> Element | None:
    fields = [each for each in accessible.walk(window) if "fileNameEdit" in each.identifier]
    return fields[0] if fields else None


def _in_the_file_manager(file: Path) -> tuple[int, int]:
    """Put a file into a folder that the file manager shows; returns where its icon came."""
    for old in PAPERS.iterdir():
        old.unlink()
    quiet = {name: value for name, value in os.environ.items() if not name.startswith(("LANE", "PYTHON"))}
    subprocess.Popen(["pcmanfm", str(PAPERS)], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _file_manager_forward()
    before = screen.at_rest()
    shutil.copy(file, PAPERS / file.name)
    return _appeared(before)


def _file_manager_forward() -> None:
    def asked() -> bool:
        words = ["xdotool", "search", "--name", "^Papers$", "windowactivate", "%@"]
        subprocess.run(words, capture_output=True, check=False)
        return screen.title_in_front() == "Papers"

    accessible.until(asked, "the folder in the file manager")
    screen.at_rest()


def _newest() -> Path:
    found = list(STUDIES.glob("*.steelyard"))
    if not found:
        raise NotFound(f"a study in {STUDIES}")
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def _command(*words: object) -> str:
    done = subprocess.run(["steelyard", *map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotFound(f"an answer of `steelyard {words[0]}`: {done.stderr.strip()}")
    return done.stdout


def _has_ended(process: int) -> bool:
    return not Path(f"/proc/{process}/cmdline").exists() or not Path(f"/proc/{process}/cmdline").read_bytes()


def _close_all() -> None:
    """Close every window of Steelyard as its user does, and see the processes end."""
    while there := accessible.windows():
        process, title = there[-1].process, there[-1].name
        accessible.until(partial(_activated, title), f"“{title}” in front")
        screen.keys("ctrl+q")
        accessible.until(partial(_has_ended, process), "the end of the process")


def _activated(title: str) -> bool:
    words = ["xdotool", "search", "--name", f"^{title}$", "windowactivate", "%@"]
    subprocess.run(words, capture_output=True, check=False)
    return screen.title_in_front() == title


def _on_the_net() -> str:
    """Say that no socket of the internet is open in the session. Raises NotFound when one is."""
    held = [f"{name}: {line}" for name in ("tcp", "tcp6", "udp", "udp6") for line in _sockets(name)]
    if held:
        raise NotFound(f"no socket of the internet; there is {held}")
    return "no internet socket is open"


def _sockets(kind: str) -> list[str]:
    path = Path("/proc/net") / kind
    return path.read_text("utf-8").splitlines()[1:] if path.exists() else []


STEPS: dict[str, Callable[[], str]] = {
    "network": network,
    "icon": icon,
    "drag": drag,
    "export": export,
    "study": study,
    "table": table,
    "kill": kill,
    "before-upgrade": before_upgrade,
    "after-upgrade": after_upgrade,
    "audit": audit,
    "home": home,
}


def main(name: str) -> int:
    """Do one step; the pictures show where it stood when it failed."""
    try:
        print(STEPS[name]())
    except (NotFound, accessible.Gone, OSError, ValueError) as trouble:
        _photo(f"failed_{name}")
        for window in accessible.windows():
            (LANE / f"tree_{name}.txt").write_text(accessible.tree(window), "utf-8")
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
