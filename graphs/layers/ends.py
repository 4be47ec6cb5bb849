"""Input, Target and Output: the nodes at which tensors enter and leave the network."""

from graphs.describe import param
from graphs.layers.checks import no_target
from graphs.layers.spec import In, Layer, Outputs, Ports, Reaching, Same, Torch, Use
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import FieldName
from graphs.wording.phrases import phrase

NO_FIELD = "Choose the data, then which field this input brings in."


class Input(
    Layer,
    id="input",
    group="In and out",
    search="source data placeholder entry start feed load begin feature dataset come",
):
    """Brings one field of the data set into the graph.

    It becomes an argument of the network's forward.
    Its name is the name of the input in an exported ONNX file.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    is_input = True

    field: FieldName = param(default=FieldName(""), help="Which field of the data set.")

    def ports(self) -> Ports:
        return Ports(inputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        if not self.field:
            return problem(NO_FIELD, setting="field")
        if self.field not in given.fields:
            return problem(
                "The data has no field “{field}”. Choose one of: {known}.",
                setting="field",
                field=self.field,
                known=", ".join(sorted(given.fields)) or phrase("(no data chosen)"),
            )
        if self.field in given.targets:
            return self._target(given)
        return (given.fields[self.field],)

    def _target(self, given: Reaching) -> Problem:
        """That the answer cannot go in; the fix brings in what is most like it."""
        others = sorted(given.fields.keys() - set(given.targets))
        alike = [name for name in others if given.fields[name] == given.fields[self.field]]
        known = next(iter([*alike, *others]), None)
        return problem(
            "The field “{field}” is what is to be predicted, so it is not known of new samples and "
            "cannot go in. Choose another field.",
            setting="field",
            fix=None if known is None else Set("field", known),
            field=self.field,
        )

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Same()))

    def brief(self) -> str:
        return self.field and phrase("field {field}", field=self.field)


class TargetInput(
    Layer,
    id="target_input",
    title="Target",
    group="In and out",
    search=(
        "label labels answer truth ground true right what is to be predicted custom loss expected "
        "wanted desired"
    ),
):
    """Brings in what is to be predicted, for a loss that is drawn from single layers.

    It becomes what a loss with that target compares scores with.
    New samples have none, so nothing that is returned may depend on it: it leads to losses alone,
    by way of whatever makes them up, such as the centers of classes or the margin of an angle.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    is_target = True

    target: FieldName = param(
        default=FieldName(""), help="The field of the data that is to be predicted."
    )

    def ports(self) -> Ports:
        return Ports(inputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        return no_target(self.target, given) or (given.fields[self.target],)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Same(In("target"))))

    def brief(self) -> str:
        return self.target and phrase("field {field}", field=self.target)


class Output(
    Layer,
    id="output",
    group="In and out",
    search="result head prediction end return answer final predict finish give",
):
    """What the model returns.

    It becomes what the network's forward returns.
    Its name is the name of the output in an exported ONNX file.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html
    """

    is_output = True

    def ports(self) -> Ports:
        return Ports(outputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        return ()

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Same(), outputs=()))


def input_layers() -> set[str]:
    """The ids of all layers that bring a field of the data into the graph."""
    return Layer.ids(lambda kind: kind.is_input)


def target_inputs() -> set[str]:
    """The ids of all layers that bring in what is to be predicted."""
    return Layer.ids(lambda kind: kind.is_target)


def output_layers() -> set[str]:
    """The ids of all layers that say what the model returns."""
    return Layer.ids(lambda kind: kind.is_output)
