"""The failures that are not bugs; apart from the rest, so that saying one costs no start-up time."""


class Known(Exception):
    """A failure of the environment or of the user's input: one plain sentence that says what happened, where,
    what was kept and what to do. Shown to the user as it is; never a sign of a bug."""
