// The same verbs as peers/common.py; BENCH_NODE is the folder with node_modules.
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');
const { Queue, Worker } = createRequire(path.join(process.env.BENCH_NODE, 'x.js'))('bullmq');

const [verb, ...rest] = process.argv.slice(2);
const place = new URL(process.env.BENCH_URL);
const connection = { host: place.hostname, port: Number(place.port), maxRetriesPerRequest: null };
const worker = Number(process.env.BENCH_WORKER || 0);
const CHUNK = 1000, CALLERS = 100, SLEEP_MS = 10;

const now = () => (performance.timeOrigin + performance.now()) / 1000;
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));
const option = (name, otherwise) => {
  const found = (process.env.BENCH_OPTIONS || '').match(new RegExp(`\\b${name}=(\\d+)`));
  return found ? Number(found[1]) : otherwise;
};
const payload = number => ({
  number, sent: now(), to: `user${String(number).padStart(8, '0')}@example.org`,
  subject: 'Your weekly report is ready', template: 'weekly_report', locale: 'en_GB',
  tags: ['report', 'weekly'], attempts: 1,
});

function work() {
  const file = fs.openSync(process.env.BENCH_LOG, 'a');
  const ran = ({ number, sent }) => {
    const record = Buffer.alloc(24);
    record.writeDoubleLE(now(), 0);
    record.writeDoubleLE(sent, 8);
    record.writeUInt32LE(number, 16);
    record.writeUInt32LE(worker, 20);
    fs.writeSync(file, record);
  };
  const handlers = { noop: async given => ran(given), sleep: async given => { await pause(SLEEP_MS); ran(given); } };
  new Worker('bench', job => handlers[job.name](job.data), { connection, concurrency: option('c', 1) });
}

async function put(queue, kind, number, mode) {
  const begun = performance.now(), used = process.cpuUsage();
  if (mode === 'bulk') {
    for (let start = 0; start < number; start += CHUNK) {
      const length = Math.min(CHUNK, number - start);
      await queue.addBulk(Array.from({ length }, (_, n) => ({ name: kind, data: payload(start + n) })));
    }
  } else {
    let next = 0;
    const call = async () => { while (next < number) await queue.add(kind, payload(next++)); };
    await Promise.all(Array.from({ length: mode === 'one' ? 1 : CALLERS }, call));
  }
  const seconds = (performance.now() - begun) / 1000, { user, system } = process.cpuUsage(used);
  console.log(JSON.stringify({ seconds, cpu: (user + system) / 1e6 }));
}

async function trickle(queue, number, gap) {
  let due = now();
  for (let n = 0; n < number; n++) {
    due += gap;
    await pause(Math.max(0, (due - now()) * 1000));
    await queue.add('noop', payload(n));
  }
}

async function main() {
  if (verb === 'work') return work();
  const queue = new Queue('bench', { connection });
  await queue.waitUntilReady();
  if (verb === 'put') await put(queue, rest[0], Number(rest[1]), rest[2]);
  else await trickle(queue, Number(rest[0]), Number(rest[1]));
  await queue.close();
}

main();
