import { useState } from "preact/hooks";
import { ask, path } from "../client";
import { words } from "../format";
import { Action } from "../parts/action";
import type { Job } from "../types";
import { may } from "../who";
import { ChangeJob } from "./job_change";
import { PayloadEditor } from "./payload_editor";

/** What can be done to a job as it stands. */
export function JobActions({ job }: { job: Job }) {
  const [open, setOpen] = useState<"" | "payload" | "change">("");
  const { job_id, status } = job;
  const waits = ["queued", "scheduled", "retrying"].includes(status);
  const close = () => setOpen("");
  if (!may("operator")) return null;
  return (
    <div class="buttons">
      {status === "failed" && (
        <>
          <button type="button" onClick={() => setOpen("payload")}>
            Edit payload
          </button>
          <Replay id={job_id} kind="main" />
        </>
      )}
      {status === "cancelled" && <Retry id={job_id} />}
      {waits && (
        <button type="button" onClick={() => setOpen("change")}>
          Change
        </button>
      )}
      {(waits || ["blocked", "processing"].includes(status)) && <Cancel job={job} />}
      {open === "payload" && <PayloadEditor id={job_id} close={close} />}
      {open === "change" && <ChangeJob job={job} close={close} />}
    </div>
  );
}

export function Replay({ id, kind }: { id: string; kind?: "main" | undefined }) {
  const run = async () => {
    await ask("POST", path`dead-letters/${id}/replay`);
    return `${id} is queued again.`;
  };
  return (
    <Action needs="operator" kind={kind} about={id} run={run}>
      Replay
    </Action>
  );
}

function Retry({ id }: { id: string }) {
  const run = async () => {
    await ask("POST", path`jobs/${id}/retry`);
    return `${id} is queued again.`;
  };
  return (
    <Action needs="operator" kind="main" run={run}>
      Retry
    </Action>
  );
}

function Cancel({ job }: { job: Job }) {
  const runs = job.status === "processing";
  const run = async () => {
    const { outcome } = await ask<{ outcome: string }>("DELETE", path`jobs/${job.job_id}`);
    return `${job.job_id}: ${outcome === "requested" ? "asked to stop" : words(outcome)}.`;
  };
  return (
    <Action
      needs="operator"
      kind="danger"
      run={run}
      question={{
        title: "Cancel this job?",
        text: runs ? "It runs: it is asked to stop, and may end before." : "It will not be begun.",
        yes: "Cancel the job",
        danger: true,
      }}
    >
      Cancel
    </Action>
  );
}
