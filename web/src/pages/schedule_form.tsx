import { useState } from "preact/hooks";
import { ask, path } from "../client";
import { calm, useFetched } from "../fetched";
import { done } from "../parts/action";
import { Field } from "../parts/field";
import { Modal } from "../parts/modal";
import { type JobType, PRIORITIES, type Schedule } from "../types";
import { FireTimes } from "./fire_times";
import { flawOf } from "./payload_editor";
import { draftOf, KINDS, ruleOf, wantedOf } from "./schedule_draft";

/** Stores a schedule: a new one, or one in the place of that which is edited. */
export function ScheduleForm({ of, close }: { of?: Schedule; close: () => void }) {
  const [draft, edit] = useState(draftOf(of));
  const [shows, setShows] = useState(false);
  const types = useFetched<{ job_types: JobType[] }>("job-types", calm);
  const field = (name: keyof typeof draft) => ({
    value: draft[name],
    onChange: (value: string) => edit((before) => ({ ...before, [name]: value })),
  });
  const flaw = flawOf(draft.payload);
  const submit = async (event: Event) => {
    event.preventDefault();
    const run = async () => {
      await ask("PUT", path`schedules/${draft.id}`, wantedOf(draft));
      return `${draft.id} is stored.`;
    };
    if (await done(run)) close();
  };
  return (
    <Modal title={of ? `Edit ${of.schedule_id}` : "Add a schedule"} onClose={close} wide>
      <form class="fields" onSubmit={(event) => void submit(event)}>
        {!of && <Field label="Id" hint="queue:name, such as mails:digest" required {...field("id")} />}
        <Field label="Type" open required options={types.data?.job_types.map((one) => one.job_type) ?? []} {...field("type")} />
        <Field label="Fires" options={KINDS} {...field("kind")} />
        <Field label="When" required {...field("when")}
          hint={{ cron: "0 2 * * *", every: "5m", at: "2030-01-31T02:00:00+01:00" }[draft.kind] ?? ""} />
        {draft.kind === "cron" && <Field label="Time zone" {...field("timezone")} />}
        <Field label="Priority" options={PRIORITIES} {...field("priority")} />
        <Field label="Missed times" options={["skip", "latest", "all"]} {...field("misfire")} />
        <Field label="While the job before runs" options={["allow", "skip"]} {...field("overlap")} />
        <Field label="Jitter" none="none" {...field("jitter")} />
        <Field label="At most" kind="number" none="for ever" {...field("most")} />
        <Field label="Payload" kind="area" {...field("payload")} />
        {flaw && <p class="refusal whole">{flaw}</p>}
        {shows && <div class="whole"><FireTimes rule={ruleOf(draft)} /></div>}
        <div class="buttons end whole">
          <button type="button" onClick={close}>
            Keep as it is
          </button>
          <button type="button" disabled={!draft.when} onClick={() => setShows(true)}>
            Show next times
          </button>
          <button class="main" disabled={!!flaw}>
            Store
          </button>
        </div>
      </form>
    </Modal>
  );
}
