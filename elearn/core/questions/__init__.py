"""The question types. Adding one is one file here, one entry in TYPES and one template."""
