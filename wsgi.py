"""What a WSGI server loads: `granian --interface wsgi wsgi:app`, or simply `elearn serve`."""

from elearn import create_app
from elearn.export_process import start_worker
from elearn.quizzes.sweep import start_sweeper

app = create_app()
start_sweeper(app)
start_worker(app)
