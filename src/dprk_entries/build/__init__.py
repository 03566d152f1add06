"""The build: run a notebook, normalise it, render it, publish it. `dodo.py` holds the graph.

| module | job |
|---|---|
| `tasks` | doit tasks and settings; light, so that a build with nothing to do is fast |
| `content` | what "up to date" means: by content, of inputs and outputs |
| `notebooks` | stored notebooks as plain JSON |
| `imports` | which of our modules a notebook depends on |
| `progress` | what the terminal shows; interrupts |
| `parameters` | typed parameters of a notebook |
| `kernel` | the kernel that every notebook of a build gets |
| `provisioner` | kernels forked from a warm server, where that is possible |
| `launch` | the script that starts a kernel or the server, and notes what a notebook opens |
| `run` | one notebook, from its stored to its executed form |
| `publish` | executed notebooks to the files of the site |
| `readme` | the parts of README.md that the build writes |
| `sources` | what would change without each figure, and the pages of the sources |
| `links` | every link between pages leads somewhere |
| `experiment` | other parameters, in a folder of their own |
| `sweep` | many parameter sets of one notebook, in one table |
| `diff` | what uncommitted changes do to the results |
| `pdf`, `archive` | the pages on paper; everything in one file |

`python -m dprk_entries.build --help` runs an experiment; `doit` runs the build.
"""

from doit.exceptions import InvalidTask


class BuildError(InvalidTask):
    """Something that the person at the keyboard can mend: the message says what, where and how.

    Of doit's own family, so that doit shows the message and no traceback, even while it reads dodo.py.
    """
