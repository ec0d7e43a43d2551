"""Why a row is refused: one code each, with what it means and what to do."""

from enum import StrEnum


class Reject(StrEnum):
    """A reject code; its text holds no value out of a row."""

    REQUIRED_MISSING = "REQUIRED_MISSING"
    REF_MISMATCH = "REF_MISMATCH"
    DATE_BAD = "DATE_BAD"
    NUMBER_BAD = "NUMBER_BAD"
    CODE_UNKNOWN = "CODE_UNKNOWN"
    ID_BAD = "ID_BAD"
    RRN_MASKED = "RRN_MASKED"
    RRN_LOST_ZERO = "RRN_LOST_ZERO"
    RRN_SCIENTIFIC = "RRN_SCIENTIFIC"
    RRN_BAD = "RRN_BAD"
    RESTORE_BEFORE_STOP = "RESTORE_BEFORE_STOP"
    LIMIT_WITHOUT_DATE = "LIMIT_WITHOUT_DATE"
    ENDS_BEFORE_START = "ENDS_BEFORE_START"
    COLUMN_COUNT = "COLUMN_COUNT"
    DATE_NO_YEAR = "DATE_NO_YEAR"
    DATE_IN_FUTURE = "DATE_IN_FUTURE"
    DATE_BEFORE_ROUND = "DATE_BEFORE_ROUND"
    ID_CHECK = "ID_CHECK"
    REFERRAL_UNKNOWN = "REFERRAL_UNKNOWN"
    REFERRAL_RECALLED = "REFERRAL_RECALLED"


MEANING: dict[Reject, tuple[str, str]] = {
    Reject.REQUIRED_MISSING: (
        "a field that must have a value is empty",
        "ask the holder to fill it, or correct the layout if the column is another",
    ),
    Reject.REF_MISMATCH: (
        "the row's own reference date is not the file's",
        "ask the holder which is right; rename the file or correct the row",
    ),
    Reject.DATE_BAD: ("not a calendar date or month", "correct it at the holder"),
    Reject.NUMBER_BAD: (
        "not a whole number, negative, above 600 months or 100 billion won",
        "correct it at the holder",
    ),
    Reject.CODE_UNKNOWN: (
        "a code that the code table does not know",
        "classify it: add it to data_contracts/codes.py or correct the row",
    ),
    Reject.ID_BAD: (
        "an id with letters or the wrong number of digits",
        "correct it at the holder",
    ),
    Reject.RRN_MASKED: (
        "the resident number is masked with *",
        "ask for the file with unmasked numbers; a masked one links to nobody",
    ),
    Reject.RRN_LOST_ZERO: (
        "the resident number has 12 digits: a spreadsheet took the leading zero",
        "export the file again with that column as text",
    ),
    Reject.RRN_SCIENTIFIC: (
        "the resident number was turned into a rounded number (1.2E+12)",
        "export the file again with that column as text; the digits are lost",
    ),
    Reject.RRN_BAD: (
        "no 13 digits with a valid birth date and a gender digit 1-8",
        "correct it at the holder",
    ),
    Reject.RESTORE_BEFORE_STOP: (
        "the supply was restored before it was stopped",
        "correct the dates at the holder",
    ),
    Reject.LIMIT_WITHOUT_DATE: (
        "limited or cut off, but without the date of it",
        "ask the holder for the date",
    ),
    Reject.ENDS_BEFORE_START: (
        "it ended or was closed before it began",
        "correct the dates at the holder",
    ),
    Reject.COLUMN_COUNT: (
        "the row has more or fewer fields than the header",
        "look at that row number in the file: a stray delimiter or line break",
    ),
    Reject.DATE_NO_YEAR: (
        "a month and a day without a year",
        "ask the officer for the year; it is never guessed",
    ),
    Reject.DATE_IN_FUTURE: (
        "an attempt or a contact after the day on which the list came back",
        "ask the officer for the day",
    ),
    Reject.DATE_BEFORE_ROUND: (
        "an attempt or a contact before the day as of which the list was made",
        "ask the officer for the day; an earlier contact belongs to an earlier list",
    ),
    Reject.ID_CHECK: (
        "a referral id whose check character does not fit: a typing error",
        "copy the id from the list that was sent",
    ),
    Reject.REFERRAL_UNKNOWN: (
        "a referral id that this office never sent",
        "find out where the row comes from; send it to the office whose list it is",
    ),
    Reject.REFERRAL_RECALLED: (
        "a referral whose list was recalled",
        "put the result on the list that took its place",
    ),
}
