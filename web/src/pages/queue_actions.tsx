import { ask, path } from "../client";
import { count, several } from "../format";
import { Action } from "../parts/action";
import type { Question } from "../parts/confirm";

const AFTERWARDS = "What waits of it stays until then, unless it is purged on the queue's page or cancelled in the list of jobs.";

/** Pauses a queue, or lets it go on; one type of it where one is named. One that stands `alone` says which. */
export function PauseQueue({ name, paused, type, alone }: { name: string; paused: boolean; type?: string; alone?: boolean }) {
  const body = type ? { job_type: type } : undefined;
  const what = type ? `${type} in ${name}` : name;
  const [said, about] = alone ? [` ${type}`, `in ${name}`] : ["", what];
  return paused ? (
    <Action
      needs="operator"
      about={about}
      run={async () => {
        await ask("POST", path`queues/${name}/resume`, body);
        return `${what} goes on.`;
      }}
    >
      {`Resume${said}`}
    </Action>
  ) : (
    <Action
      needs="operator"
      about={about}
      question={{
        title: `Pause ${what}?`,
        text: `Nothing of it is begun any more until it is resumed. What runs goes on, and new jobs still come in. ${AFTERWARDS}`,
        yes: "Pause",
      }}
      run={async () => {
        await ask("POST", path`queues/${name}/pause`, body);
        return `${what} is paused. ${AFTERWARDS}`;
      }}
    >
      {`Pause${said}`}
    </Action>
  );
}

export function DrainQueue({ name }: { name: string }) {
  return (
    <Action
      needs="admin"
      question={{
        title: `Drain ${name}?`,
        text: "It takes no new jobs until its policy says otherwise. What is in it is still carried out.",
        yes: "Drain",
      }}
      run={async () => {
        const said = await ask<{ open_jobs: number }>("POST", path`queues/${name}/drain`);
        return `${name} takes no new jobs; ${several(said.open_jobs, "job")} in it have not ended.`;
      }}
    >
      Drain
    </Action>
  );
}

interface Purged {
  matched: number;
  more: boolean;
}

/** Removes what waits in a queue for good, or what waits of one type. */
export function PurgeQueue({ name, type }: { name: string; type?: string }) {
  const where = path`queues/${name}/purge`;
  const meant = type ? { job_type: type } : {};
  const question = async (): Promise<Question> => {
    const found = await ask<Purged>("POST", where, { ...meant, dry_run: true });
    return {
      title: `Purge ${type ? `${type} from ${name}` : name}?`,
      text: `${count(found.matched)}${found.more ? " and more" : ""} waiting jobs are removed for good.`,
      yes: "Purge",
      typed: name,
      typedIs: "the queue's name",
      danger: true,
    };
  };
  const run = async () => {
    const done = await ask<Purged>("POST", where, { ...meant, confirm: name });
    return `${several(done.matched, "job")} removed${done.more ? "; there are more" : ""}.`;
  };
  return (
    <Action needs="admin" kind="danger" about={type ?? name} question={question} run={run}>
      Purge…
    </Action>
  );
}
