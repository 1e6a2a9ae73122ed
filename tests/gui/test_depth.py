"""The deep answer behind the verdict: it comes when the hand rests, goes when it moves, and ends with the window."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from db.study.model import Study
from desktop.commands import MoveWeight, SetSpread
from desktop.questions.firmness import firmness
from desktop.questions.plausible import COARSE, Sampling
from desktop.session import Session
from desktop.window.study_page import StudyPage
from seeds import security_guarantees

FEW = Sampling(20_000, 1)


@pytest.fixture
def page(qtbot: QtBot) -> StudyPage:
    session = Session(security_guarantees.load())
    session.look(replace(session.view, sampling=FEW))
    made = StudyPage(session)
    made.resize(1440, 860)
    qtbot.addWidget(made, before_close_func=lambda page: page.refresher.stop())
    made.show()
    made.refresher.flush()
    return made


def first_of(page: StudyPage) -> float:
    firm = page.refresher.frame().firm
    assert firm is not None
    return firm.first


def is_deep(page: StudyPage) -> bool:
    firm = page.refresher.frame().firm
    return firm is not None and firm.deep is not None


def study_firmness(study: Study, party: str) -> float:
    return firmness(study, party, samples=FEW.samples, seed=FEW.seed).first


def test_the_deep_answer_comes_at_rest_goes_with_the_drag_and_is_the_engines(
    qtbot: QtBot, deep: None, page: StudyPage
) -> None:
    session = page.session
    party, leaf = session.view.perspective, session.study.leaves()[0].id
    qtbot.waitUntil(lambda: is_deep(page), timeout=10_000)
    assert first_of(page) == study_firmness(session.study, party)
    session.do(MoveWeight(party, leaf, 0.5), live=True)
    page.refresher.flush()
    assert not is_deep(page)
    hasty = page.refresher.frame().firm
    assert hasty is not None
    assert hasty.standing is not None
    assert hasty.standing.count == COARSE
    session.settle()
    qtbot.waitUntil(lambda: is_deep(page), timeout=10_000)
    assert first_of(page) == study_firmness(session.study, party)
    session.do(SetSpread(party, 0.8))
    qtbot.waitUntil(lambda: is_deep(page), timeout=10_000)
    assert first_of(page) == study_firmness(session.study, party)


def test_going_back_to_weights_that_were_answered_needs_no_new_draws(qtbot: QtBot, deep: None, page: StudyPage) -> None:
    session = page.session
    qtbot.waitUntil(lambda: is_deep(page), timeout=10_000)
    session.do(MoveWeight(session.view.perspective, session.study.leaves()[0].id, 0.5), live=True)
    page.refresher.flush()
    session.abandon()
    assert is_deep(page)


def test_nothing_is_worked_out_once_the_page_is_gone(qtbot: QtBot, deep: None, page: StudyPage) -> None:
    page.session.do(SetSpread(page.session.view.perspective, 0.6))
    page.refresher.flush()
    page.refresher.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "errand"]
