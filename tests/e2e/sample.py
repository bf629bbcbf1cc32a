"""Documents that look like somebody's: for pages to be looked at."""

from datetime import datetime, timedelta, timezone

from flow import call

SITES = [
    ("Old Town", "Arcades, fountains, the clock tower.", [7.44744, 46.94809], 3),
    ("Main Station", "Concourse, underpass and platforms.", [7.43913, 46.94883], 2),
    ("Rose Garden", "Open air, above the river bend.", [7.46064, 46.95170], 1),
    ("University Library", "Reading rooms on four floors.", [7.43848, 46.95046], 4),
]
DEVICES = [("Pixel 8", "android", "GKWS6"), ("iPhone 15", "ios", "A3090"), ("Survey cart", "linux", "RPi 5")]
BEGIN = datetime(2026, 11, 23, 9, 0, tzinfo=timezone.utc)


def readings(n):
    return [
        {"kind": "wifi", "id": f"3c:a6:2f:{n % 97:02x}:22:{i:02x}", "rssi": -45 - (7 * n + 11 * i) % 45,
         "frequency": 2412 if i % 2 else 5180}
        for i in range(3 + n % 4)
    ]


def fill(base_url, n_fingerprints=60):
    """Returns {"sites": [id], "devices": [id], "fingerprints": [id]}."""
    def post(resource, documents):
        status, answer = call(base_url, "POST", f"/api/{resource}", documents)
        assert status == 201
        return [item["_id"] for item in answer["_items"]]

    sites = post("sites", [
        {"name": name, "description": text, "position": {"type": "Point", "coordinates": at}, "floors": floors}
        for name, text, at, floors in SITES
    ])
    devices = post("devices", [
        {"name": name, "platform": platform, "model": model} for name, platform, model in DEVICES
    ])
    fingerprints = post("fingerprints", [
        {
            "site": sites[n % len(sites)], "device": devices[n % len(devices)], "floor": n % 3,
            "taken_at": (BEGIN + timedelta(minutes=7 * n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "position": {"type": "Point", "coordinates": [7.44 + n / 10000, 46.948 + n / 20000]},
            "readings": readings(n), "note": f"Spot {n + 1}, by the {('door', 'window', 'stairs')[n % 3]}",
        }
        for n in range(n_fingerprints)
    ])
    return {"sites": sites, "devices": devices, "fingerprints": fingerprints}
