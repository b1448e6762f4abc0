"""PDFs of a post-mortem: asked for once, drawn by whoever has time, kept, and given to those who may have them."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from incidents import actions as incident_actions
from incidents.choices import Audience
from incidents.exceptions import DomainError
from incidents.signals import catalogue_changed
from postmortems import actions, rendering
from postmortems.choices import Paper, Reader, RenderingState
from postmortems.models import Paragraph, Rendering
from postmortems.pdf import drawing, failures
from statuspage import documents
from statuspage.actions import postmortem_files
from statuspage.snapshot.load import load
from tests import factories as make
from tests.parts import drawn, request_of

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 made up\n"


@pytest.fixture
def draws(monkeypatch):
    """What was drawn, with PDFs of two words in place of real ones."""
    seen = []

    def draw(content, edition, dress, *, paper, missing):
        seen.append((content, edition, dress, paper))
        return PDF

    monkeypatch.setattr(drawing, "draw", draw)
    return seen


@pytest.fixture
def page():
    return make.page(make.component(name="SMS"), is_default=True, name="Ferrypost")


@pytest.fixture
def published(page, draws):
    incident = make.resolved(page=page, affects=[page.components.get()])
    return make.published(incident)


def ask(postmortem, **how):
    how = {"reader": Reader.CUSTOMERS, "page": None, "by": None} | how
    return postmortem_files.ask(postmortem, **how)


# Asked for and drawn


def test_the_customers_file_is_asked_for_when_a_version_is_published(published, page, draws):
    row = Rendering.objects.get()
    assert (row.reader, row.paper, row.version, row.state) == ("customers", "a4", published.standing, "waiting")
    assert rendering.run() == 1
    row.refresh_from_db()
    assert (row.state, bytes(row.pdf)) == (RenderingState.DONE, PDF)
    ((content, edition, dress, paper),) = draws
    assert (edition.number, edition.is_internal, edition.is_draft) == (1, False, False)
    assert edition.digest == published.standing.customers_digest
    assert (dress.name, dress.address, paper) == (
        "Ferrypost", f"{page.canonical_url}incidents/{published.incident.public_id}/", Paper.A4,
    )  # fmt: skip
    assert content.meeting is None


def test_the_same_is_asked_for_once(published, page):
    version = published.standing
    again = ask(published, version=version, page=page)
    assert again == Rendering.objects.get()
    page.brand_color = "#0b5fa5"
    page.save()
    assert ask(published, version=version, page=page) == again  # made once, and for good
    letter = ask(published, version=version, page=page, paper=Paper.LETTER)
    inside = ask(published, version=version, page=page, reader=Reader.STAFF)
    assert len({again.key, letter.key, inside.key}) == 3


def test_a_draft_is_marked_as_one_and_made_anew_when_it_changed(published):
    actions.revise(published, reason="The count was wrong.", by=None)
    published.refresh_from_db()
    first = ask(published)
    assert ask(published) == first
    actions.change(published.assessments.of_document().get(), by=None, customers=63)
    second = ask(published)
    assert second != first
    assert (second.version, second.content["edition"]["is_draft"]) == (None, True)


def test_what_was_not_signed_yet_is_a_draft_and_names_are_for_staff(page, draws):
    incident = make.resolved(page=page, affects=[page.components.get()], severity="major")
    made = make.ready_to_publish(incident, way="full")
    version = actions.ask_for_review(made, by=None)
    signer = make.in_group("Reliability", first_name="Lena")
    actions.sign(made, role="Reliability", by=signer, digest=version.digest)
    version.refresh_from_db()
    inside = ask(made, version=version, reader=Reader.STAFF).content["edition"]
    outside = ask(made, version=version).content["edition"]
    assert (inside["is_draft"], outside["is_draft"]) == (True, True)
    assert [each["name"] for each in inside["sign_offs"]] == [str(signer)]
    assert [each["name"] for each in outside["sign_offs"]] == [""]


def test_what_cannot_be_drawn_says_why_and_is_tried_again_when_somebody_asks(published, monkeypatch):
    def refuse(*values, **how):
        raise failures.TookTooLong(60)

    monkeypatch.setattr(drawing, "draw", refuse)
    assert rendering.run() == 0
    row = Rendering.objects.get()
    assert (row.state, row.error) == (
        RenderingState.FAILED,
        "Drawing the PDF took longer than 60 seconds and was stopped.",
    )
    assert rendering.run() == 0  # of itself it is not tried again
    actions.try_again(row, by=None)
    monkeypatch.setattr(drawing, "draw", lambda *values, **how: PDF)
    assert rendering.run() == 1
    with pytest.raises(DomainError, match="did not fail"):
        actions.try_again(row, by=None)


def test_a_fault_of_ours_fails_one_and_stops_none(published, page, monkeypatch):
    ask(published, version=published.standing, page=page, reader=Reader.STAFF)

    def draw(content, edition, dress, *, paper, missing):
        if edition.is_internal:
            raise ZeroDivisionError
        return PDF

    monkeypatch.setattr(drawing, "draw", draw)
    assert rendering.run() == 1
    assert list(Rendering.objects.order_by("reader").values_list("state", flat=True)) == ["done", "failed"]


def test_letters_that_stand_as_boxes_are_said_beside_the_file(published, person, monkeypatch):
    def draw(content, edition, dress, *, paper, missing):
        missing("\ue123 (U+E123)")
        return PDF

    monkeypatch.setattr(drawing, "draw", draw)
    rendering.run()
    assert Rendering.objects.get().state == RenderingState.DONE
    assert "Some letters stand as boxes, for this machine has no font with them: \ue123 (U+E123)" in unescape(
        screen(person, published)
    )


# Whoever draws may die at any moment


def test_one_is_drawn_at_a_time_and_what_was_left_behind_is_taken_over(published, page):
    ask(published, version=published.standing, page=page, reader=Reader.STAFF)
    held = actions.claim()
    assert actions.claim() is None
    Rendering.objects.filter(pk=held.pk).update(leased_until=timezone.now() - timedelta(seconds=1))  # it died
    over = actions.claim()
    assert over == held
    assert not actions.finish(held, PDF, pages=1)  # and came back, too late
    assert actions.finish(over, PDF, pages=1)


def test_what_ends_its_workers_twice_has_failed(published):
    for _death in range(2):
        assert actions.claim() == Rendering.objects.get()
        Rendering.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert actions.claim() is None
    row = Rendering.objects.get()
    assert (row.state, "cut off twice" in row.error) == (RenderingState.FAILED, True)


def test_files_of_drafts_are_forgotten_and_those_of_versions_kept(published):
    actions.revise(published, reason="The count was wrong.", by=None)
    published.refresh_from_db()
    draft = ask(published)
    Rendering.objects.update(asked_at=timezone.now() - timedelta(days=8))
    actions.forget_drafts()
    assert list(Rendering.objects.values_list("version", flat=True)) == [published.standing.pk]
    assert not Rendering.objects.filter(pk=draft.pk).exists()


# On the staff side


@pytest.fixture
def person():
    return make.in_group("Reliability")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def screen(person, postmortem):
    return drawn("postmortem_files postmortem", request_of(person), postmortem=postmortem)


def test_the_screen_says_how_far_each_is(published, person):
    before = screen(person, published)
    assert "being made, about" in before
    assert "data-waiting" in before
    rendering.run()
    after = unescape(screen(person, published))
    assert "data-waiting" not in after
    assert "17" in after  # bytes
    assert after.count("<button") == 3  # the other paper, and both of the internal version


def test_one_is_made_and_downloaded(published, person, page):
    client, address = signed_in(person), f"/admin/postmortems/{published.public_id}/files/"
    given = {"reader": "internal", "paper": "letter", "number": "1", "back": "/admin/"}
    answer = client.post(f"{address}make/", given)
    assert (answer.status_code, answer.url) == (302, "/admin/")
    rendering.run()
    row = Rendering.objects.get(reader=Reader.STAFF)
    file = client.get(f"{address}{row.key}/")
    assert (file.status_code, file.content, file["Content-Type"]) == (200, PDF, "application/pdf")
    assert file["Content-Disposition"] == 'attachment; filename="sms-delayed-in-frankfurt-v1-internal-letter.pdf"'
    assert "Version 1" in client.get(address).content.decode()


@pytest.mark.parametrize("given", [{"reader": "all"}, {"paper": "a0"}, {"number": "9"}, {"number": "x"}])
def test_what_there_is_none_of_is_not_found(published, person, given):
    given = {"reader": "internal", "paper": "a4", "number": "1"} | given
    address = f"/admin/postmortems/{published.public_id}/files/make/"
    assert signed_in(person).post(address, given).status_code == 404


def test_back_leads_nowhere_else(published, person):
    given = {"reader": "internal", "paper": "a4", "number": "1", "back": "https://evil.example/"}
    answer = signed_in(person).post(f"/admin/postmortems/{published.public_id}/files/make/", given)
    assert answer.url == "/admin/"


def test_of_a_restricted_incident_only_members_get_anything(published, person):
    rendering.run()
    member = make.in_group("Reliability")
    restricted = incident_actions.set_audience(
        published.incident, audience=Audience.RESTRICTED, reason="A leak.", by=None
    )
    incident_actions.add_member(restricted, user=member, by=None)
    published.incident.refresh_from_db()
    key = Rendering.objects.get().key
    address = f"/admin/postmortems/{published.public_id}/files/"
    assert [signed_in(each).get(f"{address}{key}/").status_code for each in (person, member)] == [404, 200]
    assert [signed_in(each).get(address).status_code for each in (person, member)] == [404, 200]
    assert (screen(person, published), bool(screen(member, published))) == ("", True)


def test_the_screen_costs_the_same_whatever_was_made(published, person, page, same_queries):
    actions.revise(published, reason="The count was wrong.", by=None)
    published.refresh_from_db()
    request = request_of(person)
    request.user.get_all_permissions()
    for number in range(12):
        ask(published, reader=Reader.STAFF)
        if number in (0, 11):
            with same_queries(at_most=8):
                drawn("postmortem_files postmortem", request, postmortem=published)
        actions.change(published.assessments.of_document().get(), by=None, customers=number)


@pytest.mark.parametrize(
    ("form", "content_type"), [("md", "text/markdown"), ("json", "application/json"), ("html", "text/html")]
)
def test_it_is_had_as_text_for_either_reader(published, person, form, content_type):
    section = published.sections.get(kind="root_cause")
    actions.revise(published, reason="More is known.", by=None)
    actions.add(Paragraph, published, section=section, text="The contract names 400.", is_internal=True, by=None)
    actions.publish(published, by=None)
    client, address = signed_in(person), f"/admin/postmortems/{published.public_id}/files/as/{form}/"
    answers = {reader: client.get(address, {"number": 2, "for": reader}) for reader in ("internal", "customers")}
    assert all(answer["Content-Type"].startswith(content_type) for answer in answers.values())
    assert "The contract names 400." in answers["internal"].content.decode()
    assert "The contract names 400." not in answers["customers"].content.decode()
    assert answers["customers"]["Content-Disposition"].endswith(f'-v2-customers.{form}"')
    assert client.get(address, {"number": 9}).status_code == 404
    assert client.get(address.replace(f"/{form}/", "/docx/")).status_code == 404


# What a page names


def test_a_file_does_not_outlive_what_its_page_names(draws):
    sms, gateway = make.component(name="SMS"), make.component(name="Gateway of Wombat")
    page = make.page(sms, gateway, is_default=True, name="Ferrypost")
    made = make.published(make.resolved(page=page, affects=[sms, gateway]))
    rendering.run()
    assert pdf_on(page) is not None
    page.components.remove(gateway)
    assert pdf_on(page) is None
    postmortem_files.ask_anew(page)
    rendering.run()
    assert pdf_on(page) is not None
    assert [impact.component for impact in draws[-1][0].impacts] == ["SMS"]
    sms.name = "Texts"
    sms.save()
    assert pdf_on(page) is None
    catalogue_changed.send(sender=type(sms), component=None)
    catalogue_changed.send(sender=type(sms), component=None)
    assert rendering.run() == 1
    assert pdf_on(page) is not None
    assert made.renderings.count() == 3


def test_files_of_a_page_are_compared_at_the_same_cost_for_many(page, draws, same_queries):
    for count in (1, 4):
        for _n in range(count):
            make.published(make.resolved(page=page, affects=[page.components.get()]))
        with same_queries(at_most=10):
            postmortem_files.ask_anew(page)


def pdf_on(page):
    """The bytes of the one file that stands on the page."""
    shot = load(page.pk, touched=None, now=timezone.now())
    return next((each.body for each in documents.permanent(shot) if each.path.endswith(".pdf")), None)
