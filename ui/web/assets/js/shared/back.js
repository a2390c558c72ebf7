// Back closes what is open over or beside the chat: each layer has an entry of its own in the history,
// whose address is a link to what it shows.
const layers = []; // the last one is on top: { close, hash }
let leaving = Promise.resolve();
const plain = () => location.pathname + location.search;
const depth = () => history.state?.layers || 0;

/** Notes that something is open. @param {() => void} close called when the person goes back */
export const enter = async (close, hash = "") => {
  const there = layers.find((layer) => layer.close === close);
  if (there) there.hash = hash;
  else layers.push({ close, hash });
  await leaving;
  if (!layers.some((layer) => layer.close === close)) return;
  const change = depth() >= layers.length ? "replaceState" : "pushState";
  history[change]({ layers: layers.length }, "", plain() + layers.at(-1).hash);
};

/** Notes that it was closed in another way than by going back. */
export const leave = (close) => {
  const place = layers.findIndex((layer) => layer.close === close);
  if (place < 0) return;
  layers.splice(place, 1);
  if (depth() <= layers.length) return;
  leaving = new Promise((done) => addEventListener("popstate", done, { once: true }));
  history.back();
};

/** Opens what the address links to, now and whenever it changes. @param {(hash: string) => boolean} open */
export const followLinks = (open) => {
  const follow = () => {
    while (layers.length > depth()) layers.pop().close();
    const isShown = layers.some((layer) => layer.hash === location.hash);
    if (isShown || !open(location.hash)) return;
    if (!depth()) history.replaceState(null, "", plain()); // where Back leads to
  };
  addEventListener("popstate", follow);
  if (location.hash) follow();
};
