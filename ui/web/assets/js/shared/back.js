// Back closes what is open over or beside the chat: it has an entry of its own in the history, whose
// address is a link to what it shows.
let close = null;
let leaving = Promise.resolve();
const plain = () => location.pathname + location.search;

/** Notes that something is open. @param {() => void} closeIt called when the person goes back */
export const enter = async (closeIt, hash = "") => {
  close = closeIt;
  await leaving;
  if (close !== closeIt) return;
  const change = history.state?.layer ? "replaceState" : "pushState";
  history[change]({ layer: true }, "", plain() + hash);
};

/** Notes that it was closed in another way than by going back. */
export const leave = () => {
  if (!close) return;
  close = null;
  if (!history.state?.layer) return;
  leaving = new Promise((done) => addEventListener("popstate", done, { once: true }));
  history.back();
};

/** Opens what the address links to, now and whenever it changes. @param {(hash: string) => boolean} open */
export const followLinks = (open) => {
  const follow = () => {
    if (!open(location.hash)) {
      const closeIt = close;
      close = null;
      closeIt?.();
    } else if (!history.state?.layer) {
      history.replaceState(null, "", plain()); // where Back leads to
    }
  };
  addEventListener("popstate", follow);
  if (location.hash) follow();
};
