"""Addresses of the staff screens about telling people, below ``/admin/``."""

from django.contrib import admin
from django.urls import path

from notifications.views import announcement, mailbox, queue, recipients, sample, testing, update_messages

app_name = "notifications_staff"
staff = admin.site.admin_view

urlpatterns = [
    path("messages/", staff(queue.overview), name="queue"),
    path("messages/pause/", staff(queue.pause), name="pause"),
    path("messages/resume/", staff(queue.resume), name="resume"),
    path("messages/again/", staff(queue.replay_transport), name="replay_transport"),
    path("messages/<str:public_id>/", staff(announcement.announcement), name="announcement"),
    path("messages/<str:public_id>/release/", staff(queue.release), name="release"),
    path("messages/<str:public_id>/drop/", staff(queue.drop), name="drop"),
    path("messages/<str:public_id>/again/", staff(announcement.replay_failed), name="replay_failed"),
    path("messages/<str:public_id>/<veiled:pk>/", staff(announcement.delivery), name="delivery"),
    path("messages/<str:public_id>/<veiled:pk>/again/", staff(announcement.replay), name="replay"),
    path("mailbox/", staff(mailbox.inbox), name="mailbox"),
    path("mailbox/<str:name>/", staff(mailbox.mail), name="mail"),
    path("mailbox/<str:name>/page/", staff(mailbox.page), name="mail_page"),
    path("composer/<str:public_id>/recipients/", staff(recipients.recipients), name="recipients"),
    path("updates/<str:public_id>/call-back/", staff(update_messages.call_back), name="call_back"),
    path("pages/<str:public_id>/mail-sample/", staff(sample.mail_sample), name="mail_sample"),
    path("pages/<str:public_id>/test-message/", staff(testing.test_message), name="test_message"),
]
