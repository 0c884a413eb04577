import sys

from tocsin_adapters.camera.watcher import main

sys.exit(main())
