import { asking } from "../client";
import { useFetched } from "../fetched";
import { count } from "../format";
import { Badge } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { Section } from "../parts/values";
import { to } from "../route";
import type { Job } from "../types";
import { PauseQueue, PurgeQueue } from "./queue_actions";

interface Row {
  type: string;
  share: number;
  paused: boolean;
}

const LOOKED_AT = 100;

/** Which types wait in a queue, by a look at some of its jobs: where one floods it, this shows. */
export function QueueTypes({ name, paused }: { name: string; paused: string[] }) {
  const found = useFetched<{ jobs: Job[] }>(
    asking("jobs", { queue: name, status: "queued", limit: String(LOOKED_AT) }),
  );
  const columns: Column<Row>[] = [
    { head: "Type", cell: (row) => <a href={to("jobs", "", { queue: name, type: row.type })}>{row.type}</a> },
    { head: "Waiting", num: true, cell: (row) => count(row.share) },
    { head: "State", cell: (row) => <Badge of={row.paused ? "paused" : "running"} /> },
    {
      head: "",
      cell: (row) => (
        <span class="buttons">
          <PauseQueue name={name} type={row.type} paused={row.paused} />
          <PurgeQueue name={name} type={row.type} />
        </span>
      ),
    },
  ];
  return (
    <Section title="Types that wait">
      <Shown of={found}>
        {({ jobs }) => {
          const rows = typesOf(jobs, paused);
          return rows.length ? (
            <>
              <p class="quiet">Of {jobs.length === LOOKED_AT ? `${LOOKED_AT} waiting jobs` : "all that wait"}:</p>
              <Table caption="Types that wait" columns={columns} rows={rows} id={(row) => row.type} />
            </>
          ) : (
            <Empty>No job waits.</Empty>
          );
        }}
      </Shown>
    </Section>
  );
}

function typesOf(jobs: Job[], paused: string[]): Row[] {
  const shares = new Map(paused.map((type) => [type, 0]));
  for (const job of jobs) shares.set(job.job_type, (shares.get(job.job_type) ?? 0) + 1);
  return [...shares]
    .map(([type, share]) => ({ type, share, paused: paused.includes(type) }))
    .sort((a, b) => b.share - a.share);
}
