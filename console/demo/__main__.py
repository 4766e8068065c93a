"""Run the demo: `python -m console.demo`."""

import sys

from console.demo.run import main

sys.exit(main())
