"""Line breaks: what stands alone on its line is not joined to the next, wrapped prose is."""

from __future__ import annotations

import pytest

from rag.text.line_breaks import find_blocks

ALONE = {
    "log, Apache": """
[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok /etc/httpd/conf/workers2.properties
[Sun Dec 04 04:51:08 2005] [error] mod_jk child workerEnv in error state 6""",
    "log, by addresses": """
192.168.7.12 - - [10/Oct/2023:13:55:36 +0000] "GET /shop/lamps HTTP/1.1" 200 2326 "Mozilla/5.0"
10.0.0.7 - ann [10/Oct/2023:13:55:40 +0000] "POST /cart HTTP/1.1" 500 17 "curl/8.0"
""",
    "log, by levels": """
INFO  starting the importer with 4 workers and a queue of 200 entries
WARN  the queue is almost full, slowing down the reader for a while
ERROR cannot open the ledger because another process holds the lock on it""",
    "chat, by names": """
<mira> who brings the tent poles on saturday, i have the pegs and the ropes
<jonas> i can bring them, they are in the cellar of my parents and dry""",
    "chat, by hours": """
[18:42] mira: who brings the tent poles on saturday, i have the pegs and the ropes
[9:51] jonas: i can bring them, they are in the cellar of my parents""",
    "receipt": """
oat milk 1l            2.10
bread, rye             3.40
paid by card           5.50
thank you for coming""",
    "receipt, dots": """
oat milk from the dairy of the valley, one litre ......... 2.10 A
rye bread with seeds from the bakery next door ........... 3.40 A""",
    "receipt, amounts": """
oat milk from the dairy of the valley, one litre, in glass 2.10
rye bread with seeds from the bakery next door, sliced 3.40""",
    "timetable": """
flight   from        to          departs   gate
sk4417   Bergen      Tromsø      09:20     C01
dy302    Oslo        Bergen      07:40     B12""",
    "folder": """
drwxr-xr-x  2 ann staff  4096 Mar  3 10:12 minutes
-rw-r--r--  1 ann staff 18231 Feb 27 08:40 budget-2024.xlsx""",
    "notes": """
tent poles
pegs
ropes
sleeping bag""",
    "YAML": """
services:
  web:
    image: registry.example.org/shop/web:2.14
    environment:
      - TZ=Europe/Oslo
    depends_on: [db, cache]
  db:
    image: postgres:16""",
    "INI": """
; mail server
[smtp]
host=mail.example.org
port = 587
user= robot""",
    "shell": """
$ docker compose up -d --build web worker scheduler
$ docker compose logs -f web | grep -i error > errors.txt""",
    "C": """
int connect_to(const char *host, int port) {
    int tries = 0;
    while (tries < MAX_RETRIES) {
        if (open_socket(host, port) == 0)
            return 0;
        sleep_ms(retry_delay * tries);""",
    "Python": """
class Booking:
    MAX_GUESTS = 12
    def cancel(self, hours_before: int) -> float:
        if hours_before >= 24:
            return self.deposit
        return self.deposit / 2""",
    "SQL": """
SELECT title, count(*) AS times
FROM loans JOIN books ON books.id = loans.book_id
WHERE due_on < current_date
ORDER BY times DESC""",
    "a table with tabs": """
grocer\tfood\tweekly shopping for the house\t-41.20
landlord\thome\trent for march, paid to the housing society\t-890.00""",
}


@pytest.mark.parametrize("text", ALONE.values(), ids=ALONE.keys())
def test_lines_that_stand_alone_are_not_joined(text: str) -> None:
    text = text.strip("\n") + "\n"
    assert [text[start:end] for start, end in find_blocks(text)] == text.splitlines(keepends=True)


WRAPPED = {
    "prose": """
The committee met on Tuesday and spoke about the new roof of the boat house,
which leaks since the storm in March. Three offers were read, of which that of
Harlan Brothers is the cheapest; it can begin in August and ends in October of
this year.""",
    "narrow prose": """
The committee met on Tuesday and
spoke about the new roof, which
leaks since the storm.""",
    "an indented first line": """
    The committee met on Tuesday and spoke about the new roof of the house,
which leaks since the storm in March, and about the fees.""",
    "a hanging indent": """
Harlan, J. and Brandt, U. 2019. A history of the boat house and of those who
    built it, in two volumes with plates.""",
    "prose about code": """
You can set how often a parcel is tried in `settings.yaml` with the option
`retries`, see [the manual](https://example.org/manual#a_b=c) for all the
others, and restart the server.""",
    "prose with reference marks": """
The tide of the fjord was measured for the first time in 1887 [12, 13] and has
been measured every year since [14], but for the years of the war [15].""",
    "justified prose": """
The  committee met  on Tuesday and  spoke about  the new  roof of  the house,
which leaks  since the  storm in  March. Three  offers were  read, and one of
Harlan Brothers is the cheapest.""",
    "lines broken at clauses": """
when the tide is low,
the boats lie on the sand and nobody can leave before the evening,
unless a tug is called.""",
    "an option and what it does": """
  --home <path>    Folder of the library. The default is the variable, else the
                   user's data folder""",
    "a law": """
            (ii) under a licence issued by a foreign country that has been
        designated as one that does not cooperate with the others""",
}  # fmt: skip


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED.keys())
def test_wrapped_lines_are_one_block(text: str) -> None:
    text = text.strip("\n")
    assert [text[start:end] for start, end in find_blocks(text)] == [text]


@pytest.mark.fault(9)
@pytest.mark.fault(20)
@pytest.mark.parametrize(
    "line", ["a b\n", "x" * 60 + "\n", "a  b = c;\n", "\t\n", "[1:2] \n", "((\n"]
)
def test_many_lines_are_covered_without_gaps(line: str) -> None:
    text = line * 5_000
    assert "".join(text[start:end] for start, end in find_blocks(text)) == text
