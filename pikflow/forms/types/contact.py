"""E-mail, phone, web address, Aktenzeichen, postal address, contact person."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pikflow.forms.schema import Field, Personal
from pikflow.forms.types.base import N_, FieldType, InputError, State, part
from pikflow.forms.types.text import TextType

_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9äöüß-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,29}")
_FILE_NUMBER = re.compile(r"[A-Za-z0-9ÄÖÜäöüß][A-Za-z0-9ÄÖÜäöüß ./()_:-]{0,59}")


class _Line(TextType):
    """A line of text with a form of its own."""

    form: re.Pattern[str]
    complaint = ""

    def check(self, value: str, field: Field, state: State) -> InputError | None:
        if not self.form.fullmatch(value):
            return InputError(self.complaint)
        return super().check(value, field, state)


class EmailType(_Line):
    name = "email"
    widget = "email"
    inputmode = "email"
    autocomplete = "email"
    most = 254
    form = _EMAIL
    complaint = N_("Geben Sie eine E-Mail-Adresse ein, zum Beispiel amt@gemeinde.de.")

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return "amt@gemeinde.example.org"


class PhoneType(_Line):
    name = "phone"
    widget = "phone"
    inputmode = "tel"
    autocomplete = "tel"
    form = _PHONE
    complaint = N_("Geben Sie eine Telefonnummer mit Vorwahl ein, zum Beispiel 0711 123456.")

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return "0711 123456"


class UrlType(TextType):
    name = "url"
    widget = "url"
    inputmode = "url"
    most = 2000

    def check(self, value: str, field: Field, state: State) -> InputError | None:
        complaint = InputError(
            N_("Geben Sie eine Internetadresse ein, zum Beispiel https://www.gemeinde.de.")
        )
        try:
            address = urlsplit(value)
        except ValueError:
            return complaint
        if address.scheme not in ("http", "https") or "." not in (address.hostname or ""):
            return complaint
        return complaint if " " in value else super().check(value, field, state)

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return "https://www.example.org"


class FileNumberType(_Line):
    """An Aktenzeichen: letters, digits and the usual separators."""

    name = "aktenzeichen"
    form = _FILE_NUMBER
    complaint = N_("Geben Sie ein Aktenzeichen ein, zum Beispiel 15.2-1234.5/12.")

    def example(self, field: Field, state: State, seed: int = 0) -> str:
        return f"15.2-{1000 + seed}"


class _PartsType(FieldType):
    widget = "parts"
    shape = "parts"

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, dict):
            return ""
        texts = [child.kind.format(value.get(child.id), child, locale) for child in field.children]
        return ", ".join(text for text in texts if text)


class AddressType(_PartsType):
    name = "address"

    def parts(self, field_id: str, settings: Mapping[str, Any]) -> tuple[Field, ...]:
        text = TextType()
        return (
            part(
                text, "strasse", "Straße und Hausnummer", "Street and number",
                autocomplete="street-address",
            ),
            part(
                text, "plz", "Postleitzahl", "Postal code",
                pattern=r"\d{5}", width="s", autocomplete="postal-code",
            ),
            part(text, "ort", "Ort", "Town", autocomplete="address-level2"),
        )  # fmt: skip

    def format(self, value: Any, field: Field, locale: str = "de") -> str:
        if not isinstance(value, dict):
            return ""
        town = f"{value.get('plz') or ''} {value.get('ort') or ''}".strip()
        return ", ".join(text for text in (value.get("strasse") or "", town) if text)


class PersonType(_PartsType):
    """A contact person; always personal data. Only the name is required when the field is."""

    name = "person"

    def parts(self, field_id: str, settings: Mapping[str, Any]) -> tuple[Field, ...]:
        mark = Personal()
        return (
            part(TextType(), "name", "Name", "Name", personal=mark, autocomplete="name"),
            part(
                TextType(), "funktion", "Funktion", "Function",
                autocomplete="organization-title",
            ),
            part(PhoneType(), "telefon", "Telefon", "Phone", personal=mark, autocomplete="tel"),
            part(EmailType(), "email", "E-Mail", "E-mail", personal=mark, autocomplete="email"),
        )  # fmt: skip

    def required_parts(self, field: Field) -> frozenset[str]:
        return frozenset({"name"})
