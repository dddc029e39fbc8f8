"""Diajar: e-learning with quizzes for civil servants. `create_app` is the whole wiring."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Config


def create_app(config: Config | None = None) -> Flask:
    """An application with the given settings (from the environment when None). Raises config.BadSetting."""
    # Imported here, so that the core can be used without the web.
    from elearn import administration, authoring, catalogue, marking, people, quizzes, study, supervision, web
    from elearn.database import tune_engine
    from elearn.extensions import babel, compress, csrf, db, migrate
    from elearn.web import i18n

    config = config or Config()
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    app.config.from_mapping(config.as_mapping())
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    config.INSTANCE_DIR.mkdir(parents=True, exist_ok=True)
    config.MEDIA_DIR.mkdir(parents=True, exist_ok=True)

    db.init_app(app)
    migrate.init_app(app, db, directory=str(Path(__file__).parent.parent / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.locale, timezone_selector=i18n.timezone)
    i18n.init_app(app)
    compress.init_app(app)
    web.init_app(app)
    # The order of the layers: a feature may use those before it.
    for feature in (people, catalogue, quizzes, study, marking, authoring, supervision, administration):
        feature.init_app(app)
    with app.app_context():
        tune_engine(db.engine)

    app.wsgi_app = web.assets.static_files(app)  # type: ignore[method-assign]
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
