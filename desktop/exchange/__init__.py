"""Files in and out: what is read is refused or exact, what is written arrives whole or not at all."""
