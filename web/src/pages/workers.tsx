import { useFetched } from "../fetched";
import { count, rate, span } from "../format";
import { Badge } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink, When } from "../parts/values";
import type { Worker } from "../types";
import { Amiss } from "./troubles";

const COLUMNS: Column<Worker>[] = [
  { head: "Worker", cell: (one) => <span class="mono whole">{one.worker}</span> },
  { head: "State", wide: true, cell: (one) => <><Badge of={one.state} /> {one.why}</> },
  { head: "Host", cell: (one) => `${one.host}, pid ${one.pid}` },
  { head: "Queues", cell: (one) => one.queues.map((name) => <span key={name}><QueueLink name={name} /> </span>) },
  { head: "Types", cell: (one) => <Types of={one.job_types} /> },
  { head: "Active", num: true, cell: (one) => `${count(one.active)} of ${count(one.slots)}` },
  { head: "Jobs a second", num: true, cell: (one) => rate(one.per_second) },
  { head: "Heard of", cell: (one) => (one.age_seconds < 1 ? "now" : `${span(one.age_seconds)} ago`) },
  { head: "Began", cell: (one) => <When at={one.started_at} /> },
  { head: "Release", cell: (one) => one.release },
];

function Types({ of }: { of: Worker["job_types"] }) {
  const names = Object.keys(of);
  return (
    <details>
      <summary>{names.length}</summary>
      {names.join(", ")}
    </details>
  );
}

/** The workers of all processes; those that are amiss say why. */
export function Workers() {
  const found = useFetched<{ workers: Worker[] }>("workers");
  return (
    <>
      <h1>Workers</h1>
      <Amiss with={(one) => one.about === "workers" || one.code === "no_worker"} />
      <Shown of={found}>
        {({ workers }) =>
          workers.length ? (
            <div class="card">
              <Table caption="Workers" columns={COLUMNS} rows={inOrder(workers)} id={(one) => one.worker} />
            </div>
          ) : (
            <Empty>
              No worker has told of itself in the last ten minutes. Start one: <code>jobsys worker MODULE:CONTAINER</code>
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

const ORDER = ["silent", "not_ready", "ready"];

function inOrder(workers: Worker[]): Worker[] {
  return [...workers].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
}
