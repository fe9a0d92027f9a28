import { useState } from "preact/hooks";
import { useFetched } from "../fetched";
import { count } from "../format";
import { Badge } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink, When } from "../parts/values";
import { to } from "../route";
import type { Rule, Schedule } from "../types";
import { may } from "../who";
import { ScheduleActions } from "./schedule_actions";
import { ScheduleForm } from "./schedule_form";

const COLUMNS: Column<Schedule>[] = [
  { head: "Schedule", cell: (one) => <a class="mono" href={to("schedules", one.schedule_id)}>{one.schedule_id}</a> },
  { head: "Type", cell: (one) => one.job_type },
  { head: "Queue", cell: (one) => <QueueLink name={one.queue} /> },
  { head: "Rule", cell: (one) => told(one.rule) },
  { head: "Next", cell: (one) => <When at={one.next_at} /> },
  { head: "Last", cell: (one) => <When at={one.last_at} /> },
  { head: "Fired", num: true, cell: (one) => count(one.fired) },
  { head: "State", cell: (one) => <ScheduleState schedule={one} /> },
  { head: "", cell: (one) => <ScheduleActions schedule={one} /> },
];

/** All schedules, and when each fires next. */
export function Schedules() {
  const found = useFetched<{ schedules: Schedule[] }>("schedules");
  const [adds, setAdds] = useState(false);
  return (
    <>
      <div class="bar">
        <h1>Schedules</h1>
        {may("admin") && (
          <button type="button" class="main" onClick={() => setAdds(true)}>
            Add a schedule
          </button>
        )}
      </div>
      {adds && <ScheduleForm close={() => setAdds(false)} />}
      <Shown of={found}>
        {({ schedules }) =>
          schedules.length ? (
            <div class="card">
              <Table caption="Schedules" columns={COLUMNS} rows={schedules} id={(one) => one.schedule_id} />
            </div>
          ) : (
            <Empty>
              There is no schedule. {may("admin") ? "Add one here, or in" : "Add one in"} code: <code>jobs.schedules</code>.
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

export function ScheduleState({ schedule: { paused, over } }: { schedule: Schedule }) {
  return <Badge of={over ? "over" : paused ? "paused" : "on"} />;
}

/** Writes a rule as people say it. */
export function told({ cron, every, at, timezone }: Rule): string {
  if (cron) return `${cron} ${timezone ?? "UTC"}`;
  return every ? `every ${every}` : `once at ${at ?? "?"}`;
}
