"""The mathematics of weighing options: NumPy arrays in, frozen results out; knows nothing of studies, SQL or Qt.

Every argument passes a door in `arrays`, whose errors name the argument, its row and its column; `work` tells progress
and lets long calls be stopped. Scores become values in `values`; weights come from points, rankings and trees in
`weights`, from comparisons in `pairwise` (AHP) and `best_worst`, from words in `macbeth` (with `macbeth_repairs` where
they clash) and from choices in `tradeoffs`. `ranking` adds up and ranks, `live` does it while a slider is dragged;
`topsis`, `vikor` and `promethee` (with GAIA) rank by other methods, and `reversal` shows what leaving an option out
does to any of them. `polytope` says what is known of the weights. What could change the answer: `sensitivity` moves one
weight (crossings, stability intervals, `tornado`), `flips` finds the smallest change, `dominance` holds under all
weights that are allowed, `smaa` samples weights and scores. `pareto` and `packages` find fronts; `group` says how far
people agree and what moved a result. The rest serves these: `linear` is the door to HiGHS, `vertices` and `margins`
stand behind dominance, `share_lines` behind sensitivity and flips, `skyline` and `sieve` behind the fronts.
"""
