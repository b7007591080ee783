"""The form of all switches: what was typed, what was moved, and where somebody else was quicker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request

from quartier.i18n.texts import gettext as _
from quartier.plugin.switches import Switch, value
from quartier.settings.portal_queries import in_words
from quartier.web.clash import Clash
from quartier.web.forms import Errors, Form


@dataclass(frozen=True)
class Sent:
    """What a browser sent: the form as it is shown again, and by key what this person has moved."""

    form: Form
    moved: dict[str, object] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)


def written(switch: Switch, settings: Mapping[str, object]) -> str:
    """The present value as an input holds it."""
    present = value(settings, switch)
    if switch.kind == "bool":
        return "on" if present else ""
    return "" if present is None else str(present)


def blank(switches: Mapping[str, Switch], settings: Mapping[str, object]) -> Sent:
    """The form as it is first shown."""
    shown = {key: written(one, settings) for key, one in switches.items()}
    return Sent(Form(typed=shown, labels=_labels(switches)), seen=shown)


def read(switches: Mapping[str, Switch], settings: Mapping[str, object]) -> Sent:
    """The form as it came back. A switch that was not on the page stays where it is."""
    typed, seen, moved = {}, {}, {}
    errors: Errors = {}
    for key, one in switches.items():
        shown = request.form.get(f"seen.{key}")
        seen[key] = written(one, settings) if shown is None else shown
        typed[key] = seen[key] if shown is None else request.form.get(key, "").strip()
        if typed[key] == seen[key]:
            typed[key] = written(one, settings)  # whoever has not touched it sees where it is now
            continue
        found, complaint = _understood(one, typed[key])
        if complaint:
            errors[key] = [complaint]
        else:
            moved[key] = found
    return Sent(Form(typed=typed, errors=errors, labels=_labels(switches)), moved, seen)


def clashes(switches: Mapping[str, Switch], settings: Mapping[str, object], sent: Sent) -> list[Clash]:
    """Where both have moved the same switch to different places. With two places that cannot be."""
    return [
        Clash(str(switches[key].label), in_words(switches[key], value(settings, switches[key])),
              in_words(switches[key], wanted))
        for key, wanted in sent.moved.items()
        if written(switches[key], settings) != sent.seen[key] and value(settings, switches[key]) != wanted
    ]  # fmt: skip


def _understood(switch: Switch, typed: str) -> tuple[object, str]:
    """The value, or what is wrong with it."""
    if switch.kind == "bool":
        return typed == "on", ""
    if switch.kind == "choice":
        return (typed or None, "") if switch.accepts(typed or None) else (None, _("Choose one of these."))
    found = int(typed) if typed.isdecimal() and len(typed) <= 4 else None
    if (typed and found is None) or not switch.accepts(found):
        return None, _("A number of days from %(least)s to %(most)s.", least=switch.least, most=switch.most)
    return found, ""


def _labels(switches: Mapping[str, Switch]) -> dict[str, str]:
    return {key: str(one.label) for key, one in switches.items()}
