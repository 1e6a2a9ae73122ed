"""What a study is: immutable values from the standard library only, knowing nothing of SQL, Qt or NumPy."""
