import { useEffect, useState } from "preact/hooks";
import { ask } from "../client";
import { Empty } from "../parts/shown";
import { When } from "../parts/values";
import type { FireTime, Rule } from "../types";

/** When a rule fires next, in its own time zone. */
export function FireTimes({ rule }: { rule: Rule }) {
  const [found, show] = useState<FireTime[] | string>("Loading…");
  const asked = JSON.stringify(rule);
  useEffect(() => {
    let over = false;
    const keep = (told: FireTime[] | string) => over || show(told);
    ask<{ times: FireTime[] }>("POST", "schedules/preview", { rule: JSON.parse(asked), count: 5 }).then(
      ({ times }) => keep(times),
      (problem: Error) => keep(problem.message),
    );
    return () => {
      over = true;
    };
  }, [asked]);
  if (typeof found === "string") return <p class="quiet">{found}</p>;
  if (found.length === 0) return <Empty>It does not fire any more.</Empty>;
  return (
    <ol class="times">
      {found.map((time) => (
        <li key={time.at}>
          {time.local.replace("T", " ")} <small><When at={time.at} /> {time.note}</small>
        </li>
      ))}
    </ol>
  );
}
