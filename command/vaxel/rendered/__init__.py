"""What `vaxel render` writes: artifacts in a folder, a journal of what is finished, the run itself."""

from vaxel.rendered.run import Rendered, Wanted, render_batch

__all__ = ["Rendered", "Wanted", "render_batch"]
