"""A logo: only what we drew ourselves is kept and published, whatever was uploaded."""

import struct
import zlib
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from incidents.exceptions import DomainError, NotAllowed
from statuspage import documents
from statuspage.actions import pages
from statuspage.branding import logo as pictures
from statuspage.models import Page, PageLogo, Scheme
from statuspage.snapshot.load import load
from statuspage.stores import headers
from tests import factories as make
from tests.statuspage.build import NOW
from tests.statuspage.page_form import address, posted, sent, typed

SCRIPT = "<script>alert(1)</script>"
BLUE, RED = (11, 95, 165), (192, 20, 31)


def file(image, kind="PNG", **options):
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bar(color=BLUE, size=(800, 200), mode="RGB"):
    return Image.new(mode, size, color)


def word(color, size=(600, 150)):
    """Strokes of a colour on transparent ground."""
    image = Image.new("RGBA", size)
    for x in range(0, size[0], 30):
        image.paste((*color, 255), (x, 0, x + 12, size[1]))
    return image


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, data, *extra):
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + b"".join(extra) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunks(body):
    at, names = 8, []
    while at < len(body):
        names.append(body[at + 4 : at + 8])
        at += 12 + struct.unpack(">I", body[at : at + 4])[0]
    return set(names)


def color_of(drawn, at=(5, 5)):
    return Image.open(BytesIO(drawn.image)).convert("RGB").getpixel(at)


def near(one, other):
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


# What is taken


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_four_kinds_come_out_as_one(kind):
    drawn = pictures.draw(file(bar(), kind))

    stored = Image.open(BytesIO(drawn.image))
    assert (stored.format, stored.size) == ("PNG", (drawn.width * 2, drawn.height * 2))
    assert near(color_of(drawn), BLUE)


@pytest.mark.parametrize(
    "upload",
    [
        file(bar(), exif=Image.Exif()) + f"<html>{SCRIPT}".encode(),
        file(bar(), "JPEG", comment=SCRIPT.encode()),
        file(bar(), "GIF", comment=SCRIPT.encode()) + b"PK\x03\x04",
        png(200, 100, zlib.compress(bytes(601 * 100)), chunk(b"tEXt", f"Comment\0{SCRIPT}".encode())),
        png(200, 100, zlib.compress(bytes(601 * 100)), chunk(b"eXIf", b"MM\0*" + SCRIPT.encode())),
        png(200, 100, zlib.compress(bytes(601 * 100)), chunk(b"ruBY", SCRIPT.encode())),
    ],
    ids=["behind the end", "JPEG comment", "GIF comment", "tEXt", "eXIf", "unknown chunk"],
)
def test_only_pixels_are_kept(upload):
    drawn = pictures.draw(upload)

    assert chunks(drawn.image) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert b"script" not in drawn.image
    assert b"PK" not in drawn.image[-8:]


def test_text_that_pillow_itself_wrote_is_gone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SCRIPT)
    notes.add_itxt("Author", "Somebody")

    assert chunks(pictures.draw(file(bar(), pnginfo=notes, dpi=(300, 300))).image) == {b"IHDR", b"IDAT", b"IEND"}


def test_a_photograph_is_turned_as_the_camera_was_held():
    turned = Image.Exif()
    turned[0x0112] = 6
    drawn = pictures.draw(file(bar(size=(100, 300)), "JPEG", exif=turned))

    assert (drawn.width, drawn.height) == (115, 38)
    assert b"Exif" not in drawn.image


@pytest.mark.parametrize(
    ("image", "kind", "color"),
    [
        (bar((255, 0, 0, 0), mode="CMYK"), "JPEG", (0, 255, 255)),
        (bar(128 * 256, mode="I;16"), "PNG", (128, 128, 128)),
        (bar(128, mode="L"), "PNG", (128, 128, 128)),
        (bar(1, mode="1"), "PNG", (255, 255, 255)),
        (bar().quantize(4), "GIF", BLUE),
    ],
    ids=["CMYK", "16 bits", "grey", "one bit", "palette"],
)
def test_colours_of_any_kind_come_out_right(image, kind, color):
    assert near(color_of(pictures.draw(file(image, kind))), color)


def test_a_colour_profile_is_worked_in_and_dropped():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"no profile at all", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()):
        drawn = pictures.draw(file(bar(), "JPEG", icc_profile=profile))
        assert near(color_of(drawn), BLUE)
        assert b"iCCP" not in chunks(drawn.image)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_taken(kind):
    drawn = pictures.draw(file(bar(), kind, save_all=True, append_images=[bar(RED)] * 5))

    assert near(color_of(drawn), BLUE)
    assert b"acTL" not in chunks(drawn.image)


# How large it is


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((800, 200), (133, 33)),
        ((500, 500), (44, 44)),
        ((3000, 300), (210, 21)),
        ((3800, 200), (240, 13)),
        ((300, 900), (15, 44)),
        ((100, 20), (100, 20)),
        ((4000, 4000), (44, 44)),
    ],
)
def test_a_wide_logo_is_lower_than_a_square_one_and_none_is_blown_up(size, shown):
    drawn = pictures.draw(file(bar(size=size)))

    assert (drawn.width, drawn.height) == shown
    stored = Image.open(BytesIO(drawn.image)).size
    assert stored <= (480, 88)
    assert stored[0] <= size[0]


