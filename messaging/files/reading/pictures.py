"""The small picture that a conversation shows in place of a large one."""

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageOps

# Formats whose readers may see what a stranger sent.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
# A file of some kilobytes can say that it has a billion pixels, each of three bytes.
MOST_PIXELS = 40_000_000
LARGEST = (480, 480)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's own size in pixels, and a JPEG of it that fits into LARGEST."""

    width: int
    height: int
    thumbnail: bytes


def picture_of(file: BinaryIO) -> Picture | None:
    """What a picture shows; None when it cannot be read, or says that it is too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own limit: ours is below it
            return _read(file)
    # The readers of formats raise whatever a damaged file leads them to.
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError):
        return None
    except (IndexError, KeyError, TypeError, OverflowError, AttributeError, ZeroDivisionError):
        return None


def _read(file: BinaryIO) -> Picture | None:
    with Image.open(file, formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            return None
        opened.draft("RGB", LARGEST)  # a JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail(LARGEST)
        out = io.BytesIO()
        _on_white(upright).save(out, "JPEG", quality=80, optimize=True)
    return Picture(width, height, out.getvalue())


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, which JPEG has not, and without what a camera wrote into the file."""
    seen = picture.convert("RGBA")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A"))
    return ground
