# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbook words <-> API words, checked against botocore's service model. Private to this collection.

A shape is botocore's. What the installed botocore does not know is refused here,
with the path of the word and the closest right one, before any call is made.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

try:
    from botocore import __version__ as BOTOCORE
    from botocore import xform_name
except ImportError:
    BOTOCORE, xform_name = "", None  # AnsibleAWSModule says so, before any shape is asked for

from .errors import Refused
from .newer import KNOWN_BY, MEMBERS, VALUES
from .plan import Later
from .secrets import is_secret

YES = {"yes", "true", "on", "y", "t", "1"}
NO = {"no", "false", "off", "n", "f", "0"}
NOTHING = ("", None, [], {})
BITS = {"integer": 32, "long": 64}
# Some of the model's patterns are Java's, which re does not read: by Unicode's categories, and with pairs of surrogates.
JAVA_CLASS = re.compile(r"\\p\{([LNZ])\}")
IN_ASCII = {"L": "a-zA-Z", "N": "0-9", "Z": " "}
BEYOND_THE_BASIC_PLANE = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
# The model's patterns that a playbook meets most, for those who do not read patterns.
IN_WORDS = {
    r"[\w+=,.@-]+": "letters, digits and _ + = , . @ -",
    r"[a-zA-Z0-9\(\)\.\-/_]+": "letters, digits and ( ) . - / _",
    r"[A-Za-z0-9\-_\/]+": "letters, digits and - _ /",
    r"[a-zA-Z0-9\.\*\-]+": "letters, digits and . * -",
    r"^ami-[a-z0-9]{1,17}$": "ami- and 1 to 17 small letters and digits, as in ami-01e24be29428c15b2",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+": "letters, digits, blanks and _ . : / = + - @",
    r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*": "letters, digits, blanks and _ . : / = + - @",
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*": "any but control characters",
    r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)": "/ alone, or / at both ends, as in /team/",
}


def to_api(words: Any, shape: Any, path: str, spoken: Callable[[str], str] | None = None) -> Any:
    """What the playbook says, as the API wants it; refused where the model does not know it.

    ``spoken`` is how the playbook says a member's name; ``str`` for one that says it as AWS does.
    """
    if isinstance(words, Later):
        return words
    kind = shape.type_name
    if kind in HOLDERS:
        value = HOLDERS[kind](words, shape, path, spoken or xform_name)
    else:
        value = READERS.get(kind, as_it_is)(words, shape, path)
    refuse_out_of_bounds(value, shape, path)
    return value


def to_words(value: Any, shape: Any) -> Any:
    """What the API says, in playbook words, ready for JSON."""
    if isinstance(value, Later):
        return value
    if shape.type_name == "structure":
        return {xform_name(name): to_words(item, shape.members[name]) for name, item in value.items() if name in shape.members}
    if shape.type_name == "list":
        return [to_words(item, shape.member) for item in value]
    if shape.type_name == "timestamp" and isinstance(value, datetime):
        return value.isoformat()
    return value


def within(value: Any, shape: Any) -> Any:
    """The part of an answer that a request of this shape can say."""
    if shape.type_name == "structure":
        return {name: within(item, shape.members[name]) for name, item in value.items() if name in shape.members}
    if shape.type_name == "list":
        return [within(item, shape.member) for item in value]
    return value


def holds(answer: Any, said: Any, shape: Any) -> bool:
    """Whether an answer says all that was said. AWS adds members to a structure, and nothing to a map or a list."""
    if isinstance(answer, Mapping) and shape.type_name == "structure":
        return all(holds(answer.get(name), item, shape.members[name]) for name, item in said.items())
    if isinstance(answer, list) and shape.type_name == "list":
        return len(answer) == len(said) and all(holds(one, other, shape.member) for one, other in zip(answer, said))
    return answer == said


def meaning(value: Any) -> Any:
    """A form in which two values are equal if AWS takes them for the same.

    What is empty says nothing, a plain item said twice says no more than once,
    times count by the second, and no list of a launch template or a group has
    an order that counts, save where its reader says so.
    """
    if isinstance(value, Mapping):
        said = {key: meaning(item) for key, item in value.items()}
        return {key: said[key] for key in sorted(said) if said[key] not in NOTHING}
    if isinstance(value, (list, tuple)):
        return in_one_order(item for item in map(meaning, value) if item not in NOTHING)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).replace(microsecond=0).isoformat()
    return value


