"""What a reader asks for: to come in (`wishes`, `proving`, `joining`, `confirming`), `choosing`,
`leaving`, their own data (`own_data`), by links that are mailed (`mailing`); whole lists of readers
in (`importing`, once it was read through by `surveying`: `list_file` row by row, `list_columns` and
`list_formats` what it says) and out (`exporting`), `formulas` for both; what the mail service says
afterwards: `bounces`, `notices`; whom nobody may mail: `suppressing`; what
those who publish see of them: `looking`."""

import lazy_loader

# `__init__.pyi` says what is here, and in which module: that is loaded when it is asked for.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
