"""What the window shows at one moment: computed once a frame and handed to every visible panel."""

from __future__ import annotations

from dataclasses import dataclass

from db.study.model import Id, Study
from desktop.evaluation import Result
from desktop.questions.firmness import Firmness
from desktop.session import View


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of the window.

    `result` is None, and `trouble` says why in a sentence, when nothing can be ranked (no options, no criteria).
    `before` is the result before the open gesture, None when no gesture is open; `moving` is the leaf whose weight
    that gesture moves. `firm` is how firm the ranking is, None where `unsure` says why it cannot be told. In a preview
    (`is_preview`) another study is shown in place of the open one, and `before` is the result of that.
    """

    study: Study
    view: View
    result: Result | None
    trouble: str = ""
    before: Result | None = None
    moving: Id | None = None
    firm: Firmness | None = None
    unsure: str = ""
    is_preview: bool = False
