"""What a cell printed, as it stands on a terminal in the end: one output a stream, whatever the pieces it came in."""

from nbformat import NotebookNode


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs of a cell; all that it wrote to a stream stands where the first piece did. Takes as long as the text:
    what nbclient does takes the square of the longest line."""
    pieces: dict[str, list[str]] = {}
    whole = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name not in pieces:
                whole.append(output)
            pieces.setdefault(output.name, []).append(output.text)
        else:
            whole.append(output)
    for output in whole:
        if output.output_type == "stream":
            output.text = "\n".join(map(_overwritten, "".join(pieces[output.name]).split("\n")))
    streams = sorted((output for output in whole if output.output_type == "stream"), key=lambda output: output.name)
    return [streams.pop() if output.output_type == "stream" else output for output in whole]


def _overwritten(line: str) -> str:
    """What is left of a line: after the last return of the carriage, with backspaces carried out."""
    line = line.rstrip("\r").rpartition("\r")[2]
    if "\b" not in line:
        return line
    left: list[str] = []
    for character in line:
        if character != "\b":
            left.append(character)
        elif left:
            left.pop()
    return "".join(left)
