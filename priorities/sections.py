"""Places on the pages of priorities that higher apps fill, from `AppConfig.ready()`."""

from memberorgs.sections import Sections
from priorities.models import Priority

# The public page of a priority, beside its indicators: what member organisations have done.
activity: Sections[Priority] = Sections()
