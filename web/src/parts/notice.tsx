import { signal } from "@preact/signals";

interface Notice {
  number: number;
  text: string;
  isError: boolean;
}

const notices = signal<Notice[]>([]);
const READ_MS = 6_000;
let last = 0;

/** Tells what was done, for a while. */
export function tell(text: string): void {
  const { number } = put(text, false);
  setTimeout(() => drop(number), READ_MS);
}

/** Tells what went wrong, until it is closed. */
export function tellProblem(problem: unknown): void {
  put(problem instanceof Error ? problem.message : String(problem), true);
}

function put(text: string, isError: boolean): Notice {
  const notice = { number: ++last, text, isError };
  notices.value = [...notices.value.slice(-3), notice];
  return notice;
}

function drop(number: number): void {
  notices.value = notices.value.filter((one) => one.number !== number);
}

/** The place of what is told. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({ number, text, isError }) => (
        <div key={number} class={isError ? "notice bad" : "notice"}>
          <span>{text}</span>
          <button class="plain" aria-label="Close this notice" onClick={() => drop(number)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
