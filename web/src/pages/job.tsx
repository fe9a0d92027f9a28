import { path } from "../client";
import { useFetched } from "../fetched";
import { StatusBadges } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { Facts, Json, QueueLink, Section, When } from "../parts/values";
import { to } from "../route";
import type { Job } from "../types";
import { JobActions } from "./job_actions";
import { JobHistory } from "./job_history";
import { JobLog } from "./job_log";
import { Why } from "./why";

/** All that is known of one job. */
export function JobPage({ id }: { id: string }) {
  const found = useFetched<Job>(path`jobs/${id}`);
  const missing = found.problem?.status === 404 || found.problem?.status === 422;
  return (
    <>
      <p class="crumb">
        <a href={to("jobs")}>Jobs</a>
      </p>
      <h1 class="mono">{id}</h1>
      {missing ? (
        <Empty>
          <p>{found.problem?.message}</p>
          <p>
            Jobs that ended are kept for as long as their queue's retention says.{" "}
            <a href={to("jobs", "", { text: id })}>Look for it as a text.</a>
          </p>
        </Empty>
      ) : (
        <Shown of={found}>{(job) => <Known job={job} />}</Shown>
      )}
    </>
  );
}

function Known({ job }: { job: Job }) {
  return (
    <>
      <div class="bar">
        <span class="badges">
          <StatusBadges of={job} all />
          <span>{job.job_type}</span>
        </span>
        <JobActions job={job} />
      </div>
      <Why job={job} />
      <Section title="Facts">
        <Progress job={job} />
        <Facts
          of={[
            ["Queue", <QueueLink name={job.queue} />],
            ["Priority", job.priority],
            ["Failed attempts", job.attempts],
            ["Crashes", job.crashes || null],
            ["Created", <When at={job.created_at} />],
            ["Due", job.due_at && <When at={job.due_at} />],
            ["Began", job.started_at && <When at={job.started_at} />],
            ["Ended", job.ended_at && <When at={job.ended_at} />],
            ["Worker", job.worker_lane],
          ]}
        />
      </Section>
      <div class="pair">
        <Section title="Payload">
          <Json value={job.payload} label="Payload" />
        </Section>
        <Section title="Result">
          {job.result === null ? <Empty>There is none.</Empty> : <Json value={job.result} label="Result" />}
        </Section>
      </div>
      <JobHistory job={job} />
      <JobLog id={job.job_id} />
    </>
  );
}

function Progress({ job }: { job: Job }) {
  if (!job.progress && !job.message) return null;
  return (
    <p class="progress">
      <progress max={100} value={job.progress} aria-label="Progress" /> {job.progress} % {job.message}
    </p>
  );
}
