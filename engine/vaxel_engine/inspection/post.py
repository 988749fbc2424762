"""Letters that the pack's mail house would send back, seen on the samples."""

from vaxel_engine.inspection.finding import Findings
from vaxel_engine.mailing.check import check_print
from vaxel_engine.rendering import Rendering


def examine_post(rendering: Rendering, pdf: bytes, found: Findings) -> None:
    """Hold a sample's print PDF against the profile.

    A PDF that was finished elsewhere is not the pack's, and a letter to somebody without a postal address is never
    posted.
    """
    if rendering.document.pdf is not None or rendering.document.recipient.postal_address is None:
        return
    profile = rendering.pack.profile
    for violation in check_print(pdf, profile).violations:
        tell = found.wrong if violation.refused else found.note
        said = f"the print PDF of the sample {rendering.document.reference} {violation.what}, by {profile.name}"
        tell(str(rendering.pack.files["css/paper.css"]), None, said, violation.remedy)
