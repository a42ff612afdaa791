"""The action plan (rows without a language), its pages (one per language), facts and news."""

from priorities.models.facts import (
    Correction,
    Indicator,
    IndicatorValue,
    Milestone,
    StatusChange,
)
from priorities.models.news import NewsIndexPage, ProgressUpdatePage, Source
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
    "Correction",
    "Indicator",
    "IndicatorValue",
    "Milestone",
    "NewsIndexPage",
    "PlanImport",
    "PlanSection",
    "Priority",
    "PriorityPage",
    "PriorityWording",
    "ProgressUpdatePage",
    "Source",
    "StatusChange",
    "SubGoal",
]
