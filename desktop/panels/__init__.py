"""The views of the window: each shows one frame at a time and speaks to the session through commands."""
