"""The icons that a company may choose, with a word for each: it is what people search for, and what is read aloud."""

from __future__ import annotations

from typing import Final

from quartier.config import shipped
from quartier.i18n.texts import lazy_gettext as _l
from quartier.theming.sprite import read_icons

WORDS: Final = {
    "wrench": _l("wrench"),
    "calendar": _l("calendar"),
    "board": _l("drawing pin"),
    "chat": _l("conversation"),
    "book": _l("book"),
    "files": _l("folder"),
    "help": _l("question mark"),
    "bell": _l("bell"),
    "home": _l("house"),
    "building": _l("high-rise"),
    "store": _l("shop"),
    "users": _l("people"),
    "key": _l("key"),
    "lock": _l("padlock"),
    "shield": _l("shield"),
    "water": _l("water"),
    "wash": _l("washing machine"),
    "heat": _l("heating"),
    "thermometer": _l("thermometer"),
    "light": _l("light bulb"),
    "plug": _l("plug"),
    "sun": _l("sun"),
    "moon": _l("moon"),
    "recycle": _l("recycling"),
    "waste": _l("waste bin"),
    "elevator": _l("lift"),
    "bike": _l("bicycle"),
    "car": _l("car"),
    "parking": _l("parking space"),
    "charging": _l("charging station"),
    "truck": _l("lorry"),
    "package": _l("parcel"),
    "tree": _l("tree"),
    "flower": _l("flower"),
    "garden": _l("garden"),
    "playground": _l("playground"),
    "pet": _l("pets"),
    "music": _l("music"),
    "noise": _l("noise"),
    "wifi": _l("Wi-Fi"),
    "tv": _l("television"),
    "sofa": _l("sofa"),
    "bath": _l("bath"),
    "kitchen": _l("kitchen"),
    "door": _l("door"),
    "leave": _l("open door"),
    "paint": _l("painting"),
    "tools": _l("hammer"),
    "broom": _l("broom"),
    "umbrella": _l("umbrella"),
    "snow": _l("snow"),
    "fire": _l("fire extinguisher"),
    "siren": _l("siren"),
    "receipt": _l("receipt"),
    "coins": _l("coins"),
    "contract": _l("contract"),
    "gift": _l("gift"),
    "heart": _l("heart"),
    "party": _l("company of people"),
    "cake": _l("cake"),
    "coffee": _l("coffee"),
    "newspaper": _l("newspaper"),
    "megaphone": _l("megaphone"),
    "map": _l("map"),
    "camera": _l("camera"),
    "star": _l("star"),
    "handshake": _l("handshake"),
    "briefcase": _l("briefcase"),
    "graduation": _l("mortarboard"),
    "stethoscope": _l("stethoscope"),
    "phone": _l("telephone"),
    "mail": _l("letter"),
    "globe": _l("globe"),
    "zap": _l("lightning"),
}
ICONS: Final = tuple(read_icons(shipped("themes") / "icons.toml")["choice"])
"""Names of the sprite's icons, in the order in which they are offered."""


def choices() -> list[tuple[str, str]]:
    """(name, word in the reader's language); an icon that was added without a word is called by its name."""
    return [(name, str(WORDS.get(name, name))) for name in ICONS]
