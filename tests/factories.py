"""Makes what tests need."""

import factory
from django.contrib.auth.models import Group

from memberorgs.choices import RoleGroup
from memberorgs.models import User

PASSWORD = "fjord-bratt-skute-9"


class UserFactory(factory.django.DjangoModelFactory):
    """A person who can log in; `role` puts them into a group."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"person{number}@test.example")
    password = factory.django.Password(PASSWORD)

    class Params:
        admin = factory.Trait(is_superuser=True, is_staff=True)

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        if extracted:
            self.groups.add(Group.objects.get(name=RoleGroup(extracted)))
