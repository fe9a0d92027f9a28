import { useState } from "preact/hooks";
import { ask, path } from "../client";
import { done } from "../parts/action";
import { Field } from "../parts/field";
import { Modal } from "../parts/modal";
import { type Job, PRIORITIES } from "../types";

/** Gives a waiting job another priority, another time, or both. */
export function ChangeJob({ job, close }: { job: Job; close: () => void }) {
  const [priority, setPriority] = useState<string>(job.priority);
  const [delay, setDelay] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const body = {
      ...(priority !== job.priority && { priority }),
      ...(delay && { delay }),
    };
    const run = async () => {
      await ask("PATCH", path`jobs/${job.job_id}`, body);
      return `${job.job_id} is changed.`;
    };
    if (await done(run)) close();
  };
  return (
    <Modal title={`Change ${job.job_id}`} onClose={close}>
      <form class="fields" onSubmit={(event) => void submit(event)}>
        <Field label="Priority" options={PRIORITIES} value={priority} onChange={setPriority} />
        <Field label="Begins in" value={delay} onChange={setDelay} none="as it is" hint="such as 0s, 5m or 1h30m" />
        <div class="buttons end">
          <button type="button" onClick={close}>
            Keep as it is
          </button>
          <button class="main" disabled={priority === job.priority && !delay}>
            Change
          </button>
        </div>
      </form>
    </Modal>
  );
}