def in_one_order(items: Iterable[Any]) -> list[Any]:
    """Items in an order of their own; of plain ones that are the same, one."""
    plain, rest = {}, []
    for item in items:
        word = json.dumps(item, default=str)
        if isinstance(item, (Mapping, list)):
            rest.append((word, item))
        else:
            plain[word] = item
    return [item for _word, item in sorted([*plain.items(), *rest], key=lambda pair: pair[0])]


def words_of(shape: Any, spoken: Callable[[str], str] | None = None) -> dict[str, str]:
    """Playbook word -> API member, for one structure."""
    return {(spoken or xform_name)(name): name for name in shape.members}


def closest(word: str, known: Iterable[str], prefix: str = "") -> str:
    """A hint at the right word, ready to stand at the end of a sentence. The prefix is no part of the comparison."""
    known = sorted(known)
    # The control node, which checks the variables of roles, may be without botocore.
    snake = xform_name(word) if xform_name else word
    if snake in known:
        return f"; did you mean {prefix}{snake}?"
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {prefix}{near[0]}?" if near else ""


def hint(word: str, shape: Any, known: Iterable[str]) -> str:
    """What to do about a word that is no member of the shape: another botocore, or another word."""
    if word in MEMBERS.get(getattr(shape, "name", ""), ()):
        return f"; botocore {KNOWN_BY} knows it"
    return closest(word, known) or "; if AWS has it, a newer botocore may know it"


def structure(words: Any, shape: Any, path: str, spoken: Callable[[str], str]) -> dict[str, Any]:
    if not isinstance(words, Mapping):
        raise Refused(f"{path}: must be a dictionary, not {described(words)}")
    members = words_of(shape, spoken)
    for word in words:
        if word not in members:
            raise Refused(f"{path}.{word}: no such member in botocore {BOTOCORE}{hint(str(word), shape, members)}")
    given = {
        members[word]: to_api(item, shape.members[members[word]], f"{path}.{word}", spoken)
        for word, item in words.items()
        if item is not None
    }
    for name in shape.required_members:
        if name not in given:
            raise Refused(f"{path}.{spoken(name)}: must be given")
    return given


def many(words: Any, shape: Any, path: str, spoken: Callable[[str], str]) -> list[Any]:
    if isinstance(words, Mapping) and is_tag(shape.member):
        return [tag(str(key), words[key], shape.member, f"{path}.{key}") for key in sorted(words, key=str)]
    if not isinstance(words, (list, tuple)):
        raise Refused(f"{path}: must be a list, not {described(words)}")
    items = [to_api(item, shape.member, f"{path}[{index}]", spoken) for index, item in enumerate(words)]
    return [item for item in items if meaning(item) not in NOTHING]


def tag(key: str, value: Any, shape: Any, path: str) -> dict[str, str]:
    return {"Key": to_api(key, shape.members["Key"], path), "Value": to_api(value, shape.members["Value"], path)}


def is_tag(shape: Any) -> bool:
    return shape.type_name == "structure" and {"Key", "Value"} <= set(shape.members)


def mapping(words: Any, shape: Any, path: str, spoken: Callable[[str], str]) -> dict[str, Any]:
    if not isinstance(words, Mapping):
        raise Refused(f"{path}: must be a dictionary, not {described(words)}")
    return {str(key): to_api(item, shape.value, f"{path}.{key}", spoken) for key, item in words.items()}


def text(words: Any, shape: Any, path: str) -> str:
    if isinstance(words, bool):
        raise Refused(f"{path}: must be a string, and YAML reads an unquoted yes, no, true or false as a boolean; quote it")
    if isinstance(words, (str, int, float)):
        return refuse_unknown_choice(str(words), shape, path)
    raise Refused(f"{path}: must be a string, not {'a structure' if is_secret(path.rpartition('.')[2]) else described(words)}")


