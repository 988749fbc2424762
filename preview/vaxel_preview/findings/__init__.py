"""What is wrong or worth knowing about the artifacts that are looked at, each thing with its pane and its line."""

from vaxel_preview.findings.finding import Drawer, Finding
from vaxel_preview.findings.gathering import Looked, gather
from vaxel_preview.findings.reasons import Reasons, Tell

__all__ = ["Drawer", "Finding", "Looked", "Reasons", "Tell", "gather"]
