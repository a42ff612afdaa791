"""What a person corrects about themselves."""

from typing import ClassVar

from django import forms

from memberorgs.models import User


class OwnFactsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["first_name", "last_name", "language"]
