"""Sum and count by day, kind and account over the year, by DuckDB.

    load VALUES DATABASE                     reads comma-separated values into a table
    totals DATABASE THREADS ASKED RESULT     asks so often, writes the shortest time and the answer
"""
import os
import sys
import time

import duckdb


def load(values, database):
    connection = duckdb.connect(database)
    connection.execute(
        """
        CREATE TYPE kind AS ENUM ('opening', 'premium', 'collection', 'release', 'benefit');
        CREATE TYPE account AS ENUM ('revenue', 'special', 'expenditure');
        CREATE TABLE event (
            number BIGINT, day SMALLINT, date DATE, kind kind, account account, purpose TINYINT,
            party INTEGER, amount_minor BIGINT
        );
        """
    )
    connection.execute("INSERT INTO event SELECT * FROM read_csv(?, header = true)", [values])
    connection.execute("CHECKPOINT")
    connection.close()


def totals(database, threads, asked, result):
    connection = duckdb.connect(database, read_only=True)
    connection.execute(f"SET threads = {int(threads)}")
    shortest = None
    for _ in range(int(asked)):
        start = time.perf_counter_ns()
        rows = connection.execute(
            """
            SELECT day, kind, account, sum(amount_minor), count(*) FROM event
            GROUP BY day, kind, account ORDER BY day, kind, account
            """
        ).fetchall()
        took = time.perf_counter_ns() - start
        shortest = took if shortest is None else min(shortest, took)
    events = connection.execute("SELECT count(*) FROM event WHERE kind <> 'opening'").fetchone()[0]
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    with open(result, "w") as out:
        out.write(f"events {events}\nnanos {shortest}\nbytes {os.path.getsize(database)}\n")
        out.write(f"peak_kib {peak}\nanswer\n")
        for day, kind, account, total, count in rows:
            out.write(f"day {day} {kind} {account} sum {total} count {count}\n")


{"load": load, "totals": totals}[sys.argv[1]](*sys.argv[2:])
