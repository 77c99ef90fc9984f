"""The rules by which SQL is changed, on its tokens as sqlfluff's lexer cuts them.

Jinja, and what a Python string has in braces, is no SQL: it becomes a word of the same
length before the text is cut, and no change touches it.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bench.mutants.edits import Edit

JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HELD = re.compile(r"[^\n]")
# A text that is a code and no sentence.
CODE = re.compile(r"'[A-Za-z0-9_/.|%-]+'")

COMPARED = {
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "=", "!=": "=",
}  # fmt: skip
FUNCTIONS = {
    "sum": "max", "max": "min", "min": "max", "least": "greatest",
    "greatest": "least", "floor": "ceil", "ceil": "floor", "lag": "lead",
    "lead": "lag", "any_value": "count", "arg_max": "arg_min", "bool_or": "bool_and",
    "bool_and": "bool_or", "first_value": "last_value", "last_value": "first_value",
    "row_number": "rank", "dense_rank": "rank",
}  # fmt: skip
# Words that end a condition at their own depth.
ENDS = {
    *("group", "order", "having", "union", "limit", "window", "where", "left"),
    *("inner", "join", "cross", "full", "then", "else", "end", "when", "as", "from"),
    *("select", "over"),
}


@dataclass(frozen=True)
class Token:
    """A token that means something, where it stands, and how deep in brackets."""

    raw: str
    start: int
    depth: int
    kind: str

    @property
    def end(self) -> int:
        """The place after it."""
        return self.start + len(self.raw)

    @property
    def word(self) -> str:
        """The token in lower case."""
        return self.raw.lower()


@cache
def _lexer():
    from sqlfluff.core import FluffConfig, Lexer

    return Lexer(config=FluffConfig(overrides={"dialect": "duckdb"}))


def masked(text: str, hidden: re.Pattern[str] = JINJA) -> str:
    """The text with what is no SQL as a word; line ends stay where they are."""
    return hidden.sub(lambda found: HELD.sub("j", found[0]), text)


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text that are neither blanks nor comments, `<` `=` as one."""
    found: list[Token] = []
    place = depth = 0
    for segment in _lexer().lex(text)[0]:
        raw, kind = segment.raw, segment.get_type()
        if raw and kind not in (
            *("whitespace", "newline", "inline_comment", "block_comment"),
            "end_of_file",
        ):
            if raw == ")":
                depth -= 1
            last = found[-1] if found else None
            if last and last.raw + raw in COMPARED and last.end == place:
                found[-1] = Token(last.raw + raw, last.start, last.depth, kind)
            else:
                found.append(Token(raw, place, depth, kind))
            if raw == "(":
                depth += 1
        place += len(raw)
    return found


def edits_of(text: str, hidden: re.Pattern[str] = JINJA) -> list[Edit]:
    """Every change that a rule makes to a text of SQL."""
    return edits_on(
        masked(text, hidden), text, [each.span() for each in hidden.finditer(text)]
    )


def edits_on(words: str, text: str, whole: Sequence[tuple[int, int]]) -> list[Edit]:
    """The changes of a text of which `words` shows what is SQL, place by place.

    Of the stretches in `whole` a change takes all or nothing.
    """
    tokens = tokens_of(words)
    return [
        edit
        for rule in RULES
        for edit in rule(tokens, text)
        if edit.applied(text) != text
        and all(
            end <= edit.start
            or edit.end <= start
            or (edit.start <= start and end <= edit.end)
            for start, end in whole
        )
    ]


Rule = Callable[[Sequence[Token], str], Iterator[Edit]]


