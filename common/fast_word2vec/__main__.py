"""``python -m common.fast_word2vec``"""

import sys

from common.fast_word2vec.command import main

if __name__ == "__main__":
    sys.exit(main())
