import { useState } from "preact/hooks";
import { ask, path } from "../client";
import { done } from "../parts/action";
import { Field } from "../parts/field";
import { Facts, Section } from "../parts/values";
import type { Policy } from "../types";
import { may } from "../who";

/** What was set of a queue, and the form that sets it. */
export function QueuePolicy({ name, policy }: { name: string; policy: Policy }) {
  const [edited, edit] = useState<Policy | null>(null);
  const actions = may("admin") && !edited && (
    <button type="button" onClick={() => edit(policy)}>
      Change
    </button>
  );
  return (
    <Section title="Policy" actions={actions}>
      {edited ? (
        <Form name={name} policy={edited} edit={edit} />
      ) : (
        <Facts
          of={[
            ["Takes new jobs", policy.closed ? "no" : "yes"],
            ["At most may wait", policy.max_jobs || "as many as come"],
            ["A submit waits for room", policy.max_jobs ? policy.wait_for_room : null],
            ["Low levels get a share after", policy.age_after ?? "never"],
          ]}
        />
      )}
    </Section>
  );
}

interface FormProps {
  name: string;
  policy: Policy;
  edit: (policy: Policy | null) => void;
}

function Form({ name, policy, edit }: FormProps) {
  const submit = async (event: Event) => {
    event.preventDefault();
    const { closed, max_jobs, wait_for_room, age_after } = policy;
    const body = { closed, max_jobs, wait_for_room, age_after: age_after || null };
    const run = async () => {
      await ask("PATCH", path`queues/${name}/policy`, body);
      return `The policy of ${name} is set.`;
    };
    if (await done(run)) edit(null);
  };
  return (
    <form class="fields" onSubmit={(event) => void submit(event)}>
      <Field label="Takes new jobs" options={["yes", "no"]} value={policy.closed ? "no" : "yes"}
        onChange={(said) => edit({ ...policy, closed: said === "no" })} />
      <Field label="At most may wait" kind="number" value={String(policy.max_jobs)} hint="0: as many as come"
        onChange={(said) => edit({ ...policy, max_jobs: Number(said) })} />
      <Field label="A submit waits for room" value={policy.wait_for_room} hint="0s: it is refused at once"
        onChange={(said) => edit({ ...policy, wait_for_room: said })} />
      <Field label="Low levels get a share after" value={policy.age_after ?? ""} none="never" hint="such as 30s or 5m"
        onChange={(said) => edit({ ...policy, age_after: said })} />
      <div class="buttons end">
        <button type="button" onClick={() => edit(null)}>
          Keep as it is
        </button>
        <button class="main">Set</button>
      </div>
    </form>
  );
}
