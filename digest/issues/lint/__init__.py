"""What is wrong in a mail's MJML source, and in its finished HTML. Pure.

Neither MRML nor a mail client says so. `mjml_lint` and `html_lint` have one function each,
`problems(text)`.
"""
