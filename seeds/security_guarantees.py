"""The bundled study of security guarantees for Ukraine, read from the JSON beside this file.

Ids are derived from the names used in the data (UUID 5), so the example is the same study on every machine. Nothing
that is a judgement gets a sourced origin: the words of the data are kept in `Score.origin_note`.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any, Final

from db.study.model import (
    Cell,
    Criterion,
    Direction,
    Evidence,
    Id,
    Level,
    Option,
    Origin,
    Perspective,
    PerspectiveKind,
    Scale,
    ScaleKind,
    Score,
    Shape,
    Study,
)

DATA: Final = Path(__file__).with_suffix(".json")
"""Where the data is: a JSON file kept as prose, one record after another."""

CHANGED_BY: Final = "Steelyard study team"
CHANGED_AT: Final = "2025-08-20T00:00:00Z"

Record = dict[str, Any]

_NAMESPACE: Final = uuid.UUID("5d0c0a4e-3f0f-5a4c-9a63-8b8a2f3f7c11")
_ROOT: Final = "root"

_ORIGINS: Final = {
    "illustrative judgement": Origin.JUDGEMENT,
    "computed from illustrative inputs": Origin.ASSUMED,
    "computed from cited inputs, bounds assumed": Origin.ASSUMED,
    "computed from cited inputs, high end assumed": Origin.ASSUMED,
    "computed from cited inputs": Origin.COMPUTED,
    "computed from seed and cited inputs": Origin.COMPUTED,
    "by definition": Origin.DEFINITION,
}

_PARAMETER_REFS: Final = {
    "rotation_factor": "ROTATION",
    "usd_per_soldier_year": "SOLDIER-YEAR",
    "usd_per_monitor_year": "MONITOR-YEAR",
    "eur_usd": "EUR-USD",
    "air_sea_usd_bn": "AIR-SEA",
    "us_backstop_usd_bn": "US-STANDBY",
    "extra_aid_usd_bn": "EXTRA-AID",
    "pledge_standby_usd_bn": "PLEDGE-STANDBY",
    "sensors_usd_bn": "SENSORS",
}


def load() -> Study:
    """The bundled study as it was published; every call gives an equal value."""
    data = read()
    study = data["study"]
    return Study(
        id=_id("study", study["id"]),
        title=study["title"],
        question=study["question"],
        objective=next(node["name"] for node in data["criteria_tree"] if node["id"] == _ROOT),
        as_of="News of 18-20 August 2025; sources marked later serve as checks",
        notes=_notes(data),
        options=_options(data),
        criteria=_criteria(data),
        scores=_scores(data),
        perspectives=tuple(_perspective(record) for record in data["perspectives"]),
        evidence=(*_sources(data), *_statements(data), *_assumptions(data)),
    )


def read() -> Record:
    """The data as written: also what the study does not hold (packages, force tables, published results)."""
    data: Record = json.loads(DATA.read_text(encoding="utf-8"))
    return data


def option_id(key: str) -> Id:
    """The id of the option that the data calls `key`."""
    return _id("option", key)


def criterion_id(key: str) -> Id:
    """The id of the criterion that the data calls `key`."""
    return _id("criterion", key)


def perspective_id(key: str) -> Id:
    """The id of the perspective that the data calls `key`."""
    return _id("perspective", key)


def evidence_id(ref: str) -> Id:
    """The id of the source, statement or assumption with this handle."""
    return _id("evidence", ref)


def _id(kind: str, key: str) -> Id:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{key}"))


def _cite(refs: list[str]) -> tuple[Id, ...]:
    return tuple(evidence_id(ref) for ref in refs)


# Options


def _options(data: Record) -> tuple[Option, ...]:
    components = data["strategy_table"]["components"]
    return tuple(_option(record, components) for record in data["options"])


def _option(record: Record, components: list[Record]) -> Option:
    return Option(
        id=option_id(record["id"]),
        name=record["name"],
        short=record["short"],
        definition=record["definition"],
        is_baseline=record["is_baseline"],
        facts=(*_sizes(record), *(_component(component, record["package"]) for component in components)),
        evidence=_cite(record["evidence"]),
    )


def _sizes(record: Record) -> tuple[tuple[str, str], ...]:
    return (
        ("Foreign personnel deployed", f"{_range(record['deployed'])}; {record['size_origin']}"),
        ("Monitors", _range(record["monitors"])),
    )


def _component(component: Record, package: Record) -> tuple[str, str]:
    chosen = package[component["id"]]
    return component["name"], next(level["label"] for level in component["levels"] if level["id"] == chosen)


def _range(record: Record) -> str:
    low, likely, high = (_number(record[key]) for key in ("low", "likely", "high"))
    return likely if low == high else f"{likely} (low {low}, high {high})"


def _number(value: float) -> str:
    return f"{value:,}".removesuffix(".0")


# Criteria


def _criteria(data: Record) -> tuple[Criterion, ...]:
    details = {record["id"]: record for record in data["criteria"]}
    nodes = [node for node in data["criteria_tree"] if node["id"] != _ROOT]
    branches = [node for node in nodes if node["id"] not in details]
    below = {branch["id"]: [node for node in nodes if node["parent"] == branch["id"]] for branch in branches}
    leaves = [leaf["id"] for branch in branches for leaf in below[branch["id"]]]
    found: list[Criterion] = []
    for index, branch in enumerate(branches):
        found.append(Criterion(id=criterion_id(branch["id"]), name=branch["name"], colour=index))
        found.extend(_leaf(node, details[node["id"]], leaves.index(node["id"])) for node in below[branch["id"]])
    return tuple(found)


def _leaf(node: Record, record: Record, colour: int) -> Criterion:
    return Criterion(
        id=criterion_id(node["id"]),
        name=node["name"],
        parent=criterion_id(node["parent"]),
        scale=_scale(record),
        definition=record["definition"],
        excludes=record["excludes"],
        swing=record["swing"],
        colour=colour,
    )


def _scale(record: Record) -> Scale:
    low, high = (float(end) for end in record["range"])
    points = tuple((float(x), float(value)) for x, value in record["value_function"])
    straight = len(points) == 2
    return Scale(
        low=low,
        high=high,
        direction=Direction(record["direction"]),
        unit="points" if record["unit"] == "points 0-100" else record["unit"],
        kind=ScaleKind.CONSTRUCTED if record["scale_type"] == "constructed" else ScaleKind.NATURAL,
        levels=tuple(Level(float(anchor["x"]), anchor["text"]) for anchor in record["anchors"]),
        shape=Shape.LINEAR if straight else Shape.PIECEWISE,
        points=() if straight else points,
    )


# Scores


def _scores(data: Record) -> dict[Cell, Score]:
    options = {record["id"]: record for record in data["options"]}
    return {
        (option_id(record["option"]), criterion_id(record["criterion"])): _score(record, options[record["option"]])
        for record in data["scores"]
    }


def _score(record: Record, option: Record) -> Score:
    return Score(
        likely=float(record["likely"]),
        low=float(record["low"]),
        high=float(record["high"]),
        confidence=record["confidence"],
        rationale=record["rationale"],
        origin=_ORIGINS[record["number_origin"]],
        origin_note=record["number_origin"],
        evidence=_cite([*record["evidence"], *inputs(option, record["criterion"])]),
        changed_by=CHANGED_BY,
        changed_at=CHANGED_AT,
    )


def inputs(option: Record, criterion: str) -> list[str]:
    """The handles of the assumptions that a computed score rests on; none for a judgement.

    They follow the formulas in the data: what is deployed, watched, flown, promised or paid in this option's package.
    """
    if criterion == "troop_load" and option["deployed"]["likely"]:
        return ["ROTATION", "ARMIES"]
    return _cost_inputs(option, option["package"]) if criterion == "cost" else []


def _cost_inputs(option: Record, package: Record) -> list[str]:
    observers, watched = package["posture"] == "observers", option["monitors"]["likely"] > 0
    applies = {
        "SOLDIER-YEAR": option["deployed"]["likely"] > 0 and not observers,
        "MONITOR-YEAR": watched,
        "EUR-USD": watched,
        "SENSORS": watched,
        "AIR-SEA": package["air_sea"] == "active",
        "US-STANDBY": package["us_role"] == "intel_vow",
        "EXTRA-AID": package["ua_support"] == "increased",
        "PLEDGE-STANDBY": package["legal"] == "art5_like" and package["posture"] == "none",
    }
    return [ref for ref, used in applies.items() if used]


# Perspectives


def _perspective(record: Record) -> Perspective:
    return Perspective(
        id=perspective_id(record["id"]),
        name=record["name"],
        kind=PerspectiveKind(record["kind"]),
        weights={criterion_id(key): float(points) for key, points in record["weights"].items()},
        summary=record["summary"],
        reasons={criterion_id(key): text for key, text in record["reasons"].items()},
        evidence=_cite(record["evidence"]),
        origin=_ORIGINS[record["origin"]],
    )


# Evidence


def _sources(data: Record) -> tuple[Evidence, ...]:
    return tuple(_source(record) for record in data["sources"])


def _source(record: Record) -> Evidence:
    return Evidence(
        id=evidence_id(record["id"]),
        ref=record["id"],
        claim=record["title"],
        source=record["publisher"],
        date=record["date"],
        url=record["url"],
        reliability=record["reliability"][0],
        grade_note=record["reliability"],
        read_as=record["read_as"],
        used_for=record["used_for"],
        later=record["after_seed"],
    )


def _statements(data: Record) -> tuple[Evidence, ...]:
    return tuple(_statement(record) for record in data["seed_items"])


def _statement(record: Record) -> Evidence:
    return Evidence(
        id=evidence_id(record["id"]),
        ref=record["id"],
        claim=record["paraphrase"],
        source=record["who"],
        date="about 18 August 2025",
        kind="seed statement",
        reliability=record["strength"][0],
        grade_note=record["strength"],
        read_as="full text, in our own words",
        used_for=record["kind"],
    )


def _assumptions(data: Record) -> tuple[Evidence, ...]:
    return (*(_parameter(record) for record in data["parameters"]), _armies(data["force_generation"]["pools"][0]))


def _parameter(record: Record) -> Evidence:
    ref = _PARAMETER_REFS[record["id"]]
    return Evidence(
        id=evidence_id(ref),
        ref=ref,
        claim=f"{record['label']}: {_range(record)} {record['unit']}. {record['note']}",
        source=_team(record["evidence"]),
        date=CHANGED_AT[:10],
        kind="assumption",
        grade_note=record["origin"],
        used_for="Troop availability" if record["id"] == "rotation_factor" else "Cost",
    )


def _armies(pool: Record) -> Evidence:
    members = ", ".join(f"{name} {_number(strength)}" for name, strength in pool["members"].items())
    total = _number(pool["total"])
    return Evidence(
        id=evidence_id("ARMIES"),
        ref="ARMIES",
        claim=f"Regular armies of the states reported as willing in August 2025: {total} soldiers ({members}).",
        source=_team(pool["evidence"]),
        date=CHANGED_AT[:10],
        kind="assumption",
        grade_note="sum of reported figures; the French and Estonian ones are unsourced estimates (COSMO25)",
        used_for="Troop availability",
    )


def _team(refs: list[str]) -> str:
    return f"{CHANGED_BY}, from {', '.join(refs)}" if refs else f"{CHANGED_BY}; no source found"


# Notes


def _notes(data: Record) -> tuple[str, ...]:
    return (
        *data["study"]["frame"],
        *data["reading_notes"],
        *data["formulas"]["in_words"],
        *(f"{record['question']} {record['for_readers']}" for record in data["uncertainties"]),
    )
