"""The rules by which Python is changed, on its syntax tree.

A change is written over the expression that it is about; the rest of the file stays
letter by letter. What a reader sees of a chart but reads nothing from (its look) and
what is only said to a person are not changed.
"""

import ast
import copy
import io
import re
import tokenize
from collections.abc import Collection

from bench.mutants import sql_rules
from bench.mutants.edits import Edit

COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div, ast.Mod: ast.Add, ast.Pow: ast.Mult,
}  # fmt: skip
FUNCTIONS = {
    "min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil",
    "ceil": "floor", "sum": "max",
}  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9_./|-]+")
SQL = re.compile(r"\b(select|from|where|join|case when|update|delete)\b")
# What stands in braces within a string is a value, and no SQL.
BRACES = re.compile(r"\{[^{}]*\}")
QUOTES = re.compile(r"[a-zA-Z]*(\"{3}|'{3}|\"|')")
# Names of what is joined by a stroke to paths, and does not count.
PATHS = re.compile(
    r"path|folder|home|entry|place|root|target|file|lake|[A-Z_]{3,}|site"
)
# What a list or text is: no sum of numbers.
LISTS = (ast.List, ast.Tuple, ast.ListComp, ast.JoinedStr, ast.Dict, ast.Set)
SAYS = {"print", "say", "debug", "info", "warning", "rule", "log"}


