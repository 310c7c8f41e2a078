"""`{% load charts %}`: bar charts as inline SVG. Every chart stands beside the table of its figures."""

from django import template

from palier.portals.ui.charts import Chart

register = template.Library()


@register.inclusion_tag("ui/parts/bars.html")
def bars(chart: Chart) -> dict[str, Chart]:
    """Draw a chart of `ui.charts`."""
    return {"chart": chart}
