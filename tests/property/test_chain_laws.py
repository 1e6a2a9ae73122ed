"""What a store promises of its chain of changes: what it holds, names in it, and going on as a copy went on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.store import Store
from db.study.model import Known, Study
from tests.strategies import StudyEdit, names, studies, study_edits

EDITS = st.lists(study_edits(), min_size=1, max_size=4)


@contextmanager
def stored(study: Study, edits: Sequence[StudyEdit] = ()) -> Iterator[Store]:
    with TemporaryDirectory() as folder, Store.create(Path(folder) / "study.steelyard", study, "Ada") as store:
        edit(store, edits)
        yield store


def edit(store: Store, edits: Sequence[StudyEdit]) -> None:
    for number, change in enumerate(edits):
        store.save(store.study, change(store.study), f"Edit {number}", who="Ada")


@settings(max_examples=15, deadline=None)
@given(studies(), EDITS)
def test_a_store_holds_its_own_changes_and_no_others(study: Study, edits: list[StudyEdit]) -> None:
    with stored(study, edits) as store, stored(study, edits) as other:
        own, others = store.changes(), other.changes()
        assert all(store.holds(change.seq, change.hash) for change in own)
        assert not any(store.holds(change.seq, change.hash) for change in others), "made at another time"
        assert not any(store.holds(change.seq + 1, change.hash) for change in own)
        assert not store.holds(0, "0" * 64)


@settings(max_examples=15, deadline=None)
@given(studies(), EDITS, names)
def test_a_name_changes_nothing_but_the_history_and_stays(study: Study, edits: list[StudyEdit], name: str) -> None:
    with stored(study, edits) as store:
        before, head, steps = store.study, store.head, store.undoable()
        named = store.name_version(name, who="Bob", reason="why not")
        assert (named.label, named.kind, named.reason, named.who) == (name.strip(), "name", "why not", "Bob")
        assert (named.seq, named.digest, named.patch) == (head.seq + 1, head.digest, [])
        assert store.study is before
        assert store.load() == before
        store.verify()
        store.close()
        with Store.open(store.path) as later:
            assert (later.head, later.study, later.undoable()) == (named, before, steps)


@settings(max_examples=15, deadline=None)
@given(studies(), EDITS, EDITS)
def test_a_store_that_adopts_what_a_copy_did_is_what_the_copy_is(
    study: Study, edits: list[StudyEdit], news: list[StudyEdit]
) -> None:
    with stored(study, edits) as store:
        copy = store.path.with_name("copy.steelyard")
        store.copy_to(copy)
        with Store.open(copy) as other:
            edit(other, news)
            store.adopt(other.study, other.changes()[store.head.seq :])
            assert store.load() == other.study
            assert store.changes() == other.changes()
            assert store.undoable() == other.undoable()
        store.verify()
        uuid, _ = store.undoable()[-1]
        assert store.before(uuid, store.study) == store.as_it_was(store.head.seq - 1)


@settings(max_examples=10, deadline=None)
@given(studies(), EDITS, EDITS)
def test_changes_that_do_not_follow_are_refused_and_nothing_is_changed(
    study: Study, edits: list[StudyEdit], news: list[StudyEdit]
) -> None:
    with stored(study, edits) as store:
        copy = store.path.with_name("copy.steelyard")
        store.copy_to(copy)
        held = store.changes()
        with Store.open(copy) as other:
            edit(other, [*news, *news])
            theirs = other.changes()
        for wrong in ([], theirs, theirs[len(held) + 1 :], held):
            with pytest.raises(Known, match="do not follow"):
                store.adopt(study, wrong)
            assert store.changes() == held
        store.verify()
