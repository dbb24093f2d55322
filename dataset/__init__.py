"""Data sets of the course, one module each; every ``load_data()`` verifies what it reads."""
