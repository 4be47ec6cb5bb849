"""What a reader of files found wrong, in words that need no knowledge of programs."""

import re

from graphs.wording.phrases import phrase, with_or
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
_MORE = {
    "<=": "more than {count}",
    "<": "{count} or more",
    ">=": "less than {count}",
    ">": "{count} or less",
}
_UNITS = {"str": "letters", "array": "entries", "object": "entries"}
_STEP = re.compile(r"\[(\d+|\.\.\.)\]|([^.\[]+)")
_SYNTAX = {
    "Expecting property name": "a name in quotation marks is missing",
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Extra data": "something follows after the end",
    "Unterminated string": "a text begins that does not end",
    "Invalid control character": "a text holds a sign that has no place in one",
    "Invalid \\": "a text holds a backslash that stands for nothing",
    "Illegal trailing comma": "a comma is too many",
}


def of_value(reason: str) -> str:
    """Why a value is not of its kind, by what msgspec says of it: ``there is a text, but ...``."""
    if found := _WRONG.fullmatch(reason):
        return phrase(
            "there is {found} where {wanted} belongs",
            found=_kind(found[2]),
            wanted=with_or(map(_kind, found[1].split(" | "))),
        )
    if found := _LENGTH.fullmatch(reason):
        return phrase(
            "there are {format} {units}",
            format=phrase(_MORE[found[2]], count=found[3]),
            units=phrase(_UNITS[found[1]]),
        )
    if found := _EXACT.fullmatch(reason):
        count, there = found[2], found[3]
        if there:
            return phrase("there have to be {count} entries, not {there}", count=count, there=there)
        if found[1]:
            return phrase("there have to be at least {count} entries", count=count)
        return phrase("there have to be {count} entries", count=count)
    if found := _BOUND.fullmatch(reason):
        return phrase("the number is {format}", format=phrase(_MORE[found[1]], count=found[2]))
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
            words.append(phrase("entry {number}", number=int(number) + 1))
    return phrase(" in {place}", place=", ".join(words)) if words else ""


def of_syntax(reason: str) -> str:
    """Why a text is no JSON, by what Python's reader says of it."""
    for begin in _SYNTAX:
        if reason.startswith(begin):
            return phrase(_SYNTAX[begin])
    return phrase("something stands there that cannot be read")


def _kind(name: str) -> str:
    return phrase(_KINDS.get(name, "another value"))
