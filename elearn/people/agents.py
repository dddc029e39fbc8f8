"""A browser's own description in two words, for the list of devices."""

from __future__ import annotations

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"),
           ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def peramban(agent: str) -> str:
    """`Chrome, Android`; what is not known is left out."""
    browser = next((name for key, name in BROWSERS if key in agent), "Peramban")
    system = next((name for key, name in SYSTEMS if key in agent), "")
    return f"{browser}, {system}" if system else browser
