"""What one page of HTML says: texts with their language, links, forms, ids."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr", "use", "path", "rect", "circle"),
}
SPOKEN = ("alt", "aria-label", "title", "placeholder")
LOADED = {"img": "src", "script": "src", "source": "src", "use": "href"}


@dataclass
class Form:
    action: str
    method: str
    # Name → the values that one can choose; of a text field its own, or nothing.
    fields: dict[str, list[str]] = field(default_factory=dict)


class Reader(HTMLParser):
    """Reads once, when made.

    `texts` are `(language, text)`, each a text node or a spoken attribute with its white space
    collapsed; `links` are `(what, address, attributes)` with what "a", the rel of a link, or
    "loaded".
    """

    def __init__(self, html):
        super().__init__()
        self.texts, self.links, self.forms, self.ids, self.meta = [], [], [], [], {}
        self._stack = [("", "")]
        self._select = None
        self.feed(html)
        self.close()

    @property
    def language(self):
        return self._page_language

    def _says(self, text):
        text = " ".join(text.split())
        if text:
            self.texts.append((self._stack[-1][1], text))

    def handle_starttag(self, tag, attributes):
        attributes = {name: value or "" for name, value in attributes}
        language = attributes.get("lang", self._stack[-1][1])
        if tag == "html":
            self._page_language = language
        self._stack.append((tag, language))
        self._keep(tag, attributes)
        for name in SPOKEN:
            self._says(attributes.get(name, ""))
        if tag in VOID:
            self._stack.pop()

    def _keep(self, tag, attributes):
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(("a", attributes["href"], attributes))
        elif tag == "link" and "href" in attributes:
            self.links.append((attributes.get("rel", ""), attributes["href"], attributes))
        elif LOADED.get(tag) in attributes:
            self.links.append(("loaded", attributes[LOADED[tag]], attributes))
        elif tag == "meta":
            name = attributes.get("name") or attributes.get("property")
            if name:
                self.meta[name] = attributes.get("content", "")
                if name.endswith((":description", ":title", ":alt")) or name == "description":
                    self._says(attributes.get("content", ""))
        self._keep_field(tag, attributes)

    def _keep_field(self, tag, attributes):
        name, value = attributes.get("name"), attributes.get("value", "")
        if tag == "form":
            method = attributes.get("method", "get").lower()
            self.forms.append(Form(attributes.get("action", ""), method))
        elif not self.forms:
            return
        elif tag == "select":
            self._select = self.forms[-1].fields.setdefault(name, [])
        elif tag == "option" and self._select is not None:
            self._select.append(value)
        elif tag in {"input", "button"} and name:
            self.forms[-1].fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        places = [place for place, (name, _) in enumerate(self._stack) if name == tag]
        if places:
            del self._stack[places[-1] :]

    def handle_data(self, data):
        if self._stack[-1][0] not in {"script", "style"}:
            self._says(data)
