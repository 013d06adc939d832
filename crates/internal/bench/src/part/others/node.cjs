const url = process.env.BENCH_URL;
const count = Number(process.env.BENCH_CALLS);
const account = { userName: 'user', password: 'not-a-real-password', domain: 'sms.smsafzar' };
const headers = { 'Cache-Control': 'no-cache', Accept: 'application/json', 'Content-Type': 'application/json' };

async function calls(count) {
  for (let i = 0; i < count; i++) {
    if (!(await login(url, account, headers))) throw new Error('no token');
  }
}

(async () => {
  await calls(300);
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  await calls(count);
  const { user, system } = process.cpuUsage(cpu);
  const took = Number(process.hrtime.bigint() - wall) / 1e3;
  console.log(JSON.stringify([(user + system) / count, took / count]));
  process.exit(0);
})();
