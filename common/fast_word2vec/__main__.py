"""``python -m common.fast_word2vec``"""

import sys

from common.fast_word2vec.command import main
from common.interrupts import end_in_order

if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
