import { useState } from "preact/hooks";
import { asking } from "../client";
import { useFetched } from "../fetched";
import { StatusBadges } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { JobLink, QueueLink, When } from "../parts/values";
import { to } from "../route";
import type { Job } from "../types";
import { may } from "../who";
import { lastError } from "./failures";
import { Filters, WANTED } from "./job_filters";
import { Ticked } from "./jobs_ticked";

interface Page {
  jobs: Job[];
  next: string | null;
}

/** Jobs as the filters want them, page by page. */
export function Jobs({ query }: { query: URLSearchParams }) {
  const said = Object.fromEntries([...WANTED, "after"].map((name) => [name, query.get(name)]));
  const found = useFetched<Page>(asking("jobs", { ...said, limit: "50" }));
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <h1>Jobs</h1>
      <Filters key={query.toString()} said={said} />
      <Shown of={found}>
        {({ jobs, next }) => (
          <>
            <Ticked ids={[...ticked]} clear={() => setTicked(new Set())} />
            {jobs.length ? (
              <div class="card">
                <Table caption="Jobs" columns={columns(jobs, ticked, setTicked)} rows={jobs} id={(job) => job.job_id} />
              </div>
            ) : (
              <None further={next !== null} />
            )}
            <Pages said={said} next={next} />
          </>
        )}
      </Shown>
    </>
  );
}

function columns(jobs: Job[], ticked: ReadonlySet<string>, set: (ids: ReadonlySet<string>) => void): Column<Job>[] {
  const tick = (ids: string[], on: boolean) =>
    set(new Set(on ? [...ticked, ...ids] : [...ticked].filter((id) => !ids.includes(id))));
  const ids = jobs.map((job) => job.job_id);
  const box: Column<Job> = {
    head: "Tick",
    title: (
      <input type="checkbox" aria-label="Tick all of this page" checked={ids.length > 0 && ids.every((id) => ticked.has(id))}
        onChange={(event) => tick(ids, event.currentTarget.checked)} />
    ),
    cell: ({ job_id }: Job) => (
      <input type="checkbox" aria-label={`Tick ${job_id}`} checked={ticked.has(job_id)}
        onChange={(event) => tick([job_id], event.currentTarget.checked)} />
    ),
  };
  return may("operator") ? [box, ...COLUMNS] : COLUMNS;
}

const COLUMNS: Column<Job>[] = [
  { head: "Job", cell: (job) => <JobLink id={job.job_id} /> },
  { head: "Status", cell: (job) => <StatusBadges of={job} /> },
  { head: "Type", cell: (job) => job.job_type },
  { head: "Queue", cell: (job) => <QueueLink name={job.queue} /> },
  { head: "Priority", cell: (job) => job.priority },
  { head: "Failures", num: true, cell: (job) => job.attempts },
  { head: "Created", cell: (job) => <When at={job.created_at} /> },
  { head: "What it says", wide: true, cell: (job) => job.message || lastError(job) },
];

function None({ further }: { further: boolean }) {
  return (
    <Empty>
      {further ? (
        <p>None among the 2,000 jobs that were looked at: look further.</p>
      ) : (
        <p>
          No such job. Widen the filters, or <a href={to("jobs")}>show all</a>; jobs that ended are kept for as long as
          their queue's retention says.
        </p>
      )}
    </Empty>
  );
}

function Pages({ said, next }: { said: Record<string, string | null>; next: string | null }) {
  return (
    <p class="pages">
      {said.after && <a href={to("jobs", "", { ...said, after: null })}>From the start</a>}
      {next && <a href={to("jobs", "", { ...said, after: next })}>Further</a>}
    </p>
  );
}
