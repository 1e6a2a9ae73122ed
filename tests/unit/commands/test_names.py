"""What a command takes for a name."""

from __future__ import annotations

import pytest

from db.study.model import Criterion, Evidence, Known, Option, Perspective, Study
from desktop.commands import AddCriterion, AddEvidence, AddOption, AddPerspective, Command, EditOption
from desktop.commands.base import clean_name, free_name

STUDY = Study(
    "s",
    "Study",
    options=(Option("a", "Straße"), Option("b", "Beta")),
    criteria=(Criterion("c", "Straße"),),
    perspectives=(Perspective("p", "Straße"),),
    evidence=(Evidence("e", "Straße", "It is so."),),
)

KINDS = [
    (AddOption, "an option"),
    (AddCriterion, "a criterion"),
    (AddPerspective, "a perspective"),
    (lambda name: AddEvidence(Evidence("f", name, "It is so.")), "a piece of evidence"),
]


def refusal(command: Command) -> str:
    with pytest.raises(Known) as refused:
        command.apply(STUDY)
    return str(refused.value)


@pytest.mark.parametrize(("make", "what"), KINDS)
@pytest.mark.parametrize("name", ["Straße", "STRASSE", " strasse ", "Ｓtraße", "Stra\u200bße"])
def test_a_name_that_is_taken_in_other_letters_widths_or_spaces_is_refused(
    make: type[AddOption], what: str, name: str
) -> None:
    assert refusal(make(name)).startswith(f"There is already {what} called “")


@pytest.mark.parametrize("name", ["", "   ", "\n\t", "\u200b\u2060"])
def test_a_name_of_nothing_to_see_is_refused(name: str) -> None:
    assert refusal(AddOption(name)) == "An option needs a name; nothing was changed; type one."


@pytest.mark.parametrize(
    ("name", "trouble"),
    [("a\x00b", "control character (U+0000)"), ("a\u202eb", "reading direction (U+202E)"), ("x" * 301, "longer than")],
)
def test_a_name_that_cannot_be_kept_is_refused_without_showing_what_cannot_be_shown(name: str, trouble: str) -> None:
    sentence = refusal(AddOption(name))
    assert trouble in sentence
    assert sentence.isprintable()
    assert len(sentence) < 150


def test_a_name_is_kept_composed_and_with_single_spaces() -> None:
    after = AddOption("  Cafe\u0301 \n au  lait ").apply(STUDY)
    assert after.options[-1].name == "Café au lait"
    assert AddOption("  Cafe\u0301 \n au  lait ").label(STUDY) == "Add Café au lait"


def test_a_thing_may_be_renamed_to_its_own_name_in_other_letters() -> None:
    assert EditOption("b", {"name": "BETA"}).apply(STUDY).options[1].name == "BETA"


def test_a_free_name_takes_the_first_number_that_nobody_has() -> None:
    assert free_name("New option", []) == "New option"
    assert free_name("New option", ["new OPTION", "New option 2"]) == "New option 3"
    assert clean_name(free_name("Beta", ["Beta"]), ["Beta"], "An option") == "Beta 2"
