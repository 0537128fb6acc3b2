"""The texts of a page's frame, in the languages that pages come in."""

from __future__ import annotations

from collections.abc import Mapping

from labtools.words import Language

WORDING: Mapping[Language, Mapping[str, str]] = {
    "sv": {
        "skip": "Hoppa till innehållet",
        "all_reports": "Alla rapporter",
        "check": "Kontroll av underlaget",
        "check_is_raw": (
            "Filnamn och etiketter står som de är, så sidan kan innehålla namn: den är till för "
            "den som rättar filerna, och det som är fel beskrivs på engelska."
        ),
        "cities": "Samma rapport för andra städer",
        "contents": "Innehåll",
        "synthetic": "Underlaget är syntetiskt: städerna, människorna och svaren är påhittade.",
        "code": "Kod",
        "line": "rad",
        "lines": "rader",
        "table": "Tabell",
        "figure": "Figur",
        "document": "Sidan som Word-dokument",
        "link_here": "Länk till avsnittet",
        "no_description": "Figur utan beskrivning",
        "not_shown": "Ett resultat som sidan inte kan visa.",
        "stderr": "Meddelande från programmet",
        "error": "Här stannade beräkningen",
        "how_made": "Hur sidan gjordes",
        "report": "Rapport",
        "city": "Stad",
        "whole_lab": "Hela labbet",
        "parameters": "Inställningar",
        "when": "Gjord",
        "versions": "Versioner",
        "about": "Rapporter om",
        "reports": "Rapporter",
        "grid": "Rapporter per stad",
        "open": "Läs",
        "page": "Sida",
        "failed": "Misslyckades",
        "stopped": "Avbröts",
        "not_run": "Inte körd",
        "withdrawals": "Återtagna samtycken",
        "failures": "Det som inte blev klart",
        "chapter.evidence": "Underlag",
        "chapter.interviews": "Intervjuer",
        "chapter.surveys": "Enkäter",
        "chapter.cities": "Städer",
        "and": "och",
        "yes": "ja",
        "no": "nej",
        "none": "inget",
        "show_all": "Här står de första {first} av {all}. Visa alla {all}.",
        "show_first": "Alla {all} visas. Visa bara de första {first}.",
        "cut": "Här står de första {first} av {all}; alla står på webbsidan.",
        "search": "Sök efter stad eller rapport",
        "found": "rapporter",
        "of_cities": "{n} städer",
        "without": "Städer som ingen rapport handlar om",
        "all_cities": "Städer",
    },
    "en": {
        "skip": "Skip to the content",
        "all_reports": "All reports",
        "check": "Check of the evidence",
        "check_is_raw": (
            "File names and labels stand as they are, so this page may hold names: it is for "
            "those who mend the files, and the faults are told in English."
        ),
        "cities": "The same report for other cities",
        "contents": "Contents",
        "synthetic": "The evidence is synthetic: the cities, people and answers are made up.",
        "code": "Code",
        "line": "line",
        "lines": "lines",
        "table": "Table",
        "figure": "Figure",
        "document": "The page as a Word document",
        "link_here": "Link to the section",
        "no_description": "Figure without description",
        "not_shown": "A result of a kind that the page cannot show.",
        "stderr": "Message from the program",
        "error": "Here the computation stopped",
        "how_made": "How this page was made",
        "report": "Report",
        "city": "City",
        "whole_lab": "The whole lab",
        "parameters": "Settings",
        "when": "Made",
        "versions": "Versions",
        "about": "Reports on",
        "reports": "Reports",
        "grid": "Reports by city",
        "open": "Read",
        "page": "Page",
        "failed": "Failed",
        "stopped": "Stopped",
        "not_run": "Not run",
        "withdrawals": "Consent withdrawn",
        "failures": "What was not finished",
        "chapter.evidence": "Evidence",
        "chapter.interviews": "Interviews",
        "chapter.surveys": "Surveys",
        "chapter.cities": "Cities",
        "and": "and",
        "yes": "yes",
        "no": "no",
        "none": "none",
        "show_all": "Here are the first {first} of {all}. Show all {all}.",
        "show_first": "All {all} are shown. Show only the first {first}.",
        "cut": "Here are the first {first} of {all}; all of them are on the web page.",
        "search": "Search for a city or a report",
        "found": "reports",
        "of_cities": "{n} cities",
        "without": "Cities that no report is about",
        "all_cities": "Cities",
    },
}


def join_words(words: list[str], language: Language) -> str:
    """A list as a sentence writes it.

    >>> join_words(["Norrvik", "Sundby", "Ekfors"], "sv")
    'Norrvik, Sundby och Ekfors'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {WORDING[language]['and']} {words[-1]}"