class Reading(ast.NodeVisitor):
    """Walks through a module and collects every change."""

    def __init__(self, text: str, look: Collection[str]) -> None:
        self.text = text
        self.look = set(look)
        self.found: list[Edit] = []
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.lines = text.splitlines(keepends=True)

    # where a node stands

    def at(self, line: int, column: int) -> int:
        """The place in the text; the tree counts columns in bytes."""
        whole = self.lines[line - 1].encode()
        return self.starts[line - 1] + len(whole[:column].decode())

    def span(self, node: ast.AST) -> tuple[int, int]:
        """From where to where a node stands."""
        return (
            self.at(node.lineno, node.col_offset),
            self.at(node.end_lineno, node.end_col_offset),
        )

    def change(self, rule: str, node: ast.AST, text: str) -> None:
        """Note a change of a node."""
        start, end = self.span(node)
        if self.text[start:end] != text:
            self.found.append(Edit(rule, start, end, text))

    def put(self, rule: str, node: ast.expr, other: ast.expr) -> None:
        """Note that an expression becomes another, in brackets where it needs them."""
        text = ast.unparse(other)
        plain = isinstance(other, ast.Constant | ast.Name | ast.Call)
        self.change(rule, node, text if plain else f"({text})")

    # what is left alone

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.body(node.body)
        for default in (*node.args.defaults, *node.args.kw_defaults):
            if default is not None:
                self.visit(default)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self.body(node.body)

    def body(self, statements: list[ast.stmt]) -> None:
        """Statements but for those that are words alone."""
        for statement in statements:
            is_text = isinstance(statement, ast.Expr) and isinstance(
                statement.value, ast.Constant
            )
            if not is_text:
                self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Import(self, node: ast.Import) -> None:
        """Imports are not changed."""

    visit_ImportFrom = visit_Import

    def visit_Raise(self, node: ast.Raise) -> None:
        """That something is refused is changed; with what words is not."""
        if isinstance(node.exc, ast.Call):
            self.change("drop a call", node, "pass")

    def visit_Assert(self, node: ast.Assert) -> None:
        """An assertion is no answer."""

    # the rules

    def visit_Compare(self, node: ast.Compare) -> None:
        for place, operator in enumerate(node.ops):
            other = copy.deepcopy(node)
            other.ops[place] = COMPARED[type(operator)]()
            self.put("compare", node, other)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = copy.deepcopy(node)
        other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        self.put("and or", node, other)
        for place in range(len(node.values)):
            rest = [v for number, v in enumerate(node.values) if number != place]
            less = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            self.put("condition", node, less)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        is_number = not any(
            isinstance(each, LISTS)
            or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
            for each in ast.walk(node)
        )
        if isinstance(node.op, ast.Div) and PATHS.search(ast.unparse(node.left)):
            is_number = False
        if isinstance(node.op, ast.BitOr | ast.BitAnd):
            self.put("arithmetic", node, node.left)
        elif type(node.op) in COMPUTED and is_number:
            other = copy.deepcopy(node)
            other.op = COMPUTED[type(node.op)]()
            self.put("arithmetic", node, other)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self.put("drop not", node, node.operand)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.change("true false", node, str(not value))
        elif isinstance(value, int | float):
            self.change("constant", node, repr(value + 1))
            if value:
                self.change("constant", node, repr(value - 1))
        elif isinstance(value, str) and SQL.search(value):
            self.sql_within(node)
        elif isinstance(value, str) and CODE.fullmatch(value):
            self.change("text", node, repr(value + "_"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Its values are left alone: the tree of 3.11 does not say where they stand."""
        self.sql_within(node)

    def sql_within(self, node: ast.expr) -> None:
        """Note the changes of a string's SQL, of one literal or of several in a row."""
        start, end = self.span(node)
        own = self.text[start:end]
        if not SQL.search(own):
            return
        words = [" " if sign != "\n" else sign for sign in own]
        cuts, last = [], 0
        starts = [0]
        for line in own.splitlines(keepends=True):
            starts.append(starts[-1] + len(line))
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(f"({own})").readline))
        except tokenize.TokenError:
            return
        for token in tokens:
            if token.type != tokenize.STRING:
                continue
            row, column = token.start
            first = starts[row - 1] + column - (row == 1)
            quotes = QUOTES.match(token.string)
            begin = first + quotes.end()
            stop = first + len(token.string) - len(quotes[1])
            cuts.append((last, begin))
            last = stop
            body = BRACES.sub(lambda found: "j" * len(found[0]), own[begin:stop])
            cuts += [
                (begin + each.start(), begin + each.end())
                for each in BRACES.finditer(own[begin:stop])
            ]
            words[begin:stop] = body
        for edit in sql_rules.edits_on("".join(words), own, cuts):
            self.found.append(
                Edit(edit.rule, start + edit.start, start + edit.end, edit.text)
            )

    def visit_If(self, node: ast.If) -> None:
        self.negate(node.test)
        self.generic_visit(node)

    visit_IfExp = visit_While = visit_If

    def negate(self, test: ast.expr) -> None:
        """The other way round; what has a rule of its own for that is left to it."""
        if not isinstance(test, ast.Compare) and not (
            isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
        ):
            self.put("negate", test, ast.UnaryOp(ast.Not(), test))

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for each in node.ifs:
            self.change("filter", each, "True")
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and not (
            isinstance(node.value, ast.Constant) and node.value.value is None
        ):
            self.change("return", node, "return None")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call):
            if _name_of(call.func) in SAYS:
                return
            self.change("drop a call", node, "pass")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name_of(node.func)
        if isinstance(node.func, ast.Name) and name in FUNCTIONS:
            self.change("function", node.func, FUNCTIONS[name])
        if name == "sorted" and len(node.args) == 1 and not node.keywords:
            self.change("order", node.func, "list")
        self.visit(node.func)
        for each in node.args:
            self.visit(each)
        for each in node.keywords:
            is_switch = isinstance(each.value, ast.Constant) and each.arg == "domain"
            if each.arg not in self.look and not is_switch:
                self.visit(each.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if name not in self.look:
                if key is not None:
                    self.visit(key)
                self.visit(value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {each.id for each in node.targets if isinstance(each, ast.Name)}
        if not names & self.look:
            self.visit(node.value)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def edits_of(text: str, look: Collection[str] = ()) -> list[Edit]:
    """Every change that a rule makes to a module, also those that are no Python."""
    reading = Reading(text, look)
    reading.visit(ast.parse(text))
    return reading.found


def is_python(text: str) -> bool:
    """Whether a module as changed can still be read."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
