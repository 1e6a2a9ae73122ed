"""What the kinds of things in a study are called wherever a user reads of them."""

from __future__ import annotations

from db.study.model import Direction, Knowledge, Origin

ORIGINS = {
    Origin.JUDGEMENT: "Our assumption",
    Origin.ASSUMED: "Computed from assumptions",
    Origin.DEFINITION: "By definition",
    Origin.COMPUTED: "Computed from sourced figures",
    Origin.SEED: "Stated in a source",
    Origin.CITED: "Stated in a source",
}
"""Who says so. Nothing that rests on a judgement reads as sourced."""

KNOWLEDGE = {
    Knowledge.AROUND: "near the sliders",
    Knowledge.RANKING: "only their order",
    Knowledge.RANGES: "a low and a high end of each",
}
"""What is known of a party's weights."""

DIRECTIONS = {Direction.HIGHER: "Higher is better", Direction.LOWER: "Lower is better"}
"""Which end of a scale is wanted."""
