import { useState } from "preact/hooks";
import { calm, useFetched } from "../fetched";
import { Field } from "../parts/field";
import { go, to } from "../route";
import { type JobType, type Queue, STATUSES } from "../types";

/** The filters of jobs, as the URL of the API names them. */
export const WANTED = ["status", "queue", "type", "text", "created_from", "created_until"] as const;

type Said = Record<string, string | null>;

/** The form of filters; what it wants stands in the address, so that it can be sent to others. */
export function Filters({ said }: { said: Said }) {
  const [wanted, want] = useState<Said>({ ...said, after: null });
  const queues = useFetched<{ queues: Record<string, Queue> }>("queues", calm);
  const types = useFetched<{ job_types: JobType[] }>("job-types", calm);
  const set = (name: string) => (value: string) => want((before) => ({ ...before, [name]: value }));
  const at = (name: string) => (value: string) => set(name)(value && new Date(value).toISOString());
  const submit = (event: Event) => {
    event.preventDefault();
    go(to("jobs", "", wanted));
  };
  return (
    <form class="filters card" aria-label="Filters" onSubmit={submit}>
      <Field label="Status" none="any" options={STATUSES} value={wanted.status ?? ""} onChange={set("status")} />
      <Field label="Queue" none="any" open options={Object.keys(queues.data?.queues ?? {})}
        value={wanted.queue ?? ""} onChange={set("queue")} />
      <Field label="Type" none="any" open options={types.data?.job_types.map((one) => one.job_type) ?? []}
        value={wanted.type ?? ""} onChange={set("type")} />
      <Field label="Text" none="id, type, error, payload" value={wanted.text ?? ""} onChange={set("text")} />
      <Field label="Created from" kind="datetime-local" value={shown(wanted.created_from)} onChange={at("created_from")} />
      <Field label="until" kind="datetime-local" value={shown(wanted.created_until)} onChange={at("created_until")} />
      <div class="buttons">
        <button class="main">Show</button>
        <a class="button" href={to("jobs")}>
          Clear
        </a>
      </div>
    </form>
  );
}

/** Writes an instant as a field for local times takes it. */
function shown(instant: string | null | undefined): string {
  const at = new Date(instant ?? "");
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleString("sv-SE").replace(" ", "T");
}
