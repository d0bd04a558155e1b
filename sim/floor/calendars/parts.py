"""How numba compiles a rule that only other rules call: it is linked into them, and optimised there, once.

Of itself numba makes each function ready to be called from Python, with all that it calls inlined, before it looks at
the next: of a hundred rules that call each other, most of the time went into machine code that nobody ever entered.
"""

# numba is typed in parts only.
# mypy: disable-error-code="misc,no-untyped-call,untyped-decorator"

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class _NotCalled:
    """A code generator in whose engine this part does not stand by itself."""

    def __init__(self, codegen: Any) -> None:
        self._codegen = codegen

    def __getattr__(self, name: str) -> Any:
        return getattr(self._codegen, name)

    def set_env(self, name: str, env: Any) -> None:
        """What a function raises stands in the code of whoever calls it."""


class _Part(JITCodeLibrary):
    """Code without an entry."""

    @property
    def codegen(self) -> Any:
        return _NotCalled(self._codegen)

    def _optimize_final_module(self) -> None:
        """Whoever calls it does that."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        self._ensure_finalized()
        return 0


class PartCompiler(Compiler):
    """numba's own way, but for what becomes of the code."""

    def _compile_bytecode(self) -> Any:
        state = self.state
        state.library = _Part(state.targetctx.codegen(), state.func_id.func_qualname)
        return super()._compile_bytecode()


PART: Any = {"pipeline_class": PartCompiler, "no_cfunc_wrapper": True, "no_cpython_wrapper": True}
"""Options for what is only ever called by compiled code."""
