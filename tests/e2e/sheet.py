"""One picture a page: on a desktop and on a phone, light and dark, side by side. For the README."""

import base64

LOOKS = ["desktop-light", "phone-light", "desktop-dark", "phone-dark"]
PAGE = """<style>
    body {{ margin: 0; padding: 12px; background: #8a949b; display: grid; gap: 12px; width: max-content;
        grid-template-columns: auto auto; }}
    img {{ height: 400px; border-radius: 6px; }}
</style>{images}"""


def make(browser, folder, name, to):
    """@to/NAME.jpg of the four pictures @folder/NAME-LOOK.png; nothing if one of them is missing."""
    pictures = [folder / f"{name}-{look}.png" for look in LOOKS]
    if not all(picture.exists() for picture in pictures):
        return
    images = "".join(
        f'<img src="data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}">' for picture in pictures
    )
    page = browser.new_page(viewport={"width": 1000, "height": 836})
    page.set_content(PAGE.format(images=images))
    page.locator("body").screenshot(path=to / f"{name}.jpg", type="jpeg", quality=72)
    page.close()
