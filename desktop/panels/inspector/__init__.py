"""The pages of the inspector: a score, an option, a criterion, a group of criteria, and the study as a whole."""
