"""What an editor asks for. Each act is one transaction and leaves a line in the audit."""

import lazy_loader

# `__init__.pyi` says what is here, and in which module: that is loaded when it is asked for.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
