"""What a WSGI server loads: `granian --interface wsgi wsgi:app`, or simply `elearn serve`."""

from elearn import create_app
from elearn.quizzes.sweep import start_sweeper
from elearn.supervision.export_worker import start_worker

app = create_app()
start_sweeper(app)
start_worker(app)
