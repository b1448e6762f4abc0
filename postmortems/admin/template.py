"""What a post-mortem begins with: sections of the document, questions of the records, who signs (3-44)."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from incidents.admin.base import StaffModelAdmin
from incidents.staff.model_admin import StrictStackedInline, StrictTabularInline
from postmortems.choices import SectionKind
from postmortems.models import Question, Signatory, Template, TemplateSection

TWO_LINES = UnfoldAdminTextareaWidget(attrs={"rows": 2})


class SectionForm(forms.ModelForm):
    class Meta:
        model = TemplateSection
        fields = ["position", "kind", "title", "visibility", "is_required", "guidance", "example"]
        widgets = {"guidance": TWO_LINES, "example": TWO_LINES}


class TradingFormSet(forms.BaseInlineFormSet):
    """Rows may trade what each has once (``traded``): all that change it, or go, lay it down first, since one after the
    other is saved or deleted."""

    traded: str

    def laid_down(self, pk):
        raise NotImplementedError

    def beside(self) -> set[str]:
        """What rows have that are not in the form: somebody added them meanwhile. One query."""
        known = [form.instance.pk for form in self.initial_forms]
        others = self.model.objects.filter(template=self.instance).exclude(pk__in=known)
        return set(others.values_list(self.traded, flat=True))

    def save(self, commit=True):
        if commit:
            for form in self.initial_forms:
                if self.traded in form.changed_data or form in self.deleted_forms:
                    row = form.instance
                    type(row).objects.filter(pk=row.pk).update(**{self.traded: self.laid_down(row.pk)})
        return super().save(commit)


class SectionFormSet(TradingFormSet):
    traded = "kind"

    def laid_down(self, pk):
        return SectionKind.TEXT  # the one that may stand several times

    def clean(self):
        """Each kind stands once; only texts of its own may stand several times."""
        super().clean()
        kinds = self.beside()
        for form in self.forms:
            kind = form.cleaned_data.get("kind") if hasattr(form, "cleaned_data") else None
            if not kind or form.cleaned_data.get("DELETE") or kind == SectionKind.TEXT:
                continue
            if kind in kinds:
                form.add_error("kind", _("Another section is of this kind already. Choose “Text of its own”."))
            kinds.add(kind)


class Sections(StrictStackedInline):
    model = TemplateSection
    form = SectionForm
    fields = [("position", "title"), ("kind", "visibility"), "is_required", "guidance", "example"]
    formset = SectionFormSet
    extra = 0
    verbose_name_plural = _("Sections of the document, in their order")


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = [
            "position", "section", "label", "goes_to", "is_required", "is_asked", "guidance", "example",
        ]  # fmt: skip
        widgets = {"guidance": TWO_LINES, "example": TWO_LINES}


class Questions(StrictStackedInline):
    """A question that was answered stays: it is asked no longer instead."""

    model = Question
    form = QuestionForm
    fields = [("position", "section"), "label", "goes_to", ("is_required", "is_asked"), "guidance", "example"]
    extra = 0
    can_delete = False
    verbose_name_plural = _("Questions of an incident record, answered in words")


class SignatoryFormSet(TradingFormSet):
    traded = "role"

    def laid_down(self, pk):
        return f"\N{NO-BREAK SPACE}{pk}"  # nobody can write it: what is typed is stripped

    def clean(self):
        """Each role stands once, and a full RCA is signed by somebody."""
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        roles = self.beside()
        for form in kept:
            role = form.cleaned_data.get("role")
            if role in roles:
                form.add_error("role", _("This role is asked to sign already."))
            roles.add(role)
        if self.instance.has_records and not kept:
            raise forms.ValidationError(_("A full RCA is signed by one role at least: add another, or keep this."))


class Signatories(StrictTabularInline):
    model = Signatory
    formset = SignatoryFormSet
    fields = ["position", "role", "group"]
    extra = 0
    verbose_name_plural = _("Who signs before it is approved")


@admin.register(Template)
class TemplateAdmin(StaffModelAdmin):
    """Two, one for each form of a post-mortem: they are changed, and neither made nor deleted."""

    list_display = ["name", "way", "contact"]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "contact"],
                "description": _("Changing it changes none that has begun: they keep the sections that they have."),
            },
        )
    ]

    def get_inlines(self, request, obj):
        if obj is None:
            return []
        return [Sections, Questions, Signatories] if obj.has_records else [Sections, Signatories]

    inlines = [Sections, Questions, Signatories]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
