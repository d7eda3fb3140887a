"""One ensemble member: `python member.py params.json` writes member.nc and summary.json here.

The parameters are one item of `model.spec.ensemble`.
"""

import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from model import netcdf, program, spec
from model.simulate import simulate


def main() -> None:
    started = time.perf_counter()
    params = program.read_params("event", "member", "seed", "gmm", "grid")
    if params["gmm"] not in spec.MODELS:
        raise SystemExit(f"Unknown ground-motion model {params['gmm']!r}; use one of {', '.join(spec.MODELS)}")
    event, number, gmm = params["event"], params["member"], params["gmm"]
    print(f"member {number}: {spec.MODELS[gmm]}, M {event['mag']:g}, seed {params['seed']}", flush=True)
    member = simulate(params)
    print(f"member {number}: simulated after {time.perf_counter() - started:.2f} s", flush=True)

    row, column = np.unravel_index(int(member.mmi.argmax()), member.mmi.shape)
    netcdf.write(
        Path("member.nc"),
        member.lon,
        member.lat,
        {"mmi": member.mmi, "pga": member.pga, "pgv": member.pgv},
        {
            "title": f"Ground-motion ensemble member {number}",
            "member": number,
            "seed": params["seed"],
            "gmm": gmm,
            "gmm_name": spec.MODELS[gmm],
            **{f"drawn_{name}": value for name, value in asdict(member.rupture).items()},
            **netcdf.event_attributes(event),
        },
    )
    program.write_json(
        Path("summary.json"),
        {
            "event_id": event["id"],
            "member": number,
            "seed": params["seed"],
            "gmm": gmm,
            "max_mmi": round(float(member.mmi[row, column]), 2),
            "max_pga_g": round(float(member.pga.max()), 4),
            "max_pgv_cm_s": round(float(member.pgv.max()), 2),
            "drawn": {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(member.rupture).items()},
        },
    )
    print(
        f"member {number}: wrote member.nc, maximum intensity {member.mmi.max():.1f}, "
        f"{time.perf_counter() - started:.2f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
