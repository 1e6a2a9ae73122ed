"""Random studies saved, loaded, sent and taken in elsewhere: identical, bit for bit, with their whole history."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.library import Library
from db.study.digest import digest
from db.study.model import Study
from tests.property.test_store_round_trip import bits
from tests.reliability.lanes import lane
from tests.reliability.victims import MEMORY
from tests.strategies import StudyEdit, studies, study_edits


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that costs no wait for the disk."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


@settings(max_examples=lane(200, 10_000), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(study=studies(), edits=st.lists(study_edits(), max_size=2))
def test_a_study_sent_and_taken_in_elsewhere_is_identical_bit_for_bit(
    folder: Path, study: Study, edits: list[StudyEdit]
) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        ours, theirs, sent = Library(Path(name) / "ours"), Library(Path(name) / "theirs"), Path(name) / "sent.steelyard"
        with ours.open(ours.create(study, "Ada")) as store:
            for edit in edits:
                study = edit(study)
                store.save(store.study, study, edit.label, who="Ada")
            history = store.changes()
            ours.send_copy(store, sent)
        with theirs.open(theirs.import_file(sent)) as store:
            assert store.study == study
            assert bits(store.study) == bits(study)
            assert digest(store.study) == history[-1].digest
            assert store.changes() == history
            store.verify()
