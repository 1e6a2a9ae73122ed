"""The application: commands, evaluation, exchange with files, and the window."""

import os

# Small matrices: a second BLAS thread only spins against the thread that paints.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
