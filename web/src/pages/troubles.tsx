import { overview } from "../live";
import type { Trouble } from "../overview";
import { Badge } from "../parts/badge";
import { to } from "../route";
import { PauseQueue } from "./queue_actions";

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
          <Told key={`${one.code} ${one.name} ${one.job_type}`} of={one} way />
        ))}
      </ul>
    </section>
  );
}

/** What is amiss with what a page shows; nothing where nothing is. */
export function Amiss({ with: meant }: { with: (one: Trouble) => boolean }) {
  const found = (overview.value?.troubles ?? []).filter(meant);
  return found.length ? (
    <section class="card troubles" aria-label="What is amiss">
      <ul>
        {found.map((one) => (
          <Told key={`${one.code} ${one.name} ${one.job_type}`} of={one} />
        ))}
      </ul>
    </section>
  ) : null;
}

function Told({ of, way }: { of: Trouble; way?: boolean }) {
  return (
    <li class={of.severity}>
      <Badge of={of.severity} />
      <div>
        <p>{of.message}</p>
        <Mend of={of} />
      </div>
      <span class="buttons">
        {way && <Hold of={of} />}
        {way && <Way of={of} />}
      </span>
    </li>
  );
}

/** Pauses the type that floods a queue, or lets it go on. */
function Hold({ of: { code, name, job_type } }: { of: Trouble }) {
  return name && job_type ? <PauseQueue name={name} type={job_type} paused={code === "type_paused"} alone /> : null;
}

/** What mends it, and what is typed for that where the page cannot. */
function Mend({ of }: { of: Trouble }) {
  return (
    <p class="mend">
      {of.mend.split("`").map((part, number) => (number % 2 ? <code>{part}</code> : part))}: <code>{of.command}</code>
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
