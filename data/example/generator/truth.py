"""What is true, as `truth.toml` says, and random numbers that depend on nothing but a name."""

from __future__ import annotations

import hashlib
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
TRUTH = HERE.parent / "truth.toml"


@dataclass(frozen=True)
class City:
    """One city: its names, and what is true there."""

    slug: str
    name: str
    code: str
    initial: str
    company: str
    area: str
    neighbour: str
    place: str
    lab: str
    target_group_sv: str
    participants: int
    interviews: int
    planted_stems: tuple[str, ...]
    planted_per_1000: float
    belonging: dict[str, float]
    outcome: dict[str, float]
    new_contacts: dict[str, float]
    residents: float
    themes: dict[str, float]
    generated: bool = False


@dataclass(frozen=True)
class Truth:
    """The whole of `truth.toml`, with as many cities as were asked for."""

    seed: int
    cities: tuple[City, ...]
    settings: dict[str, Any]

    def __getitem__(self, part: str) -> Any:
        return self.settings[part]

    def rng(self, *name: str) -> np.random.Generator:
        """Random numbers of one named thing; what other things draw does not move them."""
        digest = hashlib.sha256("/".join(name).encode("utf-8")).digest()
        key = tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4))
        seeds = np.random.SeedSequence(self.seed, spawn_key=key)
        return np.random.Generator(np.random.PCG64(seeds))


def read_truth(*, seed: int | None = None, cities: int = 4, words: int | None = None) -> Truth:
    """The truth for so many cities and about so many words of interviews."""
    settings = tomllib.loads(TRUTH.read_text(encoding="utf-8"))
    bare = Truth(settings["seed"] if seed is None else seed, (), settings)
    written = [City(**city) for city in settings["city"]]
    chosen = written[:cities]
    chosen += [_generated(bare, written, number) for number in range(5, cities + 1)]
    if words is not None:
        low, high = settings["interviews"]["words"]
        each = max(1, round(words / cities / ((low + high) / 2)))
        chosen = [City(**{**vars(city), "interviews": each}) for city in chosen]
    return Truth(bare.seed, tuple(chosen), settings)


def _generated(truth: Truth, written: list[City], number: int) -> City:
    """A further city around the mean of those written down."""
    rng = truth.rng("city", str(number))
    spread = truth["generated"]
    low, high = spread["participants"]
    name = f"Provstad {number:03d}"

    def moved(values: list[float], sd: float) -> float:
        return round(float(np.mean(values) + sd * rng.standard_normal()), 2)

    def moved_share(shares: list[float], sd: float) -> float:
        logit = math.log(np.mean(shares) / (1 - np.mean(shares))) + sd * rng.standard_normal()
        return round(1 / (1 + math.exp(-logit)), 2)

    work = moved_share([c.outcome["work_or_studies"] for c in written], spread["outcome_logit"])
    return City(
        slug=f"provstad-{number:03d}",
        name=name,
        code=f"{9000 + number}",
        initial=f"{number:03d}",
        company=f"Bostäder i {name}",
        area="Provängen",
        neighbour="Provbacken",
        place="Provrummet",
        lab=f"Labbet i {name}",
        target_group_sv="hyresgäster",
        participants=int(rng.integers(low, high + 1)),
        interviews=written[0].interviews,
        planted_stems=(),
        planted_per_1000=0.0,
        belonging={
            wave: moved([c.belonging[wave] for c in written], spread["belonging"])
            for wave in ("before", "after")
        },
        outcome={
            "work_or_studies": work,
            "neither": round(0.9 * (1 - work), 3),
            "unknown": round(1 - work - round(0.9 * (1 - work), 3), 3),
        },
        new_contacts=written[0].new_contacts,
        residents=moved([c.residents for c in written], spread["belonging"]),
        themes={
            theme: moved_share([c.themes[theme] for c in written], spread["theme_logit"])
            for theme in written[0].themes
        },
        generated=True,
    )
