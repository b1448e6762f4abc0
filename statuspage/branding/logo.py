"""A logo is drawn anew from what was uploaded: nothing of the file itself is ever kept or published.

What it is, is read from its bytes and never from its name. What comes out is a PNG of our own: pixels, and no text,
place, camera, colour profile or trailing bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from incidents.contrast import ratio
from incidents.exceptions import DomainError
from statuspage.branding import contrast

TAKEN = ("PNG", "JPEG", "WEBP", "GIF")
LARGEST_FILE = 2 * 1024 * 1024  # bytes
LARGEST_SIDE = 4_000  # pixels
WIDEST, HIGHEST, LEAST = 240, 44, 12  # CSS pixels, as shown
AREA = 4_400  # a wide logo is shown lower and a square one higher, so that all weigh the same
SHARP = 2  # pixels stored for each CSS pixel
MOST_SCANS = 100  # of a progressive JPEG; each is decoded over the whole picture
VISIBLE = 2.2  # contrast with the paper, below which a pixel drowns in it
FAINT, FAINT_IN_A_BOX = 0.4, 0.95  # the share of drowned pixels that makes a logo faint; a box is a ground of its own
SAMPLE = (160, 160)  # pixels, enough to judge by
LARGEST_DRAWN = 2_000  # pixels a side that are worked on


@dataclass(frozen=True, slots=True)
class Drawn:
    """A logo as it is stored."""

    image: bytes = field(repr=False)
    width: int  # as shown
    height: int
    faint_on: str  # the scheme in whose paper it drowns, or empty

    @property
    def digest(self) -> str:
        return sha256(self.image).hexdigest()


def draw(upload: bytes) -> Drawn:
    """The logo in what was uploaded; a :class:`DomainError` says what to upload instead."""
    if len(upload) > LARGEST_FILE:
        raise DomainError(_("This file is larger than 2 MB. A logo of 500 × 100 pixels is enough."))
    opened = _trimmed(_upright(_open(upload)))
    width, height = _size(*opened.size)
    bounds = min(width * SHARP, opened.width), min(height * SHARP, opened.height)
    pixels = opened.resize(bounds, Image.Resampling.LANCZOS)
    clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())  # pixels only, without what came along
    if clean.getchannel("A").getextrema() == (255, 255):
        clean = clean.convert("RGB")
    file = BytesIO()
    clean.save(file, "PNG", optimize=True)
    return Drawn(file.getvalue(), width, height, _faint_on(pixels))


def _open(upload: bytes) -> Image.Image:
    """The first frame. A decoder may say anything of hostile bytes."""
    _refuse_by_sight(upload)
    try:
        image = Image.open(BytesIO(upload), formats=TAKEN)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DomainError(_too_large()) from None
    except Exception:
        raise DomainError(
            _("This is not a PNG, JPEG, WebP or GIF picture. Export the logo as PNG and upload that.")
        ) from None
    if max(image.size) > LARGEST_SIDE:
        raise DomainError(_too_large())
    try:
        image.load()
        return image
    except Exception:
        raise DomainError(
            _("This picture is damaged or not whole. Open it, export it as PNG, and upload that.")
        ) from None


def _refuse_by_sight(upload: bytes) -> None:
    if not upload:
        raise DomainError(_("This file is empty. Export the logo as PNG and upload that."))
    if re.search(rb"<svg[\s>]", upload[:2_000].replace(b"\0", b""), re.IGNORECASE):
        raise DomainError(
            _(
                "SVG is not taken, because it can carry a program. Export the logo as PNG, about 100 pixels high "
                "and with a transparent background, and upload that."
            )
        )
    if upload.startswith(b"\xff\xd8") and upload.count(b"\xff\xda") > MOST_SCANS:
        raise DomainError(_("This JPEG is built in an unusual way. Export the logo as PNG and upload that."))


def _too_large() -> str:
    return _("This picture is more than 4000 pixels wide or high. A logo of 500 × 100 pixels is enough.")


def _upright(image: Image.Image) -> Image.Image:
    """As the camera was held, in sRGB, with transparency, and not larger than is of use."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):  # 16 bits of grey; Pillow's own conversion would cut and not scale
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode not in ("L", "LA", "RGB", "CMYK"):
        image = image.convert("RGBA")
    if factor := max(image.size) // LARGEST_DRAWN:
        image = image.reduce(factor)
    with suppress(Exception):  # a broken note about the camera is no reason to refuse the picture
        image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "CMYK"):
        image = _to_srgb(image, profile)
    return image.convert("RGBA")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        of_file = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, of_file, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a profile that is broken, or of other colours than the picture


def _trimmed(image: Image.Image) -> Image.Image:
    """Without the empty margin around it, which would make it look small."""
    seen = image.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox()
    if seen is None:
        raise DomainError(_("There is nothing to see in this picture: all of it is transparent."))
    return image.crop(seen)


def _size(width: int, height: int) -> tuple[int, int]:
    """As shown: inside the largest box, about the same area whatever its shape, and never larger than it is."""
    scale = min(1.0, WIDEST / width, HIGHEST / height, (AREA / (width * height)) ** 0.5)
    shown = round(width * scale), round(height * scale)
    if min(shown) >= LEAST:
        return shown
    if min(width, height) < LEAST:
        raise DomainError(
            _("This picture is only %(width)d × %(height)d pixels. Upload the logo at least 48 pixels high.")
            % {"width": width, "height": height}
        )
    if width > height:
        raise DomainError(_("This logo is too wide to be read beside other things. Upload a shorter version of it."))
    raise DomainError(_("This logo is too high for the top of a page. Upload a version of it that is wider."))


def _faint_on(image: Image.Image) -> str:
    """The scheme in whose paper most of the logo drowns."""
    sample = image.copy()
    sample.thumbnail(SAMPLE, Image.Resampling.NEAREST)  # the colours as they are, not mixed with what is around them
    pixels = Counter(zip(*[iter(sample.tobytes())] * 4, strict=True))
    seen = {pixel: count for pixel, count in pixels.items() if pixel[3] > 128}
    whole = sum(seen.values())
    most = FAINT_IN_A_BOX if whole > 0.9 * pixels.total() else FAINT
    for scheme, paper in contrast.PAPER.items():
        ground = [int(paper[at : at + 2], 16) for at in (1, 3, 5)]
        drowned = sum(count for pixel, count in seen.items() if ratio(_over(pixel, ground), paper) < VISIBLE)
        if drowned > most * whole:
            return scheme
    return ""


def _over(pixel: tuple[int, ...], ground: list[int]) -> str:
    *color, alpha = pixel
    return "#" + "".join(
        f"{round((c * alpha + g * (255 - alpha)) / 255):02x}" for c, g in zip(color, ground, strict=True)
    )
