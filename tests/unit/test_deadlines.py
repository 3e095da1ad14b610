"""Deadlines: holidays of Baden-Württemberg, ends of periods, clock changes, ISO 8601 texts."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from pikflow import deadlines
from pikflow.deadlines import Duration, OutsideCalendar, Repeating, TimeTextError


def day(text: str) -> date:
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "workday"),
    [
        ("2026-01-05", "2026-01-05"),
        ("2026-01-01", "2026-01-02"),  # Neujahr
        ("2026-01-06", "2026-01-07"),  # Heilige Drei Könige
        ("2026-04-03", "2026-04-07"),  # Karfreitag bis Ostermontag
        ("2026-05-01", "2026-05-04"),  # 1. Mai, ein Freitag
        ("2026-05-14", "2026-05-15"),  # Christi Himmelfahrt
        ("2026-05-25", "2026-05-26"),  # Pfingstmontag
        ("2026-06-04", "2026-06-05"),  # Fronleichnam
        ("2025-10-03", "2025-10-06"),  # Tag der Deutschen Einheit, ein Freitag
        ("2024-11-01", "2024-11-04"),  # Allerheiligen, ein Freitag
        ("2025-12-25", "2025-12-29"),  # Weihnachten und ein Wochenende
        ("2026-12-24", "2026-12-24"),  # Heiligabend ist kein gesetzlicher Feiertag
        ("2026-12-31", "2026-12-31"),
        ("2026-10-31", "2026-11-02"),  # Samstag und Allerheiligen am Sonntag
        ("2025-10-31", "2025-10-31"),  # Reformationstag gilt hier nicht
        ("2017-10-31", "2017-11-02"),  # außer im Jahr 2017
        ("2026-11-18", "2026-11-18"),  # Buß- und Bettag gilt hier nicht
        ("2026-11-21", "2026-11-23"),  # Samstag
        ("2026-11-22", "2026-11-23"),  # Sonntag
        ("2027-12-31", "2027-12-31"),
    ],
)
def test_the_next_working_day(start: str, workday: str) -> None:
    assert deadlines.next_workday(day(start)) == day(workday)


@pytest.mark.parametrize("text", ["1994-12-31", "2101-01-01"])
def test_days_without_known_holidays_are_refused(text: str) -> None:
    with pytest.raises(OutsideCalendar, match="keine Feiertage bekannt"):
        deadlines.next_workday(day(text))


def test_a_year_has_its_holidays() -> None:
    assert len(deadlines.holidays_in(2026)) == 12
    assert day("2026-06-04") in deadlines.holidays_in(2026)


@pytest.mark.parametrize(
    ("posted", "days", "notified"),
    [
        ("2026-11-16", 4, "2026-11-20"),
        ("2026-11-17", 4, "2026-11-21"),  # ein Samstag bleibt ein Samstag
        ("2026-12-29", 4, "2027-01-02"),
        ("2024-02-26", 3, "2024-02-29"),
    ],
)
def test_a_letter_counts_as_notified(posted: str, days: int, notified: str) -> None:
    assert deadlines.deemed_notification(day(posted), days) == day(notified)


def test_a_letter_takes_four_days_unless_told_otherwise() -> None:
    assert deadlines.deemed_notification(day("2026-11-02")) == day("2026-11-06")


@pytest.mark.parametrize(
    ("event", "period", "end"),
    [
        ("2026-11-06", Duration(days=14), "2026-11-20"),
        ("2026-11-07", Duration(days=14), "2026-11-23"),  # Samstag, also Montag
        ("2026-11-20", Duration(months=1), "2026-12-21"),  # der 20. ist ein Sonntag
        ("2026-12-06", Duration(months=1), "2027-01-07"),  # Heilige Drei Könige
        ("2026-01-31", Duration(months=1), "2026-03-02"),  # 28. Februar, ein Samstag
        ("2024-01-31", Duration(months=1), "2024-02-29"),
        ("2024-02-29", Duration(months=12), "2025-02-28"),
        ("2026-12-03", Duration(days=28), "2026-12-31"),
        ("2026-12-31", Duration(months=3), "2027-03-31"),
        ("2026-05-07", Duration(days=28), "2026-06-05"),  # Fronleichnam
        ("2026-12-11", Duration(days=14), "2026-12-28"),  # Weihnachten und Wochenende
    ],
)
def test_a_period_ends_on_a_working_day(event: str, period: Duration, end: str) -> None:
    assert deadlines.period_end(day(event), period) == day(end)


@pytest.mark.parametrize(
    ("posted", "final"),
    [
        ("2026-11-02", "2026-12-08"),  # bekannt 6.11., Frist 6.12. (Sonntag) bis 7.12.
        ("2026-11-26", "2026-12-31"),  # bekannt 30.11., Frist bis 30.12.
        ("2026-12-02", "2027-01-08"),  # bekannt 6.12., 6.1. ist Feiertag, Frist bis 7.1.
        ("2024-01-25", "2024-03-01"),  # bekannt 29.1., Frist bis 29.2.
    ],
)
def test_a_decision_is_final_a_month_after_notification(posted: str, final: str) -> None:
    assert deadlines.final_since(day(posted)) == day(final)


def test_another_number_of_days_moves_the_finality() -> None:
    assert deadlines.final_since(day("2024-11-04"), notification_days=3) == day("2024-12-10")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-07-01", "2026-07-01T22:00+00:00"),
        ("2026-12-31", "2026-12-31T23:00+00:00"),
        ("2026-03-28", "2026-03-28T23:00+00:00"),  # vor der Umstellung
        ("2026-03-29", "2026-03-29T22:00+00:00"),  # ein Tag von 23 Stunden
        ("2026-10-25", "2026-10-25T23:00+00:00"),  # ein Tag von 25 Stunden
    ],
)
def test_a_day_ends_at_24_hours_local_time(text: str, end: str) -> None:
    assert deadlines.end_of_day(day(text)) == instant(end)
    assert deadlines.end_of_day(day(text)).tzinfo is UTC
    assert deadlines.start_of_day(day(text) + timedelta(days=1)) == instant(end)


def test_the_local_day_of_an_instant() -> None:
    assert deadlines.local_day(instant("2026-06-30T22:00+00:00")) == day("2026-07-01")
    assert deadlines.local_day(instant("2026-06-30T21:59+00:00")) == day("2026-06-30")


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        # The same time of day across both clock changes
        ("2026-03-22T08:00+00:00", "P7D", "2026-03-29T07:00+00:00"),
        ("2026-10-18T07:00+00:00", "P1W", "2026-10-25T08:00+00:00"),
        ("2026-03-28T09:00+00:00", "PT24H", "2026-03-29T09:00+00:00"),
        ("2026-03-28T09:00+00:00", "P1D", "2026-03-29T08:00+00:00"),
        # 02:30 does not exist on 29 March: it becomes 03:30
        ("2026-03-28T01:30+00:00", "P1D", "2026-03-29T01:30+00:00"),
        # 02:30 exists twice on 25 October: the first one
        ("2026-10-24T00:30+00:00", "P1D", "2026-10-25T00:30+00:00"),
        # An hour is an hour, even from the second 02:30
        ("2026-10-25T01:30+00:00", "PT1H", "2026-10-25T02:30+00:00"),
        # Months
        ("2026-01-31T11:00+00:00", "P1M", "2026-02-28T11:00+00:00"),
        ("2024-01-31T11:00+00:00", "P1M", "2024-02-29T11:00+00:00"),
        ("2024-02-29T11:00+00:00", "P1Y", "2025-02-28T11:00+00:00"),
        ("2026-02-28T11:00+00:00", "P1M", "2026-03-28T11:00+00:00"),
        ("2026-03-15T11:00+00:00", "P1M", "2026-04-15T10:00+00:00"),
        # Year end, and months before days before hours
        ("2026-12-31T22:30+00:00", "P1D", "2027-01-01T22:30+00:00"),
        ("2026-12-31T23:30+00:00", "P1M", "2027-01-31T23:30+00:00"),
        ("2026-11-30T10:00+00:00", "P1Y3M2DT5H30M", "2028-03-02T15:30+00:00"),
        ("2026-11-30T10:00+00:00", "PT0S", "2026-11-30T10:00+00:00"),
    ],
)  # fmt: skip
def test_a_duration_is_counted_on_the_wall_clock(start: str, duration: str, end: str) -> None:
    assert deadlines.add_duration(instant(start), duration) == instant(end)


@pytest.mark.parametrize("duration", ["P9999Y", "P9999W", "P99999D", "PT99999999S"])
def test_a_duration_beyond_the_calendar_is_refused(duration: str) -> None:
    with pytest.raises(OutsideCalendar, match="9999"):
        deadlines.add_duration(instant("9999-06-01T00:00+00:00"), duration)


def test_a_second_0230_stays_one_when_no_day_is_added() -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=deadlines.BERLIN, fold=1)
    assert deadlines.add_duration(second, Duration()) == instant("2026-10-25T01:30+00:00")


def test_takes_instants_of_any_zone() -> None:
    tokyo = datetime(2026, 7, 2, 5, 0, tzinfo=timezone(timedelta(hours=9)))
    moved = deadlines.add_duration(tokyo, Duration(days=1))
    assert moved == instant("2026-07-02T20:00+00:00")
    assert moved.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P14D", Duration(days=14)),
        ("P2W", Duration(days=14)),
        ("P1M", Duration(months=1)),
        ("P1Y", Duration(months=12)),
        ("P1Y6M10D", Duration(months=18, days=10)),
        ("PT36H", Duration(seconds=129_600)),
        ("PT1H30M5S", Duration(seconds=5_405)),
        ("P1DT12H", Duration(days=1, seconds=43_200)),
        ("P0D", Duration()),
        (" P14D\n", Duration(days=14)),
    ],
)
def test_reads_durations(text: str, duration: Duration) -> None:
    assert deadlines.parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1", "14D", "P14", "P14d", "p14D", "P-14D", "-P14D", "P1.5D", "P1,5D"),
        *("P14DT", "PT5", "P1D1M", "P1W1D", "P1H", "PT1D", "P1M1Y", "P99999Y", "P14D P1D", "14"),
        *("14 Tage", "R3/P7D", "2026-12-31", "P１４D", "${P14D}", '"P14D"', "P" + "1" * 500 + "D"),
    ],
)
def test_refuses_what_is_no_duration(text: str) -> None:
    with pytest.raises(TimeTextError) as caught:
        deadlines.parse_duration(text)
    assert caught.value.code == "time-text"
    assert "keine Dauer" in caught.value.message
    assert "P14D (14 Tage)" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "repeating"),
    [
        ("R3/P7D", Repeating(3, Duration(days=7))),
        ("R/P7D", Repeating(None, Duration(days=7))),
        ("R12/P1M", Repeating(12, Duration(months=1))),
        ("R1/PT1H", Repeating(1, Duration(seconds=3_600))),
        (
            "R2/2026-01-01T08:00:00Z/P1D",
            Repeating(2, Duration(days=1), datetime(2026, 1, 1, 8, tzinfo=UTC)),
        ),
    ],
)
def test_reads_repetitions(text: str, repeating: Repeating) -> None:
    assert deadlines.parse_repeating(text) == repeating


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("R0/P7D", "keine Wiederholung"),
        ("R3/P0D", "keine Wiederholung"),
        ("R3", "keine Wiederholung"),
        ("3/P7D", "keine Wiederholung"),
        ("R-1/P7D", "keine Wiederholung"),
        ("R3/2026-01-01/P7D", "kein Zeitpunkt"),
        ("R3/", "keine Dauer"),
        ("R3/7D", "keine Dauer"),
    ],
)
def test_refuses_what_is_no_repetition(text: str, words: str) -> None:
    with pytest.raises(TimeTextError, match=words):
        deadlines.parse_repeating(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-31T10:00:00Z", "2026-12-31T10:00+00:00"),
        ("2026-12-31T10:00:00+01:00", "2026-12-31T09:00+00:00"),
        ("2026-07-01T10:00", "2026-07-01T08:00+00:00"),
        ("2026-12-31T10:00:00.5Z", "2026-12-31T10:00:00.500+00:00"),
    ],
)
def test_reads_instants(text: str, expected: str) -> None:
    assert deadlines.parse_instant(text) == instant(expected)
    assert deadlines.parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-31", "2026-12-31T25:00", "2026-02-30T10:00", "2026-12-31 10:00", "10:00"),
        *("2026-12-31T10:00:00+99:00", "9999-12-31T23:59:00-23:00", "2026-12-31T10:00:00z"),
    ],
)
def test_refuses_what_is_no_instant(text: str) -> None:
    with pytest.raises(TimeTextError, match="Zeitpunkt"):
        deadlines.parse_instant(text)


def test_reads_dates() -> None:
    assert deadlines.parse_date("2024-02-29") == day("2024-02-29")


@pytest.mark.parametrize("text", ["2026-02-29", "31.12.2026", "2026-1-1", "20261231", "", "heute"])
def test_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(TimeTextError):
        deadlines.parse_date(text)


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("P14D", Duration(days=14)),
        ("R3/P7D", Repeating(3, Duration(days=7))),
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31T10:00:00Z", datetime(2026, 12, 31, 10, tzinfo=UTC)),
        ("  P1M ", Duration(months=1)),
    ],
)
def test_tells_the_four_kinds_of_timer_texts_apart(text: str, timing: object) -> None:
    found = deadlines.parse_timing(text)
    assert found == timing
    assert type(found) is type(timing)


@pytest.mark.parametrize("text", ["", "14 Tage", "${dauer}", "=dauer", "morgen", "0 0 * * *"])
def test_refuses_other_timer_texts(text: str) -> None:
    with pytest.raises(TimeTextError, match="keine Zeitangabe") as caught:
        deadlines.parse_timing(text)
    assert "R3/P7D" in caught.value.hint


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-05-05", 0, "2026-05-05"),
    ],
)
def test_adds_months(start: str, months: int, end: str) -> None:
    assert deadlines.add_months(day(start), months) == day(end)


def test_a_month_beyond_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        deadlines.add_months(day("9999-12-01"), 1)
