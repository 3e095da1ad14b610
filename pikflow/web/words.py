"""The words on screen for the keys the services give; the language is chosen when shown."""


def later(message: str) -> str:
    """Mark a text for the catalogue that is translated when it is shown."""
    return message


WORDS: dict[str, dict[str, str]] = {
    "group": {
        "overdue": later("Überfällig"),
        "today": later("Heute fällig"),
        "week": later("In den nächsten 7 Tagen"),
        "later": later("Später oder ohne Frist"),
        "follow_up": later("Wiedervorlage"),
    },
    "view": {
        "mine": later("Meine"),
        "team": later("Team"),
        "unassigned": later("Nicht zugewiesen"),
        "all": later("Alle"),
    },
    "state": {
        "open": later("In Bearbeitung"),
        "completed": later("Abgeschlossen"),
        "cancelled": later("Abgebrochen"),
        "closed": later("Beendet"),
    },
    "command": {
        "started": later("Vorgang begonnen"),
        "claimed": later("Aufgabe übernommen"),
        "released": later("Aufgabe zurückgegeben"),
        "assigned": later("Aufgabe zugewiesen"),
        "message": later("Aktion ausgelöst"),
        "note": later("Notiz"),
        "reminded": later("Erinnert"),
        "closed": later("Vom übergeordneten Vorgang beendet"),
        "incident": later("Angehalten"),
        "retried": later("Noch einmal versucht"),
        "cancelled": later("Abgebrochen"),
    },
    "phase": {
        "Antrag": later("Antrag"),
        "Prüfung": later("Prüfung"),
        "Auszahlung": later("Auszahlung"),
        "Bericht": later("Bericht"),
    },
    "fact": {
        "requested": later("beantragt"),
        "approved": later("bewilligt"),
        "called": later("abgerufen"),
        "paid": later("ausgezahlt"),
        "share": later("Kreisbudget"),
        "share_left": later("davon noch frei"),
        "started": later("begonnen"),
        "round_deadline": later("Antragsfrist"),
        "task_due": later("Frist"),
        "ended": later("beendet"),
    },
    "round": {
        "planned": later("Geplant"),
        "open": later("Geöffnet"),
        "closed": later("Geschlossen"),
    },
    "kind": {
        "bpmn": later("Ablauf"),
        "dmn": later("Entscheidungstabelle"),
        "form": later("Formular"),
        "catalog": later("Katalog"),
        "parameters": later("Sätze und Fristen"),
        "journey": later("Weg"),
        "people": later("Personen der Wege"),
        "": later("Unbekannte Datei"),
    },
    "kinds": {
        "bpmn": later("Abläufe"),
        "dmn": later("Entscheidungstabellen"),
        "form": later("Formulare, Bausteine und Listen"),
        "catalog": later("Katalog der Maßnahmen und Bahnen"),
        "parameters": later("Sätze und Fristen"),
        "journey": later("Wege zum Erproben"),
        "people": later("Personen der Wege"),
        "": later("Unbekannte Dateien"),
    },
    "file": {
        "same": later("wie eingespielt"),
        "new": later("neu"),
        "changed": later("geändert"),
        "removed": later("entfernt"),
    },
    "severity": {
        "error": later("Fehler"),
        "warning": later("Warnung"),
        "information": later("Hinweis"),
    },
    "design": {
        "started": later("Entwurf begonnen"),
        "renamed": later("Umbenannt"),
        "shared": later("Geteilt"),
        "unshared": later("Nicht mehr geteilt"),
        "discarded": later("Abgelegt"),
        "reopened": later("Zurückgeholt"),
        "saved": later("Gespeichert"),
        "removed": later("Datei entfernt"),
        "restored": later("Änderung verworfen"),
        "taken-in": later("Datei aufgenommen"),
        "caught-up": later("Auf den neuen Stand gebracht"),
        "deployed": later("Eingespielt"),
    },
}