def comparisons(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token in tokens:
        if token.raw in COMPARED:
            yield Edit("compare", token.start, token.end, COMPARED[token.raw])


def connectives(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    between: list[int] = []
    for before, token in zip((None, *tokens), tokens, strict=False):
        if before and before.word == "create":
            continue
        if token.word == "between":
            between.append(token.depth)
        elif token.word == "and" and token.depth in between:
            between.remove(token.depth)
        elif token.word in ("and", "or"):
            other = "or" if token.word == "and" else "and"
            yield Edit("and or", token.start, token.end, other)


def arithmetic(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    others = {"+": "-", "-": "+", "*": "/", "/": "*"}
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        is_operand = re.match(r"[\w)'\"]", before.raw[-1:])
        if before.word in ("select", "distinct", "then", "else", "when", "and", "or"):
            continue
        if token.raw in others and is_operand and re.match(r"[\w('\"]", after.raw):
            yield Edit("arithmetic", token.start, token.end, others[token.raw])


def numbers(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token in tokens:
        if re.fullmatch(r"\d+", token.raw):
            yield Edit("constant", token.start, token.end, str(int(token.raw) + 1))
            if int(token.raw):
                yield Edit("constant", token.start, token.end, str(int(token.raw) - 1))


def texts(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token in tokens:
        if CODE.fullmatch(token.raw):
            yield Edit("text", token.start, token.end, token.raw[:-1] + "_'")


def truths(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token in tokens:
        if token.word in ("true", "false"):
            other = "false" if token.word == "true" else "true"
            yield Edit("true false", token.start, token.end, other)


def negations(tokens: Sequence[Token], text: str) -> Iterator[Edit]:
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if token.word == "not" and before.word == "is":
            yield Edit("is null", token.start, after.start, "")
        elif token.word == "not":
            yield Edit("drop not", token.start, after.start, "")
        elif before.word == "is" and token.word == "null":
            yield Edit("is null", token.start, token.end, "not null")


def joins(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token, after in itertools.pairwise(tokens):
        if after.word == "join" and token.word in ("left", "inner"):
            other = "inner" if token.word == "left" else "left"
            yield Edit("join", token.start, token.end, other)


def functions(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token, after in itertools.pairwise(tokens):
        if after.raw == "(" and token.word in FUNCTIONS:
            yield Edit("function", token.start, token.end, FUNCTIONS[token.word])


def distinct(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for token, after in itertools.pairwise(tokens):
        if token.word == "distinct" and after.word not in ("from", "on"):
            yield Edit("distinct", token.start, after.start, "")
        if token.word == "union" and after.word == "all":
            yield Edit("distinct", token.start, after.end, "union")


def orders(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for place, token in enumerate(tokens):
        if token.word == "desc":
            yield Edit("order", token.start, token.end, "asc")
        if token.word == "by" and tokens[place - 1].word == "order":
            _, items = _list_after(tokens, place)
            for item in items[:-1]:
                if item[-1].word not in ("desc", "asc", "last", "first"):
                    yield Edit("order", item[-1].end, item[-1].end, " desc")


def partitions(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    for place, token in enumerate(tokens):
        is_partition = token.word == "by" and tokens[place - 1].word == "partition"
        if is_partition or token.word == "using":
            start = place if is_partition else place + 1
            if start >= len(tokens) or (not is_partition and tokens[start].raw != "("):
                continue
            _, items = _list_after(tokens, start)
            rule = "partition" if is_partition else "join key"
            yield from _one_less(rule, items)
            if is_partition and len(items) == 1:
                yield Edit(rule, tokens[place - 1].start, items[0][-1].end, "")


def coalesces(tokens: Sequence[Token], text: str) -> Iterator[Edit]:
    for place, token in enumerate(tokens[:-1]):
        if token.word == "coalesce" and tokens[place + 1].raw == "(":
            last, items = _list_after(tokens, place + 1)
            if len(items) == 2:
                for item in items:
                    arm = text[item[0].start : item[-1].end]
                    yield Edit("coalesce", token.start, tokens[last].end, f"({arm})")
            else:
                yield from _one_less("coalesce", items)


def conditions(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    """One of the conditions of a where, on, having, when, left out."""
    for place, token in enumerate(tokens):
        if token.word not in ("where", "on", "having", "when"):
            continue
        parts = _conjuncts(tokens, place)
        if len(parts) > 1:
            for number, part in enumerate(parts):
                if number:
                    start = parts[number - 1][-1].end
                    yield Edit("condition", start, part[-1].end, "")
                else:
                    yield Edit("condition", part[0].start, parts[1][0].start, "")
        elif parts and token.word == "where":
            part = parts[0]
            yield Edit("condition", part[0].start, part[-1].end, "true")


def cases(tokens: Sequence[Token], _: str) -> Iterator[Edit]:
    """One of several branches of a case, left out."""
    for place, token in enumerate(tokens):
        if token.word != "case":
            continue
        level, starts = 0, []
        for other in tokens[place + 1 :]:
            if other.word == "case":
                level += 1
            elif other.word == "end":
                if level == 0:
                    starts.append(other)
                    break
                level -= 1
            elif level == 0 and other.word in ("when", "else"):
                starts.append(other)
        whens = sum(each.word == "when" for each in starts)
        for one, then in itertools.pairwise(starts):
            if one.word == "else" or whens > 1:
                yield Edit("branch", one.start, then.start, "")


def _conjuncts(tokens: Sequence[Token], place: int) -> list[list[Token]]:
    depth, parts, held = tokens[place].depth, [[]], False
    level = 0
    for token in tokens[place + 1 :]:
        if token.depth < depth or (token.raw == ")" and token.depth == depth):
            if (
                token.raw == ")"
                and parts[-1]
                and token.depth == depth
                and _opens(parts[-1], depth)
            ):
                parts[-1].append(token)
                continue
            break
        if token.depth == depth:
            if token.word == "case":
                level += 1
            elif token.word == "end" and level:
                level -= 1
            elif (
                level == 0 and token.word in ENDS and not _is_distinct(parts[-1])
            ) or token.word == ";":
                break
            elif token.word == "between":
                held = True
            elif level == 0 and token.word == "or":
                # A condition that stands beside others cannot be left out alone.
                return []
            elif token.word == "and" and level == 0:
                if held:
                    held = False
                else:
                    parts.append([])
                    continue
        parts[-1].append(token)
    return [part for part in parts if part]


def _is_distinct(part: Sequence[Token]) -> bool:
    """Whether what comes next is the `from` of `is distinct from`."""
    return bool(part) and part[-1].word == "distinct"


def _opens(part: Sequence[Token], depth: int) -> bool:
    """Whether a bracket of a part is still open at a depth."""
    here = [token.raw for token in part if token.depth == depth]
    return here.count("(") > here.count(")")


def _list_after(tokens: Sequence[Token], place: int) -> tuple[int, list[list[Token]]]:
    """The items of a list: within the bracket at a place, or after the word there."""
    in_bracket = tokens[place].raw == "("
    depth = tokens[place].depth + (1 if in_bracket else 0)
    items: list[list[Token]] = [[]]
    for number, token in enumerate(tokens[place + 1 :], place + 1):
        closes = token.raw == ")" and token.depth == depth - 1
        ends = token.depth == depth and token.word in (
            "order", "rows", "range", "limit", "group", "having", "union", "where",
        )  # fmt: skip
        if closes or token.depth < depth - 1 or (ends and not in_bracket):
            return number, [item for item in items if item]
        if token.raw == "," and token.depth == depth:
            items.append([])
        else:
            items[-1].append(token)
    return len(tokens), [item for item in items if item]


def _one_less(rule: str, items: Sequence[Sequence[Token]]) -> Iterator[Edit]:
    """A list without each of its items in turn."""
    if len(items) < 2:
        return
    yield Edit(rule, items[0][0].start, items[1][0].start, "")
    for before, item in itertools.pairwise(items):
        yield Edit(rule, before[-1].end, item[-1].end, "")


RULES: tuple[Rule, ...] = (
    comparisons, connectives, arithmetic, numbers, texts, truths, negations, joins,
    functions, distinct, orders, partitions, coalesces, conditions, cases,
)  # fmt: skip
