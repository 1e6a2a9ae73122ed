"""Stochastic multicriteria acceptability analysis: sampled weights and scores, and what they say of the options."""

from __future__ import annotations

from desktop.analysis.smaa.acceptability import Acceptability, Standing, acceptability, first_rank, standing
from desktop.analysis.smaa.held import HeldScores
from desktop.analysis.smaa.sampling import WeightSample, WeightSampler, sample_weights, weight_blocks
from desktop.analysis.smaa.winning import pairwise_winning

__all__ = [
    "Acceptability",
    "HeldScores",
    "Standing",
    "WeightSample",
    "WeightSampler",
    "acceptability",
    "first_rank",
    "pairwise_winning",
    "sample_weights",
    "standing",
    "weight_blocks",
]
