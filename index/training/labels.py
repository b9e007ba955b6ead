"""Reads the labels of ESCO, ROME and their crosswalk into groups of texts that mean the same thing."""

import csv
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from text import fold, words


@dataclass
class Occupation:
    """An ESCO occupation: labels per language, the preferred one first."""

    fr: list[str] = field(default_factory=list)
    en: list[str] = field(default_factory=list)
    rome: dict[str, list[str]] = field(default_factory=dict)  # titles by kind of link

    def held_out(self, uri: str) -> bool:
        """A fixed third of the occupations is never trained on when figures are measured."""
        return int(hashlib.md5(uri.encode()).hexdigest(), 16) % 3 == 0


@dataclass
class Labels:
    """Everything that training reads."""

    occupations: dict[str, Occupation]
    skills: list[tuple[list[str], list[str]]]  # names of one skill: French, English
    rome_titles: dict[str, list[list[str]]]  # ROME code -> titles, each as its gender forms
    rome_items: list[str]  # skills and knowledge, no synonyms
    technologies: list[str]
    gender_pairs: list[tuple[str, str]]  # whole labels: masculine, feminine
    linked: dict[str, set[str]]  # OGR code -> URIs of linked occupations
    ogr_titles: dict[str, list[str]]


def read(folder: Path) -> Labels:
    """Reads the publishers' files found anywhere below `folder`."""
    pairs: list[tuple[str, str]] = []
    occupations: dict[str, Occupation] = {}
    for row in _rows(folder, "occupations_fr.csv"):
        if "/esco/occupation/" in row["conceptUri"] and row["preferredLabel"]:
            forms = genders(row["preferredLabel"])
            pairs += [(forms[0], forms[1])] if len(forms) == 2 else []
            occupations[row["conceptUri"]] = Occupation(fr=_unique(forms + _split(row["altLabels"])))
    for row in _rows(folder, "occupations_en.csv"):
        if row["conceptUri"] in occupations:
            occupations[row["conceptUri"]].en = _unique([row["preferredLabel"]] + _split(row["altLabels"]))
    skills: dict[str, tuple[list[str], list[str]]] = {}
    for side, name in enumerate(("skills_fr.csv", "skills_en.csv")):
        for row in _rows(folder, name):
            if row["preferredLabel"]:
                names = skills.setdefault(row["conceptUri"], ([], []))[side]
                names.extend(_unique([row["preferredLabel"]] + _split(row["altLabels"])[:6]))
    rome_titles: dict[str, list[list[str]]] = {}
    ogr_titles: dict[str, list[str]] = {}
    for row in _rows(folder, "unix_referentiel_appellation_v*_utf8.csv"):
        forms = genders(row["libelle_appellation_long"])
        pairs += [(forms[0], forms[1])] if len(forms) == 2 else []
        rome_titles.setdefault(row["code_rome"], []).append(forms)
        ogr_titles[row["code_ogr"]] = forms
    linked: dict[str, set[str]] = {}
    for uri, ogr, relation in _crosswalk(folder):
        if uri in occupations and ogr in ogr_titles:
            linked.setdefault(ogr, set()).add(uri)
            occupations[uri].rome.setdefault(relation, []).extend(ogr_titles[ogr])
    items = [row["libelle_competence"] for row in _rows(folder, "unix_referentiel_competence_v*_utf8.csv")]
    items += [row["libelle_savoir"] for row in _rows(folder, "unix_referentiel_savoir_v*_utf8.csv")]
    return Labels(
        occupations,
        list(skills.values()),
        rome_titles,
        _unique(items),
        _technologies(folder),
        pairs,
        linked,
        ogr_titles,
    )


def all_texts(labels: Labels) -> list[str]:
    """Every text that is trained on or measured with, once."""
    texts = [t for o in labels.occupations.values() for t in o.fr + o.en]
    texts += [t for titles in labels.rome_titles.values() for forms in titles for t in forms]
    texts += [t for sides in labels.skills for side in sides for t in side]
    return _unique(texts + labels.rome_items + labels.technologies)


def genders(label: str) -> list[str]:
    """« Abatteur / Abatteuse de carrière » as both whole titles, the masculine first."""
    label = label.replace("’", "'").strip()
    parts = [part.strip() for part in (label.split(" / ") if " / " in label else label.split("/"))]
    if len(parts) != 2 or not all(parts):
        return [label]
    left, right = parts[0].split(), parts[1].split()
    if fold(left[-1])[:3] == fold(right[0])[:3] and fold(left[0])[:3] != fold(right[0])[:3]:
        return [" ".join(left + right[1:]), " ".join(left[:-1] + right)]
    if fold(left[0])[:2] != fold(right[0])[:2]:
        return [label]
    for at in range(1, len(right)):  # the masculine part stops where both go on the same way
        if at == len(left):
            return [" ".join(left + right[at:]), parts[1]]
    return parts


def _rows(folder: Path, pattern: str):
    found = sorted(folder.rglob(pattern))
    if not found:
        raise SystemExit(f"{folder}: no file named {pattern}")
    with found[-1].open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _crosswalk(folder: Path):
    found = sorted(folder.rglob("*mapping_esco_rome*.csv"))
    if not found:
        raise SystemExit(f"{folder}: no file named *mapping_esco_rome*.csv")
    with found[-1].open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if len(row) >= 5 and row[0].startswith("http"):
                yield row[0], row[2], row[4].removeprefix("skos:").removesuffix("Match")


def _technologies(folder: Path) -> list[str]:
    names: list[str] = []
    for file in sorted(folder.rglob("devicon.json")) + sorted(folder.rglob("linguist.json")):
        _names(json.loads(file.read_text("utf-8")), names)
    return _unique([name for name in names if 1 < len(name) < 40 and words(name)])


def _names(node, out: list[str]) -> None:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("name", "title") and isinstance(value, str):
                out.append(value)
            elif key in ("altnames", "aliases") and isinstance(value, list):
                out.extend(v for v in value if isinstance(v, str))
            else:
                _names(value, out)
    elif isinstance(node, list):
        for value in node:
            _names(value, out)


def _split(labels: str) -> list[str]:
    return [part.strip() for part in labels.replace("\n", "|").split("|") if part.strip()]


def _unique(texts: list[str]) -> list[str]:
    return list(dict.fromkeys(t.replace("’", "'").strip() for t in texts if t.strip()))
