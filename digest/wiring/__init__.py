"""Choose the parts: the one room that knows the settings and every other room."""

import lazy_loader

# `__init__.pyi` says what is here, and in which module: that is loaded when it is asked for.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
