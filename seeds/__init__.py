"""The bundled study: its data as JSON, and the loader that turns it into a `Study`."""
