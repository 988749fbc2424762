"""The preview: every artifact of one document side by side, live for designers and as a folder for a finished run."""

from vaxel_preview.board import BoardEntry, write_board

__all__ = ["BoardEntry", "write_board"]
