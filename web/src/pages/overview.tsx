import { count, rate, span } from "../format";
import { connection, overview } from "../live";
import type { Overview as Told } from "../overview";
import { QueueBadges } from "../parts/badge";
import { Chart, type Line } from "../parts/chart";
import { Empty } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink, Section } from "../parts/values";
import type { BusyQueue } from "../overview";
import { to } from "../route";
import { PRIORITIES } from "../types";
import { seesAll } from "../who";
import { Failures } from "./failures";
import { Troubles } from "./troubles";

/** How everything stands, and first of all where the trouble is. */
export function Overview() {
  const told = overview.value;
  return (
    <>
      <h1>Overview</h1>
      {told ? <All told={told} /> : seesAll() ? <Waiting /> : <Bounded />}
    </>
  );
}

function All({ told }: { told: Told }) {
  return (
    <>
      <Troubles of={told.troubles} />
      <Tiles told={told} />
      <div class="pair">
        <Section title="Rates">
          <Chart title="Jobs that ended, a second" points={told.history} lines={RATES} />
        </Section>
        <Section title="Backlog">
          <Chart title="Jobs that wait or run" points={told.history} lines={BACKLOG} />
        </Section>
      </div>
      <Section title="Queues" actions={<a href={to("queues")}>All {count(told.queues.all)}</a>}>
        <Levels of={told.waiting_by_priority} />
        {told.queues.busiest.length ? (
          <Table caption="The busiest queues" columns={COLUMNS} rows={told.queues.busiest} id={(one) => one.queue} />
        ) : (
          <Empty>No queue has a job yet: submit one, and it shows here.</Empty>
        )}
      </Section>
      <Failures />
    </>
  );
}

const RATES: Line[] = [
  { label: "completed", of: "completed", colour: "--good" },
  { label: "failed", of: "failed", colour: "--bad" },
];
const BACKLOG: Line[] = [
  { label: "waiting", of: "waiting", colour: "--warn" },
  { label: "active", of: "active", colour: "--accent" },
];

const COLUMNS: Column<BusyQueue>[] = [
  { head: "Queue", cell: (one) => <QueueLink name={one.queue} /> },
  { head: "Waiting", num: true, cell: (one) => count(one.waiting) },
  { head: "Active", num: true, cell: (one) => count(one.active) },
  { head: "Delayed", num: true, cell: (one) => count(one.delayed) },
  { head: "Dead", num: true, cell: (one) => count(one.failed) },
  { head: "Oldest waits", num: true, cell: (one) => span(one.oldest_waiting_seconds) },
  { head: "State", cell: (one) => <QueueBadges {...one} /> },
];

function Tiles({ told }: { told: Told }) {
  const { counts, rates, latency, workers, circuits } = told;
  return (
    <div class="tiles">
      <Tile name="Completed" value={`${rate(rates.completed)}/s`} more={`${count(counts.completed)} ever`} href={to("jobs", "", { status: "completed" })} />
      <Tile name="Failed" value={`${rate(rates.failed)}/s`} more={`${count(counts.failed)} dead letters`} href={to("dead-letters")} bad={rates.failed > 0} />
      <Tile name="Waiting" value={count(counts.waiting)} more={`oldest ${span(told.oldest_waiting_seconds)}`} href={to("jobs", "", { status: "queued" })} />
      <Tile name="Active" value={count(counts.active)} more={`${count(counts.delayed)} delayed`} href={to("jobs", "", { status: "processing" })} />
      <Tile name="Latency" value={span(latency?.p50)} more={latency ? bound(latency.p95_within) : "nothing ended in a minute"} href={to("jobs", "", { status: "completed" })} />
      <Tile name="Workers" value={count(workers.ready)} more={`${workers.active} of ${workers.slots} slots${workers.silent ? `, ${workers.silent} silent` : ""}`} href={to("workers")} bad={workers.silent > 0} />
      <Tile name="Circuits" value={circuits.open ? `${circuits.open} open` : "closed"} more={`${circuits.half_open} half-open`} href={to("circuits")} bad={circuits.open > 0} />
    </div>
  );
}

/** Writes what is known for sure: a bound, as a value between two bounds may be more than any job took. */
function bound(within: number | null): string {
  return within === null ? "95 %: over 1 h" : `95 %: ≤ ${span(within)}`;
}

function Tile(props: { name: string; value: string; more: string; href: string; bad?: boolean }) {
  return (
    <a class={props.bad ? "tile bad" : "tile"} href={props.href}>
      <span>{props.name}</span>
      <strong>{props.value}</strong>
      <small>{props.more}</small>
    </a>
  );
}

/** The waiting jobs of each level, as parts of one bar. */
function Levels({ of }: { of: Told["waiting_by_priority"] }) {
  const most = Math.max(1, ...PRIORITIES.map((level) => of[level] ?? 0));
  return (
    <ul class="levels" aria-label="Waiting jobs by priority">
      {PRIORITIES.map((level) => (
        <li key={level}>
          <span>{level}</span>
          <meter min={0} max={most} value={of[level] ?? 0} aria-label={`${level}: ${of[level] ?? 0} waiting`} />
          <b>{count(of[level])}</b>
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  return <p class="loading">{connection.value === "lost" ? "The server has not told anything yet." : "Loading…"}</p>;
}

/** What stands here for one who is shown only some queues. */
function Bounded() {
  return (
    <Empty>
      You are shown only some queues or types: see your <a href={to("queues")}>queues</a>, your{" "}
      <a href={to("jobs")}>jobs</a> and your <a href={to("dead-letters")}>dead letters</a>.
    </Empty>
  );
}
