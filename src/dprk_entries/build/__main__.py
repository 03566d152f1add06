import sys

from dprk_entries.build.experiment import main

sys.exit(main())
