"""Stochastic multicriteria acceptability analysis."""
