import { path } from "../client";
import { useFetched } from "../fetched";
import { When } from "../parts/values";
import { to } from "../route";
import type { Explanation, Job } from "../types";

/** Why a job waits, what mends that, and where. */
export function Why({ job }: { job: Job }) {
  const { data } = useFetched<Explanation>(path`jobs/${job.job_id}/explain`);
  if (!data || data.code === "ended") return null;
  const [where, name] = way(data.code, job);
  return (
    <p class="why">
      <strong>{sentence(data.sentence)}</strong>{" "}
      {data.mend && !where && <code>{data.mend}</code>}
      {where && <a href={where}>{name}</a>}{" "}
      {data.starts_at && (
        <>
          It should begin <When at={data.starts_at} />.
        </>
      )}
    </p>
  );
}

function way(code: string, { queue, status }: Job): [string, string] {
  switch (code) {
    case "queue_paused":
    case "type_paused":
      return [to("queues", queue), "See to the queue"];
    case "circuit":
      return [to("circuits"), "See to the circuit"];
    case "no_worker":
    case "no_handler":
    case "no_version":
    case "not_ready":
      return [to("workers"), "See the workers"];
    case "dead":
      return status === "failed" ? [to("dead-letters", "", { queue }), "See its like"] : ["", ""];
    default:
      return ["", ""];
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
