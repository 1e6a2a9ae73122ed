"""What entering a number does to what stands beside it."""

from __future__ import annotations

from db.study.model import Origin
from desktop.commands import AnnotateScore, Entry, SetScores
from seeds import security_guarantees as seed

STUDY = seed.load()
CELL = (seed.option_id("reassurance_us_backed"), seed.criterion_id("cost"))


def test_a_number_typed_over_another_is_a_judgement_without_the_grade_of_the_old_one() -> None:
    before = STUDY.score(*CELL)
    assert before.origin is not Origin.JUDGEMENT
    assert before.confidence
    after = SetScores({CELL: Entry(5.0, text="5")}, "Ada", "2026-01-01T00:00:00+00:00").apply(STUDY).score(*CELL)
    assert (after.origin, after.origin_note, after.confidence) == (Origin.JUDGEMENT, "", "")
    assert (after.changed_by, after.entered) == ("Ada", "5")
    assert (after.rationale, after.evidence) == (before.rationale, before.evidence)


def test_adjusting_a_judgement_of_ones_own_keeps_its_grade_and_anothers_does_not() -> None:
    mine = SetScores({CELL: Entry(5.0)}, "Ada").apply(STUDY)
    graded = AnnotateScore(CELL, {"confidence": "C"}).apply(mine)
    assert SetScores({CELL: Entry(6.0)}, "Ada").apply(graded).score(*CELL).confidence == "C"
    assert SetScores({CELL: Entry(6.0)}, "Bob").apply(graded).score(*CELL).confidence == ""
