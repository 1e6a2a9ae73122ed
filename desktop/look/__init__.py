"""How the application looks: colours, typeface, icons and the small widgets every panel shares."""

from desktop.look.fonts import font
from desktop.look.icons import IconButton, app_icon, bind_icon, icon, paint_icon, pixmap
from desktop.look.theme import Look, colour_of, faded, heat, look
from desktop.look.tokens import Tokens, blend, contrast, text_on, tokens_for

__all__ = [
    "IconButton",
    "Look",
    "Tokens",
    "app_icon",
    "bind_icon",
    "blend",
    "colour_of",
    "contrast",
    "faded",
    "font",
    "heat",
    "icon",
    "look",
    "paint_icon",
    "pixmap",
    "text_on",
    "tokens_for",
]
