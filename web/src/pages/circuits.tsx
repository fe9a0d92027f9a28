import { ask, path } from "../client";
import { useFetched } from "../fetched";
import { count } from "../format";
import { Action } from "../parts/action";
import { Badge } from "../parts/badge";
import { Empty, Shown } from "../parts/shown";
import { type Column, Table } from "../parts/table";
import { When } from "../parts/values";
import type { Circuit } from "../types";

const COLUMNS: Column<Circuit>[] = [
  { head: "Circuit", cell: (one) => one.circuit },
  { head: "State", cell: (one) => <Badge of={one.state} /> },
  { head: "Failures", num: true, cell: (one) => count(one.failures) },
  { head: "Changed", cell: (one) => <When at={one.changed_at} /> },
  { head: "Tries again", cell: (one) => (one.by_hand ? "when it is closed by hand" : <When at={one.open_until} />) },
  { head: "", cell: (one) => <Turn circuit={one} /> },
];

function Turn({ circuit: { circuit, state } }: { circuit: Circuit }) {
  const closes = state !== "closed";
  const run = async () => {
    await ask("POST", closes ? path`circuits/${circuit}/close` : path`circuits/${circuit}/open`);
    return `${circuit} is ${closes ? "closed" : "open"}.`;
  };
  return (
    <Action
      needs="operator"
      about={circuit}
      kind={closes ? "main" : "danger"}
      run={run}
      question={{
        title: `${closes ? "Close" : "Open"} ${circuit}?`,
        text: closes
          ? "Its jobs run again, on all workers."
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
