"""What the files of a document are called: after its reference, and never like those of another document of the run."""

import hashlib

from vaxel.files import file_stem

_BITS = 1 << 25
"""4 MB, however many names there are; of a million one in six thousand gets a number that it did not need."""
_LOOKS = 4


class Names:
    """Gives names in the order of the input, so that the same input gets the same names again."""

    def __init__(self) -> None:
        self._seen = bytearray(_BITS // 8)

    def of(self, reference: str, record: int) -> str:
        """The reference as a file name; where a document before has it, or seems to, with the record's number."""
        name = file_stem(reference)
        digest = hashlib.blake2b(name.casefold().encode(), digest_size=4 * _LOOKS).digest()
        new = False
        for look in range(0, len(digest), 4):
            byte, bit = divmod(int.from_bytes(digest[look : look + 4]) % _BITS, 8)
            new = new or not self._seen[byte] >> bit & 1
            self._seen[byte] |= 1 << bit
        return name if new else f"{name}.{record}"
