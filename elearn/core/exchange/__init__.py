"""Questions between our Markdown and the formats of other systems: bytes in, bytes out."""
