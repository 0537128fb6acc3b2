"""What a notebook's `parameters` cell declares: names, types, defaults."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from labtools.faults import BadInput, Fault

Value = str | int | float | bool | None

Kind = type[str] | type[int] | type[float] | type[bool]

_KINDS: dict[str, Kind] = {"str": str, "int": int, "float": float, "bool": bool}
_LIKE = 'write it like: city: str = "norrvik"  # which city'


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    annotation: str
    kind: Kind
    choices: tuple[str, ...]
    optional: bool
    default: Value

    def accepts(self, value: Value) -> bool:
        """Whether the annotation allows `value`; a whole number is also a float."""
        if value is None:
            return self.optional
        if self.choices:
            return value in self.choices
        if self.kind is float:
            return isinstance(value, int | float) and not isinstance(value, bool)
        return type(value) is self.kind

    def convert(self, text: str) -> Value:
        """What `text` of the command line stands for; ValueError where it stands for nothing.

        >>> minimum = Parameter("minimum", "int | None", int, (), True, None)
        >>> minimum.convert("5"), minimum.convert("none")
        (5, None)
        """
        if self.optional and text.lower() == "none":
            return None
        value = _convert(text, self.kind)
        if not self.accepts(value):
            raise ValueError(text)
        return value


def _convert(text: str, kind: Kind) -> Value:
    if kind is str:
        return text.encode("utf-8").decode("utf-8")  # undecodable bytes of a command line end here
    if kind is int:
        return int(text)
    if kind is float and math.isfinite(float(text)):
        return float(text)
    if kind is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    raise ValueError(text)


def read_parameters(source: str, *, file: str) -> dict[str, Parameter]:
    """The parameters that a cell declares, by name, in its order.

    source: the cell's code, one line for each: `name: annotation = literal  # comment`, where
    the annotation is str, int, float, bool, `Literal["a", "b"]`, or one of them `| None`.
    Raises BadInput, in the name of `file`, with every line that is anything else.

    >>> list(read_parameters('city: str = "norrvik"  # which city', file="01_goals.ipynb"))
    ['city']
    """
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        found = f"{error.msg} in its line {error.lineno}"
        raise BadInput([Fault(file, "the parameters cell is Python", found, _LIKE)]) from error
    parameters: dict[str, Parameter] = {}
    faults: list[Fault] = []
    for line in lines:
        parameter = _read_line(line)
        if parameter is None or parameter.name in parameters:
            must = "each line of the parameters cell is a new name: annotation = literal"
            faults.append(Fault(file, must, f"`{ast.unparse(line)}`", _LIKE))
        elif not parameter.accepts(parameter.default):
            must = f"the default of {parameter.name} is {parameter.annotation}"
            faults.append(Fault(file, must, repr(parameter.default), "mend one of the two"))
        else:
            parameters[parameter.name] = parameter
    if faults:
        raise BadInput(faults)
    return parameters


def _read_line(line: ast.stmt) -> Parameter | None:
    if not isinstance(line, ast.AnnAssign) or not isinstance(line.target, ast.Name):
        return None
    if line.value is None or line.lineno != line.end_lineno:
        return None
    annotation = _read_annotation(line.annotation)
    if annotation is None:
        return None
    try:
        default = ast.literal_eval(line.value)
    except ValueError:
        return None
    kind, choices, optional = annotation
    written = ast.unparse(line.annotation)
    return Parameter(line.target.id, written, kind, choices, optional, default)


def _read_annotation(node: ast.expr) -> tuple[Kind, tuple[str, ...], bool] | None:
    """Its type, its choices, and whether None is allowed; None for any other annotation."""
    match node:
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            inner = _read_annotation(left)
            return None if inner is None or inner[2] else (inner[0], inner[1], True)
        case ast.Name(id=name) if name in _KINDS:
            return _KINDS[name], (), False
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inside):
            members = inside.elts if isinstance(inside, ast.Tuple) else [inside]
            texts = [member.value for member in members if isinstance(member, ast.Constant)]
            choices = tuple(text for text in texts if isinstance(text, str))
            return (str, choices, False) if choices and len(choices) == len(members) else None
    return None
