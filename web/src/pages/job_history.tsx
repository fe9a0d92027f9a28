import type { ComponentChildren } from "preact";
import { local } from "../format";
import { Badge } from "../parts/badge";
import { Section, When } from "../parts/values";
import type { AttemptError, Job } from "../types";

interface Moment {
  at: string;
  what: ComponentChildren;
}

const REPLACED = "PAYLOAD_REPLACED";

/** What has become of a job, in the order in which it did. */
export function JobHistory({ job }: { job: Job }) {
  return (
    <Section title="History">
      <ol class="history">
        {moments(job).map(({ at, what }) => (
          <li key={at}>
            <span class="at" title={local(at)}>
              <When at={at} />
            </span>
            <div>{what}</div>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function moments(job: Job): Moment[] {
  const told: [string | null, ComponentChildren][] = [
    [job.created_at, "Created"],
    [job.due_at, <>Due{job.status === "retrying" ? " again" : ""}</>],
    [job.started_at, "Began"],
    ...job.errors.map((error): [string, ComponentChildren] => [error.at, <Line error={error} />]),
    [job.ended_at, <>Ended: <Badge of={job.status} /></>],
  ];
  return told
    .filter((one): one is [string, ComponentChildren] => one[0] !== null)
    .map(([at, what]) => ({ at, what }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function Line({ error }: { error: AttemptError }) {
  if (error.code === REPLACED) {
    return (
      <details>
        <summary>Its payload was replaced; this was it before</summary>
        <pre tabIndex={0}>{error.message}</pre>
      </details>
    );
  }
  return (
    <>
      Attempt {error.attempt} failed: <b>{error.type}</b> <small class="mono">{error.code}</small>
      <p class="message">{error.message}</p>
      {error.traceback && (
        <details>
          <summary>Traceback</summary>
          <pre tabIndex={0}>{error.traceback}</pre>
        </details>
      )}
    </>
  );
}
