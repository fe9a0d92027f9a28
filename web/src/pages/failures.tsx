import { useFetched } from "../fetched";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { JobLink, QueueLink, Section, When } from "../parts/values";
import { to } from "../route";
import type { Job } from "../types";

const COLUMNS: Column<Job>[] = [
  { head: "Job", cell: (job) => <JobLink id={job.job_id} /> },
  { head: "Type", cell: (job) => job.job_type },
  { head: "Queue", cell: (job) => <QueueLink name={job.queue} /> },
  { head: "Error", wide: true, cell: (job) => lastError(job) },
  { head: "Failed", cell: (job) => <When at={job.ended_at} /> },
];

export function lastError(job: Job): string {
  const error = job.errors.at(-1);
  return error ? `${error.type}: ${error.message}` : (job.reason ?? "");
}

/** The jobs that failed last. */
export function Failures() {
  const found = useFetched<{ jobs: Job[] }>("jobs?status=failed&limit=5");
  return (
    <Section title="Latest failures" actions={<a href={to("dead-letters")}>By cause</a>}>
      <Shown of={found}>
        {({ jobs }) =>
          jobs.length ? (
            <Table caption="The jobs that failed last" columns={COLUMNS} rows={jobs} id={(job) => job.job_id} />
          ) : (
            <Empty>No dead letter is kept.</Empty>
          )
        }
      </Shown>
    </Section>
  );
}
