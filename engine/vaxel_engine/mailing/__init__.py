"""What happens to a letter after it is rendered: how it is printed, the mail house's profile, and the check of both."""

from vaxel_engine.mailing.printing import Printing
from vaxel_engine.mailing.profile import Profile, Quality, chosen, read_profile, shipped

__all__ = ["Printing", "Profile", "Quality", "chosen", "read_profile", "shipped"]
