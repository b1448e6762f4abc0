"""How ``{{ form.title.as_field_group }}`` is drawn: as every field of a staff form; what is typed reads in its own
direction."""

from django.forms.renderers import TemplatesSetting


class FieldRenderer(TemplatesSetting):
    field_template_name = "incidents/_field.html"

    def render(self, template_name, context, request=None):
        widget = context.get("widget", {})
        if widget.get("type") == "text" or template_name.endswith("/textarea.html"):
            widget.setdefault("attrs", {}).setdefault("dir", "auto")
        return super().render(template_name, context, request)
