"""The sender's own customer pages: documents are pushed to them, signed, and may be taken back.

The interface is Vaxel's own proposal to whoever runs such pages: docs/channels/my_pages.md.
"""

from vaxel_channels.my_pages.adapter import MyPages
from vaxel_channels.my_pages.pulled import pages
from vaxel_channels.my_pages.settings import MyPagesSettings

__all__ = ["MyPages", "MyPagesSettings", "pages"]
