"""Statements that cannot all hold."""

from __future__ import annotations


class ContradictionError(ValueError):
    """No numbers meet the statements; `conflict` holds the places of some of which none can be left out."""

    def __init__(self, argument: str, conflict: tuple[int, ...]) -> None:
        super().__init__(f"{argument} {', '.join(map(str, conflict))} contradict each other")
        self.argument, self.conflict = argument, conflict
