"""The data: what a study is, and how it is kept."""
