// Merges the turns of one conversation that two tabs have changed.

const byId = (turns) => new Map(turns.map((turn) => [turn.id, turn]));
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Turns that were kept before turns had ids are named by their place. */
export const nameTurns = (turns) =>
  turns.map((turn, place) => (turn.id ? turn : { ...turn, id: String(place) }));

/**
 * What this tab added, changed or took away since `base`, done to what is kept now.
 *
 * @param {object[]} base the turns that both tabs began with
 * @param {object[]} own the turns of this tab
 * @param {object[]} kept the turns in the browser's storage, which another tab may have changed
 */
export const mergeTurns = (base, own, kept) => {
  const [before, mine, theirs] = [base, own, kept].map(byId);
  const stay = kept
    .filter(({ id }) => mine.has(id) || !before.has(id))
    .map((turn) => {
      const ours = mine.get(turn.id);
      return ours && !isSame(ours, before.get(turn.id)) ? ours : turn;
    });
  return [...stay, ...own.filter(({ id }) => !theirs.has(id) && !before.has(id))];
};
