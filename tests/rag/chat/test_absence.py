"""A reply that the passages do not say something is recognised in whatever words it comes."""

from __future__ import annotations

import pytest

from rag.chat.absence import says_absent, split_absence

ABSENT = """\
The documents do not seem to answer this question.
The passages do not mention GPT-4.
The provided passages don't mention the price.
The passages provided do not contain information about this topic.
The given context does not specify the dose.
The text does not say when it was built.
None of the passages mention a warranty.
None of the provided documents discusses side effects.
Neither passage states the year.
There is no information about the author in the passages.
There is no mention of a refund in the documents.
There isn't any information on that in the passages.
There are no details on the budget in the sources.
No information about the salary is provided.
No passage mentions the number of patients.
The answer is not stated in the passages.
The population is not mentioned in the provided text.
That is not covered by the documents.
This is not specified anywhere in the sources.
I could not find an answer in the passages.
I cannot answer this question from the passages.
I can't find this in the documents.
I'm sorry, but I cannot determine this from the given passages.
I am unable to find this information in the documents provided.
I was not able to locate the name in the passages.
I don't have enough information to answer this.
I do not see any mention of Berlin in the passages.
We found no reference to it in the sources.
Unfortunately, the passages do not provide this information.
Unfortunately, the documents don't include a phone number.
Sorry, the passages don't say.
Based on the passages, it is unclear who founded it.
It is not clear from the passages whether it works.
It is not possible to determine the cause from the documents.
It is impossible to say from the passages.
The question cannot be answered from the passages.
This cannot be determined based on the provided context.
The date can't be inferred from the text.
The passages contain no information about Mars.
The passages say nothing about children.
The documents have no answer to this.
The sources offer no figure for 2021.
The passages are silent on this point.
The document lacks any information about pricing.
The passages fail to mention the inventor.
Not enough information.
There is insufficient information in the passages to answer.
Not mentioned in the passages.
Not stated.
Unknown.
No answer found.
No relevant information was found in the passages.
This is outside the scope of the provided documents.
The passages did not report any adverse events for children.
The passages 1-8 do not describe the algorithm.
The excerpts never mention a deadline.
The information provided does not include the address.
The passages do not explicitly state the reason.
Nothing in the passages indicates the price.
The passages do not directly answer the question.
The context given doesn't reveal who won.
Die Passagen erwähnen GPT-4 nicht.
Die Dokumente enthalten keine Informationen dazu.
Dazu steht nichts in den Textstellen.
Aus den Quellen geht das nicht hervor.
Les passages ne mentionnent pas le prix.
Les documents ne contiennent aucune information à ce sujet.
Aucune information n'est donnée dans les passages.
Los pasajes no mencionan el precio.
No se menciona el año en los documentos.""".splitlines()
CLAIMS = """\
Article 5 does not cover consequential damage.
This case is not covered by the article.
The cause of death could not be determined.
There was no mention of pain in the placebo group.
Nitrogen is not present in the source material.
The signature cannot be verified without the public key.
There is no data loss during the migration.
Insufficient data protection led to a fine.
No answer was given by the ministry.
Die Quelle ist nicht trinkbar.
Der Text ist nicht von Goethe.
Die Informationen werden nicht gespeichert.
Les documents ne doivent pas être signés.
Las fuentes de energía no renovables son caras.
CD133 and CD44 can help identify these cells.
The drug did not improve sleep.
Side effects were not reported in the placebo group.
The trial did not include children.
No patient died during the study.
There was no difference between the groups.
There is no cure for the disease.
The cells do not divide.
Neither drug lowered the blood pressure.
It is not known why the bees vanish.
The model cannot be trained on one machine.
I think the answer is 42.
The museum does not have a café.
Nothing grows there.
The passage between the islands is narrow.
The documents must be signed by both parties.
The document was signed in 1820.
Passage 1 states that the mill was built by monks.
The contract does not cover water damage.
The text was written in Latin.
They do not have wings.
The data do not support the hypothesis.
The material does not contain lead.
The information in the register is not public.
Das Medikament hilft nicht gegen Schmerzen.
Le médicament ne guérit pas la maladie.
El medicamento no cura la enfermedad.""".splitlines()


@pytest.mark.parametrize("sentence", ABSENT)
def test_an_absence_is_recognised(sentence: str) -> None:
    assert says_absent(sentence)


@pytest.mark.parametrize("sentence", CLAIMS)
def test_a_claim_is_none(sentence: str) -> None:
    assert not says_absent(sentence)


@pytest.mark.parametrize(
    ("sentence", "absent", "said"),
    [
        ("The passages do not name it, but CD44 is a marker.", "not name it.", "CD44 is a marker."),
        ("The documents do not give a price; however, it is sold.", "a price.", "It is sold."),
        ("The passages do not say.", "do not say.", ""),
        ("It is red, but it fades.", "", "It is red, but it fades."),
        ("Herons nest, but the passages do not say how high.", "how high.", "Herons nest."),
        (
            "While the passages do not state the dose, they indicate 5 mg.",
            "the dose.",
            "They indicate 5 mg.",
        ),
        ("The passages do not mention it but they say so.", "mention it.", "They say so."),
        (
            "It was built in 1820, and there is no record of it.",
            "",
            "It was built in 1820, and there is no record of it.",
        ),
    ],
)
def test_what_the_passages_do_say_is_told_apart(sentence: str, absent: str, said: str) -> None:
    found = split_absence(sentence)
    assert found[0].endswith(absent)
    assert bool(found[0]) is bool(absent)
    assert found[1] == said
