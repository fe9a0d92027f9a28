import { useFetched } from "../fetched";
import { count } from "../format";
import { QueueBadges } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink } from "../parts/values";
import { PRIORITIES, type Queue } from "../types";
import { PauseQueue } from "./queue_actions";

interface Row {
  name: string;
  queue: Queue;
}

const COLUMNS: Column<Row>[] = [
  { head: "Queue", cell: ({ name }) => <QueueLink name={name} /> },
  { head: "Waiting", num: true, cell: ({ queue }) => count(queue.now.queued) },
  ...PRIORITIES.map((level) => ({
    head: level,
    num: true,
    cell: ({ queue }: Row) => count(queue.waiting[level]),
  })),
  { head: "Active", num: true, cell: ({ queue }) => count(sum(queue, "processing", "cancelling")) },
  { head: "Delayed", num: true, cell: ({ queue }) => count(sum(queue, "scheduled", "retrying", "blocked")) },
  { head: "Dead", num: true, cell: ({ queue }) => count(queue.now.failed) },
  { head: "Completed", num: true, cell: ({ queue }) => count(queue.ever.completed) },
  { head: "State", cell: ({ queue }) => <QueueState queue={queue} /> },
  { head: "", cell: ({ name, queue }) => <PauseQueue name={name} paused={queue.policy.paused} /> },
];

/** All queues with their counts. */
export function Queues() {
  const found = useFetched<{ queues: Record<string, Queue> }>("queues");
  return (
    <>
      <h1>Queues</h1>
      <Shown of={found}>
        {({ queues }) => {
          const rows = Object.entries(queues).map(([name, queue]) => ({ name, queue }));
          return rows.length ? (
            <div class="card">
              <Table caption="Queues" columns={COLUMNS} rows={rows} id={(row) => row.name} />
            </div>
          ) : (
            <Empty>There is no queue yet: it begins with its first job.</Empty>
          );
        }}
      </Shown>
    </>
  );
}

export function QueueState({ queue: { policy } }: { queue: Queue }) {
  return <QueueBadges {...policy} paused_types={policy.paused_types.length} />;
}

export function sum(queue: Queue, ...statuses: (keyof Queue["now"])[]): number {
  return statuses.reduce((all, status) => all + (queue.now[status] ?? 0), 0);
}
