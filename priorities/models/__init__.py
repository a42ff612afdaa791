"""The action plan (rows without a language) and its pages (one per language)."""

from priorities.models.pages import ActionPlanIndexPage, ActionPlanPage, PriorityPage
from priorities.models.plan import (
    ActionPlan,
    PlanImport,
    PlanSection,
    Priority,
    PriorityWording,
    SubGoal,
)

__all__ = [
    "ActionPlan",
    "ActionPlanIndexPage",
    "ActionPlanPage",
    "PlanImport",
    "PlanSection",
    "Priority",
    "PriorityPage",
    "PriorityWording",
    "SubGoal",
]
