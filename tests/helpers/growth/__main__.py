import sys
from dataclasses import replace
from growth.baits import BAITS
from growth.doors import DOORS
from growth.measure import Limits, find_growth
import time
enough = float(sys.argv[1]); wanted = sys.argv[2:]
for name, door in DOORS.items():
    if wanted and name not in wanted: continue
    t=time.process_time()
    try: door.read('a b c.')
    except Exception: pass
    import gc; gc.collect(); gc.freeze()
    for bait, make in BAITS.items():
        limits = Limits(largest=min(door.largest, 64000), enough=enough, most=3)
        try:
            found = find_growth(door.read, make, limits)
        except Exception as e:
            from rag.errors import RagError
            if isinstance(e, RagError): continue
            found = f"raised {type(e).__name__}: {str(e)[:200]}"
        if found: print(f"{name} / {bait}: {found}", flush=True)
    print(f"== {name} {time.process_time()-t:.0f}s", flush=True)
