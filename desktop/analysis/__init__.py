"""The mathematics of weighing options: NumPy arrays in, frozen results out; knows nothing of studies, SQL or Qt."""
