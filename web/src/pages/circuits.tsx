import { ask, path } from "../client";
import { useFetched } from "../fetched";
import { count, span } from "../format";
import { Action } from "../parts/action";
import { Badge } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { QueueLink, When } from "../parts/values";
import { to } from "../route";
import type { Circuit } from "../types";

const COLUMNS: Column<Circuit>[] = [
  { head: "Circuit", cell: (one) => one.circuit },
  { head: "State", cell: (one) => <State of={one} /> },
  { head: "Why", wide: true, cell: (one) => <Failing circuit={one} /> },
  { head: "Its jobs", cell: (one) => <Jobs circuit={one} /> },
  { head: "Failures", num: true, cell: (one) => count(one.failures) },
  { head: "Changed", cell: (one) => <When at={one.changed_at} /> },
  { head: "Tries again", cell: (one) => (one.by_hand ? "when it is closed by hand" : <When at={one.open_until} />) },
  { head: "", cell: (one) => <Turn circuit={one} /> },
];

/** Where it stands, and what that means: "open" says of a circuit that nothing goes through. */
function State({ of: { state } }: { of: Circuit }) {
  const meaning = { closed: "jobs run", "half-open": "one job tries", open: "jobs are held" }[state];
  return (
    <>
      <Badge of={state} /> <small>{meaning}</small>
    </>
  );
}

/** What the last failure said, and since when there are some. */
function Failing({ circuit: { last_error, failing_since, by_hand } }: { circuit: Circuit }) {
  return (
    <>
      {by_hand && "opened by hand "}
      {last_error && <span class="message">{last_error}</span>}
      {failing_since && (
        <small>
          {" "}
          first failed <When at={failing_since} />
        </small>
      )}
    </>
  );
}

/** The types that name it, and the way to their jobs: to those that are held, while it holds some. */
function Jobs({ circuit: { job_types, state } }: { circuit: Circuit }) {
  const status = state === "closed" ? null : "scheduled";
  return (
    <>
      {job_types.map(({ job_type, queue }) => (
        <div key={job_type}>
          <a href={to("jobs", "", { type: job_type, status })}>{job_type}</a> in <QueueLink name={queue} />
        </div>
      ))}
      {job_types.length === 0 && <small>no type known here names it</small>}
    </>
  );
}

/** Says when jobs come back that a circuit holds, or held until now. */
function back({ back_within_seconds }: Circuit): string {
  const within = back_within_seconds === null ? "at their time" : `within ${span(back_within_seconds)}`;
  return `New jobs run at once, those that it held come back ${within}.`;
}

function Turn({ circuit }: { circuit: Circuit }) {
  const { circuit: name, state } = circuit;
  const closes = state !== "closed";
  const run = async () => {
    const turned = await ask<Circuit>("POST", closes ? path`circuits/${name}/close` : path`circuits/${name}/open`);
    return closes ? `${name} is closed. ${back(turned)}` : `${name} is open: its jobs are held.`;
  };
  return (
    <Action
      needs="operator"
      about={name}
      kind={closes ? "main" : "danger"}
      run={run}
      question={{
        title: `${closes ? "Close" : "Open"} ${name}?`,
        text: closes
          ? `Its jobs run again, on all workers. ${back(circuit)}`
          : "Its jobs are held on all workers, until somebody closes it.",
        yes: closes ? "Close the circuit" : "Open the circuit",
        danger: !closes,
      }}
    >
      {closes ? "Close" : "Open"}
    </Action>
  );
}

/** The circuits and where they stand. */
export function Circuits() {
  const found = useFetched<{ circuits: Circuit[] }>("circuits");
  return (
    <>
      <h1>Circuits</h1>
      <Shown of={found}>
        {({ circuits }) =>
          circuits.length ? (
            <div class="card">
              <Table caption="Circuits" columns={COLUMNS} rows={circuits} id={(one) => one.circuit} />
            </div>
          ) : (
            <Empty>No circuit is known: a job type gets one by <code>circuit = Circuit(…)</code>.</Empty>
          )
        }
      </Shown>
    </>
  );
}
