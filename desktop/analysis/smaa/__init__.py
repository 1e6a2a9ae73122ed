"""Stochastic multicriteria acceptability analysis: sampled weights and scores, and what they say of the options."""

from __future__ import annotations

from desktop.analysis.smaa.acceptability import Acceptability, acceptability, first_rank
from desktop.analysis.smaa.sampling import WeightSample, WeightSampler, sample_weights, weight_blocks
from desktop.analysis.smaa.winning import pairwise_winning

__all__ = [
    "Acceptability",
    "WeightSample",
    "WeightSampler",
    "acceptability",
    "first_rank",
    "pairwise_winning",
    "sample_weights",
    "weight_blocks",
]
