"""Peak ground acceleration and velocity from published ground-motion models, through pygmm.

pygmm answers for one distance at a time, and with the hanging-wall terms off each model depends on one distance
only, so a member evaluates a table of distances and reads the grid off it.
"""

import importlib
import importlib.util
import logging
import sys
import types
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from model.rupture import Array, Distance, Rupture

# 96 steps in log distance: within 0.3 % of evaluating every node (checked in the tests).
TABLE_KM = np.geomspace(0.5, 1500.0, 96)
TOP_LIMIT_KM = 20.0  # CB14 and CY14 end their depth terms here

# The between-event correlation of PGA with PGV in the coefficient table of CB14 (rho_lnPGAlnY).
PGA_PGV_CORRELATION = 0.684


@dataclass(frozen=True)
class Model:
    """Where a model is in pygmm, the distance it takes, and its between-event deviation tau.

    tau runs between two coefficients over a magnitude range. The reduction by nonlinear soil, which ASK14, CB14
    and CY14 have, is left out: it is small at these sites and needs the within-event part too.
    """

    module: str
    name: str
    distance: str
    tau: tuple[str, str]
    tau_mag: tuple[float, float]


MODELS = {
    "ASK14": Model("abrahamson_silva_kamai_2014", "AbrahamsonSilvaKamai2014", "rup", ("s3", "s4"), (5, 7)),
    "BSSA14": Model(
        "boore_stewart_seyhan_atkinson_2014", "BooreStewartSeyhanAtkinson2014", "jb", ("tau_1", "tau_2"), (4.5, 5.5)
    ),
    "CB14": Model("campbell_bozorgnia_2014", "CampbellBozorgnia2014", "rup", ("tau_1", "tau_2"), (4.5, 5.5)),
    "CY14": Model("chiou_youngs_2014", "ChiouYoungs2014", "rup", ("tau_1", "tau_2"), (5, 6.5)),
    "AGA16-interface": Model("abrahamson_gregor_addo_2016", "AbrahamsonGregorAddo2016", "rup", ("tau", "tau"), (5, 6)),
    "AGA16-slab": Model("abrahamson_gregor_addo_2016", "AbrahamsonGregorAddo2016", "hyp", ("tau", "tau"), (5, 6)),
}


def load(gmm: str) -> Any:
    """The pygmm class of a model."""
    if "pygmm" not in sys.modules:
        # pygmm's __init__ imports all its models and, for one of them, pandas: 2.6 s against 1.4 s.
        found = importlib.util.find_spec("pygmm")
        if found is None:
            raise SystemExit("pygmm is not installed; install the extra: pip install 'stormbell[earthquake]'")
        package = types.ModuleType("pygmm")
        package.__path__ = list(found.submodule_search_locations or [])
        sys.modules["pygmm"] = package
    model = MODELS[gmm]
    return getattr(importlib.import_module(f"pygmm.{model.module}"), model.name)


def median_motion(gmm: str, rupture: Rupture, distance_km: float) -> tuple[float, float]:
    """Natural logarithms of PGA in g and PGV in cm/s at the model's own distance measure, without residuals."""
    gmm_class = load(gmm)
    scenario = _scenario(gmm_class, gmm, rupture, distance_km)
    with warnings.catch_warnings():
        # pygmm warns and logs beyond 300 km and outside a model's magnitudes; spec.out_of_range tells people once.
        warnings.simplefilter("ignore", UserWarning)
        logging.disable(logging.WARNING)
        try:
            result = gmm_class(scenario)
        finally:
            logging.disable(logging.NOTSET)
    if gmm_class.INDEX_PGV is not None:
        return float(np.log(result.pga)), float(np.log(result.pgv))
    period = np.exp(-4.09 + 0.66 * rupture.mag)
    ln_psa = np.interp(np.log(period), np.log(result.periods), np.log(result.spec_accels))
    return float(np.log(result.pga)), conditional_ln_pgv(float(ln_psa), rupture.mag, distance_km, rupture.vs30)


def conditional_ln_pgv(ln_psa: float, mag: float, distance_km: float, vs30: float) -> float:
    """Natural logarithm of PGV in cm/s from PSA in g at the period exp(-4.09 + 0.66 M) s, for models that have no PGV.

    Abrahamson & Bhasin (2020), coefficients of their table 3.2. Made for active crust; ShakeMap, too, uses it for
    models of other regions that lack PGV.
    """
    slope = np.interp(mag, (5.0, 7.5), (0.799, 0.654))
    return float(
        5.39
        + slope * ln_psa
        + 0.479 * (mag - 6)
        - 0.062 * (8.5 - mag) ** 2
        - 0.359 * np.log(distance_km + 5 * np.exp(0.4 * (mag - 6)))
        + (-0.134 + 0.023 * (mag - 5)) * np.log(vs30 / 425)
    )


def shaking(gmm: str, rupture: Rupture, distance: Distance, rng: np.random.Generator) -> tuple[Array, Array]:
    """PGA in g and PGV in cm/s on the grid, with one between-event residual for the whole earthquake."""
    z_pga, z_free = rng.standard_normal(2)
    z_pgv = PGA_PGV_CORRELATION * z_pga + np.sqrt(1 - PGA_PGV_CORRELATION**2) * z_free
    tau_pga, tau_pgv = between_event(gmm, rupture.mag)
    table = np.array([median_motion(gmm, rupture, float(km)) for km in TABLE_KM])
    ln_km = np.log(np.clip(getattr(distance, MODELS[gmm].distance), TABLE_KM[0], TABLE_KM[-1]))
    pga = np.exp(np.interp(ln_km, np.log(TABLE_KM), table[:, 0]) + tau_pga * z_pga)
    pgv = np.exp(np.interp(ln_km, np.log(TABLE_KM), table[:, 1]) + tau_pgv * z_pgv)
    return pga, pgv


def between_event(gmm: str, mag: float) -> tuple[float, float]:
    """Deviations tau of ln PGA and ln PGV. AGA16 has none for PGV: that of PGA stands in."""
    model, gmm_class = MODELS[gmm], load(gmm)
    low, high = (gmm_class.COEFF[name] for name in model.tau)

    def at(index: int) -> float:
        return float(np.interp(mag, model.tau_mag, (low[index], high[index])))

    pga = at(gmm_class.INDEX_PGA)
    return pga, pga if gmm_class.INDEX_PGV is None else at(gmm_class.INDEX_PGV)


def _scenario(gmm_class: Any, gmm: str, rupture: Rupture, distance_km: float) -> Any:
    known = {
        "mag": rupture.mag,
        "v_s30": rupture.vs30,
        "mechanism": rupture.mechanism,
        "dip": rupture.dip,
        "width": rupture.width_km,
        "depth_tor": min(rupture.top_km, TOP_LIMIT_KM),
        "depth_hyp": rupture.depth_km,
        "dist_jb": distance_km,
        "dist_rup": distance_km,
        "dist_hyp": distance_km,
        "dist_x": -1.0,  # on the footwall side: the hanging-wall terms need a strike nobody knows
        "event_type": "intraslab" if gmm == "AGA16-slab" else "interface",
    }
    scenario_class = sys.modules["pygmm.model"].Scenario
    return scenario_class(**{p.name: known[p.name] for p in gmm_class.PARAMS if p.name in known})
