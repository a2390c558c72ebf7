// Back closes what is open over or beside the chat: each layer has an entry of its own in the history,
// whose address is a link to what it shows.
const layers = []; // the last one is on top: { close, hash, entered: whether it has its entry }
let leaving = Promise.resolve();
const plain = () => location.pathname + location.search;
const depth = () => history.state?.layers || 0;
const entered = () => layers.filter((layer) => layer.entered);

/** Notes that something is open. @param {() => void} close called when the person goes back */
export const enter = async (close, hash = "") => {
  let layer = layers.find((one) => one.close === close);
  if (layer) layer.hash = hash;
  else layers.push((layer = { close, hash, entered: false }));
  await leaving; // an earlier way back may still be under way
  if (!layers.includes(layer)) return;
  layer.entered = true;
  const there = entered();
  const change = depth() >= there.length ? "replaceState" : "pushState";
  history[change]({ layers: there.length }, "", plain() + there.at(-1).hash);
};

/** Notes that it was closed in another way than by going back. */
export const leave = (close) => {
  const place = layers.findIndex((layer) => layer.close === close);
  if (place < 0) return;
  layers.splice(place, 1);
  if (depth() <= entered().length) return;
  leaving = new Promise((done) => addEventListener("popstate", done, { once: true }));
  history.back();
};

/** Opens what the address links to, now and whenever it changes. @param {(hash: string) => boolean} open */
export const followLinks = (open) => {
  const follow = () => {
    for (const layer of entered().slice(depth()).reverse()) {
      layers.splice(layers.indexOf(layer), 1);
      layer.close();
    }
    const isShown = layers.some((layer) => layer.hash === location.hash);
    if (isShown || !open(location.hash)) return;
    if (!depth()) history.replaceState(null, "", plain()); // where Back leads to
  };
  addEventListener("popstate", follow);
  if (location.hash) follow();
};
