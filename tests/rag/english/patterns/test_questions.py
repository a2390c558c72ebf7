"""How questions are put: an example for each rule, for its kind, how many things, which sort."""

from __future__ import annotations

import pytest

from rag.english.patterns.questions import KIND_PATTERNS, SEVERAL, SOUGHT


def kind(folded: str) -> str:
    return next((kind for kind, pattern in KIND_PATTERNS if pattern.search(folded)), "thing")


QUESTIONS = {
    "money": """
how expensive is the ticket? / how costly is it? / how much did it cost? / how much is he paid?
how much do they charge? / how much was it sold for? / how much did they spend?
how much money is lost? / how much did she earn? / how much was raised? / what is the price?
what was the fee for it? / whats the price of tea? / what's his salary?
which budget is larger?
""",
    "dose": """
what dose is given? / what is the daily dosage? / which dosing is used? / how much is the dose?
""",
    "percent": """
what percent of it is water? / what percentage voted? / how much per cent is water?
how many percent agreed? / what proportion is sold? / what fraction is left?
which share is his?
""",
    "occasion": """
when is it used? / when are they paid? / when do bees swarm? / when does it rain?
when should i call? / when can it be used? / when could it fail? / when may i call?
when might it break? / when would it fail? / when must it be sent? / and when does it go out?
""",
    "time": """
when did it end? / when will it open? / how recently was it made? / how long ago was it?
it is open since when? / in what year was it? / which date is it? / what day is it?
what month was it? / which century was it? / which decade was it? / what era was it?
what time period was it? / what season is best? / in wich year was it?
""",
    "count": """
how many are there? / what number is it? / what is the number of bones?
what had the number of bones been? / what is the approximate number of bones?
what are the average number of bones? / what was the highest number of bones?
what is the total count of bones?
""",
    "measure": """
how much water is in it? / how long is it? / how far is it? / how tall is it? / how high is it?
how big is it? / how large is it? / how wide is it? / how deep is it? / how fast is it?
how old is it? / how heavy is it? / how hot is it? / how cold is it? / how often is it done?
what temperature is needed? / what is the length? / what height is it? / what is the weight?
what size is it? / what is the distance? / what is the speed? / what is the age limit?
what is the frequency? / what is the duration? / what is the rate? / what amount is needed?
what area does it cover? / what is the width? / what is the depth? / what is the concentration?
what is the population? / what is the incidence? / what is the prevalence?
""",
    "person": """
who won? / whom did he meet? / whose is it? / whos there? / who's there? / by whom was it made?
it was given to whom? / it was made for whom? / it came from whom? / he met with whom?
which person won? / what people live there? / which author won? / which scientist won?
which researcher won? / which leader won? / which king won? / which queen won?
which president won? / which inventor won? / which founder won?
""",
    "place": """
where is it? / in which countries is it? / what cities have it? / which country won?
which city won? / in what state is it? / what place is it? / which region has it?
what continent is it on? / what is its location? / which town has it? / which river is it on?
which province is it in?
""",
    "reason": """
why do they fall? / how come they fall? / what causes rust? / what caused it? / what led to it?
what leads to it? / what makes it rust? / what made it fall? / what is the reason?
what purpose has it?
""",
    "definition": """
define rust / please define rust / what does it mean? / what does un stand for?
how is it that which rust is defined? / what is the definition of rust? / what is rust?
what is a stem cell? / what are stem cells?
""",
    "manner": "how are they made? / and so how are they made?",
    "yes_no": """
is it red? / are they red? / was it red? / were they red? / am i late? / do they fly?
does it fly? / did it fly? / can it fly? / could it fly? / will it fly? / would it fly?
shall i go? / should i go? / has it flown? / have they flown? / had it flown? / may i go?
might it fly? / must i go? / isn't it red? / aren't they red? / doesn't it fly?
don't they fly? / can't it fly? / and is it red? / but is it red? / so is it red?
""",
    "thing": """
what happens when it rains? / what did people who stayed eat?
what can scientists do about it? / which gas do plants take in?
what is the phone number of the ferry?
""",
}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (question.strip(), kind)
        for kind, questions in QUESTIONS.items()
        for line in questions.strip().splitlines()
        for question in line.split(" / ")
    ],
)
def test_kind_of_answer(question: str, expected: str) -> None:
    assert kind(question) == expected


@pytest.mark.parametrize(
    "question",
    """list the colours. / name the colours. / name some colours. / name two colours.
name three colours. / name all colours. / name a few colours. / name several colours.
give examples of it. / what are the colours? / which are red? / what types of cell are there?
kinds of tea / what other cells divide? / which other cells divide? / what kinds exist?
which kinds exist? / what types exist? / which types exist? / which stem cells are used?
what cells do it? / which cells help in it? / what genes play a role?
what foods should i eat? / which drugs were used? / which drugs did they use?
what drugs have they used? / which drugs can be used? / which drugs could be used?
what drugs may help? / what drugs might help? / which drugs will help?
which drugs would help? / where is it made, and what does it cost?
how do they divide and which gene stops them?""".replace("\n", " / ").split(" / "),
)
def test_questions_for_several_things(question: str) -> None:
    assert SEVERAL.search(question)


@pytest.mark.parametrize(
    "question",
    [
        "what is the capital?",
        "which gas is heavier?",
        "what does it do?",
        "what virus can do it?",
        "on what basis are they paid?",
        "what process would help?",
        "when and where was it made?",
        "name it.",
    ],
)
def test_questions_for_one_thing(question: str) -> None:
    assert not SEVERAL.search(question)


@pytest.mark.parametrize(
    ("question", "sort"),
    [("which enzyme is it?", ["enzyme"]), ("what's the name?", ["the"]), ("why is it?", [])],
)
def test_sort_of_thing_asked_for(question: str, sort: list[str]) -> None:
    assert SOUGHT.findall(question) == sort
