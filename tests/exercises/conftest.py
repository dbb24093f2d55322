"""A copy of the course without ``solutions/``, as a class gets it, has nothing to test here."""

import exercises

collect_ignore_glob = [] if exercises.sources() else ["test_*.py"]
