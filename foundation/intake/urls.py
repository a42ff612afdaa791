from django.urls import path

from foundation.intake import views

urlpatterns = [path("<int:pk>/", views.attachment, name="attachment")]
