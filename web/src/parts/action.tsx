import { useState } from "preact/hooks";
import { lookAgain } from "../live";
import type { Role } from "../types";
import { may } from "../who";
import { confirmed, type Question } from "./confirm";
import { tell, tellProblem } from "./notice";

interface ActionProps {
  needs: Role;
  children: string;
  /** Does it, and returns the sentence that tells so. */
  run: () => Promise<string>;
  /** What is asked before; it may have to be counted first. */
  question?: Question | (() => Promise<Question>);
  kind?: "danger" | "main" | undefined;
  /** What the button is about, for those who do not see where it stands. */
  about?: string;
  disabled?: boolean;
}

/** A button that changes something; whoever may not does not see it. */
export function Action({ needs, children, run, question, kind, about, disabled = false }: ActionProps) {
  const [busy, setBusy] = useState(false);
  if (!may(needs)) return null;
  const act = async () => {
    setBusy(true);
    await done(run, question);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={kind ?? ""}
      disabled={busy || disabled}
      aria-label={about ? `${children} ${about}` : undefined}
      onClick={() => void act()}
    >
      {children}
    </button>
  );
}

/** Does something once it is confirmed, tells how that went, and has the page look again. */
export async function done(run: () => Promise<string>, question?: ActionProps["question"]): Promise<boolean> {
  try {
    const asked = typeof question === "function" ? await question() : question;
    if (asked && !(await confirmed(asked))) return false;
    tell(await run());
    lookAgain();
    return true;
  } catch (problem) {
    tellProblem(problem);
    return false;
  }
}
