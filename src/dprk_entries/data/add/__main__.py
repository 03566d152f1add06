import sys

from dprk_entries.data.add import command

sys.exit(command.main(sys.argv[1:]))
