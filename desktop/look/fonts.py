"""The bundled typeface in pixel sizes, the same on every machine."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

import resources

FAMILY = "Inter"
FILES = ("Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@cache
def load() -> tuple[str, ...]:
    """Give the bundled fonts to Qt and return the families they hold. Needs a running application."""
    ids = [QFontDatabase.addApplicationFont(str(resources.path(f"fonts/{name}"))) for name in FILES]
    if -1 in ids:
        raise RuntimeError(f"a bundled font could not be loaded: {FILES[ids.index(-1)]}")
    return tuple(sorted({family for each in ids for family in QFontDatabase.applicationFontFamilies(each)}))


@cache
def font(px: float, weight: int = 400, tabular: bool = False) -> QFont:
    """Return the typeface px pixels high; tabular makes all digits equally wide. Shared: copy it before changing it."""
    made = QFont(FAMILY)
    made.setPixelSize(round(px))
    made.setWeight(QFont.Weight(weight))
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
