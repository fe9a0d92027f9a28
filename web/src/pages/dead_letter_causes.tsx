import { ask } from "../client";
import { count, several, words } from "../format";
import { Action } from "../parts/action";
import type { Question } from "../parts/confirm";
import { Empty } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink, Section, When } from "../parts/values";
import { to } from "../route";
import type { Cause, Summary } from "../types";

/** What killed jobs, and how many each: replayed or removed by cause. */
export function Causes({ summary }: { summary: Summary }) {
  const { groups, total, more } = summary;
  return (
    <Section title="By cause" actions={<span class="quiet">{count(total)}{more ? " and more" : ""} in all</span>}>
      {groups.length ? (
        <Table caption="Causes" columns={COLUMNS} rows={groups} id={(one) => JSON.stringify(meant(one))} />
      ) : (
        <Empty>There is no dead letter: jobs that fail for good are kept here until they are replayed or removed.</Empty>
      )}
    </Section>
  );
}

const COLUMNS: Column<Cause>[] = [
  { head: "Jobs", num: true, cell: (one) => count(one.count) },
  {
    head: "Cause",
    wide: true,
    cell: (one) => (
      <>
        <a href={to("dead-letters", "", meant(one))}>
          <b>{one.error || words(one.reason ?? "unknown")}</b>
        </a>{" "}
        {one.message}
      </>
    ),
  },
  { head: "Type", cell: (one) => one.job_type },
  { head: "Queue", cell: (one) => <QueueLink name={one.queue} /> },
  { head: "Last", cell: (one) => <When at={one.last_at} /> },
  { head: "Example", cell: (one) => <a href={to("jobs", one.example)}>the last</a> },
  {
    head: "",
    cell: (one) => (
      <span class="buttons">
        <ReplayAll cause={one} />
        <PurgeAll cause={one} />
      </span>
    ),
  },
];

function meant({ queue, job_type, reason, error }: Cause): Record<string, string> {
  return { queue, job_type, ...(reason && { reason }), ...(error && { error }) };
}

interface Swept {
  matched: number;
  replayed?: number;
  removed?: number;
  more: boolean;
}

async function counted(what: "replay" | "purge", cause: Cause): Promise<string> {
  const found = await ask<Swept>("POST", `dead-letters/${what}`, { ...meant(cause), dry_run: true });
  return `${several(found.matched, "dead letter")}${found.more ? " and more" : ""}`;
}

function ReplayAll({ cause }: { cause: Cause }) {
  const question = async (): Promise<Question> => ({
    title: "Replay all of this cause?",
    text: `${await counted("replay", cause)} of ${cause.job_type} in ${cause.queue} go back into their queue. Each may be tried as often as a new one.`,
    yes: "Replay all",
  });
  const run = async () => {
    const done = await ask<Swept>("POST", "dead-letters/replay", meant(cause));
    return `${several(done.replayed ?? 0, "job")} replayed${done.more ? "; there are more" : ""}.`;
  };
  return (
    <Action needs="operator" kind="main" about={`of ${cause.error || cause.job_type}`} question={question} run={run}>
      {`Replay all ${count(cause.count)}`}
    </Action>
  );
}

function PurgeAll({ cause }: { cause: Cause }) {
  const question = async (): Promise<Question> => ({
    title: "Remove all of this cause?",
    text: `${await counted("purge", cause)} of ${cause.job_type} in ${cause.queue} are removed for good.`,
    yes: "Remove",
    typed: cause.queue,
    typedIs: "the queue's name",
    danger: true,
  });
  const run = async () => {
    const done = await ask<Swept>("POST", "dead-letters/purge", { ...meant(cause), confirm: cause.queue });
    return `${several(done.removed ?? 0, "dead letter")} removed${done.more ? "; there are more" : ""}.`;
  };
  return (
    <Action needs="admin" kind="danger" about={`of ${cause.error || cause.job_type}`} question={question} run={run}>
      Purge…
    </Action>
  );
}
