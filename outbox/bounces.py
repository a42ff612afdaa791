"""An address that a mail server will not take.

`address_refused` is sent with `mail` (OutgoingMail, recorded as failed), `code` (int) and `text`
(str), the server's answer. It is sent after the commit, so a worker that dies in between tells
nobody: the row is the truth. What a receiver raises is logged and stops nothing.
"""

from django.dispatch import Signal

address_refused = Signal()