def test_an_empty_margin_does_not_make_it_small():
    wide = Image.new("RGBA", (2000, 2000))
    wide.paste((*BLUE, 255), (600, 900, 1400, 1100))

    drawn = pictures.draw(file(wide))

    assert (drawn.width, drawn.height) == (133, 33)


# What is refused


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (b"", "This file is empty."),
        (f"<html>{SCRIPT}".encode(), "This is not a PNG, JPEG, WebP or GIF picture."),
        (b"%PDF-1.7", "This is not a PNG"),
        (file(bar(), "BMP"), "This is not a PNG"),
        (file(bar(), "TIFF"), "This is not a PNG"),
        (
            b'<?xml version="1.0"?><!-- x --><svg onload="alert(1)"/>',
            "SVG is not taken, because it can carry a program.",
        ),
        (f"<svg>{SCRIPT}</svg>".encode("utf-16"), "SVG is not taken"),
        (b"GIF89a<svg>", "SVG is not taken"),
        (file(bar())[:150], "This picture is damaged or not whole."),
        (file(bar(), "JPEG")[:900], "This picture is damaged or not whole."),
        (png(60_000, 60_000, zlib.compress(bytes(1000))), "more than 4000 pixels"),
        (png(11_000, 11_000, zlib.compress(bytes(1000))), "more than 4000 pixels"),
        (png(4_001, 10, zlib.compress(bytes(200_000))), "more than 4000 pixels"),
        (png(200, 100, b"", chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000)))), "This is not a PNG"),
        (png(200, 100, b"", chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(80_000_000)))), "This is not a PNG"),
        (b"\xff\xd8" + b"\xff\xda\x00" * 101, "built in an unusual way"),
        (bytes(2 * 1024 * 1024 + 1), "larger than 2 MB"),
        (file(bar(size=(1, 1))), "only 1 × 1 pixels"),
        (file(bar(size=(4000, 150))), "too wide"),
        (file(bar(size=(150, 4000))), "too high"),
        (file(Image.new("RGBA", (300, 100))), "There is nothing to see"),
    ],
)
def test_what_is_refused_says_what_to_do_instead(upload, sentence):
    with pytest.raises(DomainError, match=sentence):
        pictures.draw(upload)


def test_more_pixels_than_were_announced_are_not_unpacked():
    drawn = pictures.draw(png(100, 50, zlib.compress(bytes(200_000_000), 9)))

    assert (drawn.width, drawn.height) == (88, 44)


