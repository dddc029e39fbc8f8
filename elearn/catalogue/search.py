"""The catalogue's search: words stemmed by snowballstemmer's Indonesian, found by SQLite's FTS5 or PostgreSQL's full text.

Both indexes see the same words, so both find the same modules. The tables `search_index*` are made by the migration.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import local

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from elearn.catalogue.models import SearchEntry
from elearn.core.model import Module
from elearn.database import db

WORDS_AT_MOST = 12
WORD_LENGTH = 60
INDEXED = 250_000
"""Characters of stems kept of one part: a book of words. PostgreSQL indexes at most a megabyte."""
_threads = local()  # the stemmer keeps state while it works


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    if not hasattr(_threads, "stemmer"):
        import snowballstemmer  # loads every language it knows: a second that only who searches should wait

        _threads.stemmer = snowballstemmer.stemmer("indonesian")
    stemmed: str = _threads.stemmer.stemWord(word)
    return stemmed


def words_of(words: str) -> list[str]:
    """The stems of a text in order, each followed by its word where that differs: a word half typed is the beginning of
    a word, not of a stem."""
    found = []
    for word in _bare(words):
        stemmed = stem(word)
        found += [stemmed] if stemmed == word else [stemmed, word]
    return found


def _bare(words: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return [word for word in re.findall(r"[a-z0-9]+", plain.casefold()) if len(word) <= WORD_LENGTH]


def index(session: Session, module_id: int, module: Module) -> None:
    """Index a module anew. Joins the transaction of its publication."""
    lite = db.engine.dialect.name == "sqlite"
    if lite:
        session.execute(text("DELETE FROM search_index WHERE module_id = :id"), {"id": module_id})
    session.execute(delete(SearchEntry).where(SearchEntry.module_id == module_id))
    outcomes = " ".join(module.outcomes.values())
    about = f"{module.title} {module.title} {module.summary} {module.topic} {outcomes} {module.intro_text}"
    pages = [("", module.title, about)]
    pages += [(part.slug, part.title, f"{part.title} {part.title} {part.text}") for part in module.parts]
    rows = [
        {"module_id": module_id, "part_slug": slug, "title": title, "words": " ".join(words_of(body))[:INDEXED]}
        for slug, title, body in pages
    ]
    session.execute(insert(SearchEntry), rows)
    if lite:
        statement = "INSERT INTO search_index (words, module_id, part_slug) VALUES (:words, :module_id, :part_slug)"
        session.execute(text(statement), rows)


def search(query: str, limit: int = 100) -> list[tuple[int, str, str]]:
    """(module id, part slug or "", title) of what holds every word, the best first. The last word may be a beginning.

    Whatever is typed is only words: no operator of either index gets through. Nothing typed finds nothing.
    """
    typed = _bare(query[:400])[:WORDS_AT_MOST]
    if not typed:
        return []
    stems, beginning = [stem(word) for word in typed[:-1]], typed[-1]
    # A word being typed is not its stem yet: `pelay` must find `layan`, and a whole `pelayanan` too.
    last = sorted({beginning, stem(beginning)}, key=len)
    lite = db.engine.dialect.name == "sqlite"
    if lite:
        tail = " OR ".join(f'"{word}"*' for word in last)
        match = " AND ".join([*(f'"{word}"' for word in stems), f"({tail})"])
        statement = text(
            "SELECT i.module_id, i.part_slug, e.title FROM search_index i "
            "JOIN search_entry e ON e.module_id = i.module_id AND e.part_slug = i.part_slug "
            "WHERE search_index MATCH :match ORDER BY rank LIMIT :limit"
        )
    else:
        tail = " | ".join(f"{word}:*" for word in last)
        match = " & ".join([*stems, f"({tail})"])
        statement = text(
            "SELECT module_id, part_slug, title FROM search_entry "
            "WHERE to_tsvector('simple', words) @@ to_tsquery('simple', :match) "
            "ORDER BY ts_rank(to_tsvector('simple', words), to_tsquery('simple', :match)) DESC, id LIMIT :limit"
        )
    rows = db.session.execute(statement, {"match": match, "limit": limit}).all()
    return [(row.module_id, row.part_slug, row.title) for row in rows]
