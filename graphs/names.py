"""Which names a node may have: they are state-dict keys and attributes of the exported script."""

import keyword
from collections.abc import Collection

from graphs.wording.phrases import phrase

# What ``dir(torch.nn.Module())`` of torch 2.13 lists without underscore, what ``torch.fx``'s
# GraphModule adds (the ONNX exporter puts every module into one), then what the compiled module and
# the exported script add. A test holds all against torch, which may not be imported here.
_WORDS = """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda
    double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu load_state_dict modules mtia named_buffers named_children
    named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state
    set_submodule share_memory state_dict to to_empty train training type xpu zero_grad

    add_submodule code delete_all_unused_submodules delete_submodule graph meta print_readable
    recompile shape_env to_folder

    compute_in input_fields inputs lengths_inputs losses make_faster nn output_places outputs run
    self torch wiring
"""
TAKEN = frozenset(_WORDS.split())


def fault(name: str) -> str | None:
    """Why ``name`` cannot be a node's name, as the end of a sentence; None when it can."""
    if not name:
        return "is empty"
    if len(name) > 64:
        return phrase("is longer than 64 characters")
    if not (name.isidentifier() and name.isascii()):
        return phrase("may hold letters, digits and _ only, and no digit first")
    if keyword.iskeyword(name):
        return phrase("is a word of Python")
    if name in TAKEN:
        return phrase("is a word that torch needs for itself")
    if name.startswith("_"):
        return phrase("may not start with _")
    return None


def free(wish: str, taken: Collection[str]) -> str:
    """A name that is allowed and not taken, as close to ``wish`` as can be: ``conv2``."""
    allowed = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in wish)
    base = allowed.strip("_")[:56] or "node"
    if base[0].isdigit():
        base = f"n{base}"
    if fault(base) is None and base not in taken:
        return base
    stem = base.rstrip("0123456789") or base
    number = 2
    while (name := f"{stem}{number}") in taken or fault(name) is not None:
        number += 1
    return name