@given(st.binary(max_size=300), st.sampled_from([b"", *(file(bar(size=(60, 60)), kind) for kind in pictures.TAKEN)]))
def test_no_bytes_bring_it_down(noise, begin):
    for upload in (begin[:40] + noise, begin + noise, begin[: len(begin) // 2] + noise):
        try:
            drawn = pictures.draw(upload)
        except DomainError:
            continue
        assert chunks(drawn.image) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}


# Whether it can be seen


@pytest.mark.parametrize(
    ("image", "faint_on"),
    [
        (word(BLUE), ""),
        (word((20, 23, 26)), "dark"),
        (word((122, 31, 92)), "dark"),
        (word((255, 255, 255)), "light"),
        (bar((255, 255, 255)), "light"),
        (bar(BLUE), ""),
    ],
    ids=["blue", "black", "dark purple", "white", "a white box", "a blue box"],
)
def test_a_logo_that_drowns_in_a_paper_is_known(image, faint_on):
    assert pictures.draw(file(image)).faint_on == faint_on


def test_a_box_with_a_ground_of_its_own_needs_no_plate():
    image = bar((255, 255, 255))
    image.paste((20, 23, 26), (200, 80, 600, 120))

    assert pictures.draw(file(image)).faint_on == ""


# On the page


@pytest.fixture
def page(db):
    return make.page(make.component(name="SMS"), name="Larkwire & Sons", label="Platform", is_default=True)


def drawn(color=BLUE):
    return pictures.draw(file(word(color)))


def put(page, **logos):
    pages.save_page(page, by=None, logos={Scheme(scheme): logo for scheme, logo in logos.items()})


def published(page):
    shot = load(page.pk, touched=None, now=NOW)
    return shot, {each.path: each.body.decode() for each in documents.hot(shot)}


def test_the_masthead_shows_it_and_says_the_name(page):
    logo = drawn()
    put(page, light=logo)

    shot, found = published(page)
    path = f"assets/logo.{sha256(logo.image).hexdigest()[:12]}.png"

    assert (
        f'<img class="logo" src="/{path}" width="{logo.width}" height="{logo.height}" alt="Larkwire &amp; Sons">'
        in found["index.html"]
    )
    assert "<bdi>Larkwire" not in found["index.html"]
    assert "<bdi>Platform</bdi> status" in found["index.html"]
    assert "<picture>" not in found["index.html"]
    asset = {each.path: each for each in documents.assets(shot)}[path]
    assert (asset.body, asset.content_type) == (logo.image, "image/png")
    assert headers.content_type(path) == "image/png"
    assert headers.for_path(path)["Cache-Control"] == headers.IMMUTABLE


def test_another_one_takes_its_place_on_dark_paper(page):
    put(page, light=drawn(), dark=drawn((233, 233, 228)))

    shot, found = published(page)

    assert shot.page.logo_on_dark.path != shot.page.logo.path
    size, when = (
        f'width="{shot.page.logo_on_dark.width}" height="{shot.page.logo_on_dark.height}"',
        'media="screen and (prefers-color-scheme:dark)"',
    )
    source = f'<source srcset="/{shot.page.logo_on_dark.path}" {size} {when}>'
    assert f'<picture>{source}<img class="logo" src="/{shot.page.logo.path}"' in found["404.html"]
    assert {shot.page.logo.path, shot.page.logo_on_dark.path} < {each.path for each in documents.assets(shot)}


@pytest.mark.parametrize(
    ("logos", "shown_as"),
    [
        ({"light": (20, 23, 26)}, "logo plate-dark"),
        ({"light": (255, 255, 255)}, "logo plate-light"),
        ({"light": (20, 23, 26), "dark": (255, 255, 255)}, "logo"),
        ({"light": (20, 23, 26), "dark": (20, 23, 26)}, "logo plate-dark"),
        ({"light": (255, 255, 255), "dark": (20, 23, 26)}, "logo plate-light plate-dark"),
    ],
)
def test_where_it_would_drown_it_stands_on_a_plate(page, logos, shown_as):
    put(page, **{scheme: drawn(color) for scheme, color in logos.items()})

    assert f'<img class="{shown_as}" ' in published(page)[1]["index.html"]


def test_without_a_logo_nothing_more_is_asked_for(page):
    shot, found = published(page)

    assert "<img" not in found["index.html"]
    assert not [each.path for each in documents.assets(shot) if each.path.endswith(".png")]


def test_an_action_refuses_one_for_dark_paper_alone_and_keeps_who_did_what(page):
    with pytest.raises(DomainError, match="only takes the place of the logo above"):
        put(page, dark=drawn())
    put(page, light=drawn(), dark=drawn(RED))
    with pytest.raises(DomainError):
        put(page, light=None)
    with pytest.raises(NotAllowed):
        pages.save_page(page, by=make.in_group("Support"), logos={Scheme.LIGHT: None})

    assert PageLogo.objects.count() == 2
    assert page.history.first().history_change_reason == "Logo for light paper uploaded. Logo for dark paper uploaded."
    put(page, light=None, dark=None)
    assert not PageLogo.objects.exists()


# In the form


@pytest.fixture
def lead(client, db):
    client.force_login(make.in_group("Engineering Leads"))


def upload(body, name="logo.png"):
    return SimpleUploadedFile(name, body, "image/png")


def test_it_is_uploaded_shown_replaced_and_removed(client, lead, page):
    posted(client, page, logo=upload(file(word(BLUE)), "evil.html"))
    first = PageLogo.objects.get()
    html = client.get(address(page)).content.decode()
    posted(client, page, logo=upload(file(word(RED))))
    second = PageLogo.objects.get()
    posted(client, page)
    third = PageLogo.objects.get()
    removed = posted(client, page, **{"logo-remove": "on"})

    assert html.count('src="data:image/png;base64,') == 2  # on both papers
    assert first.digest != second.digest
    assert third == second
    assert removed.status_code == 302
    assert not PageLogo.objects.exists()


def test_a_refusal_stands_at_its_field(client, lead, page):
    response = posted(client, page, logo=upload(b"<html>"), logo_on_dark=upload(file(word(RED))))

    html = response.content.decode()
    assert response.status_code == 200
    assert "This is not a PNG, JPEG, WebP or GIF picture." in html
    assert "only takes the place of the logo above" in html
    assert not PageLogo.objects.exists()


def test_an_upload_survives_a_refused_form(client, lead, page):
    refused = posted(client, page, slug="not a slug", logo=upload(file(word(BLUE))))
    kept = typed(refused)
    assert refused.status_code == 200
    assert not PageLogo.objects.exists()
    assert "Kept from before" in refused.content.decode()

    sent(client, address(page), kept | {"slug": "good"})

    assert bytes(PageLogo.objects.get().image) == drawn().image


def test_only_what_was_drawn_here_is_kept(client, lead, page):
    response = posted(client, page, **{"logo-kept": "WyJQRDlxIiwxLDEsIiJd:forged:signature"})

    assert response.status_code == 302
    assert not PageLogo.objects.exists()


def test_a_page_takes_its_logo_along(client, lead, page):
    put(page, light=drawn())

    pages.remove_page(Page.objects.get(), by=None)

    assert not PageLogo.objects.exists()


def test_who_may_only_read_sees_no_upload(client, page):
    put(page, light=drawn())
    client.force_login(make.in_group("Support"))

    html = client.get(address(page)).content.decode()

    assert 'type="file"' not in html
    assert client.post(address(page), {"logo-remove": "on"}).status_code == 403
    assert PageLogo.objects.exists()
