"""A browser's own description in two words, for the list of devices."""

from __future__ import annotations

from flask_babel import gettext as _

# The first one found in a description wins: most browsers also name those they wish to be taken for.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def peramban(agent: str) -> str:
    """`Chrome, Android`; what is not known is left out."""
    browser = next((name for key, name in BROWSERS.items() if key in agent), str(_("Peramban")))
    system = next((name for key, name in SYSTEMS.items() if key in agent), "")
    return f"{browser}, {system}" if system else browser
