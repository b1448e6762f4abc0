"""The rights that post-mortems come with."""

from django.utils.translation import gettext_lazy as _

from incidents.permissions import Offer, Right, Section, edit, see

POSTMORTEMS = Section(25, _("Post-mortems and action items"))

RIGHTS = [
    Offer(
        POSTMORTEMS,
        10,
        (
            Right.to(
                "postmortems_see",
                _("See post-mortems, incident records and action items"),
                *see("postmortems", "postmortem", "record", "actionitem"),
            ),
            Right.to("records", _("Fill in incident records, and work on action items"), "postmortems.write_record"),
            Right.to(
                "draft",
                _("Draft post-mortems, invite to records, agree on action items"),
                "postmortems.draft_postmortem",
            ),
            Right.to("sign", _("Sign post-mortems for one’s group"), "postmortems.sign_postmortem"),
            Right.to(
                "publish_postmortems", _("Publish, correct and withdraw post-mortems"), "postmortems.publish_postmortem"
            ),
            Right.to(
                "postmortem_policy",
                _("Change templates of post-mortems and which incidents need one"),
                *see("postmortems", "template", "reviewpolicy"),
                *edit("postmortems", "templatesection", "question", "signatory"),
                "postmortems.change_template",
                "postmortems.change_reviewpolicy",
            ),
        ),
    ),
]

REFUSALS = {
    "postmortems.view_actionitem": _("You may not see action items. Ask an administrator."),
    "postmortems.view_postmortem": _("You may not see post-mortems. Ask an administrator."),
    "postmortems.write_record": _("You may not fill in incident records. Ask Reliability."),
    "postmortems.draft_postmortem": _("You may not draft post-mortems. Ask Reliability."),
    "postmortems.sign_postmortem": _("You may not sign post-mortems. Ask Reliability or a manager."),
    "postmortems.publish_postmortem": _("You may not publish post-mortems. Ask Reliability or a lead."),
}
