import { ask } from "../client";
import { several, words } from "../format";
import { Action } from "../parts/action";

interface Outcomes {
  outcomes: Record<string, string>;
}

const MOST = 100;

/** What can be done to the jobs that are ticked. */
export function Ticked({ ids, clear }: { ids: string[]; clear: () => void }) {
  if (ids.length === 0) return null;
  const post = (what: string) => async () => {
    const said = await ask<Outcomes>("POST", `jobs/${what}`, { job_ids: ids.slice(0, MOST) });
    clear();
    return told(said);
  };
  const jobs = several(ids.length, "job");
  return (
    <div class="bar ticked" role="group" aria-label="Ticked jobs">
      <span>{jobs} ticked</span>
      <div class="buttons">
        <Action
          needs="operator"
          run={post("retry")}
          question={{ title: `Retry ${jobs}?`, text: "Those that failed or were cancelled get another life.", yes: "Retry" }}
        >
          Retry
        </Action>
        <Action
          needs="operator"
          kind="danger"
          run={post("cancel")}
          question={{
            title: `Cancel ${jobs}?`,
            text: "Those that wait are cancelled, those that run are asked to stop.",
            yes: "Cancel them",
            danger: true,
          }}
        >
          Cancel
        </Action>
        <button type="button" onClick={clear}>
          Tick none
        </button>
      </div>
    </div>
  );
}

/** Writes outcomes as "3 replayed, 1 too late". */
function told({ outcomes }: Outcomes): string {
  const numbers = new Map<string, number>();
  for (const outcome of Object.values(outcomes)) numbers.set(outcome, (numbers.get(outcome) ?? 0) + 1);
  return `${[...numbers].map(([outcome, number]) => `${number} ${words(outcome)}`).join(", ")}.`;
}
