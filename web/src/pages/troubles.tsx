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
          <li key={`${one.code} ${one.queue} ${one.worker} ${one.circuit}`} class={one.severity}>
            <Badge of={one.severity} />
            <span>{one.message}</span>
            <Way of={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Way({ of }: { of: Trouble }) {
  const [where, name] = way(of);
  return where ? <a href={where}>{name}</a> : null;
}

function way({ code, queue, worker, circuit }: Trouble): [string, string] {
  if (circuit) return [to("circuits"), "See to the circuit"];
  if (code === "dead_letters") return [to("dead-letters", "", { queue }), "See the causes"];
  if (worker) return [to("workers"), "See the worker"];
  return queue ? [to("queues", queue), "See to the queue"] : ["", ""];
}
