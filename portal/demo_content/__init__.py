"""Content of the demo: what an editor could have written between June and 24 November 2026.

The texts lie in `priorities.toml` and `news.toml`, the pictures are drawn by `images`, and
`loader` puts all of it into an empty plan. Member organisations stand in `organisations.toml`.
"""

from portal.demo_content.loader import Outcome, seed

__all__ = ["Outcome", "seed"]
