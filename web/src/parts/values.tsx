import type { ComponentChildren } from "preact";
import { fromNow, local, pretty } from "../format";
import { to } from "../route";

/** An instant as it lies from now; the exact one is its title. */
export function When({ at }: { at: string | null }) {
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={local(at)}>
      {fromNow(at)}
    </time>
  );
}

/** JSON as text, and only as text. */
export function Json({ value, label }: { value: unknown; label: string }) {
  return (
    <pre tabIndex={0} aria-label={label}>
      {pretty(value)}
    </pre>
  );
}

/** Names and values beside each other; one without a value is left out. */
export function Facts({ of }: { of: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.map(
        ([name, value]) =>
          value != null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function JobLink({ id }: { id: string }) {
  return (
    <a class="mono" href={to("jobs", id)}>
      {id}
    </a>
  );
}

export function QueueLink({ name }: { name: string }) {
  return <a href={to("queues", name)}>{name}</a>;
}

/** A part of a page with its heading and what can be done there. */
export function Section(props: { title: string; actions?: ComponentChildren; children: ComponentChildren }) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
        <div class="buttons">{props.actions}</div>
      </header>
      {props.children}
    </section>
  );
}
