"""What a user can do: each command is pure, study in, study out, and refuses with a `Known` sentence."""

from desktop.commands.base import Command
from desktop.commands.criteria import (
    AddCriterion,
    DuplicateCriterion,
    EditCriterion,
    GroupCriteria,
    MoveCriterion,
    RemoveCriterion,
    SetScale,
)
from desktop.commands.doubts import ClearWeightRange, SetKnowledge, SetSpread, SetWeightRange
from desktop.commands.options import AddOption, DuplicateOption, EditOption, MoveOption, RemoveOption
from desktop.commands.perspectives import (
    AddPerspective,
    DuplicatePerspective,
    EditPerspective,
    MovePerspective,
    RemovePerspective,
)
from desktop.commands.scores import AnnotateScore, ClearScores, Entry, SetScores
from desktop.commands.studies import AddEvidence, Cite, EditEvidence, EditStudy, RemoveEvidence, ReplaceStudy
from desktop.commands.weights import EqualWeights, LockWeight, MoveWeight, SetPoints, SetWeights

__all__ = [
    "AddCriterion",
    "AddEvidence",
    "AddOption",
    "AddPerspective",
    "AnnotateScore",
    "Cite",
    "ClearScores",
    "ClearWeightRange",
    "Command",
    "DuplicateCriterion",
    "DuplicateOption",
    "DuplicatePerspective",
    "EditCriterion",
    "EditEvidence",
    "EditOption",
    "EditPerspective",
    "EditStudy",
    "Entry",
    "EqualWeights",
    "GroupCriteria",
    "LockWeight",
    "MoveCriterion",
    "MoveOption",
    "MovePerspective",
    "MoveWeight",
    "RemoveCriterion",
    "RemoveEvidence",
    "RemoveOption",
    "RemovePerspective",
    "ReplaceStudy",
    "SetKnowledge",
    "SetPoints",
    "SetScale",
    "SetScores",
    "SetSpread",
    "SetWeightRange",
    "SetWeights",
]
