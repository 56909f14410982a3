"""Runs a program in a pseudo-terminal of its own, between stdin and stdout.

    in_terminal.py COLUMNS ROWS PROGRAM ARGUMENT...

What the program writes goes to stdout as it comes. A line of stdin is a JSON object: {"type": "..."} types into the
terminal, {"columns": N} resizes it. Ends with the program's exit code, or 128 and the number of the signal.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


columns, rows, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    resize(0, columns, rows)
    os.execvp(program[0], program)

inputs = [terminal, 0]
while terminal in inputs:
    for ready in select.select(inputs, [], [])[0]:
        if ready == terminal:
            try:
                output = os.read(terminal, 65536)
            except OSError:  # nobody has it open any more
                output = b""
            if output:
                os.write(1, output)
            else:
                inputs.remove(terminal)
        else:
            line = sys.stdin.buffer.raw.readline()
            if not line:
                inputs.remove(0)
                continue
            command = json.loads(line)
            if "type" in command:
                os.write(terminal, command["type"].encode())
            else:
                columns = command["columns"]
                resize(terminal, columns, rows)

status = os.waitpid(child, 0)[1]
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
