"""Guards templates: compares rendered artifacts with approved references and says the difference in words."""