def refuse_unknown_choice(word: str, shape: Any, path: str) -> str:
    choices = getattr(shape, "enum", None) or ()
    if not choices or word in choices:
        return word
    if word in VALUES.get(getattr(shape, "name", ""), ()):
        raise Refused(f"{path}: botocore {BOTOCORE} knows no {word}; botocore {KNOWN_BY} knows it")
    if len(choices) <= 10:
        raise Refused(f"{path}: {word} is none of {', '.join(choices)}")
    raise Refused(f"{path}: botocore {BOTOCORE} knows no {word}{closest(word, choices) or '; a newer botocore may know it'}")


def whole(words: Any, shape: Any, path: str) -> int:
    try:
        number = int(str(words))
    except ValueError:
        number = None
    if number is None or isinstance(words, bool):
        raise Refused(f"{path}: must be a whole number, not {described(words)}")
    bits = BITS.get(getattr(shape, "type_name", ""), BITS["integer"])
    if number.bit_length() >= bits:
        raise Refused(f"{path}: {described(words)} is no number that AWS can count with")
    return number


def fraction(words: Any, shape: Any, path: str) -> float:
    try:
        number = float(str(words))
    except ValueError:
        number = None
    if number is None or isinstance(words, bool) or not math.isfinite(number):
        raise Refused(f"{path}: must be a number, not {described(words)}")
    return number


def truth(words: Any, shape: Any, path: str) -> bool:
    if isinstance(words, bool):
        return words
    word = str(words).lower()
    if word in YES | NO:
        return word in YES
    raise Refused(f"{path}: must be true or false, not {described(words)}")


def moment(words: Any, shape: Any, path: str) -> datetime:
    try:
        when = datetime.fromisoformat(str(words).replace("Z", "+00:00"))
        return when.astimezone(timezone.utc) if when.tzinfo else when.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise Refused(f"{path}: must be a time as in 2026-12-31T23:00:00Z, not {described(words)}") from None


def as_it_is(words: Any, shape: Any, path: str) -> Any:
    return words


HOLDERS = {
    "structure": structure,
    "list": many,
    "map": mapping,
}
READERS = {
    "string": text,
    "integer": whole,
    "long": whole,
    "float": fraction,
    "double": fraction,
    "boolean": truth,
    "timestamp": moment,
}


def refuse_out_of_bounds(value: Any, shape: Any, path: str) -> None:
    """Hold what botocore knows and does not hold itself: lengths, ranges, patterns."""
    size, unit = measure(value)
    if size is None:
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        raise Refused(f"{path}: {size:g}{unit}, and at least {least:g} needed")
    if most is not None and size > most:
        raise Refused(f"{path}: {size:g}{unit}, and at most {most:g} allowed")
    if isinstance(value, str) and not fits(value, shape.metadata.get("pattern")):
        raise Refused(f"{path}: {value} has characters that AWS refuses; {taken(shape.metadata['pattern'])}")


def taken(pattern: str) -> str:
    """What a pattern lets through."""
    return f"it takes {IN_WORDS[pattern]}" if pattern in IN_WORDS else f"the pattern is {pattern}"


def measure(value: Any) -> tuple[float | None, str]:
    if isinstance(value, str):
        return len(value), " characters"
    if isinstance(value, (list, tuple)):
        return len(value), " items"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value, ""
    return None, ""


def fits(value: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    if r"\p{" in pattern:
        pattern, value = (JAVA_CLASS.sub(lambda found: IN_ASCII[found[1]], pattern), "".join(map(of_its_kind, value)))
    try:
        return re.fullmatch(pattern.replace(*BEYOND_THE_BASIC_PLANE), value, re.ASCII) is not None
    except re.error:
        return True  # the few others that are Java's, and of no member that is declared


def of_its_kind(letter: str) -> str:
    """The letter, or where it is beyond ASCII, one of the same of Unicode's categories within it."""
    return letter if letter.isascii() else IN_ASCII.get(unicodedata.category(letter)[0], letter)[0]


def described(words: Any) -> str:
    """A value as an error names it, never so long that it hides the error."""
    shown = json.dumps(words, default=str)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
