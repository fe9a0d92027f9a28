import { PAGES, showsKeys } from "../keys";
import { Modal } from "../parts/modal";

const OTHERS = [
  ["/", "Search"],
  ["?", "These keys"],
  ["Esc", "Close, or leave the search"],
] as const;

/** Shows which keys lead where. */
export function Keys() {
  const close = () => {
    showsKeys.value = false;
  };
  const pairs = [...OTHERS, ...PAGES.map(({ key, name }) => [`g ${key}`, name] as const)];
  return (
    <Modal title="Keys" onClose={close}>
      <dl class="keys">
        {pairs.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div class="buttons end">
        <button type="button" class="main" onClick={close}>
          Close
        </button>
      </div>
    </Modal>
  );
}
