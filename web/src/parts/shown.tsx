import type { ComponentChildren } from "preact";
import type { Problem } from "../client";
import type { Fetched } from "../fetched";
import { lookAgain } from "../live";

/** Shows what was fetched; what keeps it from that, and how to try again, where nothing was. */
export function Shown<T>({ of, children }: { of: Fetched<T>; children: (data: T) => ComponentChildren }) {
  const { data, problem } = of;
  if (data !== undefined) {
    return (
      <>
        {problem && <p class="stale">This is as it was: {problem.message}</p>}
        {children(data)}
      </>
    );
  }
  return problem ? <Failed problem={problem} /> : <p class="loading">Loading…</p>;
}

export function Failed({ problem }: { problem: Problem }) {
  return (
    <div class="state bad" role="alert">
      <p>{problem.message}</p>
      <button type="button" onClick={lookAgain}>
        Try again
      </button>
    </div>
  );
}

/** What stands where there is nothing: that there is nothing, and what to do next. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <div class="state">{children}</div>;
}
