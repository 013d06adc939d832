import json, os, time

URL, CALLS = os.environ["BENCH_URL"], int(os.environ["BENCH_CALLS"])
ACCOUNT = {"userName": "user", "password": "not-a-real-password", "domain": "sms.smsafzar"}
HEADERS = {"Cache-Control": "no-cache", "Accept": "application/json"}


def measure(post):
    def calls(count):
        for _ in range(count):
            response = post(URL, json=ACCOUNT, headers=HEADERS)
            assert response.status_code == 200 and response.json()["token"]

    calls(100)
    cpu, wall = time.process_time(), time.perf_counter()
    calls(CALLS)
    print(json.dumps([(time.process_time() - cpu) * 1e6 / CALLS, (time.perf_counter() - wall) * 1e6 / CALLS]))


