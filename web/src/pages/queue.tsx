import { useFetched } from "../fetched";
import { count, rate } from "../format";
import { Empty, Shown } from "../parts/shown";
import { Facts, Section } from "../parts/values";
import { to } from "../route";
import { PRIORITIES, type Queue, STATUSES } from "../types";
import { DrainQueue, PauseQueue, PurgeQueue } from "./queue_actions";
import { QueuePolicy } from "./queue_policy";
import { QueueTypes } from "./queue_types";
import { QueueState } from "./queues";
import { Amiss } from "./troubles";

/** One queue: what is in it, of which types, and what was set of it. */
export function QueuePage({ name }: { name: string }) {
  const found = useFetched<{ queues: Record<string, Queue> }>("queues");
  return (
    <>
      <p class="crumb">
        <a href={to("queues")}>Queues</a>
      </p>
      <h1>{name}</h1>
      <Amiss with={(one) => one.about === "queues" && one.name === name} />
      <Shown of={found}>
        {({ queues }) => {
          const queue = queues[name];
          return queue ? (
            <Known name={name} queue={queue} />
          ) : (
            <Empty>There is no such queue, or nothing was ever put into it.</Empty>
          );
        }}
      </Shown>
    </>
  );
}

function Known({ name, queue }: { name: string; queue: Queue }) {
  const counts = STATUSES.filter((status) => queue.now[status]);
  return (
    <>
      <div class="bar">
        <QueueState queue={queue} />
        <div class="buttons">
          <PauseQueue name={name} paused={queue.policy.paused} />
          <DrainQueue name={name} />
          <PurgeQueue name={name} />
        </div>
      </div>
      <Section title="Jobs" actions={<a href={to("jobs", "", { queue: name })}>List them</a>}>
        {counts.length ? (
          <Facts
            of={counts.map((status) => [
              status,
              <a href={to("jobs", "", { queue: name, status })}>{count(queue.now[status])}</a>,
            ])}
          />
        ) : (
          <Empty>No job is in it.</Empty>
        )}
        {queue.rates && (
          <p>
            <b>{rate(queue.rates.arrivals)}/s</b> come in, <b>{rate(queue.rates.completed)}/s</b> are completed
            {queue.rates.arrivals > queue.rates.completed && queue.now.queued ? ": it grows" : ""}
          </p>
        )}
        {queue.now.queued ? (
          <p class="quiet">
            Waiting by priority:{" "}
            {PRIORITIES.map((level) => `${level} ${count(queue.waiting[level])}`).join(", ")}
          </p>
        ) : null}
      </Section>
      <QueueTypes name={name} paused={queue.policy.paused_types} />
      <QueuePolicy name={name} policy={queue.policy} />
    </>
  );
}

