"""The sizes of pictures that pages ask for."""

# Used by content/blocks/image.html, components/{brand,social}.html.
IN_BODY = ("width-480", "width-960", "width-1440")
AS_LOGO = ("max-240x96",)
AS_SHARED = ("fill-1200x630",)
