import type { Trouble } from "../overview";
import { Badge } from "../parts/badge";
import { to } from "../route";

/** What is amiss, each with the way to where it is mended. */
export function Troubles({ of }: { of: Trouble[] }) {
  if (of.length === 0) {
    return <p class="fine">Nothing is amiss.</p>;
  }
  return (
    <section class="card troubles" aria-labelledby="troubles">
      <h2 id="troubles">Where the trouble is</h2>
      <ul>
        {of.map((one) => (
          <li key={`${one.code} ${one.name}`} class={one.severity}>
            <Badge of={one.severity} />
            <div>
              <p>{one.message}</p>
              <Mend of={one} />
            </div>
            <Way of={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What mends it, and what is typed for that where the page cannot. */
function Mend({ of }: { of: Trouble }) {
  return (
    <p class="mend">
      {of.mend}: <code>{of.command}</code>
    </p>
  );
}

function Way({ of }: { of: Trouble }) {
  const [where, name] = way(of);
  return where ? <a href={where}>{name}</a> : null;
}

function way({ about, name }: Trouble): [string, string] {
  switch (about) {
    case "jobs":
      return [to("dead-letters", "", { queue: name }), "See the causes"];
    case "queues":
      return [to("queues", name ?? ""), "See to the queue"];
    case "workers":
      return [to("workers"), "See the worker"];
    case "circuits":
      return [to("circuits"), "See to the circuit"];
    case "schedules":
      return [to("schedules", name ?? ""), "See to the schedule"];
    case "store":
      return ["", ""];
  }
}
