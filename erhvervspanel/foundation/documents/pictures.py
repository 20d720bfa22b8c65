"""Pictures: decoded and written anew, so that nothing comes along but what can be seen.

Gone are place and telephone (EXIF, XMP), comments, thumbnails, and whatever stands behind the picture in the file.
"""

import io
import warnings

from PIL import Image, ImageCms, ImageOps

from erhvervspanel.foundation import notation
from erhvervspanel.foundation.documents.kinds import JPEG, PNG, WEBP, Kind
from erhvervspanel.foundation.documents.problems import DocumentProblem

# A telephone's picture has 12 to 24 million. Decoded, this takes 100 MB.
MOST_PIXELS = 25_000_000
# For photographs at a size that paper needs; nobody sees the difference.
WRITTEN = {
    JPEG: {"format": "JPEG", "quality": 88, "progressive": True},
    PNG: {"format": "PNG"},
    WEBP: {"format": "WEBP", "quality": 88},
}
PLAIN_MODES = {JPEG: ("L", "RGB"), PNG: ("1", "L", "LA", "RGB", "RGBA"), WEBP: ("RGB", "RGBA")}

# Pillow warns of a bomb, and decodes it.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def rewritten(content: bytes, kind: Kind) -> bytes:
    """The picture in `content`, upright and in the web's colours, as a new file of the same kind.

    Raises DocumentProblem where it is damaged, too large or moving.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[WRITTEN[kind]["format"]]) as picture:
            refuse_large(picture)
            refuse_moving(picture, kind)
            plain = as_plain(picture, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise too_large() from None
    except DocumentProblem:
        raise
    except Exception as error:  # Pillow lets out whatever a wrong file leads it into
        raise DocumentProblem(
            "Billedet kan ikke læses og er nok beskadiget. Åbn det i et billedprogram, gem det igen, og prøv så."
        ) from error
    written = io.BytesIO()
    plain.save(written, **WRITTEN[kind])
    return written.getvalue()


def refuse_large(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise too_large()


def too_large() -> DocumentProblem:
    return DocumentProblem(
        f"Billedet har mere end {notation.number(MOST_PIXELS // 1_000_000)} millioner billedpunkter. Gør det mindre i et "
        "billedprogram, og prøv igen."
    )


def refuse_moving(picture: Image.Image, kind: Kind) -> None:
    """A JPEG with more than one picture has a small one, or one for other screens; only the first is kept."""
    if kind is not JPEG and getattr(picture, "n_frames", 1) > 1:
        raise DocumentProblem("Billedet bevæger sig. Gem det billede, der skal vises, for sig selv.")


def as_plain(picture: Image.Image, kind: Kind) -> Image.Image:
    """`picture` as nothing but its points: turned as the camera was held, and without a word about it."""
    profile = picture.info.get("icc_profile")
    has_holes = "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA", "RGBa", "La")
    plain = ImageOps.exif_transpose(picture)
    if profile and plain.mode in ("RGB", "CMYK"):
        plain = in_web_colours(plain, profile)
    if plain.mode not in PLAIN_MODES[kind] or "transparency" in plain.info:
        plain = plain.convert("RGBA" if has_holes and kind is not JPEG else "RGB")
    plain.info = {}
    return plain


def in_web_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """`picture` in sRGB. Where its profile is no good, the colours are as they are without."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
