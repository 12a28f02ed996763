"""What a file says of a value of the wrong kind, in the words of whoever wrote the file."""

from typing import Any

_MUST = {
    "string_type": "must be a text in quotes",
    "string_too_short": "must not be empty",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false, without quotes",
    "list_type": "must be a list in brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": "must be a date, such as 2027-06-30",
    "date_parsing": "must be a date, such as 2027-06-30",
    "date_from_datetime_parsing": "must be a date, such as 2027-06-30",
    "date_from_datetime_inexact": "must be a date without a time, such as 2027-06-30",
    "too_short": "needs at least {min_length} of them",
    "too_long": "needs at most {max_length} of them",
    "greater_than_equal": "must be {ge} or more",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_pattern_mismatch": "must have the form {pattern}",
}
"""What a value must be, by the validator's name for what is wrong with it."""


def wrong_value(detail: Any) -> str:  # noqa: ANN401 - the validator's own record
    """Return what a value must be instead, what stands there, and the remedy."""
    must = _MUST.get(detail["type"])
    said = must.format_map(detail.get("ctx", {})) if must else _own_words(str(detail["msg"]))
    return f"{said}, not {detail['input']!r}; correct it"


def _own_words(message: str) -> str:
    return f"{message[0].lower()}{message[1:]}"
