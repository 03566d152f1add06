"""When two dollar signs are a formula, and when they are money: by the rule of Pandoc (its manual, tex_math_dollars).
The first must have no blank on its right, the second none on its left and no digit on its right."""

import re

# Between them no other dollar stands, unless it is escaped.
FORMULA = r"(?<![$\\])\$(?![\s$])(?P<math_inline_tex>(?:\\.|[^$\\])+?)(?<![\s\\])\$(?![\d$])"


def has_formula(text: str) -> bool:
    return bool(re.search(FORMULA, text, re.DOTALL))
