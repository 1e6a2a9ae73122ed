"""The migrations, one frozen file per format. They import no live code, so that they do tomorrow what they do today."""
