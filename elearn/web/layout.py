"""What stands around a page: navigation by role, the greeting, the names of product and organisation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from flask import Flask, get_template_attribute, request
from flask_babel import get_locale, lazy_gettext
from markupsafe import Markup

from elearn import clock
from elearn.web import fragments, i18n, theme

TABS_ON_A_PHONE = 5
SETTINGS = ("PRODUCT_NAME", "ORGANISATION", "PROVIDER", "DEMO")


@dataclass(frozen=True)
class Destination:
    """A place of the navigation. `owns` are the paths beneath which it is the current one."""

    key: str
    path: str
    icon: str
    label: Any
    owns: tuple[str, ...]
    role: str | None = None


DESTINATIONS = (
    Destination("beranda", "/", "home", lazy_gettext("Beranda"), ()),
    Destination("modul", "/modul", "book-open", lazy_gettext("Modul"), ("/modul", "/percobaan")),
    Destination("nilai", "/nilai", "circle-check", lazy_gettext("Nilai saya"), ("/nilai",)),
    Destination("tim", "/tim", "users", lazy_gettext("Tim saya"), ("/tim",), "atasan"),
    Destination(
        "pengajar", "/pengajar", "square-pen", lazy_gettext("Pengajar"), ("/pengajar", "/penilaian"), "pengajar"
    ),
    Destination("admin", "/admin/orang", "settings", lazy_gettext("Admin"), ("/admin",), "admin"),
)


@dataclass(frozen=True)
class NavItem:
    """A link of the navigation as a page shows it."""

    key: str
    url: str
    icon: str
    label: Any
    current: bool


@dataclass(frozen=True)
class Navigation:
    """`items` in the bar at the top; `tabs` in the bar of a phone; `more` is what has no room there."""

    items: tuple[NavItem, ...]

    @property
    def tabs(self) -> tuple[NavItem, ...]:
        return self.items[:TABS_ON_A_PHONE]

    @property
    def more(self) -> tuple[NavItem, ...]:
        return self.items[TABS_ON_A_PHONE:]


def navigation(roles: Collection[str], current: str | None = None) -> Navigation:
    """The places these roles may go. `current` names the present one where the path does not tell."""
    here = current or _owner(request.path)
    return Navigation(
        tuple(
            NavItem(place.key, request.script_root + place.path, place.icon, place.label, place.key == here)
            for place in DESTINATIONS
            if place.role is None or place.role in roles
        )
    )


class Shown(Protocol):
    """What the frame tells of who is signed in."""

    name: str
    initials: str
    position: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a person: in the bar at the top, its menu, and the bar of a phone."""

    topnav: Markup
    account: Markup
    tabbar: Markup


def frame(user: Shown, current: str | None = None) -> Frame:
    """The frame of the present page. The parts are kept, since they are alike on every page of a place."""
    path = request.path
    here = "akun" if path == "/akun" else current or _owner(path)
    top, account, tabs = _frame(frozenset(user.roles), here, request.script_root, i18n.locale(), theme.theme())
    who = fragments.show(account, name=user.name, initials=user.initials, position=user.position or "")
    return Frame(Markup(top), who, Markup(tabs))  # noqa: S704 - rendered by our own templates


@lru_cache(maxsize=500)
def _frame(roles: frozenset[str], here: str | None, root: str, _language: str, _theme: str) -> tuple[str, str, str]:
    nav = navigation(roles, here)
    user = {key: fragments.place(key) for key in ("name", "initials", "position")}
    topnav, account, tabbar = (
        get_template_attribute("components/chrome.html", macro) for macro in ("topnav", "account_menu", "tabbar")
    )
    return topnav(nav), fragments.keep(account(user, nav, root, here == "akun")), tabbar(nav)


def _owner(path: str) -> str | None:
    if path == "/":
        return "beranda"
    for place in DESTINATIONS:
        if any(path == root or path.startswith(root + "/") for root in place.owns):
            return place.key
    return None


def greeting(name: str, at: datetime | None = None) -> str:
    """`Wilujeng énjing, Rina`: the hour in Jakarta, in Sundanese, and the name a person is called by."""
    hour = (at or clock.now()).astimezone(clock.JAKARTA).hour
    if 4 <= hour < 11:
        part = "énjing"
    elif 11 <= hour < 15:
        part = "siang"
    elif 15 <= hour < 18:
        part = "sonten"
    else:
        part = "wengi"
    return f"Wilujeng {part}, {first_name(name)}"


def first_name(name: str) -> str:
    """The first word of a name that is not a title: `Dr. Rina Kartika, M.Si.` -> `Rina`."""
    words = name.partition(",")[0].split()
    return next((word for word in words if not word.endswith(".")), name.strip())


def init_app(app: Flask) -> None:
    if app.config.get("DEVELOPMENT"):
        app.before_request(_frame.cache_clear)  # a template that was changed is seen
    settings = {name: app.config.get(name, "") for name in SETTINGS}
    app.jinja_env.globals.update(
        frame=frame,
        greeting=greeting,
        first_name=first_name,
        settings=settings,
        get_locale=get_locale,
        now=clock.now,
    )
