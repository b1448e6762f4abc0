"""How ``{{ form.title.as_field_group }}`` is drawn: as every field of a staff form."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    field_template_name = "incidents/_field.html"
