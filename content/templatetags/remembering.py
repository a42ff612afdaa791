"""Parts of a page that look the same on many pages."""

from django import template
from django.template import Context, Node
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from content import memory

register = template.Library()


class RememberedNode(Node):
    def __init__(self, nodelist: NodeList, name: str, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.name = name
        self.values = values

    def render(self, context: Context) -> SafeString:
        values = (value.resolve(context) for value in self.values)
        key = ("part", self.name, get_language(), *values)
        return memory.remembered(key, lambda: self.nodelist.render(context))


@register.tag
def remembered(parser: Parser, token: Token) -> RememberedNode:
    """`{% remembered "foot" whereabouts %}…{% endremembered %}`: rendered once for each
    language and value, while nothing that the public reads has changed.

    The values are all that the part depends on besides that: nothing of who is asking, and nothing
    that a reader can make up in any number.
    """
    words = token.split_contents()[1:]
    if not words:
        raise template.TemplateSyntaxError("remembered: the part needs a name")
    name, *values = words
    nodelist = parser.parse(("endremembered",))
    parser.delete_first_token()
    return RememberedNode(
        nodelist, name.strip("\"'"), [parser.compile_filter(value) for value in values]
    )
