"""Where nbgrader finds the course: its own commands, its formgrader, and tools/grade.py."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "gradients-by-hand"
c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "classroom/release"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.solution_directory = "classroom/solution"
c.CourseDirectory.db_url = f"sqlite:///{ROOT / 'classroom' / 'gradebook.db'}"

c.Execute.timeout = 20  # seconds a cell; the slowest check takes less than one
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
c.Execute.shutdown_kernel = "immediate"
c.OverwriteCells.add_missing_cells = True
c.LimitOutput.max_lines = 200
c.CsvExportPlugin.to = str(ROOT / "classroom" / "nbgrader.csv")
