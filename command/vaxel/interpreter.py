"""Self-tests of the Python interpreter: two known faults that untrusted input could use.

What Vaxel reads and writes is guarded on every version; these only tell.

CVE-2024-6923: an encoded line break in a mail header becomes a real header. CVE-2024-0450: overlapping ZIP entries are
read, so that a small file unpacks to gigabytes. The behaviour is tested, not the version, since vendors patch in place.
"""

import copy
import io
import zipfile
from email.message import EmailMessage


def splits_mail_headers() -> bool:
    """Whether this interpreter turns an encoded line break in a subject into a second header (CVE-2024-6923)."""
    message = EmailMessage()
    message["Subject"] = "=?UTF-8?Q?=0A?=Bcc: nobody@example.com"
    try:
        return b"\nBcc:" in message.as_bytes()
    except ValueError:
        return False


def reads_overlapping_zip_entries() -> bool:
    """Whether this interpreter reads ZIP entries that share bytes (CVE-2024-0450)."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as archive:
        archive.writestr("entry", b"x" * 64)
        archive.filelist.append(copy.copy(archive.filelist[0]))
    with zipfile.ZipFile(stored) as archive:
        try:
            for entry in archive.filelist:
                archive.read(entry)
        except zipfile.BadZipFile:
            return False
    return True
