"""A sealer of its own process that may die at a failpoint: ``seal_process.py URL LIMIT``."""

import asyncio
import sys

from app.kernel.bus import Bus
from app.kernel.db import Database
from app.modules import audit


async def main(url: str, limit: int) -> None:
    database = Database(url, Bus())
    while (await audit.seal(database, limit))[1]:
        pass
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
