"""Qt item models and delegates: they announce what changed and never write."""
