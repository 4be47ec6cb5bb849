"""What a reader of files found wrong, in words that need no knowledge of programs."""

import re

from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

_KINDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "object": "a group of named values",
    "array": "a list",
}
_WRONG = re.compile(r"Expected `([a-z |]+)`, got `([a-z]+)`")
_LENGTH = re.compile(r"Expected `(str|array|object)` of length (<=|>=) (\d+)")
_EXACT = re.compile(r"Expected `array` of (at least )?length (\d+)(?:, got (\d+))?")
_BOUND = re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (\S+)")
_MISSING = re.compile(r"Object missing required field `(.*)`", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_CHOICE = re.compile(r"Invalid enum value (.*)", re.DOTALL)
_MORE = {"<=": "more than {}", "<": "{} or more", ">=": "less than {}", ">": "{} or less"}
_UNITS = {"str": "letters", "array": "entries", "object": "entries"}
_STEP = re.compile(r"\[(\d+|\.\.\.)\]|([^.\[]+)")
_SYNTAX = (
    ("Expecting property name", "a name in quotation marks is missing"),
    ("Expecting value", "a value is missing"),
    ("Expecting ',' delimiter", "a comma is missing"),
    ("Expecting ':' delimiter", "a colon is missing"),
    ("Extra data", "something follows after the end"),
    ("Unterminated string", "a text begins that does not end"),
    ("Invalid control character", "a text holds a sign that has no place in one"),
    ("Invalid \\", "a text holds a backslash that stands for nothing"),
    ("Illegal trailing comma", "a comma is too many"),
)


def of_value(reason: str) -> str:
    """Why a value is not of its kind, by what msgspec says of it: ``there is a text, but ...``."""
    if found := _WRONG.fullmatch(reason):
        wanted = " or ".join(_KINDS.get(one, "another value") for one in found[1].split(" | "))
        return phrase(
            "there is {found} where {wanted} belongs",
            found=_KINDS.get(found[2], "another value"),
            wanted=wanted,
        )
    if found := _LENGTH.fullmatch(reason):
        return phrase(
            "there are {format} {units}",
            format=_MORE[found[2]].format(found[3]),
            units=_UNITS[found[1]],
        )
    if found := _EXACT.fullmatch(reason):
        least = "at least " if found[1] else ""
        there = f", not {found[3]}" if found[3] else ""
        return phrase(
            "there have to be {least}{found} entries{there}",
            least=least,
            found=found[2],
            there=there,
        )
    if found := _BOUND.fullmatch(reason):
        return phrase("the number is {format}", format=_MORE[found[1]].format(found[2]))
    if found := _MISSING.fullmatch(reason):
        return phrase("“{found}” is missing", found=visible(found[1]))
    if found := _UNKNOWN.fullmatch(reason):
        return phrase("“{found}” is not known there", found=visible(found[1]))
    if found := _CHOICE.fullmatch(reason):
        told = found[1].strip("'\"")
        return unknown_word(told)
    return phrase("there is a value that cannot stand there")


def unknown_word(word: str) -> str:
    """What is said of a word that is none of those that this version knows."""
    word = word if len(word) <= 40 else f"{word[:40]}..."
    return phrase("“{word}” is none of the words that can stand there", word=visible(word))


def of_place(place: str) -> str:
    """Where in a file, by msgspec's path without its ``$``: ``in “best”, entry 2``."""
    words = []
    for number, name in _STEP.findall(place.strip("`.")):
        if name:
            words.append(f"“{visible(name)}”")
        elif number != "...":
            words.append(f"entry {int(number) + 1}")
    return f" in {', '.join(words)}" if words else ""


def of_syntax(reason: str) -> str:
    """Why a text is no JSON, by what Python's reader says of it."""
    for begin, words in _SYNTAX:
        if reason.startswith(begin):
            return words
    return phrase("something stands there that cannot be read")
