"""Whether a window can open here; asked before Qt is, which would abort the process instead of saying so."""

from __future__ import annotations

import os
import sys


def display_trouble() -> str:
    """Why no window can open, "" when one can."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if not os.environ.get("DISPLAY"):
        return "neither DISPLAY nor WAYLAND_DISPLAY is set"
    return "" if _display_answers() else f"nothing answers at DISPLAY {os.environ['DISPLAY']}"


def _display_answers() -> bool:
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return answers


APT = (
    "libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libgssapi-krb5-2 libsqlite3-0 libwayland-cursor0 "
    "libwayland-egl1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)
"""What a very small Debian or Ubuntu may lack."""


def missing_library() -> str:
    """Which library of the system a window on X11 lacks, in the loader's words; "" for none. Qt would abort."""
    is_x11 = sys.platform.startswith("linux") and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY")
    if not is_x11 or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    import ctypes
    from importlib.util import find_spec
    from pathlib import Path

    found = find_spec("PySide6")
    plugin = Path(found.origin).with_name("Qt") / "plugins/platforms/libqxcb.so" if found and found.origin else None
    if plugin is None or not plugin.is_file():
        return ""  # Whoever packed Qt elsewhere saw to that.
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return str(error.__cause__ or error)  # An installed program says of every library only that it was not found.
    return ""


def remedy() -> str:
    """How what is missing is had, in words for the way Steelyard was installed here."""
    from pathlib import Path

    if (Path(__file__).parents[1] / "packaging" / "start").is_file():
        return "packaging/start says what is missing"
    if sys.platform.startswith("linux"):
        return f"on Debian and Ubuntu “sudo apt-get install {APT}” brings what may be missing"
    return "installing Steelyard again may mend it"
