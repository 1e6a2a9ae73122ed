"""Live charts: each is one painted item that shows what is visible of a result."""
