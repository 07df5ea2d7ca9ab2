"""In which official language of the Union a text is written, by little words and words of the field. A guess that
knows when it fails.
"""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^\W\d_]+")
_MAX_WORDS = 400
_LITTLE = {
    "bg": "и на за от се да това който са при като със че по не",
    "cs": "že je se na pro který jako byl jsou podle nebo které také není ve",
    "da": "og det at en er til af på den som ikke med har der blev",
    "de": "der die das und ist ein eine zu den mit von für nicht auf dem des im wird zur zum",
    "el": "και το της του να για από με τον την οι των στο είναι που",
    "en": "the of and to in is that for an by with which this are was as on it",
    "es": "el los las de la que y un una por para con del es se en",
    "et": "ja on ei et see oli mis ning selle või kui oma ka mida",
    "fi": "ja on ei että se oli joka tai kun ovat myös tämä sekä jotka",
    "fr": "le la les des et est un une du dans que qui pour par au sur en ce cette",
    "ga": "agus an na ar le is go ag do sé bhfuil leis sa seo",
    "hr": "i je da se na za koji su kao od sadrži nije koja ili što",
    "hu": "a az és hogy egy nem is van ez amely vagy meg volt által szerint",
    "it": "il lo gli di che e un una per con del della è nel alla sono dei",
    "lt": "ir yra kad į su iš tai kaip buvo kuris arba pagal šis dėl",
    "lv": "un ir ka no ar uz par kas tas kā tika vai šis lai",
    "mt": "u li ta fi għal il minn ma kien huwa din dan jew tal",
    "nl": "de het een en van is dat op te voor met zijn niet aan die wordt",
    "pl": "i w na z że jest się do nie który oraz przez od dla jako",
    "pt": "o os as de que e um uma para com não do da em no na por",
    "ro": "și de la în cu o un pe care este sunt pentru din nu prin",
    "sk": "a je na že sa pre ktorý ako bol sú podľa alebo ktoré nie vo",
    "sl": "in je na da se za ki so kot po ali pri tudi ni kateri",
    "sv": "och det att en är till av på den som inte med har ett för",
}
# Words of the field, so that a single sentence about an attack is enough; none that stands in two of these languages.
_FIELD = {
    "en": (
        "be has have it its at or not from all more content post picture attack attacks terrorist "
        "terrorism incites incitement inciting calls call glorifies glorification glorifying shows group "
        "making instructions instruction weapons explosives bomb threatens threat offence offences "
        "material encourages praising praises designated"
    ),
    "fr": (
        "son ses ou par aux avec plus contenu attentat attentats terroriste terrorisme appelle incite "
        "incitation glorifie groupe fabrication armes explosifs menace publication montre image"
    ),
    "de": (
        "einen einer oder sich als auch bei nach über inhalt beitrag anschlag anschläge anschlags "
        "terroristische terroristischen terrorismus verherrlicht ruft anleitung waffen droht zeigt bild "
        "gruppe"
    ),
    "es": (
        "lo como más contenido atentado atentados terrorista terrorismo incita llama enaltece grupo armas "
        "explosivos amenaza muestra imagen"
    ),
    "it": (
        "come più contenuto attentato attentati terroristico terrorismo incita esalta armi esplosivi "
        "minaccia mostra immagine"
    ),
    "nl": (
        "dit deze bij naar ook inhoud bericht aanslag aanslagen terroristische terrorisme verheerlijkt "
        "zet groep wapens explosieven dreigt toont"
    ),
}
LANGUAGES = frozenset(_LITTLE)
_BY_WORD: dict[str, tuple[str, ...]] = {}
for _code in sorted(LANGUAGES):
    for _word in dict.fromkeys(f"{_LITTLE[_code]} {_FIELD.get(_code, '')}".split()):
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _code)


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language whose little words stand in ``text`` most often; ``None`` on a tie or without
    any.
    """
    scores: dict[str, int] = {}
    for word in _WORDS.findall(text[: _MAX_WORDS * 12].lower())[:_MAX_WORDS]:
        if word in _BY_WORD:
            for code in _BY_WORD[word]:
                scores[code] = scores.get(code, 0) + 1
    if not scores:
        return None
    best = max(scores.values())
    leaders = [code for code, score in scores.items() if score == best]
    return leaders[0] if len(leaders) == 1 else None
