"""What `brand.toml` may say."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from vaxel_engine.mailing.profile import DEFAULT
from vaxel_engine.model import DocumentKind

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Https = Annotated[str, StringConstraints(pattern=r"^https://[^\s/]+/(?:\S*/)?$")]
_SectionName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ManifestContact(_Strict):
    """Where a reader turns with questions, and who is behind the brand by law."""

    legal_name: _Line
    organisation_number: _Line
    vat_number: _Line | None = None
    address: tuple[_Line, ...]
    telephone: _Line
    email: _Line
    website: _Line


class ManifestKind(_Strict):
    """The sections of one kind of document and their order, once for every channel."""

    sections: tuple[_SectionName, ...]


class ManifestPaper(_Strict):
    """How the letter is posted."""

    profile: str = Field(default=DEFAULT, description="The mail house's profile: where the window is, what stays clear")


class ManifestBlocks(_Strict):
    """How much a document may say beside its matter."""

    most: Annotated[int, Field(ge=0, le=10)] = Field(
        default=3, description="Blocks in one document at most; those of the highest priority stay"
    )


class Manifest(_Strict):
    """The whole of `brand.toml` after inheritance."""

    extends: str | None = None
    name: _Line = Field(description="What customers call the brand")
    link_base: _Https = Field(description="Beginning of a preview link; ends with a slash")
    contact: ManifestContact
    paper: ManifestPaper = ManifestPaper()
    blocks: ManifestBlocks = ManifestBlocks()
    tokens: dict[str, dict[str, str]]
    kinds: dict[DocumentKind, ManifestKind]
